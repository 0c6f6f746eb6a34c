"""Somebody answers: authorise, conditional save, grant, audit, cards to edit – one transaction."""

from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from bot.core.alike import check_shown
from bot.core.approval import (
    Approval,
    State,
    checked_choice,
    decided,
    expired,
    reported,
    voted,
    withdrawn,
)
from bot.core.approval import Outcome as ReportedOutcome
from bot.core.audit import Record
from bot.core.brake import Brake, check_haste, is_braked
from bot.core.confirmation import is_wrong_number
from bot.core.decision import Choice, Decision, Scope
from bot.core.end import End
from bot.core.errors import GateError, NotFound, TooHasty
from bot.core.grant import grant_from
from bot.core.halt import PAUSED_REASON
from bot.core.number import WRONG_NUMBER
from bot.core.people import Decider, refusal_to_decide
from bot.core.vote import Vote, names, notes, tally
from bot.gate.copies import Waiting, decided_along, parted, waiting
from bot.gate.debt import owe_edits
from bot.gate.entry import (
    decided_record,
    expired_record,
    grant_record,
    late_record,
    refused_record,
)
from bot.gate.events import Ended, Reported
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshGrant:
    """What a decision needs from outside: a grant's id, and the zone in which today usually ends.

    `brake` is how many one person may approve by taps alone.
    """

    id: str
    timezone: tzinfo
    brake: Brake = field(default_factory=Brake)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of an attempt to decide.

    `approval` is how it stands now, None where there is none. `by_this` tells whether this very
    attempt ended it, `counted` whether it was one vote of several that it takes, `refusal` why it
    could not; none of them means that somebody or time was first.
    `wrong_number` tells that it meant to approve, and picked a number that is not the agent's.
    `late_before` tells that an attempt after the deadline was already turned away once.
    """

    approval: Approval | None
    by_this: bool = False
    counted: bool = False
    refusal: GateError | None = None
    wrong_number: bool = False
    late_before: bool = False


def decide(
    tx: Transaction,
    *,
    approval_id: str,
    decider: Decider,
    choice: Choice,
    shown: int | None = None,
    typed: bool = False,
    now: datetime,
    fresh: FreshGrant,
) -> Steps[Done[Answered]]:
    """Decide a pending approval, or tell why not; never raises for what the world did first.

    It is for the copies too, where the person's card showed them; no more are approved than were
    `shown`. Without that, as over the API, it is for this one alone. `typed` tells that the person
    typed the card's code, or confirmed a list, so that haste does not hold it up.
    """
    approval = yield from tx.approvals.get(approval_id)
    if approval is None:
        return Done(value=Answered(approval=None, refusal=NotFound("approval not found")))
    return (
        yield from conclude(
            tx, approval, decider, choice, shown=shown, typed=typed, now=now, fresh=fresh
        )
    )


def conclude(
    tx: Transaction,
    approval: Approval,
    decider: Decider,
    choice: Choice,
    *,
    shown: int | None = None,
    typed: bool = False,
    now: datetime,
    fresh: FreshGrant,
) -> Steps[Done[Answered]]:
    """Decide this approval as `decide` does, once it was found."""
    refusal = refusal_to_decide(approval, decider)
    if refusal is not None:
        return Done(
            value=Answered(approval=approval, refusal=refusal),
            audit=(refused_record(approval, decider, refusal, now),),
        )
    if not approval.is_pending:
        return (yield from late(tx, approval, decider, now))
    if now >= approval.expires_at:
        done = yield from expire(tx, approval, now=now)
        record = late_record(done.value, decider, now)
        return Done(
            value=Answered(approval=done.value), audit=(*done.audit, record), events=done.events
        )
    try:
        choice = checked_choice(approval, choice)
        if choice.approve and shown is not None:
            check_shown(approval, shown=shown)
        is_wrong = is_wrong_number(approval, choice)
    except GateError as error:
        return Done(value=Answered(approval=approval, refusal=error))
    hasty = None if typed else (yield from _haste(tx, approval, decider, choice, now, fresh.brake))
    if hasty is not None:
        return Done(
            value=Answered(approval=approval, refusal=hasty),
            audit=(refused_record(approval, decider, hasty, now),),
        )
    if is_wrong:  # for everybody: see core.number
        denial = Choice(approve=False, note=WRONG_NUMBER)
        return (yield from _save(tx, approval, decider, denial, now=now, fresh=fresh, wrong=True))
    if approval.is_shared:
        return (yield from _count(tx, approval, decider, choice, now=now, fresh=fresh))
    return (yield from _save(tx, approval, decider, choice, shown=shown, now=now, fresh=fresh))


def _haste(
    tx: Transaction,
    approval: Approval,
    decider: Decider,
    choice: Choice,
    now: datetime,
    brake: Brake,
) -> Steps[GateError | None]:
    """Return the refusal where this person has just approved too much for another tap."""
    if not is_braked(approval, choice, decider.identity):
        return None
    approved = yield from tx.approvals.approved_by(decider.identity, since=now - brake.window)
    try:
        check_haste(approval, brake, approved=approved)
    except TooHasty as error:
        return error
    return None


def _count(
    tx: Transaction,
    approval: Approval,
    decider: Decider,
    choice: Choice,
    *,
    now: datetime,
    fresh: FreshGrant,
) -> Steps[Done[Answered]]:
    """Count one person's answer; the last that it takes decides."""
    vote = Vote(
        identity=decider.identity,
        name=decider.name,
        via=decider.via,
        at=now,
        approved=choice.approve,
        note=choice.note,
    )
    after = voted(approval, vote)
    record = Record(
        kind="approval.voted",
        at=now,
        actor=decider.identity,
        approval_id=approval.id,
        facts={"via": decider.via, "approved": choice.approve, "note": choice.note},
    )
    result = tally(after.votes, approval.routing)
    if result is None:
        if not (yield from tx.approvals.vote(after)):
            raise RuntimeError("gate: an approval read as pending was not; run the unit again")
        owed = yield from owe_edits(tx, after, now=now)
        return Done(value=Answered(approval=after, counted=True), audit=(record,), events=owed)
    note = notes(after.votes, approved=result)
    together = replace(choice, approve=result, note=note, stop=choice.stop and not result)
    everybody = replace(decider, name=names(after.votes, approved=result))
    done = yield from _save(tx, after, everybody, together, now=now, fresh=fresh)
    return replace(done, audit=(record, *done.audit))


