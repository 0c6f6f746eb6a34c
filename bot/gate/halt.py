"""Pause, snooze, resume, and what they make of an ask – one transaction each.

A pause holds every ask that is not denied: it is saved and stays pending, without a card, and no
rule and no grant lets it run. Once the gate is resumed, it is judged anew (`bot.gate.release`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.core.approval import Approval, expired
from bot.core.audit import Record, milliseconds
from bot.core.halt import Halt
from bot.core.people import Decider
from bot.core.routing import Silence
from bot.core.ruling import Ruling
from bot.gate.events import HaltChanged
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether the gate is paused or snoozed, and how many asks are held and still pending.

    What a pause held is released bit by bit, so some may be held while nothing halts.
    """

    halt: Halt | None = None
    held: int = 0

    @property
    def is_paused(self) -> bool:
        """Tell whether what is asked is held."""
        return self.halt is not None and self.halt.is_pause

    @property
    def is_snoozed(self) -> bool:
        """Tell whether what is asked is handed back."""
        return self.halt is not None and not self.halt.is_pause


def standing(tx: Transaction, *, now: datetime) -> Steps[Standing]:
    """Return how the gate stands."""
    halt = yield from tx.halts.current(now)
    return Standing(halt=halt, held=(yield from tx.held.count()))


def begin(tx: Transaction, halt: Halt) -> Steps[Done[Standing]]:
    """Pause or snooze, in the place of any halt before."""
    yield from tx.halts.put(halt)
    until = None if halt.until is None else milliseconds(halt.until)
    record = Record(
        kind="gate.paused" if halt.is_pause else "gate.snoozed",
        at=halt.since,
        actor=halt.identity,
        facts={"by": halt.by, "until": until},
    )
    held = yield from tx.held.count()
    return Done(
        value=Standing(halt=halt, held=held),
        audit=(record,),
        events=(HaltChanged(until=halt.until),),
    )


def resume(tx: Transaction, *, decider: Decider, now: datetime) -> Steps[Done[Standing]]:
    """End the halt; what it holds is released next. The value is how the gate stood before."""
    before = yield from standing(tx, now=now)
    if not (yield from tx.halts.remove()) or before.halt is None:
        return Done(value=before, events=(HaltChanged(until=None),))
    record = Record(
        kind="gate.resumed",
        at=now,
        actor=decider.identity,
        facts={"by": decider.name, "was": before.halt.kind, "held": before.held},
    )
    return Done(value=before, audit=(record,), events=(HaltChanged(until=None),))


def end_in_time(tx: Transaction, *, now: datetime) -> Steps[Done[bool]]:
    """End the halt whose time has come; tell whether there was one."""
    halt = yield from tx.halts.kept()
    if halt is None or not halt.is_over(now):
        return Done(value=False)
    yield from tx.halts.remove()
    held = yield from tx.held.count()
    record = Record(
        kind="gate.resumed", at=now, actor="clock", facts={"was": halt.kind, "held": held}
    )
    return Done(value=True, audit=(record,), events=(HaltChanged(until=None),))


def hand_back(
    tx: Transaction, approval: Approval, halt: Halt, *, now: datetime, zone: tzinfo
) -> Steps[tuple[Approval, Record]]:
    """End a pending approval unanswered, so that its agent asks at its own terminal.

    It has expired, since the agent did not take it back and nobody answered, and its silence is
    one that hands back, whatever a rule says: who waits for it gets the form that says so.
    """
    ruling = approval.ruling or Ruling(rule="")
    ruling = replace(ruling, routing=replace(ruling.routing, silence=Silence.HAND_BACK))
    ended = expired(replace(approval, ruling=ruling), at=now, reason=halt.handed_back(zone))
    yield from tx.approvals.rule(replace(approval, ruling=ruling))
    if not (yield from tx.approvals.finish(ended)):
        raise RuntimeError("gate: an approval read as pending was not; run the unit again")
    record = Record(
        kind="approval.expired",
        at=now,
        actor=halt.identity,
        approval_id=ended.id,
        facts={"why": "snoozed"},
    )
    return ended, record
