"""Standing approvals learnt from a button; never wider than the words that were shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.approval import Approval, Kind
from bot.core.decision import Choice, Code, Scope, ends_offered
from bot.core.end import End
from bot.core.extent import ANY, Breadth, Extent, extents_of, extents_to_offer


class Standing(StrEnum):
    """How a grant stands: in force, or why it no longer is."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A standing approval for what its extent says of one action type.

    Its reach is the key and the working directory as the agent sent it (absent is a value of its
    own), and for SESSION the session too. It holds until it is revoked, until `expires_at` (aware
    UTC), or until `uses_left` is 0, whichever is first; None is no such end.
    """

    id: str
    scope: Scope
    key_id: str
    agent: str
    action_type: str
    cwd: str | None
    session_id: str | None
    made_by: str
    made_at: datetime
    revoked_at: datetime | None = None
    uses: int = 0
    last_used_at: datetime | None = None
    extent: Extent = ANY
    end: End = End.REVOKED
    expires_at: datetime | None = None
    uses_left: int | None = None

    @property
    def code(self) -> Code:
        """The old code of an approval by this grant."""
        return Code.SESSION if self.scope is Scope.SESSION else Code.ALWAYS

    def standing(self, now: datetime) -> Standing:
        """Return how it stands at this instant."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        if self.uses_left is not None and self.uses_left <= 0:
            return Standing.SPENT
        if self.expires_at is not None and self.expires_at <= now:
            return Standing.EXPIRED
        return Standing.IN_FORCE


def reaches(grant: Grant, approval: Approval) -> bool:
    """Tell whether the approval is within the grant's words; questions and the floor never are."""
    return (
        _may_be_granted(approval)
        and grant.key_id == approval.key_id
        and grant.action_type == approval.action.action_type
        and grant.cwd == approval.action.cwd
        and (grant.scope is Scope.ALWAYS or grant.session_id == approval.session_id != "")
        and grant.extent.breadth is not Breadth.UNKNOWN
        and (grant.extent == ANY or grant.extent in extents_of(approval.action))
    )


def covers(grant: Grant, approval: Approval, now: datetime) -> bool:
    """Tell whether the grant lets this approval pass at this instant."""
    return grant.standing(now) is Standing.IN_FORCE and reaches(grant, approval)


def covering(grants: Iterable[Grant], approval: Approval, now: datetime) -> Iterator[Grant]:
    """Yield those of the grants that cover the approval, in their order."""
    return (grant for grant in grants if covers(grant, approval, now))


def _may_be_granted(approval: Approval) -> bool:
    return approval.kind is Kind.ACTION and not approval.always_asks


def scopes_offered(approval: Approval) -> tuple[Scope, ...]:
    """Return the standing scopes a card offers beside once."""
    if not _may_be_granted(approval):
        return ()
    return (Scope.SESSION, Scope.ALWAYS) if approval.session_id else (Scope.ALWAYS,)


def extents_offered(approval: Approval) -> tuple[Extent, ...]:
    """Return what Session and Always offer to cover, narrowest first; ANY is the last of them.

    Where ANY is all, there is nothing to choose from.
    """
    return extents_to_offer(approval.action) if _may_be_granted(approval) else ()


def grant_from(
    approval: Approval,
    choice: Choice,
    *,
    id: str,
    made_by: str,
    made_at: datetime,
    expires_at: datetime | None = None,
) -> Grant:
    """Return the grant that this choice, SESSION or ALWAYS, on the approval makes."""
    end = choice.end or ends_offered(choice.scope)[0]
    return Grant(
        id=id,
        scope=choice.scope,
        key_id=approval.key_id,
        agent=approval.agent,
        action_type=approval.action.action_type,
        cwd=approval.action.cwd,
        session_id=approval.session_id if choice.scope is Scope.SESSION else None,
        made_by=made_by,
        made_at=made_at,
        extent=choice.extent or ANY,
        end=end,
        expires_at=expires_at,
        uses_left=end.uses,
    )
