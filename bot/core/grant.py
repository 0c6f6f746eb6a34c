"""Standing approvals learnt from a button; never wider than the words that were shown."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.approval import Approval, Kind
from bot.core.decision import Code, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A standing approval for one action type.

    Its reach is the key and the working directory as the agent sent it (absent is a value of its
    own), and for SESSION the session too. It holds until it is revoked.
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

    @property
    def code(self) -> Code:
        """The old code of an approval by this grant."""
        return Code.SESSION if self.scope is Scope.SESSION else Code.ALWAYS

    @property
    def is_in_force(self) -> bool:
        """Tell whether it was not revoked."""
        return self.revoked_at is None


def covers(grant: Grant, approval: Approval) -> bool:
    """Tell whether the grant lets this approval pass; questions and the floor never do."""
    return (
        grant.is_in_force
        and approval.kind is Kind.ACTION
        and not approval.always_asks
        and grant.key_id == approval.key_id
        and grant.action_type == approval.action.action_type
        and grant.cwd == approval.action.cwd
        and (grant.scope is Scope.ALWAYS or grant.session_id == approval.session_id != "")
    )


def scopes_offered(approval: Approval) -> tuple[Scope, ...]:
    """Return the standing scopes a card offers beside once."""
    if approval.kind is Kind.QUESTION or approval.always_asks:
        return ()
    return (Scope.SESSION, Scope.ALWAYS) if approval.session_id else (Scope.ALWAYS,)


def grant_from(
    approval: Approval, *, scope: Scope, id: str, made_by: str, made_at: datetime
) -> Grant:
    """Return the grant that SESSION or ALWAYS on this approval makes."""
    return Grant(
        id=id,
        scope=scope,
        key_id=approval.key_id,
        agent=approval.agent,
        action_type=approval.action.action_type,
        cwd=approval.action.cwd,
        session_id=approval.session_id if scope is Scope.SESSION else None,
        made_by=made_by,
        made_at=made_at,
    )
