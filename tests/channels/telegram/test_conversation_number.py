"""Critical actions are approved by the number that the agent shows, and by no guess."""

import asyncio
import json
import logging
from typing import Any

import pytest

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_conversation import state_of
from tests.channels.telegram.test_race import held
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.world import ADMIN_KEY

CRITICAL = {"urgency": "critical", "can_show_number": True, "title": "Drop the old cluster"}
PICK = "Not approved yet: tap the number that your agent shows."
WRONG = "That is not the number your agent shows. Not approved."


async def asked(office: Office, ana: Person, **body: Any) -> tuple[str, int, Card]:
    """Ask, and tap Approve…; return the approval's id, the agent's number and the card."""
    answer = await office.world.ask(**{**CRITICAL, **body})
    card = await ana.wait_for_card(buttons=True)
    assert await (await ana.tap("Approve…", card=card)).answer == PICK
    await card.until(lambda one: "← Back" in one.labels)
    return answer["approval_id"], answer["confirm_number"], card


def wrong_of(card: Card, right: int) -> str:
    return next(label for label in card.labels[:3] if label != str(right))


async def test_the_agents_number_approves(office: Office, ana: Person) -> None:
    id, number, card = await asked(office, ana)
    assert card.text.startswith("🟣")
    assert "critical risk: approving takes the number that your agent shows." in card.text
    assert card.labels[3:] == ["← Back", "❌ Deny"]
    assert len({*card.labels[:3]}) == 3
    assert await state_of(office, id) == "pending"

    tap = await ana.tap(str(number), card=card)

    assert await tap.answer == "Approved. agent goes on."
    await card.shows("✅ Approved by Ana in Telegram")
    assert card.labels == []


async def test_a_wrong_number_denies_and_cannot_be_tried_again(
    office: Office, ana: Person
) -> None:
    id, number, card = await asked(office, ana)
    right = held(card, str(number))

    tap = await ana.tap(wrong_of(card, number), card=card)

    assert await tap.answer == WRONG
    assert tap.alert
    await card.shows("❌ Denied by Ana in Telegram")
    assert "🔢 The number picked was not the one that the agent shows." in card.text
    late = await ana.tap_data(right, card=card)
    assert await late.answer == "Already denied by Ana, 12:00 UTC."
    decision = (await office.world.read(id))["decision"]
    assert (decision["decision"], decision["note"]) == ("denied", "wrong number")
    response = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    entry = (await response.json())["entries"][-1]
    assert (entry["kind"], entry["actor"]) == ("approval.denied", "person:telegram-1001")
    assert entry["facts"]["why"] == "wrong number"


async def test_deny_takes_one_tap_with_and_without_the_numbers(
    office: Office, ana: Person
) -> None:
    id, _, card = await asked(office, ana)

    await (await ana.tap("Deny", card=card)).answer

    assert await state_of(office, id) == "denied"
    other, card = await office.ask(ana, **{**CRITICAL, "title": "Another"})
    await (await ana.tap("Deny", card=card)).answer
    assert await state_of(office, other) == "denied"


async def test_all_cards_offer_the_same_numbers_in_the_same_order_and_their_data_tells_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office: Office = await open_office(users=(ana.id, ben.id))
    id, _, hers = await asked(office, ana)
    his = await ben.wait_for_card(buttons=True)
    await (await ben.tap("Approve…", card=his)).answer
    await his.until(lambda one: "← Back" in one.labels)

    assert hers.labels[:3] == his.labels[:3]
    data = [button["callback_data"] for button in hers.buttons[0]]
    assert [one.split(".")[1] + one.split(".")[3] for one in data] == ["M0A", "M0B", "M0C"]
    assert await state_of(office, id) == "pending"


