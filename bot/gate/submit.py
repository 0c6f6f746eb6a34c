"""An agent asks: idempotency, policy, grants, save, audit, cards owed – one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from bot.core.action import Action, digest_of
from bot.core.approval import DEFAULT_LIFE, Approval, Kind, State, decided
from bot.core.audit import Record
from bot.core.brake import Brake
from bot.core.canary import CANARY, is_canary
from bot.core.decision import Decision
from bot.core.due import awaiting
from bot.core.errors import Busy, KeyReused
from bot.core.halt import Halt
from bot.core.people import Key
from bot.core.policy import Judgement, Verdict
from bot.core.question import Question
from bot.core.risk import Level, assess
from bot.gate.again import crowded, decision_again, denied_before, repeated
from bot.gate.approval_tables import Met
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
from bot.gate.book import PolicyBook, ruling_of
from bot.gate.call import Call
from bot.gate.calls import asked_for_already
from bot.gate.channel import Target
from bot.gate.copies import Told, joined, leader_of
from bot.gate.events import Asked, Ended, Event, Owed
from bot.gate.fallback import NO_FALLBACK, Fallback, apart, owe_later
from bot.gate.halt import hand_back
from bot.gate.quiet import queued
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

_LONG: Final = 1000
_BRAKE: Final = Brake()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What an agent sends, validated. `agent` is a name for display only.

    `fingerprint` stands for the whole body where an idempotency key was given. `can_show_number`
    is for callers that get their answer before the decision, and show the number in it. `call` is
    the call of a tool that it is for, where it came by a hook: while it waits, the same is not
    asked for twice, and no rule has it wait for longer than its agent does.
    """

    action: Action
    questions: tuple[Question, ...] = ()
    session_id: str = ""
    agent: str | None = None
    life: timedelta = DEFAULT_LIFE
    urgency: Level = Level.LOW
    channel: str | None = None
    address: str | None = None
    idempotency_key: str | None = None
    fingerprint: str = ""
    can_show_number: bool = False
    call: Call | None = None


def is_long(ask: Ask) -> bool:
    """Tell whether judging the ask takes more than a millisecond or two."""
    action = ask.action
    written = len(action.title) + len(action.preview)
    return written > _LONG or (bool(action.params) and len(repr(action.params)) > _LONG)


def judged(
    ask: Ask, key: Key, book: PolicyBook, *, id: str, short_code: str, now: datetime
) -> tuple[Approval, Judgement]:
    """Return the pending approval for an ask, and what the policies say of it.

    Its short code may turn out to be taken.
    """
    approval = Approval(
        id=id,
        short_code=short_code,
        kind=Kind.QUESTION if ask.questions else Kind.ACTION,
        key_id=key.id,
        agent=ask.agent or key.name,
        session_id=ask.session_id,
        action=ask.action,
        questions=ask.questions,
        digest=digest_of(ask.action),
        risk=assess(ask.action, urgency=ask.urgency),
        created_at=now,
        expires_at=now + ask.life,
    )
    if ask.call is not None and is_canary(ask.action):
        return approval, CANARY
    judgement = book.judge(approval, agent=key.name, urgency=ask.urgency, channel=ask.channel)
    if judgement.verdict is Verdict.ASK and judgement.policy is not None:
        life = judgement.routing.expires_in or ask.life
        expires_at = now + (life if ask.call is None else min(life, ask.life))
        approval = replace(approval, ruling=ruling_of(judgement), expires_at=expires_at)
    return approval, judgement


