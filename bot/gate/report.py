"""The read side: one approval, listings, grants and audit, within what a key may see."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.approval import Approval, State
from bot.core.audit import Entry
from bot.core.errors import NotFound
from bot.core.grant import Grant
from bot.core.people import Key
from bot.gate.approval_tables import Page
from bot.gate.steps import Steps
from bot.gate.tables import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which approvals a listing wants."""

    state: State | None = None
    session_id: str | None = None
    limit: int = 50
    cursor: str | None = None


def visible_to(key: Key, approval: Approval | None) -> Approval:
    """Return the approval where the key may see it; raises NotFound as if there were none."""
    if approval is None or not (key.reads_everything or approval.key_id == key.id):
        raise NotFound("approval not found")
    return approval


def one(tx: Transaction, *, key: Key, id: str) -> Steps[Approval]:
    """Find one approval; raises NotFound."""
    return visible_to(key, (yield from tx.approvals.get(id)))


def own(tx: Transaction, *, key: Key, id: str) -> Steps[Approval]:
    """Find one approval that this very key asked for; raises NotFound."""
    approval = yield from tx.approvals.get(id)
    if approval is None or approval.key_id != key.id:
        raise NotFound("approval not found")
    return approval


def listing(tx: Transaction, *, key: Key, wanted: Filter) -> Steps[Page[Approval]]:
    """Return approvals that the key may see, newest first."""
    return (
        yield from tx.approvals.listing(
            key_id=None if key.reads_everything else key.id,
            state=wanted.state,
            session_id=wanted.session_id,
            limit=wanted.limit,
            cursor=wanted.cursor,
        )
    )


def audit_of(tx: Transaction, *, key: Key, id: str) -> Steps[tuple[Entry, ...]]:
    """Return an approval's audit entries; raises NotFound."""
    yield from one(tx, key=key, id=id)
    return (yield from tx.audit.of(id))


def grants(tx: Transaction, *, key: Key, now: datetime) -> Steps[tuple[Grant, ...]]:
    """Return grants in force that the key may see."""
    key_id = None if key.reads_everything else key.id
    return (yield from tx.grants.listing(key_id=key_id, now=now))


def uses(tx: Transaction, *, key: Key, id: str, limit: int) -> Steps[tuple[Approval, ...]]:
    """Return what a grant has let pass, newest first; raises NotFound."""
    yield from grant(tx, key=key, id=id)
    return (yield from tx.approvals.allowed_by(id, limit=limit))


def grant(tx: Transaction, *, key: Key, id: str) -> Steps[Grant]:
    """Find one grant; raises NotFound."""
    found = yield from tx.grants.get(id)
    if found is None or not (key.reads_everything or found.key_id == key.id):
        raise NotFound("rule not found")
    return found
