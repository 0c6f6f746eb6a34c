"""A calm phone, by labels: reminders beside the card, escalation, quiet hours, brakes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.preference import Preferences, Quiet, QuietMode
from bot.gate.channel import Target
from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.world import ADMIN_KEY

HOUR = 3600
DAY = 24 * HOUR


def reminders(office: Office, who: Person) -> list[Card]:
    return [one for one in office.telegram.messages(who.chat_id) if one.text.startswith("⏰")]


async def time_passes(office: Office, seconds: float, *, until: Any) -> None:
    """Let time pass for the gate and for Telegram."""
    office.telegram.advance(seconds)
    await office.pass_time(seconds, until)


async def rules(office: Office, **routing: Any) -> None:
    rule = {"name": "payments", "match": {}, "decision": "ask", **routing}
    body = {"name": "p", "rules": [rule]}
    response = await office.world.call("POST", "/v1/policies", key=ADMIN_KEY, json=body)
    assert response.status in {200, 201}, await response.text()


async def test_a_reminder_replies_to_the_card_and_goes_when_it_is_answered(
    office: Office, ana: Person
) -> None:
    _, card = await office.ask(ana)

    await time_passes(office, HOUR / 2, until=lambda: reminders(office, ana))
    (first,) = reminders(office, ana)
    assert first.text.startswith("⏰ 🟡 agent: Deploy 1.4 · expires ")
    assert (first.reply_to, first.labels, first.notified) == (card, [], True)

    await time_passes(office, HOUR * 0.4, until=lambda: first.deleted)
    (second,) = reminders(office, ana)
    assert (await ana.tap("Approve", card=card)) is not None
    await card.shows("✅ Approved by Ana")
    await second.until(lambda one: one.deleted)


async def test_a_reminder_too_old_to_delete_says_how_things_stand(
    office: Office, ana: Person
) -> None:
    await rules(office, remind=["1h"])
    _, card = await office.ask(ana, expires_in_sec=5 * DAY)
    await time_passes(office, HOUR, until=lambda: reminders(office, ana))
    (reminder,) = reminders(office, ana)
    await time_passes(office, 3 * DAY, until=lambda: True)

    await ana.tap("Deny", card=card)

    await reminder.shows("❌ Denied by Ana in Telegram")


async def test_escalation_stands_on_the_card_and_further_people_may_tap(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office = await open_office(users=(ana.id, ben.id))
    await rules(
        office, approvers=["1001"], escalate={"after": "10m", "approvers": ["telegram-1002"]}
    )
    id, card = await office.ask(ana)

    await office.pass_time(600, lambda: telegram.messages(ben.chat_id))

    await card.shows("⏫ Escalated to id 1002")
    his = await ben.wait_for_card("Deploy 1.4", buttons=True)
    assert "⏫ Escalated to" in his.text
    tap = await ben.tap("Approve")
    assert await tap.answer == "Approved. agent goes on."
    await card.shows("✅ Approved by Ben")
    assert (await office.world.read(id))["status"] == "approved"


@pytest.mark.parametrize(
    ("urgency", "rings"), [("normal", False), ("high", False), ("critical", True)]
)
async def test_in_quiet_hours_only_what_is_critical_rings(
    office: Office, ana: Person, urgency: str, rings: bool
) -> None:
    person = await office.world.gate.approver_at(Target(channel="telegram", address="1001"))
    assert person is not None
    now = office.clock.now().astimezone(UTC)
    start = datetime(now.year, now.month, now.day, tzinfo=UTC)
    minute = int((now - start).total_seconds()) // 60
    quiet = Quiet(from_minute=minute, to_minute=(minute + 60) % 1440, mode=QuietMode.SILENT)
    await office.world.gate.preferences.change(
        person, lambda _: Preferences(timezone="UTC", quiet=quiet)
    )

    _, card = await office.ask(ana, urgency=urgency)

    assert card.notified is rings


async def test_the_eleventh_tap_in_a_minute_asks_to_type_the_code(
    office: Office, ana: Person
) -> None:
    for number in range(10):
        await office.ask(ana, title=f"Deploy {number}")
        assert await (await ana.tap("Approve")).answer == "Approved. agent goes on."
    id, card = await office.ask(ana, title="Deploy 11")
    code = (await office.world.read(id))["short_code"]

    tap = await ana.tap("Approve", card=card)

    assert await tap.answer == (
        f"You approved 10 in a minute. Type the card's code to approve this one: yes {code}"
    )
    assert tap.alert
    assert await (await ana.tap("Deny", card=card)).answer == "Denied. agent is told."


async def test_of_a_crowd_nothing_is_approved_by_one_tap(office: Office, ana: Person) -> None:
    cards = []
    for number in range(20):
        cards.append((await office.ask(ana, title=f"Deploy {number}"))[1])
        office.clock.advance(seconds=11)
    assert all("✅ Approve" in card.labels for card in cards)

    await office.world.ask(title="One too many")

    for card in cards:
        await card.until(lambda one: "✅ Approve…" in one.labels)
    digest = await ana.wait_for_card("📥", buttons=True)
    assert not any("✅" in label for label in digest.labels)
    await (await ana.tap("Approve…", card=cards[0])).answer
    await cards[0].until(lambda one: "✅ Yes, run it" in one.labels)


async def test_the_same_again_comes_with_no_card_and_the_denied_one_counts_it(
    office: Office, ana: Person
) -> None:
    _, card = await office.ask(ana)
    await ana.tap("Deny")
    await card.shows("❌ Denied by Ana")

    again = await office.world.ask()

    assert again["status"] == "denied"
    assert again["decision"]["note"].startswith("denied again: Ana denied the same at ")
    await card.shows("Asked again 1 time since, and denied again.")
    assert len(office.telegram.messages(ana.chat_id)) == 1