def _save(
    tx: Transaction,
    approval: Approval,
    decider: Decider,
    choice: Choice,
    *,
    shown: int | None = None,
    wrong: bool = False,
    now: datetime,
    fresh: FreshGrant,
) -> Steps[Done[Answered]]:
    decision = Decision(
        approved=choice.approve,
        code=choice.code,
        by=decider.name,
        via=decider.via,
        at=now,
        approver_id=decider.identity,
        note=choice.note,
        override=choice.override,
        scope=choice.scope,
        answers=choice.answers,
        stop=choice.stop,
    )
    made: tuple[Record, ...] = ()
    if choice.scope is not Scope.ONCE:
        decision, record = yield from _with_grant(tx, approval, decider, choice, decision, fresh)
        made = (record,)
    is_alone = shown is None or approval.copy_of is not None
    along = Waiting() if is_alone else (yield from waiting(tx, approval, now=now))
    reason = WRONG_NUMBER if wrong else None
    ended = decided(approval, decision, copies=len(along.copies), reason=reason)
    if not (yield from tx.approvals.finish(ended)):
        raise RuntimeError("gate: an approval read as pending was not; run the unit again")
    owed = yield from owe_edits(tx, ended, now=now)
    others = parted(tx, approval, now=now) if is_alone else decided_along(tx, along, decision)
    audit, events = yield from others
    return Done(
        value=Answered(approval=ended, by_this=True, wrong_number=wrong),
        audit=(decided_record(ended, decision), *made, *audit),
        events=(Ended(approval=ended), *owed, *events),
    )


