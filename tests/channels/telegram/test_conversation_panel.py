"""Session and Always ask what to cover; what they made is revoked on the card that made it."""

import asyncio
import json
from typing import Any

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_conversation import DANGEROUS, state_of
from tests.channels.telegram.test_race import held
from tests.fakes.telegram import Card, FakeTelegram, Person

TEST = {
    "action_type": "Bash",
    "title": "npm test -- unit",
    "preview": "npm test -- unit",
    "agent": "claude",
    "cwd": "/srv/shop",
}
REACH = "for claude and whoever shares its key, in /srv/shop"
EXACT = f"♾ From now on: exactly “npm test -- unit”, {REACH}"
UNUSUAL = "(unusual options still ask)"
BEGINS = f"♾ From now on: anything that begins with “npm test” {UNUSUAL}, {REACH}"
STILL_ASK = "Dangerous ones still ask."
ENDS = ["15 min", "1 h", "today", "next 3"]


async def grants(office: Office) -> list[dict[str, Any]]:
    return list((await (await office.world.call("GET", "/v1/grants")).json())["grants"])


async def kinds(office: Office, id: str) -> list[str]:
    response = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    return [one["kind"] for one in (await response.json())["entries"]]


async def opened(office: Office, ana: Person, label: str = "Always", **body: Any) -> Any:
    """Ask, and open the panel; return the approval's id and the card."""
    id, card = await office.ask(ana, **{**TEST, **body})
    tap = await ana.tap(label)
    assert await tap.answer == "Nothing is approved yet: choose on the card."
    await card.until(lambda one: "← Back" in one.labels)
    return id, card


async def test_always_prints_every_rule_before_the_tap_that_makes_it(
    office: Office, ana: Person
) -> None:
    id, card = await opened(office, ana)

    assert card.labels == ["1", "2", "3", *ENDS, "● until revoked", "← Back"]
    assert "♾ What may it do from now on without asking?" in card.text
    for number, words in enumerate((EXACT, BEGINS, f"♾ From now on: any Bash, {REACH}"), start=1):
        assert f"{number}) {words}, until revoked. {STILL_ASK}" in card.text
    assert card.text.startswith("🟢 claude @ shop: npm test -- unit")
    assert await state_of(office, id) == "pending"
    assert await grants(office) == []


async def test_the_rule_that_was_printed_is_the_rule_that_is_made(
    office: Office, ana: Person
) -> None:
    id, card = await opened(office, ana)
    printed = next(line for line in card.text.splitlines() if line.startswith("2) "))[3:]

    tap = await ana.tap("2")

    assert await tap.answer == "Approved from now on. claude goes on."
    await card.shows("✅ Approved by Ana in Telegram")
    assert printed in card.text.splitlines()
    assert card.labels == ["Revoke"]
    (grant,) = await grants(office)
    assert grant["rule"] == printed
    assert (await office.world.read(id))["decision"]["code"] == "6"
    other = {**TEST, "title": "npm test", "preview": "npm test"}
    assert (await office.world.ask(**other))["auto"]
    assert not (await office.world.ask(**{**other, "cwd": "/srv"}))["auto"]


async def test_an_end_renders_the_rules_anew_and_decides_nothing(
    office: Office, ana: Person
) -> None:
    id, card = await opened(office, ana)
    before = held(card, "1")

    tap = await ana.tap("next 3")

    assert await tap.answer == "Nothing is approved yet: choose on the card."
    await card.shows(f"{EXACT}, the next 3 times. {STILL_ASK}")
    assert card.labels[3:] == ["15 min", "1 h", "today", "● next 3", "until revoked", "← Back"]
    assert await state_of(office, id) == "pending"
    late = await ana.tap_data(before, card=card)
    assert "old card" in await late.answer
    assert await grants(office) == []

    await (await ana.tap("1")).answer

    await card.shows("✅ Approved by Ana")
    (grant,) = await grants(office)
    assert (grant["extent"]["breadth"], grant["uses_left"]) == ("exact", 3)


