"""What `/v1` says of standing approvals: what they cover, until when, and their uses."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

Text = Annotated[str, Field(strict=True)]
Breadth = Literal["exact", "begins", "file", "folder", "method", "host", "type", "unknown"]
End = Literal["until_revoked", "session", "15min", "1h", "today", "3_times"]


class ExtentView(BaseModel):
    """What a standing approval covers of its action type; "type" is all of it.

    `text` is the command, the leading words, the path or the origin; `more` the method, or a hash
    of the other parameters that have to be the same.
    """

    breadth: Breadth
    text: Text = ""
    more: Text = ""


class ScopeView(BaseModel):
    """Something that session and always offer to cover, narrowest first; `words` say it.

    `ends` names for each of the two when it may end, the usual one first.
    """

    index: int
    extent: ExtentView
    words: str
    ends: dict[Literal["session", "always"], list[End]]


class GrantView(BaseModel):
    """A standing approval; `rule` says in words how far it reaches, and it reaches no farther."""

    grant_id: str
    scope: Literal["session", "always"]
    client_id: str
    agent: str
    action_type: str
    cwd: str | None
    session_id: str | None
    made_by: str
    made_at: int
    uses: int
    last_used_at: int | None
    rule: str
    extent: ExtentView
    end: End
    expires_at: int | None
    uses_left: int | None
    status: Literal["in_force", "revoked", "expired", "spent"]


class UsesQuery(BaseModel):
    """How many uses to list."""

    limit: int = Field(default=50, ge=1, le=200)


class UseView(BaseModel):
    """Something that a grant has let pass."""

    approval_id: str
    at: int
    agent: str
    session_id: str
    action_type: str
    title: str
    preview: str
    cwd: str | None
    digest: str


class UseList(BaseModel):
    """What a grant has let pass, newest first."""

    uses: list[UseView]


class GrantList(BaseModel):
    """Standing approvals in force, newest first."""

    grants: list[GrantView]


class RevokedView(BaseModel):
    """A grant that was revoked."""

    rule_id: str
    status: Literal["revoked"]
    client_id: str
    action_type: str