def submit(
    tx: Transaction,
    *,
    ask: Ask,
    approval: Approval,
    judgement: Judgement,
    targets: Sequence[Target],
    fresh: Fresh,
    brake: Brake = _BRAKE,
    zone: tzinfo = UTC,
    fallback: Fallback = NO_FALLBACK,
) -> Steps[Done[Approval]]:
    """Save a new approval, decided already by a rule or a grant; or find the one asked before.

    While the gate is paused it is held, unless a rule denies it; while it is snoozed it is handed
    back where a person would be asked. What a person has just denied to the same key is denied
    again, and nobody is asked. `zone` is that of people who set none.
    Raises KeyReused where the idempotency key came with another body.
    """
    now = approval.created_at
    if ask.idempotency_key is not None:
        found = yield from tx.idempotency.find(approval.key_id, ask.idempotency_key)
        if found is not None:
            return Done(value=(yield from _asked_before(tx, ask, found)))

    if ask.call is not None:
        same = yield from asked_for_already(tx, approval, ask.call)
        if same is not None:
            return Done(value=same)

    records: list[Record] = []
    events: list[Event] = []
    later: tuple[Target, ...] = ()
    if judgement.verdict is Verdict.ASK:
        approval, targets = yield from addressed(tx, approval, targets)
        targets, later = yield from apart(tx, approval, targets, fallback, channel=ask.channel)
        if targets or approval.routing.escalate is not None:
            approval = yield from queued(tx, awaiting(approval), targets, zone=zone)
    elif not (yield from _is_held_back(tx, judgement, now)):
        approval = decided(approval, decision_of(judgement, now))
        records.append(ruled_record(approval, judgement))
    approval, met = yield from _saved(tx, approval, fresh.short_codes, crowd=brake.pending)
    halt = (yield from tx.halts.current(now)) if met.halt and approval.is_pending else None
    is_held = halt is not None and halt.is_pause
    approval, told = yield from _without_asking(tx, approval, met, halt, now=now, zone=zone)
    records, events = [*records, *told[0]], [*events, *told[1]]
    is_held = is_held and approval.is_pending
    if is_held:
        targets = later = ()
        yield from tx.held.add(
            approval, urgency=ask.urgency, channel=ask.channel, address=ask.address
        )
    leader = None
    if met.alike and not is_held:
        leader = yield from leader_of(tx, approval, (*targets, *later))
    if leader is not None:
        yield from tx.approvals.join(approval.id, leader.id)
        approval = replace(approval, copy_of=leader.id)
    if not approval.is_pending:
        targets = later = ()
    records.insert(0, _asked_record(approval, targets, later))
    if approval.state.is_final:
        events.append(Ended(approval=approval))
    if ask.idempotency_key is not None:
        yield from tx.idempotency.add(
            approval.key_id,
            ask.idempotency_key,
            fingerprint=ask.fingerprint,
            approval_id=approval.id,
            at=now,
        )
    if ask.call is not None:
        yield from tx.calls.add(approval, ask.call)
    if approval.state is State.PENDING:
        events.append(Asked(approval=approval))
        yield from owe_cards(tx, approval, targets, fresh, now, brake)
        events += yield from owe_later(tx, approval, later, fallback, now=now)
        if leader is not None:
            events += yield from joined(tx, leader, now=now)
        elif targets:
            events.append(Owed(due_at=now))
    return Done(value=approval, audit=tuple(records), events=tuple(events))


def _without_asking(
    tx: Transaction,
    approval: Approval,
    met: Met,
    halt: Halt | None,
    *,
    now: datetime,
    zone: tzinfo,
) -> Steps[tuple[Approval, Told]]:
    """Let a grant, an earlier denial or a snooze answer what was saved as pending, if one does."""
    is_paused = halt is not None and halt.is_pause
    grant = (yield from grant_used(tx, approval, now)) if met.grants and not is_paused else None
    if grant is not None:
        approval = yield from _settled(tx, approval, decision_by(grant, now))
        return approval, ((granted_record(approval, grant, now),), ())
    before = (yield from denied_before(tx, approval)) if met.denied else None
    if before is not None:
        approval = yield from _settled(tx, approval, decision_again(before, now))
        return approval, (yield from repeated(tx, approval, before, now=now))
    if halt is not None and not is_paused:
        approval, record = yield from hand_back(tx, approval, halt, now=now, zone=zone)
        return approval, ((record,), ())
    if met.crowd == 1 and approval.is_pending:
        return approval, ((), (yield from crowded(tx, approval, now=now)))
    return approval, ((), ())


def _is_held_back(tx: Transaction, judgement: Judgement, now: datetime) -> Steps[bool]:
    """Tell whether a pause keeps what a rule allows from running."""
    if judgement.verdict is not Verdict.ALLOW:
        return False
    halt = yield from tx.halts.current(now)
    return halt is not None and halt.is_pause


def _asked_before(tx: Transaction, ask: Ask, found: tuple[str, str]) -> Steps[Approval]:
    fingerprint, approval_id = found
    if fingerprint != ask.fingerprint:
        raise KeyReused("This Idempotency-Key was used with another body; use a new one.")
    before = yield from tx.approvals.get(approval_id)
    if before is None:
        raise KeyReused("This Idempotency-Key belongs to an approval that is gone; use a new one.")
    return before


def _settled(tx: Transaction, approval: Approval, decision: Decision) -> Steps[Approval]:
    """Save what a grant or an earlier denial says of what was just saved as pending."""
    ended = decided(approval, decision)
    if not (yield from tx.approvals.finish(ended)):
        raise RuntimeError("gate: an approval saved as pending was not; run the unit again")
    return ended


def _saved(
    tx: Transaction, approval: Approval, codes: Sequence[str], *, crowd: int
) -> Steps[tuple[Approval, Met]]:
    """Save it under the first of the codes that is free; tell what it met."""
    for code in codes:
        coded = approval if approval.short_code == code else replace(approval, short_code=code)
        met = yield from tx.approvals.add(coded, crowd=crowd)
        if met is not None:
            return replace(coded, crowded=True) if met.crowd else coded, met
    raise Busy("Too much is pending to give this a short code; try again in a moment.")


def _asked_record(
    approval: Approval, targets: Sequence[Target], later: Sequence[Target]
) -> Record:
    return Record(
        kind="approval.asked",
        at=approval.created_at,
        actor=f"key:{approval.key_id}",
        approval_id=approval.id,
        facts={
            "kind": approval.kind,
            "action_type": approval.action.action_type,
            "digest": approval.digest,
            "risk": approval.risk.level,
            "floor": list(approval.risk.floor),
            "asked": [f"{target.channel}:{target.address}" for target in targets],
            **({"mailed_later": [target.address for target in later]} if later else {}),
            **({"copy_of": approval.copy_of} if approval.copy_of is not None else {}),
        },
    )
