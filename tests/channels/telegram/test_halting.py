"""/pause, /resume and /snooze in the chat: each asks for a tap, and tells the truth after."""

import asyncio

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import Card, Person
from tests.world import ADMIN_KEY

BASH = {"action_type": "Bash", "title": "ls", "preview": "ls", "cwd": "/srv/shop"}
ALLOWS = {"name": "ok", "rules": [{"match": {"action": "deploy"}, "decision": "allow"}]}


async def said(office: Office, who: Person, command: str, contains: str) -> Card:
    last = office.telegram.messages(who.chat_id)[-1:]
    await who.send(command)
    return await who.wait_for_card(contains, newer_than=last[0] if last else None)


async def paused(office: Office, who: Person, command: str = "/pause") -> Card:
    card = await said(office, who, command, "Pause the gate")
    await who.tap("⏸ Yes, pause", card=card)
    await card.until(lambda one: "Paused by Ana" in one.text)
    return card


async def until_released(office: Office) -> None:
    async with asyncio.timeout(10):
        while (await office.world.gate.halts.standing()).held:
            await asyncio.sleep(0.01)


async def test_a_pause_asks_for_a_tap_and_changes_nothing_before(office: Office, ana: Person):
    card = await said(office, ana, "/pause", "Pause the gate, until somebody resumes it?")

    assert card.labels == ["⏸ Yes, pause", "← Leave it"]
    assert office.world.gate.halts.known is None
    await ana.tap("← Leave it", card=card)
    await card.until(lambda one: one.text == "Nothing was changed.")
    assert card.labels == []
    assert not (await office.world.gate.halts.standing()).is_paused


async def test_while_it_is_paused_no_card_comes_and_at_resume_the_dangerous_come_first(
    office: Office, ana: Person
):
    await paused(office, ana)
    shown = office.telegram.messages(ana.chat_id)
    await office.world.ask(title="Deploy 1.4")
    await office.world.ask(title="Deploy 1.5", urgency="high")
    await office.world.courier.flush()
    assert office.telegram.messages(ana.chat_id) == shown

    card = await said(office, ana, "/resume", "2 asks are held")
    await ana.tap("▶️ Yes, resume", card=card)

    await card.until(lambda one: one.text.startswith("▶️ Resumed. 2 asks that were held"))
    first = await ana.wait_for_card("Deploy 1.5", buttons=True)
    second = await ana.wait_for_card("Deploy 1.4", buttons=True)
    assert first.message_id < second.message_id


async def test_a_rule_lets_nothing_run_while_the_chat_has_paused_it(office: Office, ana: Person):
    await office.world.call("POST", "/v1/policies", key=ADMIN_KEY, json=ALLOWS)
    await paused(office, ana)

    asked = await office.world.ask()

    assert asked["status"] == "pending"
    card = await said(office, ana, "/resume", "1 ask is held")
    await ana.tap("▶️ Yes, resume", card=card)
    await until_released(office)
    assert (await office.world.read(asked["approval_id"]))["status"] == "approved"


async def test_a_pause_with_a_time_ends_by_itself(office: Office, ana: Person):
    await paused(office, ana, "/pause 2h")
    await office.world.ask(title="Deploy 1.4", expires_in_sec=86_400)

    office.clock.advance(seconds=7_201)

    await ana.wait_for_card("Deploy 1.4", buttons=True)


async def test_pending_says_that_the_gate_is_paused(office: Office, ana: Person):
    await paused(office, ana)
    await office.world.ask(title="Deploy 1.4")

    card = await said(office, ana, "/pending", "1 waiting")

    assert "⏸ Paused by Ana since" in card.text
    assert "1 ask held" in card.text


async def test_a_snooze_hands_back_until_it_is_ended(office: Office, ana: Person):
    card = await said(office, ana, "/snooze 30m", "Snooze, for 30m?")
    await ana.tap("🌙 Yes, snooze", card=card)
    await card.until(lambda one: "Snoozed by Ana until" in one.text)
    assert (await office.world.ask())["status"] == "expired"

    card = await said(office, ana, "/snooze off", "Resume now?")
    await ana.tap("▶️ Yes, resume", card=card)
    await card.until(lambda one: one.text == "▶️ Resumed. Nothing was held.")

    assert (await office.world.ask())["status"] == "pending"


async def test_a_time_that_cannot_be_read_changes_nothing_and_says_how(
    office: Office, ana: Person
):
    card = await said(office, ana, "/snooze soon", "Say how long")

    assert card.labels == []
    card = await said(office, ana, "/pause soon", "I can't read that time")
    assert (await office.world.gate.halts.standing()).halt is None


async def test_only_who_asked_may_tap_in_a_group(open_office: OpenOffice, telegram, ana: Person):
    ben = telegram.person(1002, "Ben")
    office = await open_office(users=(ana.id, ben.id))
    card = await said(office, ana, "/pause", "Pause the gate")

    other = await said(office, ben, "/resume", "neither paused nor snoozed")

    assert other.labels == []
    assert card.labels == ["⏸ Yes, pause", "← Leave it"]


async def test_a_second_tap_finds_the_sheet_done(office: Office, ana: Person):
    card = await said(office, ana, "/pause", "Pause the gate")
    await ana.tap("⏸ Yes, pause", card=card)
    await card.until(lambda one: one.labels == [])

    again = await office.world.gate.halts.standing()

    assert again.is_paused