async def test_a_session_is_chosen_alike(office: Office, ana: Person) -> None:
    _, card = await opened(office, ana, "Session")
    assert card.labels[-2:] == ["● this session", "← Back"]
    words = f"🔁 For the rest of this session: exactly “npm test -- unit”, {REACH}. {STILL_ASK}"
    assert f"1) {words}" in card.text

    await (await ana.tap("1")).answer

    await card.shows(words)
    assert [grant["scope"] for grant in await grants(office)] == ["session"]


async def test_back_leads_back_to_the_card_as_it_was(office: Office, ana: Person) -> None:
    id, card = await opened(office, ana)

    await (await ana.tap("Back")).answer

    await card.until(lambda one: "✅ Approve" in one.labels)
    assert "without asking?" not in card.text
    assert await state_of(office, id) == "pending"


async def test_high_risk_asks_once_more_with_the_rule_chosen(office: Office, ana: Person) -> None:
    id, card = await opened(office, ana, "Always…", urgency="high")
    await (await ana.tap("1 h")).answer
    await card.until(lambda one: "● 1 h" in one.labels)

    tap = await ana.tap("1", card=card)

    assert await tap.answer == "Not approved yet: tap “Yes, run it” if you are sure."
    await card.until(lambda one: one.labels == ["✅ Yes, run it", "← Back"])
    assert f"{EXACT}, for 1 hour. {STILL_ASK}" in card.text
    assert "any Bash" not in card.text
    assert await state_of(office, id) == "pending"
    await (await ana.tap("Yes, run it")).answer
    await card.shows("✅ Approved by Ana")
    (grant,) = await grants(office)
    assert (grant["extent"]["breadth"], grant["end"]) == ("exact", "1h")


async def test_the_floor_takes_no_forged_choice(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **DANGEROUS)
    handle = held(card, "Approve").split(".")[2]

    for data in (f"1.w.{handle}", f"1.E.{handle}.0AAW", f"1.U.{handle}.0AW", f"1.R.{handle}"):
        assert "old card" in await (await ana.tap_data(data, card=card)).answer

    assert await state_of(office, id) == "pending"


