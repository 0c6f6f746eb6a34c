"""What a pending approval is due before its end: reminders, and the asking of further people.

All of it follows from the approval alone, so that nothing is forgotten or done twice over a
restart.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.approval import Approval

MOST_REMINDERS: Final = 3
SHORTEST_LIFE: Final = timedelta(minutes=2)


def reminder_times(approval: Approval) -> tuple[datetime, ...]:
    """Return when people are reminded: by the rule, else at half and nine tenths of its life.

    What lives less than two minutes has no reminders.
    """
    life = approval.expires_at - approval.created_at
    if life < SHORTEST_LIFE:
        return ()
    after = approval.routing.remind or (life / 2, life * 9 / 10)
    return tuple(approval.created_at + each for each in after if each < life)[:MOST_REMINDERS]


def reminders_due(approval: Approval, now: datetime) -> int:
    """Return the number of the reminder that is due now, 0 where none is.

    Where several have come since the last, as after a stop, one stands for all of them.
    """
    come = sum(time <= now for time in reminder_times(approval))
    return come if come > approval.reminded else 0


def escalation_time(approval: Approval) -> datetime | None:
    """Return when further people are asked; None where that was done, or the rule has none."""
    ruling, escalation = approval.ruling, approval.routing.escalate
    if ruling is None or escalation is None or ruling.escalated_at is not None:
        return None
    at = approval.created_at + escalation.after
    return at if at < approval.expires_at else None


def due_after(approval: Approval) -> datetime | None:
    """Return when the next reminder or the escalation falls due; None where nothing does."""
    times = [*reminder_times(approval)[approval.reminded :][:1]]
    escalation = escalation_time(approval)
    return min([*times, *([escalation] if escalation is not None else [])], default=None)


def awaiting(approval: Approval) -> Approval:
    """Return the approval with the instant at which something is due next."""
    return replace(approval, due_at=due_after(approval))


def reminded(approval: Approval, number: int) -> Approval:
    """Return the approval after this reminder; its cards say the same as before."""
    return awaiting(replace(approval, reminded=number))


def escalated(
    approval: Approval, *, people: Sequence[str], names: Sequence[str], at: datetime
) -> Approval:
    """Return the approval that these people, by id and by name, may decide as well from now."""
    ruling = approval.ruling
    if ruling is None:
        raise ValueError("core: only a rule escalates")
    named = tuple(dict.fromkeys((*ruling.named, *people)))
    after = replace(ruling, named=named, escalated=tuple(names), escalated_at=at)
    return awaiting(replace(approval, ruling=after, revision=approval.revision + 1))
