"""What an agent asks too often: what was just denied is denied again, and a crowd is slowed down.

Both are found while the new ask is saved, in the same transaction, so most asks cost nothing more.
"""

from datetime import datetime

from bot.core.approval import Approval, Kind
from bot.core.audit import Record
from bot.core.brake import DENIED_FOR, is_persons_denial
from bot.core.decision import Code, Decision, Via
from bot.gate.copies import Told
from bot.gate.debt import owe_edits
from bot.gate.events import Event
from bot.gate.steps import Steps
from bot.gate.tables import Transaction


def denied_before(tx: Transaction, approval: Approval) -> Steps[Approval | None]:
    """Return what a person has just denied and this asks for again, unchanged; else None."""
    if not approval.is_pending or approval.kind is not Kind.ACTION:
        return None
    since = approval.created_at - DENIED_FOR
    before = yield from tx.approvals.denied_alike(approval, since=since)
    if before is None or not is_persons_denial(before.decision):
        return None
    return before


def decision_again(before: Approval, now: datetime) -> Decision:
    """Return the decision that repeats an earlier denial, in words for the agent."""
    earlier = before.decision
    if earlier is None:
        raise ValueError("gate: only what was denied is denied again")
    words = f"denied again: {earlier.by} denied the same at {earlier.at:%H:%M} UTC"
    return Decision(
        approved=False,
        code=Code.DENY,
        by=earlier.by,
        via=Via.EARLIER,
        at=now,
        note=f"{words} ({earlier.note})" if earlier.note else words,
    )


def repeated(
    tx: Transaction, approval: Approval, before: Approval, *, now: datetime
) -> Steps[Told]:
    """Count it with the denial that it repeats, whose cards say so; return what is told of it."""
    after = yield from tx.approvals.repeat(before.id)
    record = Record(
        kind="approval.denied",
        at=now,
        actor=f"denial:{before.id}",
        approval_id=approval.id,
        facts={
            "via": Via.EARLIER,
            "of": before.id,
            "by": before.decision.approver_id if before.decision is not None else None,
            "times": after.repeats,
            "digest": approval.digest,
        },
    )
    return (record,), (yield from owe_edits(tx, after, now=now))


def crowded(tx: Transaction, approval: Approval, *, now: datetime) -> Steps[tuple[Event, ...]]:
    """Mark what else waits of the key as crowded too, now that it has become too much."""
    events: list[Event] = []
    for other in (yield from tx.approvals.crowd(approval)):
        events += yield from owe_edits(tx, other, now=now)
    return tuple(events)
