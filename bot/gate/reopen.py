"""A waiting approval's card is sent once more, where somebody asks for it."""

from dataclasses import replace
from datetime import datetime

from bot.core.approval import Approval
from bot.gate.channel import Card, CardKind, Target
from bot.gate.debt import AT_ONCE, post_of
from bot.gate.events import Event, Owed
from bot.gate.press import FreshCard
from bot.gate.steps import Steps
from bot.gate.tables import Transaction


def reopened(
    tx: Transaction,
    approval: Approval,
    target: Target,
    *,
    fresh: FreshCard,
    beside: str | None,
    now: datetime,
) -> Steps[tuple[Event, ...]]:
    """Owe the card to this chat as a new message; one that a digest held back is that card.

    Earlier copies stay as good as this one, and all of them are stamped at the end.
    """
    cards = yield from tx.cards.of(approval.id)
    held = next(
        (card for card in cards if card.target == target and card.held_at is not None), None
    )
    if held is not None:
        yield from tx.cards.released(held.id, beside=beside)
        card = replace(held, beside=beside, held_at=None)
    else:
        card = Card(
            id=fresh.id,
            approval_id=approval.id,
            kind=CardKind.CARD,
            target=target,
            handle=fresh.handle,
            beside=beside,
        )
        yield from tx.cards.add(card)
    post = post_of(card, approval, now, id=fresh.delivery_id)
    yield from tx.outbox.owe(replace(post, priority=AT_ONCE))
    return (Owed(due_at=now),)
