"""Which card a press is on, as far as the channel says where it was made."""

from dataclasses import replace

from bot.gate.channel import Card, Target
from bot.gate.debt import another_of
from bot.gate.steps import Steps
from bot.gate.tables import Transaction


def card_pressed(
    tx: Transaction, handle: str, target: Target, message: str | None
) -> Steps[tuple[Card | None, bool]]:
    """Find the card that bears the handle, in the chat of the press only.

    A message that is another approval's card bears no other handle. One that is not known at all
    is a copy whose reference was lost between sending and saving: it is taken up as this card,
    and the second value says so.
    """
    copies = yield from tx.cards.by_handle(handle)
    here = [card for card in copies if card.target == target]
    if not here:
        return None, False
    if message is None:
        return here[0], False
    known = next((card for card in here if card.message == message), None)
    if known is not None:
        return known, False
    if (yield from tx.cards.by_message(target, message)) is not None:
        return None, False
    unposted = next((card for card in here if card.message is None), None)
    if unposted is not None:
        yield from tx.cards.posted(unposted.id, message)
        return replace(unposted, message=message), True
    copy = another_of(here[0], message)
    yield from tx.cards.add(copy)
    return copy, True
