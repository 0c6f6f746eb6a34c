"""What people prefer comes back as it went in, and is found by where they are reached."""

from dataclasses import replace

from bot.core.approval import withdrawn
from bot.core.people import Approver
from bot.core.preference import Preferences, Quiet, QuietMode
from bot.gate.channel import Target
from tests.builders import CHAT, NOW, a_card, an_approval
from tests.store.kit import adding, unit
from tests.store.moving import alter

ANA = Approver(id="telegram-1001", name="Ana")
ALL = Preferences(
    language="zh_CN",
    heard_language="en",
    timezone="UTC+05:30",
    quiet=Quiet(from_minute=0, to_minute=1439, mode=QuietMode.HELD),
)


async def put(store, preferences, person=ANA.id):
    await store.write(unit(lambda tx: tx.preferences.put(person, preferences)))


async def get(store, person=ANA.id):
    return await store.read(lambda tx: tx.preferences.get(person))


async def at(store, target=CHAT):
    return await store.read(lambda tx: tx.preferences.at(target))


async def test_they_come_back_as_they_went_in(store):
    await put(store, ALL)
    await put(store, Preferences(), person="owner")

    assert await get(store) == ALL
    assert await get(store, "owner") == Preferences()
    assert await get(store, "nobody") == Preferences()


async def test_the_later_takes_the_place_of_the_earlier(store):
    await put(store, ALL)

    await put(store, replace(ALL, language=None, quiet=None))

    assert await get(store) == replace(ALL, language=None, quiet=None)


async def test_they_are_found_by_the_persons_address(store):
    await store.write(unit(lambda tx: tx.people.put(ANA, CHAT, source="environment")))
    assert await at(store) == Preferences()

    await put(store, ALL)

    assert await at(store) == ALL
    assert await at(store, Target(channel="email", address=CHAT.address)) is None


async def test_who_is_no_approver_any_more_has_none(store):
    await store.write(unit(lambda tx: tx.people.put(ANA, CHAT, source="environment")))
    await put(store, ALL)

    await store.write(unit(lambda tx: tx.people.keep_only("environment", [])))

    assert await at(store) is None


async def test_a_zone_that_is_not_known_here_falls_back(store, database_url):
    await put(store, ALL)

    await alter(database_url, "UPDATE person_preferences SET timezone = 'Mars/Olympus'")

    assert await get(store) == replace(ALL, timezone=None)


async def test_open_cards_are_those_posted_at_the_persons_addresses(store):
    await store.write(unit(lambda tx: tx.people.put(ANA, CHAT, source="environment")))
    waits, ended = an_approval(), withdrawn(an_approval(), at=NOW)
    cards = [a_card(waits, message="1"), a_card(waits), a_card(ended, message="2")]
    for approval in (waits, ended):
        await store.write(adding(approval))
    for card in cards:
        await store.write(unit(lambda tx, card=card: tx.cards.add(card)))

    found = await store.read(lambda tx: tx.preferences.open_cards(ANA.id))

    assert found == ((cards[0].id, CHAT),)
    assert await store.read(lambda tx: tx.preferences.open_cards("nobody")) == ()
