"""Conversations in which Telegram refuses, floods, moves or forgets: nothing is lost or twice."""

import asyncio
from collections.abc import Callable

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_conversation import DATABASE, state_of
from tests.channels.telegram.test_digest import settle
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.world import ADMIN_KEY


def cards_of(telegram: FakeTelegram, chat: int, words: str) -> list[Card]:
    """Return the messages in a chat with these words."""
    return [one for one in telegram.messages(chat) if words in one.text]


async def in_time(office: Office, until: Callable[[], object]) -> None:
    """Let second after second pass until it is so; what is tried again has its pauses."""
    async with asyncio.timeout(10):
        while not until():
            await asyncio.sleep(0.02)
            office.clock.advance(seconds=1)


async def test_a_card_that_was_too_much_for_telegram_comes_after_the_pause(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    flood = telegram.fail("sendMessage", status=429, retry_after=3)
    id = (await office.world.ask())["approval_id"]
    await telegram.changes.until(lambda: flood.hits or None, 5)

    await in_time(office, lambda: bool(cards_of(telegram, ana.id, "Deploy 1.4")))

    assert len(cards_of(telegram, ana.id, "Deploy 1.4")) == 1
    assert await (await ana.tap("Approve")).answer == "Approved. agent goes on."
    assert await state_of(office, id) == "approved"
    await settle(office)


async def test_a_stamp_that_was_too_much_comes_after_the_pause(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    id, card = await office.ask(ana)
    flood = telegram.fail("editMessageText", status=429, retry_after=3)

    await (await ana.tap("Approve")).answer

    assert await state_of(office, id) == "approved"
    await telegram.changes.until(lambda: flood.hits or None, 5)
    await in_time(office, lambda: "✅ Approved by Ana" in card.text)
    assert card.labels == []
    await settle(office)


async def test_an_answer_that_is_too_late_or_too_much_undoes_nothing(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    words = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    for status, description in ((429, None), (400, words)):
        id, card = await office.ask(ana, title=f"Deploy {status}")
        telegram.fail("answerCallbackQuery", status=status, description=description)

        tap = await ana.tap("Approve", card=card)

        await card.shows("✅ Approved by Ana")
        assert not tap.answered
        assert await state_of(office, id) == "approved"
    await settle(office)


async def test_a_server_fault_makes_no_second_request_of_one(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    fault = telegram.fail("sendMessage", status=502)
    id = (await office.world.ask())["approval_id"]
    await telegram.changes.until(lambda: fault.hits or None, 5)

    await in_time(office, lambda: bool(cards_of(telegram, ana.id, "Deploy 1.4")))

    assert len(cards_of(telegram, ana.id, "Deploy 1.4")) == 1
    await (await ana.tap("Deny")).answer
    assert await state_of(office, id) == "denied"
    await settle(office)


async def test_a_card_that_came_twice_is_one_request_and_the_old_copy_tells_its_end(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.fail("sendMessage", drop=True, accepted=True)
    id = (await office.world.ask())["approval_id"]
    await in_time(office, lambda: len(cards_of(telegram, ana.id, "Deploy 1.4")) == 2)
    old, new = cards_of(telegram, ana.id, "Deploy 1.4")

    await (await ana.tap("Deny", card=new)).answer
    late = await ana.tap("Approve", card=old)

    assert (await late.answer).startswith("Already denied by Ana, 12:")
    assert await state_of(office, id) == "denied"
    await old.shows("❌ Denied by Ana")
    await settle(office)


async def test_who_blocked_the_bot_keeps_nobody_else_from_deciding(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    ben.block()
    office: Office = await open_office(users=(ana.id, ben.id))

    id, card = await office.ask(ana)
    await (await ana.tap("Approve", card=card)).answer

    await card.shows("✅ Approved by Ana")
    assert await state_of(office, id) == "approved"
    assert telegram.messages(ben.id) == []
    await settle(office)


async def test_a_group_that_became_a_supergroup_is_asked_there(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    group = telegram.group(-1005, "Team", members=[ana], kind="group")
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    moved = telegram.migrate(group, -1000999)

    id = (await office.world.ask())["approval_id"]
    card = await ana.wait_for_card("Deploy 1.4", chat=moved, buttons=True)
    await (await ana.tap("Approve", card=card)).answer

    await card.shows("✅ Approved by Ana")
    assert await state_of(office, id) == "approved"
    await settle(office)


async def test_a_lost_thread_loses_no_card(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.fail("sendMessage", status=400, description="Bad Request: message thread not found")

    id, card = await office.ask(ana)
    await (await ana.tap("Approve", card=card)).answer

    assert await state_of(office, id) == "approved"
    await settle(office)


async def test_a_stamp_that_is_there_already_is_done(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    _, card = await office.ask(ana)
    telegram.fail("editMessageText", drop=True, accepted=True)

    await (await ana.tap("Approve", card=card)).answer
    await card.shows("✅ Approved by Ana")
    await in_time(
        office,
        lambda: any("not modified" in call.outcome for call in telegram.calls),
    )
    again, _ = await office.ask(ana, title="Deploy 1.5")

    assert await state_of(office, again) == "pending"
    assert len(cards_of(telegram, ana.id, "Approved by Ana")) == 1


async def test_a_press_after_expiry_says_so_and_approves_nothing(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana, expires_in_sec=60)
    approve = card.buttons[0][0]["callback_data"]
    await office.pass_time(61, until=lambda: "⌛" in card.text)

    tap = await ana.tap_data(approve, card=card)

    assert await tap.answer == "Expired at 12:01 UTC; agent was told no."
    assert tap.alert
    assert await state_of(office, id) == "expired"


async def test_a_prompt_that_is_passed_over_leaves_the_swiped_reply(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    id, card = await office.ask(ana, **DATABASE)
    await (await ana.tap("Custom")).answer
    prompt = await ana.wait_for_card("Reply to this message", newer_than=card)

    await ana.reply(card, "DuckDB")
    await card.shows("💬 Answered by Ana")
    await ana.reply(prompt, "no, MySQL")
    await telegram.delivered()

    assert (await office.world.read(id))["decision"]["answers"] == ["DuckDB"]
    await settle(office)


async def test_a_reply_to_a_card_that_has_ended_is_told_how(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)
    await (await ana.tap("Deny")).answer
    await card.shows("❌ Denied")

    written = await ana.reply(card, "on second thought, go on")

    told = await ana.wait_for_card("Already denied by Ana, 12:00 UTC.", newer_than=written)
    assert told.labels == []
    assert await state_of(office, id) == "denied"
    await settle(office)


async def test_a_revoked_token_leaves_what_waits_to_the_other_ways(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    id, _ = await office.ask(ana)
    telegram.revoked = True

    later = (await office.world.ask(title="Deploy 1.5"))["approval_id"]
    answer = await office.world.decide(id, key=ADMIN_KEY)

    assert answer.status == 200
    assert (await state_of(office, id), await state_of(office, later)) == ("approved", "pending")
