"""/pending: one list of what waits, answered in its rows, opened from it, turned by pages."""

from typing import Any

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.world import OTHER_KEY

DANGEROUS = {"action_type": "Bash", "title": "rm -rf ~/old", "preview": "rm -rf ~/old"}


def low(number: int) -> dict[str, Any]:
    """A command of the short list, each another one."""
    command = f"pytest tests/test_{number}.py"
    return {
        "action_type": "Bash",
        "title": command,
        "preview": command,
        "session_id": f"s{number}",
    }


async def ask_many(office: Office, *bodies: dict[str, Any], **more: Any) -> list[str]:
    """Let the agent ask for these, a minute apart, as if nothing were a burst."""
    ids = []
    for body in bodies:
        ids.append((await office.world.ask(**body, **more))["approval_id"])
        office.clock.advance(seconds=60)
    return ids


async def listed(office: Office, who: Person, contains: str = "📥") -> Card:
    """Send /pending and return the list."""
    last = office.telegram.messages(who.chat_id)[-1:]
    await who.send("/pending")
    return await who.wait_for_card(contains, newer_than=last[0] if last else None)


async def state_of(office: Office, id: str) -> str:
    status: str = (await office.world.read(id))["status"]
    return status


async def test_what_waits_is_listed_oldest_first_with_its_buttons(
    office: Office, ana: Person
) -> None:
    await ask_many(office, DANGEROUS, {"title": "Deploy 1.4"}, low(1))

    card = await listed(office, ana)

    lines = card.text.splitlines()
    assert lines[0] == "📥 3 waiting · 1 high"
    assert lines[1].startswith("1 🔴 agent rm -rf ~/old · ")
    assert lines[2].startswith("2 🟡 agent Deploy 1.4 · ")
    assert lines[3].startswith("3 🟢 agent pytest tests/test_1.py · ")
    assert card.labels == ["1 open", "2 open", "3 open", "✅ 3", "❌ 3", "🔄 Refresh"]
    assert not card.notified


async def test_a_tap_in_a_row_decides_and_the_row_keeps_its_place(
    office: Office, ana: Person
) -> None:
    first, second = await ask_many(office, low(1), low(2))
    card = await listed(office, ana)

    tap = await ana.tap("✅ 1", card=card)

    assert await tap.answer == "Approved. agent goes on."
    await card.until(lambda one: "1 ✅" in one.labels)
    assert card.labels == ["1 ✅", "2 open", "✅ 2", "❌ 2", "🔄 Refresh"]
    assert (await state_of(office, first), await state_of(office, second)) == (
        "approved",
        "pending",
    )


async def test_an_end_elsewhere_shows_in_the_list(office: Office, ana: Person) -> None:
    [id, _] = await ask_many(office, low(1), low(2))
    card = await listed(office, ana)

    await office.world.decide(id, "denied")

    await card.shows("1 ❌ agent pytest tests/test_1.py · Already denied by admin")


async def test_the_number_of_a_row_sends_its_card_again(office: Office, ana: Person) -> None:
    [id] = await ask_many(office, DANGEROUS)
    first = await ana.wait_for_card("rm -rf", buttons=True)
    card = await listed(office, ana)

    tap = await ana.tap("1 open", card=card)

    assert await tap.answer == "Its card comes below."
    again = await ana.wait_for_card("rm -rf", newer_than=card)
    assert again.reply_to is card
    assert not again.notified
    await (await ana.tap("Deny", card=again)).answer
    await first.shows("❌ Denied by Ana")
    await again.shows("❌ Denied by Ana")
    assert await state_of(office, id) == "denied"


async def test_a_list_is_answered_by_the_one_who_asked_for_it(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    eve = telegram.person(1003, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, ben, eve])
    office: Office = await open_office(users=(ana.id, ben.id), chat=group.id)
    [id] = await ask_many(office, low(1))
    await ana.send("/pending", to=group)
    card = await ana.wait_for_card("📥", chat=group)
    await (await ana.tap("🔄 Refresh", card=card)).answer  # by now the bot knows her name

    his = await ben.tap("✅ 1", card=card)
    hers = await eve.tap("✅ 1", card=card)

    assert await his.answer == "This message is Ana's; send /pending for your own."
    assert await hers.answer == "You are not an approver here. (your id: 1003)"
    assert await state_of(office, id) == "pending"


async def test_a_newer_list_takes_the_buttons_of_the_older(office: Office, ana: Person) -> None:
    [id] = await ask_many(office, low(1))
    older = await listed(office, ana)
    data = older.buttons[0][1]["callback_data"]

    await listed(office, ana)

    await older.until(lambda one: not one.labels)
    tap = await ana.tap_data(data, card=older)
    assert await tap.answer == "This message is closed; send /pending for a new one."
    assert await state_of(office, id) == "pending"


async def test_pages_are_turned(office: Office, ana: Person) -> None:
    await ask_many(office, *map(low, range(10)))
    card = await listed(office, ana)
    assert card.text.startswith("📥 10 waiting · 1–8\n")

    await (await ana.tap("›", card=card)).answer
    await card.shows("📥 10 waiting · 9–10")
    assert "9 🟢 agent pytest tests/test_8.py" in card.text

    await (await ana.tap("‹", card=card)).answer
    await card.shows("📥 10 waiting · 1–8")


async def test_a_button_of_a_page_that_was_turned_does_nothing(
    office: Office, ana: Person
) -> None:
    ids = await ask_many(office, *map(low, range(10)))
    card = await listed(office, ana)
    old = card.buttons[0][1]["callback_data"]
    await (await ana.tap("›", card=card)).answer
    await card.shows("9–10")

    tap = await ana.tap_data(old, card=card)

    assert await tap.answer == "Telegram showed you an old message; it is up to date now."
    assert {await state_of(office, id) for id in ids} == {"pending"}


async def test_a_tap_delivered_again_decides_once(office: Office, ana: Person) -> None:
    [id, _] = await ask_many(office, low(1), low(2))
    card = await listed(office, ana)
    tap = await ana.tap("✅ 1", card=card)
    await tap.answer
    assert tap.update_id is not None

    office.telegram.redeliver(tap.update_id)
    await office.telegram.delivered()

    response = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    kinds = [one["kind"] for one in (await response.json())["entries"]]
    assert kinds.count("approval.approved") == 1


async def test_a_list_that_was_deleted_is_posted_anew(office: Office, ana: Person) -> None:
    [id, _] = await ask_many(office, low(1), low(2))
    card = await listed(office, ana)
    card.deleted = True

    await office.world.decide(id, "denied")

    again = await ana.wait_for_card("📥 1 waiting", newer_than=card)
    await (await ana.tap("✅ 2", card=again)).answer
    await again.shows("2 ✅")


async def test_what_another_agent_asks_is_listed_too(office: Office, ana: Person) -> None:
    await ask_many(office, low(1))
    await ask_many(office, low(2), key=OTHER_KEY)

    card = await listed(office, ana)

    assert "2 🟢 agent-2 pytest tests/test_2.py" in card.text


async def test_nothing_waits(office: Office, ana: Person) -> None:
    card = await listed(office, ana, "📭")

    assert card.text == "📭 Nothing waits for an answer."
