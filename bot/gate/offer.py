"""A reply to an action's card: its words are kept in an offer, and a tap says what they are for.

So words are never taken for a decision, and what they are taken for is decided as any card is:
by the same rights, in one transaction, told to everybody alike.
"""

from dataclasses import replace
from datetime import datetime

from bot.core.alike import check_shown
from bot.core.approval import Approval
from bot.core.card import asks_twice
from bot.core.decision import Choice
from bot.core.errors import CardOutdated, InvalidAsk
from bot.core.offer import Offer, OfferVerb, Step, offered, take
from bot.core.people import Decider, refusal_to_decide
from bot.core.spoken import Spoken
from bot.gate.channel import Card, CardKind, Target, Update
from bot.gate.debt import AT_ONCE, edit_of, post_of
from bot.gate.events import Owed
from bot.gate.press import (
    Effect,
    FreshCard,
    Person,
    Place,
    Reaction,
    decide_by,
    decider_of,
    stranger,
    too_late,
)
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


def make_offer(
    tx: Transaction,
    approval: Approval,
    replied: Card,
    text: str,
    *,
    said: str | None,
    decider: Decider,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    """Offer what a reply to an action's card could be for; the writer's offer of before closes.

    `said` is the message of the reply, to which the offer is a reply in turn.
    """
    try:
        offer = offered(approval, text, writer=decider.identity)
    except InvalidAsk as error:
        return Done(value=Reaction(effect=Effect.REFUSED, approval=approval, refusal=error))
    for card in (yield from tx.cards.of(approval.id)):
        if card.kind is CardKind.OFFER and card.target == replied.target:
            before = Offer.load(card.face)
            if before.writer == offer.writer and before.step is not Step.DROPPED:
                yield from _turn(tx, card, replace(before, step=Step.DROPPED), now)
    card = Card(
        id=fresh.id,
        approval_id=approval.id,
        kind=CardKind.OFFER,
        target=replied.target,
        handle=fresh.handle,
        face=offer.dump(),
        beside=said,
    )
    yield from tx.cards.add(card)
    post = post_of(card, approval, now, id=fresh.delivery_id)
    yield from tx.outbox.owe(replace(post, priority=AT_ONCE))
    value = Reaction(effect=Effect.OFFERED, approval=approval)
    return Done(value=value, events=(Owed(due_at=now),))


def press_offer(
    tx: Transaction,
    *,
    handle: str,
    verb: OfferVerb,
    person: Person,
    place: Place,
    update: Update,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    """Do what a press on an offer means, once, for the person whose words it holds."""
    is_new = yield from tx.updates.first_sight(update, now)
    found = yield from tx.cards.by_handle(handle)
    here = [card for card in found if card.kind is CardKind.OFFER and card.target == place.target]
    approval = (yield from tx.approvals.get(here[0].approval_id)) if here else None
    if approval is None:
        return Done(value=Reaction(effect=Effect.UNKNOWN))
    card, decider = here[0], (yield from decider_of(tx, person))
    refusal = refusal_to_decide(approval, decider)
    if refusal is not None:
        return stranger(approval, decider, refusal, now, audited=is_new)
    if not is_new:
        return Done(value=Reaction(effect=Effect.REPEATED, approval=approval))
    offer = Offer.load(card.face)
    if offer.writer != decider.identity:
        return Done(value=Reaction(effect=Effect.NOT_YOURS, approval=approval))
    if not approval.is_pending or now >= approval.expires_at:
        return (yield from too_late(tx, approval, decider, now, fresh))
    return (yield from _follow(tx, approval, card, offer, verb, decider, now, fresh))


def _follow(
    tx: Transaction,
    approval: Approval,
    card: Card,
    offer: Offer,
    verb: OfferVerb,
    decider: Decider,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    taken = take(approval, offer, verb)
    if taken is None:
        yield from tx.outbox.owe(edit_of(card.id, card.target, now, AT_ONCE))
        value = Reaction(effect=Effect.STALE, approval=approval)
        return Done(value=value, events=(Owed(due_at=now),))
    if isinstance(taken, Offer):
        return (yield from _step(tx, approval, card, taken, now))
    if taken.approve:
        try:
            check_shown(approval, shown=offer.shown)
        except CardOutdated as error:
            again = replace(offer, shown=approval.copies)
            done = yield from _step(tx, approval, card, again, now)
            return replace(done, value=replace(done.value, effect=Effect.STALE, refusal=error))
    return (yield from decide_by(tx, approval, taken, decider, now, fresh))


def _step(
    tx: Transaction, approval: Approval, card: Card, offer: Offer, now: datetime
) -> Steps[Done[Reaction]]:
    turned = yield from _turn(tx, card, offer, now)
    effect = Effect.DROPPED if offer.step is Step.DROPPED else Effect.TURNED
    value = Reaction(effect=effect if turned else Effect.STALE, approval=approval)
    return Done(value=value, events=(Owed(due_at=now),))


def _turn(tx: Transaction, card: Card, offer: Offer, now: datetime) -> Steps[bool]:
    after = card.face_revision + 1
    turned = yield from tx.cards.turn(card.id, offer.dump(), face_revision=after)
    yield from tx.outbox.owe(edit_of(card.id, card.target, now, AT_ONCE))
    return turned


def answer_code(
    tx: Transaction,
    *,
    spoken: Spoken,
    person: Person,
    place: Place,
    update: Update,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    """Follow `yes CODE` or `no CODE reason`, once; what takes more than a tap takes a tap.

    In a group only what was asked there has a code; a reply to another card's message has none.
    """
    approval = yield from tx.approvals.by_code(spoken.code)
    if approval is not None and not (yield from _is_meant(tx, approval, place)):
        approval = None
    if approval is None:  # so it may be words like any others, and the update is not used up
        return Done(value=Reaction(effect=Effect.NO_SUCH_CODE))
    is_new = yield from tx.updates.first_sight(update, now)
    decider = yield from decider_of(tx, person)
    refusal = refusal_to_decide(approval, decider)
    if refusal is not None:
        return stranger(approval, decider, refusal, now, audited=is_new)
    if not is_new:
        return Done(value=Reaction(effect=Effect.REPEATED, approval=approval))
    if now >= approval.expires_at:
        return (yield from too_late(tx, approval, decider, now, fresh))
    if not spoken.is_clear:
        return Done(value=Reaction(effect=Effect.UNCLEAR, approval=approval))
    if not spoken.approve:
        denial = Choice(approve=False, note=spoken.rest or None)
        return (yield from decide_by(tx, approval, denial, decider, now, fresh, typed=True))
    if approval.questions or approval.copies or asks_twice(approval):
        return (yield from _show_again(tx, approval, place.target, now, fresh))
    approval_of_it = Choice(approve=True)
    return (yield from decide_by(tx, approval, approval_of_it, decider, now, fresh, typed=True))


def _is_meant(tx: Transaction, approval: Approval, place: Place) -> Steps[bool]:
    """Tell whether somebody who writes here can mean this approval by its code."""
    cards = yield from tx.cards.of(approval.id)
    if place.message is not None:
        replied = yield from tx.cards.by_message(place.target, place.message)
        return replied is None or replied.approval_id == approval.id
    is_private = (yield from tx.people.by_address(place.target)) is not None
    return is_private or any(card.target == place.target for card in cards)


def _show_again(
    tx: Transaction, approval: Approval, target: Target, now: datetime, fresh: FreshCard
) -> Steps[Done[Reaction]]:
    """Send the card once more, to be tapped."""
    card = Card(
        id=fresh.id,
        approval_id=approval.id,
        kind=CardKind.CARD,
        target=target,
        handle=fresh.handle,
    )
    yield from tx.cards.add(card)
    post = post_of(card, approval, now, id=fresh.delivery_id)
    yield from tx.outbox.owe(replace(post, priority=AT_ONCE))
    value = Reaction(effect=Effect.TAP_INSTEAD, approval=approval)
    return Done(value=value, events=(Owed(due_at=now),))
