"""A person replies to a card in words: a question's answer, or what an offer is made of."""

from datetime import datetime

from bot.core.approval import Approval, Kind
from bot.core.card import Face, answer_with_words
from bot.core.errors import InvalidAsk
from bot.core.people import refusal_to_decide
from bot.gate.channel import Card, CardKind, Update
from bot.gate.offer import make_offer
from bot.gate.press import (
    Effect,
    FreshCard,
    Person,
    Place,
    Reaction,
    decider_of,
    follow,
    stranger,
    too_late,
)
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


def answer_words(
    tx: Transaction,
    *,
    text: str,
    said: str | None,
    person: Person,
    place: Place,
    update: Update,
    now: datetime,
    fresh: FreshCard,
) -> Steps[Done[Reaction]]:
    """Take a reply to a card or to a prompt: a question's answer, or words to be offered.

    `said` is the message of the reply itself.
    """
    is_new = yield from tx.updates.first_sight(update, now)
    replied = None
    if place.message is not None:
        replied = yield from tx.cards.by_message(place.target, place.message)
    approval = (yield from tx.approvals.get(replied.approval_id)) if replied is not None else None
    if replied is None or approval is None:
        return Done(value=Reaction(effect=Effect.NOT_A_CARD))
    decider = yield from decider_of(tx, person)
    refusal = refusal_to_decide(approval, decider)
    if refusal is not None:
        return stranger(approval, decider, refusal, now, audited=is_new)
    if not is_new:
        return Done(value=Reaction(effect=Effect.REPEATED, approval=approval))
    if not approval.is_pending or now >= approval.expires_at:
        return (yield from too_late(tx, approval, decider, now, fresh))
    if approval.kind is not Kind.QUESTION:
        return (
            yield from make_offer(
                tx, approval, replied, text, said=said, decider=decider, now=now, fresh=fresh
            )
        )
    card = yield from _card_in(tx, approval, replied)
    face = Face.load(card.face)
    if replied.kind is CardKind.PROMPT and Face.load(replied.face).step != face.step:
        return Done(value=Reaction(effect=Effect.STALE, approval=approval))
    try:
        pressed = answer_with_words(approval, face, text)
    except InvalidAsk as error:
        return Done(value=Reaction(effect=Effect.REFUSED, approval=approval, refusal=error))
    return (yield from follow(tx, approval, card, pressed, decider, now, fresh))


def _card_in(tx: Transaction, approval: Approval, replied: Card) -> Steps[Card]:
    """Return the card whose progress a reply in this chat continues."""
    if replied.kind is CardKind.CARD:
        return replied
    copies = yield from tx.cards.of(approval.id)
    here = [c for c in copies if c.kind is CardKind.CARD and c.target == replied.target]
    return here[-1] if here else replied
