"""What a pause held is judged anew once the gate is resumed – one transaction each.

What a rule or a grant allows goes on, what a rule denies ends, and the rest gets its cards. The
deadline that the agent was told stays.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from bot.core.approval import Approval, decided
from bot.core.audit import Record
from bot.core.brake import Brake
from bot.core.decision import Decision
from bot.core.policy import Judgement, Verdict
from bot.gate.asking import (
    Fresh,
    addressed,
    decision_by,
    decision_of,
    grant_used,
    granted_record,
    owe_cards,
    ruled_record,
)
from bot.gate.book import ruling_of
from bot.gate.channel import CardKind, Target
from bot.gate.copies import joined, leader_of, parted
from bot.gate.debt import owe_edits
from bot.gate.decide import expire
from bot.gate.events import Ended, Event, Owed
from bot.gate.fallback import NO_FALLBACK, Fallback, apart, owe_later
from bot.gate.halt import hand_back
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


def release(
    tx: Transaction,
    *,
    id: str,
    judgement: Judgement,
    targets: Sequence[Target],
    fresh: Fresh,
    now: datetime,
    timezone: tzinfo,
    brake: Brake,
    fallback: Fallback = NO_FALLBACK,
    channel: str | None = None,
) -> Steps[Done[Approval | None]]:
    """Let one held approval go on; nothing where it has ended, or the gate is paused again."""
    halt = yield from tx.halts.current(now)
    if halt is not None and halt.is_pause:
        return Done(value=None)
    before = yield from tx.approvals.get(id)
    if before is not None and before.is_pending and now >= before.expires_at:
        done = yield from expire(tx, before, now=now)
        return Done(value=done.value, audit=done.audit, events=done.events)
    if not (yield from tx.held.drop(id)) or before is None or not before.is_pending:
        return Done(value=None)
    approval = replace(before, ruling=None, revision=before.revision + 1)
    later: tuple[Target, ...] = ()
    if judgement.verdict is Verdict.ASK:
        approval = replace(approval, ruling=ruling_of(judgement))
        approval, targets = yield from addressed(tx, approval, targets)
        targets, later = yield from apart(tx, approval, targets, fallback, channel=channel)
    yield from tx.approvals.rule(approval)
    if judgement.verdict is not Verdict.ASK:
        ended = decided(approval, decision_of(judgement, now))
        return (yield from _ended(tx, approval, ended, ruled_record(ended, judgement), now))
    grant = yield from grant_used(tx, approval, now)
    if grant is not None:
        decision: Decision = decision_by(grant, now)
        ended = decided(approval, decision)
        return (yield from _ended(tx, approval, ended, granted_record(ended, grant, now), now))
    if halt is not None:
        ended, record = yield from hand_back(tx, approval, halt, now=now, zone=timezone)
        return (yield from _told(tx, approval, ended, record, now))
    approval, asked = yield from _asked(tx, approval, targets, later, fresh, now, brake)
    mailed = yield from owe_later(tx, approval, later, fallback, now=now)
    return Done(value=approval, audit=asked.audit, events=(*asked.events, *mailed))


def _ended(
    tx: Transaction, before: Approval, ended: Approval, record: Record, now: datetime
) -> Steps[Done[Approval | None]]:
    if not (yield from tx.approvals.finish(ended)):
        raise RuntimeError("gate: an approval read as pending was not; run the unit again")
    return (yield from _told(tx, before, ended, record, now))


def _told(
    tx: Transaction, before: Approval, ended: Approval, record: Record, now: datetime
) -> Steps[Done[Approval | None]]:
    """Tell of an end to those who wait, to cards that somebody opened, and to what shared one."""
    owed = yield from owe_edits(tx, ended, now=now)
    audit, events = yield from parted(tx, before, now=now)
    return Done(
        value=ended, audit=(record, *audit), events=(Ended(approval=ended), *owed, *events)
    )


def _asked(
    tx: Transaction,
    approval: Approval,
    targets: Sequence[Target],
    later: Sequence[Target],
    fresh: Fresh,
    now: datetime,
    brake: Brake,
) -> Steps[tuple[Approval, Done[Approval | None]]]:
    """Owe the cards that were kept back, where nobody opened one already."""
    cards = yield from tx.cards.of(approval.id)
    shown_in = {card.target for card in cards if card.kind is CardKind.CARD}
    events: list[Event] = []
    may_join = not (approval.copies or shown_in)
    leader = (yield from leader_of(tx, approval, (*targets, *later))) if may_join else None
    if leader is not None:
        yield from tx.approvals.join(approval.id, leader.id)
        approval = replace(approval, copy_of=leader.id)
        events += yield from joined(tx, leader, now=now)
    wanted = tuple(target for target in targets if target not in shown_in)
    yield from owe_cards(tx, approval, wanted, fresh, now, brake)
    events += yield from owe_edits(tx, approval, now=now)
    events.append(Owed(due_at=now))
    record = Record(
        kind="approval.released",
        at=now,
        actor="gate",
        approval_id=approval.id,
        facts={
            "asked": [f"{target.channel}:{target.address}" for target in targets],
            **({"mailed_later": [target.address for target in later]} if later else {}),
        },
    )
    return approval, Done(value=approval, audit=(record,), events=tuple(events))
