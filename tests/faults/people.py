"""People with a phone who tap what they find: the right button, a stale one, one twice."""

import asyncio
from random import Random

from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.faults.journal import Journal

# More than this in the queue would be taps on what is long decided, once they are fetched.
MOST_QUEUED = 12

_LIKELY = ("Approve", "Yes", "Session", "Done", "A)", "B)", "☐")


async def answer_cards(
    person: Person, telegram: FakeTelegram, journal: Journal, random: Random
) -> None:
    """Tap on the cards of one's own chat, mostly on new ones; reply now and then."""
    while not journal.stopping:
        await asyncio.sleep(random.uniform(0.02, 0.3))
        cards = [card for card in telegram.messages(person.chat_id) if _data_of(card)]
        asking = [card for card in cards if card.labels]
        if not cards or len(telegram.updates.pending) >= MOST_QUEUED:
            continue
        if asking and random.random() < 0.85:
            card = random.choice(asking[-6:])
        else:
            card = random.choice(cards)
        await _answer(person, card, journal, random)


async def tap_strangely(
    stranger: Person,
    telegram: FakeTelegram,
    chats: tuple[int, ...],
    journal: Journal,
    random: Random,
) -> None:
    """Tap on other people's cards, as only a forged client can."""
    while not journal.stopping:
        await asyncio.sleep(random.uniform(0.1, 0.6))
        cards = [card for card in telegram.messages(random.choice(chats)) if _data_of(card)]
        if cards and len(telegram.updates.pending) < MOST_QUEUED:
            card = random.choice(cards[-8:])
            data = random.choice([data for _, data in _data_of(card)])
            journal.taps.append((stranger.id, card, await stranger.tap_data(data, card=card)))


async def _answer(person: Person, card: Card, journal: Journal, random: Random) -> None:
    if "❓" in card.text and random.random() < 0.15:
        reply = await person.reply(card, f"in my own words {random.randint(1, 99)}")
        journal.replies.append((person.id, reply))
        return
    data = _choose(_data_of(card), random)
    for _ in range(2 if random.random() < 0.2 else 1):
        journal.taps.append((person.id, card, await person.tap_data(data, card=card)))


def _choose(buttons: list[tuple[str, str]], random: Random) -> str:
    weights = [6 if any(word in label for word in _LIKELY) else 1 for label, _ in buttons]
    return random.choices([data for _, data in buttons], weights)[0]


def _data_of(card: Card) -> list[tuple[str, str]]:
    """Return labels and data of a card's buttons, or of those it had before."""
    for rows in (card.buttons, *(version.buttons for version in reversed(card.history))):
        found = [
            (b["text"], b["callback_data"])
            for row in rows
            for b in row
            # A grant that was revoked is made anew by the next Always, and counts from there.
            if "callback_data" in b and "evoke" not in b["text"]
        ]
        if found:
            return found
    return []