async def test_anothers_pick_is_no_guess_but_their_own_first_tap(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    group = telegram.group(-1005, "Team", members=[ana, ben])
    office: Office = await open_office(users=(ana.id, ben.id), chat=group.id)
    answer = await office.world.ask(**CRITICAL)
    card = await ana.wait_for_card(chat=group, buttons=True)
    await (await ana.tap("Approve…", card=card)).answer
    await card.until(lambda one: "← Back" in one.labels)

    tap = await ben.tap(wrong_of(card, answer["confirm_number"]), card=card)

    assert await tap.answer == PICK
    assert await state_of(office, answer["approval_id"]) == "pending"


async def test_without_a_number_to_show_a_critical_card_takes_a_second_tap(
    office: Office, ana: Person
) -> None:
    answer = await office.world.ask(**{**CRITICAL, "can_show_number": False})
    card = await ana.wait_for_card(buttons=True)

    assert "confirm_number" not in answer
    assert "critical risk: approving takes a second tap." in card.text
    await (await ana.tap("Approve…", card=card)).answer
    await card.until(lambda one: one.labels == ["✅ Yes, run it", "← Back"])
    await (await ana.tap("Yes, run it", card=card)).answer
    assert await state_of(office, answer["approval_id"]) == "approved"


async def test_a_caller_that_waits_for_its_answer_gets_no_number(
    office: Office, ana: Person
) -> None:
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(office.world.ask(**CRITICAL, query="?wait=5"))
        card = await ana.wait_for_card(buttons=True)
        office.clock.advance(seconds=6)

    assert asking.result()["status"] == "pending"
    assert "confirm_number" not in asking.result()
    assert "approving takes a second tap" in card.text


async def test_a_rule_can_want_the_number_for_what_is_harmless(
    office: Office, ana: Person
) -> None:
    rule = {"match": {"action": "deploy"}, "decision": "ask", "confirm": "number"}
    made = await office.world.call(
        "POST", "/v1/policies", key=ADMIN_KEY, json={"name": "shop", "rules": [rule]}
    )
    assert made.status == 200, await made.text()
    id, number, card = await asked(office, ana, urgency="low")

    await (await ana.tap(str(number), card=card)).answer

    assert await state_of(office, id) == "approved"


async def test_always_takes_the_number_too(office: Office, ana: Person) -> None:
    answer = await office.world.ask(**CRITICAL)
    card = await ana.wait_for_card(buttons=True)
    await (await ana.tap("Always…", card=card)).answer
    await card.shows("♾ From now on: any deploy")
    assert await state_of(office, answer["approval_id"]) == "pending"

    await (await ana.tap(str(answer["confirm_number"]), card=card)).answer

    await card.until(lambda one: one.labels == ["Revoke"])
    assert (await office.world.read(answer["approval_id"]))["decision"]["code"] == "6"


async def test_two_asks_with_numbers_have_cards_of_their_own(office: Office, ana: Person) -> None:
    first = await office.world.ask(**CRITICAL)
    card = await ana.wait_for_card(buttons=True)
    office.clock.advance(seconds=1)

    second = await office.world.ask(**CRITICAL)

    other = await ana.wait_for_card(buttons=True, newer_than=card)
    assert other is not card
    assert first["confirm_number"]
    assert second["confirm_number"]


async def test_a_wrong_number_of_one_ends_what_two_have_to_approve(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office: Office = await open_office(users=(ana.id, ben.id))
    rule = {"match": {"action": "deploy"}, "decision": "ask", "quorum": 2, "deny_threshold": 2}
    await office.world.call(
        "POST", "/v1/policies", key=ADMIN_KEY, json={"name": "shop", "rules": [rule]}
    )
    id, number, card = await asked(office, ana)

    tap = await ana.tap(wrong_of(card, number), card=card)

    assert await tap.answer == WRONG
    assert await state_of(office, id) == "denied"


async def test_the_number_is_told_once_and_stands_in_no_log_audit_or_later_answer(
    office: Office, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    id, number, card = await asked(office, ana)
    later = await office.world.read(id)
    listed = await (await office.world.call("GET", "/v1/approvals")).json()
    await (await ana.tap(str(number), card=card)).answer
    await card.shows("✅ Approved")
    audit = await (await office.world.call("GET", f"/v1/approvals/{id}/audit")).json()
    ended = await office.world.read(id)

    assert not any("number" in json.dumps(one) for one in (later, listed, audit, ended))
    assert not any("right=" in record.getMessage() for record in caplog.records)
    facts = [value for entry in audit["entries"] for value in entry["facts"].values()]
    assert number not in facts
