"""A burst of asks is one list in the chat; nothing in it is lost, and it makes one sound."""

import asyncio
from typing import Any

import pytest

from bot.core.brake import Brake
from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_pending import DANGEROUS, low
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.world import OTHER_KEY


async def burst(office: Office, *bodies: dict[str, Any], **more: Any) -> list[str]:
    """Let the agent ask for all of these within a second."""
    ids = []
    for body in bodies:
        ids.append((await office.world.ask(**body, **more))["approval_id"])
        office.clock.advance(milliseconds=10)
    return ids


async def digest_of(who: Person, waiting: int) -> Card:
    """Return the digest once it tells of so many."""
    card = await who.wait_for_card("📥", buttons=True)
    return await card.shows(f"📥 {waiting} waiting")


def cards_in(telegram: FakeTelegram, chat_id: int) -> list[Card]:
    """Return the approvals' own cards in a chat."""
    return [one for one in telegram.messages(chat_id) if "Expires" in one.text]


async def settle(office: Office) -> None:
    async with asyncio.timeout(20):
        await office.world.courier.flush()


async def test_from_the_fourth_on_asks_are_in_one_list(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    await burst(office, *({"title": f"Deploy {n}"} for n in range(7)))

    digest = await digest_of(ana, 7)

    await settle(office)
    assert len(cards_in(telegram, ana.id)) == 3
    assert [one.notified for one in telegram.messages(ana.id)] == [True] * 4
    assert "7 🟡 agent Deploy 6" in digest.text


async def test_high_risk_has_its_own_card_all_the_same(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    await burst(office, *({"title": f"Deploy {n}"} for n in range(4)), DANGEROUS)

    card = await ana.wait_for_card("Deletes recursively", buttons=True)
    digest = await digest_of(ana, 5)

    assert card.notified
    assert "📥 5 waiting · 1 high" in digest.text
    assert len(cards_in(telegram, ana.id)) == 4


async def test_a_row_of_the_digest_opens_its_card(office: Office, ana: Person) -> None:
    ids = await burst(office, *({"title": f"Deploy {n}"} for n in range(5)))
    digest = await digest_of(ana, 5)

    await (await ana.tap("5 open", card=digest)).answer

    card = await ana.wait_for_card("Deploy 4", newer_than=digest)
    assert card.reply_to is digest
    await (await ana.tap("Approve", card=card)).answer
    await digest.shows("5 ✅ agent Deploy 4")
    assert (await office.world.read(ids[4]))["status"] == "approved"


async def test_the_last_three_get_their_cards_once_it_is_calm(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    ids = await burst(office, *({"title": f"Deploy {n}"} for n in range(5)))
    digest = await digest_of(ana, 5)
    await settle(office)
    before = len(cards_in(telegram, ana.id))

    await office.pass_time(61, until=lambda: len(cards_in(telegram, ana.id)) == 5)

    assert before == 3
    late = cards_in(telegram, ana.id)[-1]
    assert "Deploy 4" in late.text
    assert not late.notified
    assert late.reply_to is digest
    await digest.until(lambda one: not one.labels)
    await digest.shows("This list is over; what still waits has its card.")
    await (await ana.tap("Approve", card=late)).answer
    await late.shows("✅ Approved by Ana")
    assert (await office.world.read(ids[4]))["status"] == "approved"


async def test_more_than_three_stay_in_the_list_until_few_are_left(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    ids = await burst(office, *({"title": f"Deploy {n}"} for n in range(8)))
    digest = await digest_of(ana, 8)
    office.clock.advance(seconds=120)
    await settle(office)
    assert len(cards_in(telegram, ana.id)) == 3
    assert digest.labels

    await office.world.decide(ids[3])
    await office.world.decide(ids[4])

    await digest.until(lambda one: not one.labels)
    await settle(office)
    assert len(cards_in(telegram, ana.id)) == 6


async def test_what_comes_after_the_burst_has_a_card_again(office: Office, ana: Person) -> None:
    await burst(office, *({"title": f"Deploy {n}"} for n in range(8)))
    await digest_of(ana, 8)
    office.clock.advance(seconds=61)

    await office.world.ask(title="Later")

    card = await ana.wait_for_card("Later", buttons=True)
    assert card.notified


async def test_a_digest_survives_a_restart(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    first: Office = await open_office(users=(ana.id,), loops=False)
    ids = await burst(first, *map(low, range(6)))
    await first.world.store.close()
    first.world.channels.clear()

    second: Office = await open_office(users=(ana.id,))

    digest = await digest_of(ana, 6)
    await (await ana.tap("✅ 6", card=digest)).answer
    await digest.until(lambda one: "6 ✅" in one.labels)
    assert (await second.world.read(ids[5]))["status"] == "approved"


async def test_a_digest_that_cannot_be_posted_is_cards(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    await burst(office, *({"title": f"Deploy {n}"} for n in range(3)))
    await settle(office)
    telegram.fail("sendMessage", status=400, description="Bad Request: not enough rights")

    await burst(office, {"title": "Deploy 3"}, {"title": "Deploy 4"})

    await ana.wait_for_card("Deploy 4", buttons=True)
    await settle(office)
    assert len(cards_in(telegram, ana.id)) == 5


async def test_what_was_missed_by_the_dozen_comes_as_one_list(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    ana.block()
    for n in range(6):
        await office.world.ask(title=f"Deploy {n}")
        office.clock.advance(seconds=120)
    await settle(office)
    ana.unblock()

    await ana.send("/start")

    digest = await digest_of(ana, 6)
    await settle(office)
    assert cards_in(telegram, ana.id) == []
    await (await ana.tap("1 open", card=digest)).answer
    await ana.wait_for_card("Deploy 0", newer_than=digest)


async def test_who_leads_after_one_ended_alone_is_in_the_list(office: Office, ana: Person) -> None:
    ids = await burst(office, *map(low, range(4)), low(3))
    digest = await digest_of(ana, 4)
    await digest.shows("4 🟢 ×2")

    await office.world.call("DELETE", f"/v1/approvals/{ids[3]}")

    await digest.shows("4 🚪")
    await digest.shows("5 🟢 agent pytest tests/test_3.py")
    await (await ana.tap("✅ 5", card=digest)).answer
    assert (await office.world.read(ids[4]))["status"] == "approved"


async def test_anybody_who_may_decide_answers_in_the_digest_of_a_group(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    group = telegram.group(-1005, "Team", members=[ana, ben])
    office: Office = await open_office(users=(ana.id, ben.id), chat=group.id)
    ids = await burst(office, *map(low, range(5)))
    digest = await ana.wait_for_card("📥", chat=group)
    await digest.shows("📥 5 waiting")

    await (await ana.tap("✅ 4", card=digest)).answer
    await (await ben.tap("❌ 5", card=digest)).answer

    await digest.shows("5 ❌")
    assert [(await office.world.read(id))["status"] for id in ids[3:]] == ["approved", "denied"]


@pytest.mark.parametrize("count", [60, pytest.param(5000, marks=pytest.mark.full)])
async def test_a_flood_is_a_few_messages_and_no_single_tap_approves(
    office: Office, telegram: FakeTelegram, ana: Person, count: int
) -> None:
    await burst(office, *map(low, range(count)))
    digest = await digest_of(ana, count)
    await digest.shows("🌊 Too many wait from agent: open one to approve it.")

    await office.world.ask(key=OTHER_KEY, title="Somebody else's")

    card = await ana.wait_for_card("Somebody else's", buttons=True)
    assert card.notified
    await settle(office)
    assert len(telegram.messages(ana.id)) == 5
    assert not any("✅" in label for label in digest.labels)
    assert any("❌" in label for label in digest.labels)


async def test_the_operator_says_how_many_cards_are_a_burst(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    office = await open_office(users=(ana.id,), brake=Brake(burst=30, pending=50))

    await burst(office, *map(low, range(30)))
    await ana.wait_for_card("29", buttons=True)
    assert not any("📥" in card.text for card in telegram.messages(ana.id))

    await burst(office, low(30))
    await ana.wait_for_card("📥 31 waiting")