def _with_grant(
    tx: Transaction,
    approval: Approval,
    decider: Decider,
    choice: Choice,
    decision: Decision,
    fresh: FreshGrant,
) -> Steps[tuple[Decision, Record]]:
    """Make the grant that the choice is for; return the decision with it, and its record."""
    timezone = yield from _zone_of_today(tx, decider, choice, fresh)
    wanted = grant_from(
        approval,
        choice,
        id=fresh.id,
        made_by=decider.name,
        made_at=decision.at,
        expires_at=choice.end.instant(decision.at, timezone) if choice.end else None,
    )
    grant = yield from tx.grants.make(wanted)
    made = replace(
        decision, grant_id=grant.id, extent=grant.extent, end=grant.end, until=grant.expires_at
    )
    return made, grant_record(grant, approval, decider, decision.at)


def _zone_of_today(
    tx: Transaction, decider: Decider, choice: Choice, fresh: FreshGrant
) -> Steps[tzinfo]:
    """Return the zone in which today ends: that of the person who says so, where they set one."""
    if choice.end is not End.TODAY or decider.person is None:
        return fresh.timezone
    preferences = yield from tx.preferences.get(decider.person)
    return preferences.zone or fresh.timezone


def late(
    tx: Transaction, approval: Approval, decider: Decider, now: datetime
) -> Steps[Done[Answered]]:
    """Answer an attempt on what has ended; one that came after time ran out is remembered once."""
    was_taken_back = approval.state is State.WITHDRAWN and approval.end_reason is not None
    if approval.decision is not None or was_taken_back:
        return Done(value=Answered(approval=approval))
    if (yield from tx.audit.has(approval.id, "decision.late")):
        return Done(value=Answered(approval=approval, late_before=True))
    return Done(value=Answered(approval=approval), audit=(late_record(approval, decider, now),))


def expire(tx: Transaction, approval: Approval, *, now: datetime) -> Steps[Done[Approval]]:
    """End a pending approval whose deadline has come; where somebody was first, theirs stands."""
    if not approval.is_pending:
        return Done(value=approval)
    reason = PAUSED_REASON if (yield from tx.held.drop(approval.id)) else None
    ended = expired(approval, at=now, reason=reason)
    return (yield from _end(tx, approval, ended, expired_record(ended, now), now))


def withdraw(
    tx: Transaction, approval: Approval, *, now: datetime, reason: str | None
) -> Steps[Done[Approval]]:
    """Take a pending approval back for its agent; what has ended already stays as it is."""
    if not approval.is_pending:
        return Done(value=approval)
    ended = withdrawn(approval, at=now, reason=reason)
    record = Record(
        kind="approval.withdrawn",
        at=now,
        actor=f"key:{ended.key_id}",
        approval_id=ended.id,
        facts={"reason": reason},
    )
    return (yield from _end(tx, approval, ended, record, now))


def _end(
    tx: Transaction, before: Approval, ended: Approval, record: Record, now: datetime
) -> Steps[Done[Approval]]:
    if not (yield from tx.approvals.finish(ended)):
        first = yield from tx.approvals.get(ended.id)
        return Done(value=first if first is not None else ended)
    owed = yield from owe_edits(tx, ended, now=now)
    audit, events = yield from parted(tx, before, now=now)
    return Done(
        value=ended, audit=(record, *audit), events=(Ended(approval=ended), *owed, *events)
    )


def report(tx: Transaction, approval: Approval, outcome: ReportedOutcome) -> Steps[Done[Approval]]:
    """Keep what became of an approved action, once; raises IllegalTransition otherwise."""
    before = approval.outcome
    if before is not None and (before.exit_code, before.summary) == (
        outcome.exit_code,
        outcome.summary,
    ):
        return Done(value=approval)
    after = reported(approval, outcome)
    if not (yield from tx.approvals.report(after.id, outcome, revision=after.revision)):
        reported(after, outcome)  # somebody was first: refuse as for any second report
    now = outcome.reported_at
    owed = yield from owe_edits(tx, after, now=now)
    record = Record(
        kind="approval.reported",
        at=now,
        actor=f"key:{after.key_id}",
        approval_id=after.id,
        facts={"exit_code": outcome.exit_code},
    )
    return Done(value=after, audit=(record,), events=(Reported(approval=after), *owed))
