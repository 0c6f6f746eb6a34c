"""A person presses a card's button – one transaction.

What comes in is only a claim: the handle leads to the card, the person's address to the approver,
and the card's stored face to what the button means. Nothing is decided from the message itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.core.approval import Approval
from bot.core.audit import Record
from bot.core.card import Button, Face, Pressed, Verb, Wish, press, press_afterwards
from bot.core.decision import Choice, Via
from bot.core.errors import CardOutdated, GateError, InvalidAsk, NotAnApprover
from bot.core.people import Decider, refusal_to_decide
from bot.gate.channel import Card, CardKind, Delivery, Target, Task, Update
from bot.gate.debt import AT_ONCE, edit_of
from bot.gate.decide import (
    FreshGrant,
    conclude,
    late,
)
from bot.gate.entry import refused_record
from bot.gate.events import Event, Owed
from bot.gate.pressed import card_pressed
from bot.gate.revoke import follow_afterwards
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


class Effect(StrEnum):
    """What a press or a reply came to."""

    DECIDED = "decided"
    COUNTED = "counted"
    TURNED = "turned"
    REVOKED = "revoked"
    WRONG_NUMBER = "wrong_number"
    PROMPTED = "prompted"
    DETAILED = "detailed"
    LATE = "late"
    STALE = "stale"
    STRANGER = "stranger"
    REFUSED = "refused"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    OFFERED = "offered"
    DROPPED = "dropped"
    NOT_YOURS = "not_yours"
    UNCLEAR = "unclear"
    TAP_INSTEAD = "tap_instead"
    NO_SUCH_CODE = "no_such_code"
    NOT_A_CARD = "not_a_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """The effect, how the approval stands now, and the refusal where there is one."""

    effect: Effect
    approval: Approval | None = None
    refusal: GateError | None = None
    face: Face | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who acts, as the channel vouches: their own address there and their name.

    `may_act` is False for senders that are nobody in particular: bots, anonymous admins, channels.
    """

    address: Target
    name: str
    may_act: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The message acted upon; `message` is None where the channel does not say which."""

    target: Target
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshCard:
    """Ids drawn beforehand for a card that a press may bring up."""

    id: str
    handle: str
    delivery_id: str
    grant: FreshGrant


def press_button(
    tx: Transaction,
    *,
    handle: str,
    button: Button,
    person: Person,
    place: Place,
    update: Update,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    """Do what the press means, once, for a person who may."""
    is_new = yield from tx.updates.first_sight(update, now)
    card, is_found = yield from card_pressed(tx, handle, place.target, place.message)
    approval = (yield from tx.approvals.get(card.approval_id)) if card is not None else None
    if card is None or approval is None:
        return Done(value=Reaction(effect=Effect.UNKNOWN))
    done = yield from _press(
        tx, approval, card, button, person=person, is_new=is_new, now=now, fresh=fresh
    )
    if is_found:  # it shows how things stood when it was lost
        yield from tx.outbox.owe(edit_of(card.id, card.target, now, AT_ONCE))
        done = replace(done, events=(*done.events, Owed(due_at=now)))
    return done


def _press(
    tx: Transaction,
    approval: Approval,
    card: Card,
    button: Button,
    *,
    person: Person,
    is_new: bool,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    decider = yield from decider_of(tx, person)
    refusal = refusal_to_decide(approval, decider)
    only_looks = decider.looks_only and button.verb is Verb.DETAILS
    if refusal is not None and not only_looks:
        return stranger(approval, decider, refusal, now, audited=is_new)
    if not is_new:
        return Done(value=Reaction(effect=Effect.REPEATED, approval=approval))
    if only_looks:
        return (yield from follow(tx, approval, card, Wish.DETAILS, decider, now, fresh))
    face = Face.load(card.face)
    if not approval.is_pending:
        afterwards = press_afterwards(approval, face, button)
        if afterwards is not None:
            return (yield from _afterwards(tx, approval, card, afterwards, decider, now))
    if not approval.is_pending or now >= approval.expires_at:
        return (yield from too_late(tx, approval, decider, now, fresh))
    try:
        pressed = press(approval, face, button, person=decider.identity)
    except CardOutdated as error:
        return (yield from _stale(tx, approval, card, now, error))
    except InvalidAsk as error:
        return Done(value=Reaction(effect=Effect.REFUSED, approval=approval, refusal=error))
    return (yield from follow(tx, approval, card, pressed, decider, now, fresh))


def decider_of(tx: Transaction, person: Person) -> Steps[Decider]:
    """Return who acts, as the gate knows them; keep the name that the channel tells."""
    approver = (yield from tx.people.by_address(person.address)) if person.may_act else None
    if approver is None:
        stranger = f"{person.address.channel}:{person.address.address}"
        return Decider(name=stranger, via=Via(person.address.channel))
    if person.name and person.name != approver.name:
        yield from tx.people.rename(approver.id, person.name)
    return Decider(
        name=person.name or approver.name,
        via=Via(person.address.channel),
        person=approver.id,
        looks_only=not approver.may_decide,
    )


def stranger(
    approval: Approval, decider: Decider, refusal: GateError, now: datetime, *, audited: bool
) -> Done[Reaction]:
    """Turn away whoever may not decide this; remember it where it is `audited`."""
    records: Sequence[Record] = ()
    if audited:
        records = (refused_record(approval, decider, refusal, now),)
    effect = Effect.STRANGER if isinstance(refusal, NotAnApprover) else Effect.REFUSED
    return Done(
        value=Reaction(effect=effect, approval=approval, refusal=refusal), audit=tuple(records)
    )


def too_late(
    tx: Transaction, approval: Approval, decider: Decider, now: datetime, fresh: FreshCard
) -> Steps[Done[Reaction]]:
    """Tell how it ended; end it where its time is up and the timer has not come round yet."""
    if approval.is_pending:
        done = yield from conclude(
            tx, approval, decider, Choice(approve=False), now=now, fresh=fresh.grant
        )
    else:
        done = yield from late(tx, approval, decider, now)
    return Done(
        value=Reaction(effect=Effect.LATE, approval=done.value.approval),
        audit=done.audit,
        events=done.events,
    )


def follow(
    tx: Transaction,
    approval: Approval,
    card: Card,
    pressed: Pressed,
    decider: Decider,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    """Do what a press or an answer on a card means."""
    if isinstance(pressed, Choice):
        return (yield from decide_by(tx, approval, pressed, decider, now, fresh))
    if isinstance(pressed, Face):
        return (yield from _turn(tx, approval, card, pressed, now))
    if pressed is Wish.STALE:
        return (yield from _stale(tx, approval, card, now))
    kind, effect = {
        Wish.WORDS: (CardKind.PROMPT, Effect.PROMPTED),
        Wish.DETAILS: (CardKind.DETAILS, Effect.DETAILED),
    }[pressed]
    beside = Card(
        id=fresh.id,
        approval_id=approval.id,
        kind=kind,
        target=card.target,
        handle=fresh.handle,
        face=card.face,
        beside=card.message,
    )
    yield from tx.cards.add(beside)
    yield from tx.outbox.owe(
        Delivery(
            id=fresh.delivery_id,
            task=Task.POST,
            target=card.target,
            card_id=beside.id,
            priority=AT_ONCE,
            created_at=now,
            due_at=now,
        )
    )
    value = Reaction(effect=effect, approval=approval)
    return Done(value=value, events=(Owed(due_at=now),))


def _afterwards(
    tx: Transaction,
    approval: Approval,
    card: Card,
    pressed: Face | Wish,
    decider: Decider,
    now: datetime,
) -> Steps[Done[Reaction]]:
    done = yield from follow_afterwards(tx, approval, card, pressed, decider, now)
    face = pressed if isinstance(pressed, Face) else None
    effect = Effect.TURNED if face is not None else Effect.STALE
    reaction = Reaction(
        effect=Effect.REVOKED if done.value else effect, approval=approval, face=face
    )
    return Done(value=reaction, audit=done.audit, events=done.events)


def _stale(
    tx: Transaction,
    approval: Approval,
    card: Card,
    now: datetime,
    refusal: GateError | None = None,
) -> Steps[Done[Reaction]]:
    yield from tx.outbox.owe(edit_of(card.id, card.target, now, AT_ONCE))
    value = Reaction(effect=Effect.STALE, approval=approval, refusal=refusal)
    return Done(value=value, events=(Owed(due_at=now),))


def decide_by(
    tx: Transaction,
    approval: Approval,
    choice: Choice,
    decider: Decider,
    now: datetime,
    fresh: FreshCard,
    *,
    typed: bool = False,
) -> Steps[Done[Reaction]]:
    """Decide with this choice, for all the copies that the card shows.

    `typed` tells that the person typed the card's code.
    """
    done = yield from conclude(
        # A press for fewer than there are was stale before it came here.
        tx,
        approval,
        decider,
        choice,
        shown=approval.copies,
        typed=typed,
        now=now,
        fresh=fresh.grant,
    )
    answered = done.value
    if answered.refusal is not None:
        effect = Effect.REFUSED
    else:
        effect = Effect.DECIDED if answered.by_this else Effect.LATE
        effect = Effect.COUNTED if answered.counted else effect
        effect = Effect.WRONG_NUMBER if answered.wrong_number else effect
    return Done(
        value=Reaction(effect=effect, approval=answered.approval, refusal=answered.refusal),
        audit=done.audit,
        events=done.events,
    )


def _turn(
    tx: Transaction, approval: Approval, card: Card, face: Face, now: datetime
) -> Steps[Done[Reaction]]:
    turned = yield from tx.cards.turn(card.id, face.dump(), face_revision=card.face_revision + 1)
    yield from tx.outbox.owe(edit_of(card.id, card.target, now, AT_ONCE))
    effect = Effect.TURNED if turned else Effect.STALE
    events: tuple[Event, ...] = (Owed(due_at=now),)
    return Done(value=Reaction(effect=effect, approval=approval, face=face), events=events)
