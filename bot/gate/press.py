"""A person presses a card's button or answers it in words – one transaction each.

What comes in is only a claim: the handle leads to the card, the person's address to the approver,
and the card's stored face to what the button means. Nothing is decided from the message itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.core.approval import Approval, Kind
from bot.core.audit import Record
from bot.core.card import (
    Button,
    Face,
    Pressed,
    Wish,
    answer_with_words,
    press,
    press_afterwards,
)
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
    WORDS_DECIDE_NOTHING = "words_decide_nothing"
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
    decider = yield from _decider(tx, person)
    refusal = refusal_to_decide(approval, decider)
    if refusal is not None:
        return _stranger(approval, decider, refusal, now, audited=is_new)
    if not is_new:
        return Done(value=Reaction(effect=Effect.REPEATED, approval=approval))
    face = Face.load(card.face)
    if not approval.is_pending:
        afterwards = press_afterwards(approval, face, button)
        if afterwards is not None:
            return (yield from _afterwards(tx, approval, card, afterwards, decider, now))
    if not approval.is_pending or now >= approval.expires_at:
        return (yield from _late(tx, approval, decider, now, fresh))
    try:
        pressed = press(approval, face, button, person=decider.identity)
    except CardOutdated as error:
        return (yield from _stale(tx, approval, card, now, error))
    except InvalidAsk as error:
        return Done(value=Reaction(effect=Effect.REFUSED, approval=approval, refusal=error))
    return (yield from _follow(tx, approval, card, pressed, decider, now, fresh))


def answer_words(
    tx: Transaction,
    *,
    text: str,
    person: Person,
    place: Place,
    update: Update,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    """Take a reply to a card or to a prompt; on a question it is the answer, else nothing."""
    is_new = yield from tx.updates.first_sight(update, now)
    replied = None
    if place.message is not None:
        replied = yield from tx.cards.by_message(place.target, place.message)
    approval = (yield from tx.approvals.get(replied.approval_id)) if replied is not None else None
    if replied is None or approval is None:
        return Done(value=Reaction(effect=Effect.NOT_A_CARD))
    decider = yield from _decider(tx, person)
    refusal = refusal_to_decide(approval, decider)
    if refusal is not None:
        return _stranger(approval, decider, refusal, now, audited=is_new)
    if not is_new:
        return Done(value=Reaction(effect=Effect.REPEATED, approval=approval))
    if not approval.is_pending or now >= approval.expires_at:
        return (yield from _late(tx, approval, decider, now, fresh))
    if approval.kind is not Kind.QUESTION:
        return Done(value=Reaction(effect=Effect.WORDS_DECIDE_NOTHING, approval=approval))
    card = yield from _card_in(tx, approval, replied)
    face = Face.load(card.face)
    if replied.kind is CardKind.PROMPT and Face.load(replied.face).step != face.step:
        return Done(value=Reaction(effect=Effect.STALE, approval=approval))
    try:
        pressed = answer_with_words(approval, face, text)
    except InvalidAsk as error:
        return Done(value=Reaction(effect=Effect.REFUSED, approval=approval, refusal=error))
    return (yield from _follow(tx, approval, card, pressed, decider, now, fresh))


def _card_in(tx: Transaction, approval: Approval, replied: Card) -> Steps[Card]:
    """Return the card whose progress a reply in this chat continues."""
    if replied.kind is CardKind.CARD:
        return replied
    copies = yield from tx.cards.of(approval.id)
    here = [c for c in copies if c.kind is CardKind.CARD and c.target == replied.target]
    return here[-1] if here else replied


def _decider(tx: Transaction, person: Person) -> Steps[Decider]:
    approver = (yield from tx.people.by_address(person.address)) if person.may_act else None
    if approver is None:
        stranger = f"{person.address.channel}:{person.address.address}"
        return Decider(name=stranger, via=Via(person.address.channel))
    if person.name and person.name != approver.name:
        yield from tx.people.rename(approver.id, person.name)
    return Decider(
        name=person.name or approver.name, via=Via(person.address.channel), person=approver.id
    )


def _stranger(
    approval: Approval, decider: Decider, refusal: GateError, now: datetime, *, audited: bool
) -> Done[Reaction]:
    records: Sequence[Record] = ()
    if audited:
        records = (refused_record(approval, decider, refusal, now),)
    effect = Effect.STRANGER if isinstance(refusal, NotAnApprover) else Effect.REFUSED
    return Done(
        value=Reaction(effect=effect, approval=approval, refusal=refusal), audit=tuple(records)
    )


def _late(
    tx: Transaction, approval: Approval, decider: Decider, now: datetime, fresh: FreshCard
) -> Steps[Done[Reaction]]:
    if approval.is_pending:  # its time is up and the timer has not come round yet
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


def _follow(
    tx: Transaction,
    approval: Approval,
    card: Card,
    pressed: Pressed,
    decider: Decider,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    if isinstance(pressed, Choice):
        return (yield from _decide(tx, approval, pressed, decider, now, fresh))
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


def _decide(
    tx: Transaction,
    approval: Approval,
    choice: Choice,
    decider: Decider,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    done = yield from conclude(
        # A press for fewer than there are was stale before it came here.
        tx,
        approval,
        decider,
        choice,
        shown=approval.copies,
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
