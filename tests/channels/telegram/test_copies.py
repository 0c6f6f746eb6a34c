"""Alike asks in Telegram: one card, one tap, and both agents go on."""

import asyncio

from tests.channels.telegram.conftest import Office
from tests.channels.telegram.test_conversation import DANGEROUS
from tests.channels.telegram.test_race import held
from tests.fakes.telegram import Person

BOTH = "Asked twice; one answer is for both."


async def again(office: Office, **body: object) -> str:
    """Ask a second later; return the approval's id."""
    office.clock.advance(seconds=1)
    id: str = (await office.world.ask(**body))["approval_id"]
    return id


async def states(office: Office, *ids: str) -> list[str]:
    return [(await office.world.read(id))["status"] for id in ids]


async def test_one_tap_is_for_both_and_both_agents_go_on(office: Office, ana: Person) -> None:
    first, card = await office.ask(ana)
    second = await again(office)
    await card.shows(BOTH)
    assert card.text.startswith("🟡 ×2 · agent: Deploy 1.4")

    async with asyncio.TaskGroup() as tasks:
        held_ones = [
            tasks.create_task(office.world.read(id, query="?wait=30")) for id in (first, second)
        ]
        tap = await ana.tap("Approve")

    assert [one.result()["status"] for one in held_ones] == ["approved"] * 2
    assert await tap.answer == "Approved. agent goes on."
    await card.shows("✅ Approved by Ana in Telegram")
    assert BOTH in card.text
    assert len(office.telegram.messages(ana.chat_id)) == 1


async def test_pending_lists_one_line_with_the_count(office: Office, ana: Person) -> None:
    _, card = await office.ask(ana)
    await again(office)
    await again(office)
    await card.shows("Asked 3 times; one answer is for all of them.")

    await ana.send("/pending")

    told = await ana.wait_for_card("📥 1 waiting")
    assert "1 🟡 ×3 agent Deploy 1.4" in told.text


async def test_a_tap_on_the_card_from_before_decides_nothing(office: Office, ana: Person) -> None:
    first, card = await office.ask(ana)
    alone = held(card, "Approve")
    second = await again(office)
    await card.shows(BOTH)

    tap = await ana.tap_data(alone, card=card)

    assert await tap.answer == "One more like it came in; the card shows both now."
    assert await states(office, first, second) == ["pending"] * 2
    await (await ana.tap("Approve")).answer
    assert await states(office, first, second) == ["approved"] * 2


async def test_yes_run_it_is_for_as_many_as_the_card_showed(office: Office, ana: Person) -> None:
    first, card = await office.ask(ana, **DANGEROUS)
    await (await ana.tap("Approve…")).answer
    await card.until(lambda one: "✅ Yes, run it" in one.labels)
    alone = held(card, "Yes, run it")
    second = await again(office, **DANGEROUS)
    await card.shows(BOTH)

    assert "One more like it" in await (await ana.tap_data(alone, card=card)).answer
    assert await states(office, first, second) == ["pending"] * 2

    await (await ana.tap("Yes, run it")).answer
    assert await states(office, first, second) == ["approved"] * 2


async def test_where_the_first_is_taken_back_the_second_has_a_card_of_its_own(
    office: Office, ana: Person
) -> None:
    first, card = await office.ask(ana)
    second = await again(office)
    await card.shows(BOTH)

    await office.world.call("DELETE", f"/v1/approvals/{first}")

    await card.shows("🚪 Withdrawn")
    assert "×2" not in card.text
    new = await ana.wait_for_card("Deploy 1.4", buttons=True, newer_than=card)
    assert "×2" not in new.text
    await (await ana.tap("Approve", card=new)).answer
    assert await states(office, first, second) == ["withdrawn", "approved"]


async def test_where_the_second_is_taken_back_the_card_shows_one(
    office: Office, ana: Person
) -> None:
    first, card = await office.ask(ana)
    second = await again(office)
    await card.shows(BOTH)

    await office.world.call("DELETE", f"/v1/approvals/{second}")

    await card.until(lambda one: BOTH not in one.text)
    assert card.text.startswith("🟡 agent: Deploy 1.4")
    await (await ana.tap("Deny")).answer
    assert await states(office, first, second) == ["denied", "withdrawn"]