async def test_in_a_group_nobodys_tap_decides_what_another_was_choosing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    group = telegram.group(-1005, "Team", members=[ana, ben])
    office: Office = await open_office(users=(ana.id, ben.id), chat=group.id)
    id = (await office.world.ask(**TEST))["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)
    await (await ben.tap("Always", card=card)).answer
    await card.until(lambda one: "← Back" in one.labels)

    tap = await ana.tap("3", card=card)

    assert await tap.answer == "Nothing is approved yet: choose on the card."
    assert await state_of(office, id) == "pending"
    await (await ana.tap("3", card=card)).answer
    await card.shows("✅ Approved by Ana")
    (grant,) = await grants(office)
    assert (grant["made_by"], grant["extent"]["breadth"]) == ("Ana", "type")


async def test_a_rule_too_long_to_print_is_not_offered_and_that_is_said(
    office: Office, ana: Person
) -> None:
    line = "npm test -- " + "x" * 475

    _, card = await opened(office, ana, title=line, preview=line)

    assert card.labels[:3] == ["1", "2", "15 min"]
    assert "1 more choice is too long to be shown here whole, and is left out." in card.text


# Revoking


async def granted(office: Office, ana: Person) -> Any:
    id, card = await office.ask(ana, action_type="deploy")
    await (await ana.tap("Always")).answer
    await card.until(lambda one: one.labels == ["Revoke"])
    return id, card


async def test_revoke_asks_once_then_revokes_and_says_by_whom(office: Office, ana: Person) -> None:
    id, card = await granted(office, ana)

    tap = await ana.tap("Revoke")

    assert await tap.answer == "Still in force: tap “Yes, revoke” to revoke it."
    await card.shows("Revoke it?")
    assert card.labels == ["Yes, revoke", "← Back"]
    assert len(await grants(office)) == 1

    tap = await ana.tap("Yes, revoke")

    assert await tap.answer == "Revoked. The next one asks again."
    await card.shows("🚫 Revoked by Ana, 12:00 UTC")
    assert card.labels == []
    assert "♾ From now on: any deploy" in card.text
    assert "Revoke it?" not in card.text
    assert await grants(office) == []
    assert not (await office.world.ask(action_type="deploy"))["auto"]
    response = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    entry = (await response.json())["entries"][-1]
    assert (entry["kind"], entry["actor"]) == ("grant.revoked", "person:telegram-1001")
    assert entry["facts"]["by"] == "Ana"


async def test_back_keeps_the_grant(office: Office, ana: Person) -> None:
    _, card = await granted(office, ana)
    await (await ana.tap("Revoke")).answer
    await card.until(lambda one: "← Back" in one.labels)

    await (await ana.tap("Back")).answer

    await card.until(lambda one: one.labels == ["Revoke"])
    assert len(await grants(office)) == 1


async def test_every_copy_says_that_it_was_revoked_and_a_late_tap_is_told(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office: Office = await open_office(users=(ana.id, ben.id))
    await office.world.ask(action_type="deploy")
    hers, his = await ana.wait_for_card(buttons=True), await ben.wait_for_card(buttons=True)
    await (await ana.tap("Always", card=hers)).answer
    await his.until(lambda one: one.labels == ["Revoke"])
    before = held(his, "Revoke")

    (grant,) = await grants(office)
    path = f"/v1/grants/{grant['grant_id']}"
    assert (await office.world.call("DELETE", path)).status == 200

    for card in (hers, his):
        await card.shows("🚫 Revoked by agent")
        assert card.labels == []
    tap = await ben.tap_data(before, card=his)
    assert await tap.answer == "🚫 Revoked by agent, 12:00 UTC"


async def test_a_stranger_revokes_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve])
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    id = (await office.world.ask(action_type="deploy"))["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)
    await (await ana.tap("Always", card=card)).answer
    await card.until(lambda one: one.labels == ["Revoke"])
    await (await ana.tap("Revoke", card=card)).answer
    await card.until(lambda one: "Yes, revoke" in one.labels)

    tap = await eve.tap("Yes, revoke", card=card)

    assert "You are not an approver here." in await tap.answer
    assert len(await grants(office)) == 1
    assert (await kinds(office, id))[-1] == "decision.refused"


# Races


async def test_two_who_choose_at_once_make_one_grant_of_just_the_words_the_winner_saw(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office: Office = await open_office(users=(ana.id, ben.id))
    made = 0
    for n in range(6):
        title = f"npm test -- u{n}"
        body = {**TEST, "title": title, "preview": title, "cwd": f"/srv/{n}"}
        id = (await office.world.ask(**body))["approval_id"]
        hers = await ana.wait_for_card(title, buttons=True)
        his = await ben.wait_for_card(title, buttons=True)
        await (await ana.tap("Always", card=hers)).answer
        await (await ben.tap("Session", card=his)).answer
        for card in (hers, his):
            await card.until(lambda one: "← Back" in one.labels)
        printed = {"Ana": rule_in(hers, 1), "Ben": rule_in(his, 2)}

        taps = await asyncio.gather(
            ana.tap_data(held(hers, "1"), card=hers), ben.tap_data(held(his, "2"), card=his)
        )

        for tap in taps:
            await tap.answer
        decision = (await office.world.read(id))["decision"]
        found = await grants(office)
        made += 1
        assert len(found) == made
        mine = next(one for one in found if one["grant_id"] == decision["grant_id"])
        assert mine["rule"] == printed[decision["by"]]
        assert mine["made_by"] == decision["by"]
        assert (await kinds(office, id)).count("grant.made") == 1
    assert json.dumps(await grants(office)).count("rule_") == made


def rule_in(card: Card, number: int) -> str:
    start = f"{number}) "
    return next(line for line in card.text.splitlines() if line.startswith(start))[len(start) :]
