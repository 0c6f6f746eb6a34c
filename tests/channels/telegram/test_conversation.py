"""Whole conversations: an agent asks over HTTP, people tap and write, the agent reads the end."""

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import FakeTelegram, Person

DANGEROUS = {
    "action_type": "Bash",
    "title": "rm -rf ~/backups/old",
    "preview": "rm -rf ~/backups/old",
    "cwd": "/home/ana/shop",
}


DATABASE = {
    "action_type": "question",
    "title": "Which database?",
    "questions": [
        {"question": "Which database?", "options": [{"label": "SQLite"}, {"label": "PostgreSQL"}]}
    ],
}


async def state_of(office: Office, id: str) -> str:
    status: str = (await office.world.read(id))["status"]
    return status


# Actions


async def test_a_tap_on_approve_approves_and_stamps_the_card(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, title="Deploy 1.4")

    tap = await ana.tap("Approve")

    assert await tap.answer == "Approved. agent goes on."
    await card.shows("✅ Approved by Ana in Telegram")
    assert card.labels == []
    assert "Deploy 1.4" in card.text
    decision = (await office.world.read(id))["decision"]
    assert (decision["decision"], decision["code"], decision["via"]) == (
        "approved",
        "1",
        "telegram",
    )


async def test_a_tap_on_deny_denies(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)

    tap = await ana.tap("Deny")

    assert await tap.answer == "Denied. agent is told."
    await card.shows("❌ Denied by Ana in Telegram")
    assert await state_of(office, id) == "denied"


async def test_session_lets_the_next_of_its_kind_pass_without_a_card(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana, action_type="deploy", session_id="s1")

    tap = await ana.tap("Session")

    assert await tap.answer == "Approved for the rest of this session. agent goes on."
    await card.shows("🔁 For the rest of this session: any deploy, for agent")
    assert (await office.world.read(id))["decision"]["code"] == "2"
    assert (await office.world.ask(action_type="deploy", session_id="s1"))["auto"]
    assert not (await office.world.ask(action_type="deploy", session_id="s2"))["auto"]


async def test_always_prints_the_rule_it_makes(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, action_type="deploy", cwd="/srv/shop")

    await (await ana.tap("Always")).answer

    await card.shows(
        "♾ From now on: any deploy, for agent and whoever shares its key, in /srv/shop, "
        "until revoked."
    )
    assert (await office.world.read(id))["decision"]["code"] == "6"
    assert (await office.world.ask(action_type="deploy", cwd="/srv/shop", session_id="s9"))["auto"]
    assert not (await office.world.ask(action_type="deploy", cwd="/srv/shop2"))["auto"]


async def test_without_a_session_there_is_no_session_button(office: Office, ana: Person) -> None:
    _, card = await office.ask(ana, session_id="")

    assert card.labels == ["✅ Approve", "❌ Deny", "♾ Always", "📋 Copy", "🔍 Details"]


async def test_a_dangerous_action_takes_two_taps_and_offers_nothing_standing(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana, **DANGEROUS)
    assert card.labels == ["✅ Approve…", "❌ Deny", "📋 Copy", "🔍 Details"]
    assert "⚠ Deletes recursively, outside the working directory." in card.text

    first = await ana.tap("Approve…")
    assert await first.answer == "Not approved yet: tap “Yes, run it” if you are sure."
    await card.until(lambda one: one.labels == ["✅ Yes, run it", "← Back"])
    assert await state_of(office, id) == "pending"

    await (await ana.tap("Yes, run it")).answer
    await card.shows("✅ Approved by Ana")
    assert await state_of(office, id) == "approved"


async def test_back_leads_back(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **DANGEROUS)
    await (await ana.tap("Approve…")).answer
    await card.until(lambda one: "← Back" in one.labels)

    await (await ana.tap("Back")).answer

    await card.until(lambda one: "✅ Approve…" in one.labels)
    assert await state_of(office, id) == "pending"


async def test_the_second_tap_of_somebody_else_is_their_own_first(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    group = telegram.group(-1005, "Team", members=[ana, ben])
    office: Office = await open_office(users=(ana.id, ben.id), chat=group.id)
    id = (await office.world.ask(**DANGEROUS))["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)
    await (await ana.tap("Approve…", card=card)).answer
    await card.until(lambda one: "✅ Yes, run it" in one.labels)

    tap = await ben.tap("Yes, run it", card=card)

    assert await tap.answer == "Not approved yet: tap “Yes, run it” if you are sure."
    assert await state_of(office, id) == "pending"
    await (await ben.tap("Yes, run it", card=card)).answer
    await card.shows("✅ Approved by Ben")


async def test_details_come_as_a_silent_reply(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, params={"version": "1.4"}, context={"ticket": "T-1"})

    tap = await ana.tap("Details")

    assert await tap.answer == ""
    told = await ana.wait_for_card("SHA-256", newer_than=card)
    digest = (await office.world.read(id))["digest"]
    assert told.reply_to is card
    assert not told.notified
    for words in (id, digest, digest[:8], "normal risk", '"version": "1.4"', '"ticket": "T-1"'):
        assert words in told.text


async def test_a_long_text_follows_the_card_as_a_file(office: Office, ana: Person) -> None:
    preview = "\n".join(f"+ line {number}" for number in range(2000))

    _, card = await office.ask(ana, preview=preview, language="diff")

    attached = await ana.wait_for_card("Full text of", newer_than=card)
    assert attached.document is not None
    assert attached.document.filename.startswith("request-")
    assert attached.document.filename.endswith(".diff")
    assert attached.document.content.decode() == preview
    assert attached.reply_to is card
    assert not attached.notified
    assert f"📎 Full text attached: {len(preview):,} characters" in card.text
    assert "lines, " in card.text


async def test_the_outcome_is_added_to_the_stamp(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)
    await (await ana.tap("Approve")).answer
    office.clock.advance(seconds=3.1)

    body = {"exit_code": 0, "summary": "deployed"}
    response = await office.world.call("POST", f"/v1/approvals/{id}/outcome", json=body)

    assert response.status == 200
    await card.shows("· ran, exit 0, 3.1 s\nResult: deployed")


async def test_what_the_agent_takes_back_is_withdrawn(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)

    response = await office.world.call("DELETE", f"/v1/approvals/{id}")

    assert response.status == 200
    await card.shows("🚪 Withdrawn at 12:00 UTC")
    assert card.labels == []


async def test_an_approval_expires_on_the_card_too(office: Office, ana: Person) -> None:
    _, card = await office.ask(ana, expires_in_sec=60)

    await office.pass_time(61, until=lambda: "⌛" in card.text)

    assert "⌛ Expired at 12:01 UTC, nobody answered. Denied." in card.text
    assert card.labels == []


async def test_a_tap_after_the_end_is_told_the_one_result(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office: Office = await open_office(users=(ana.id, ben.id))
    id = (await office.world.ask())["approval_id"]
    hers, his = await ana.wait_for_card(buttons=True), await ben.wait_for_card(buttons=True)
    approve = his.buttons[0][0]["callback_data"]
    await (await ana.tap("Deny", card=hers)).answer

    tap = await ben.tap_data(approve, card=his)

    assert await tap.answer == "Already denied by Ana, 12:00 UTC."
    assert tap.alert
    assert await state_of(office, id) == "denied"


async def test_every_copy_says_the_same(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office: Office = await open_office(users=(ana.id, ben.id))
    await office.world.ask()
    hers, his = await ana.wait_for_card(buttons=True), await ben.wait_for_card(buttons=True)

    await (await ben.tap("Approve", card=his)).answer

    await hers.shows("✅ Approved by Ben in Telegram")
    await his.shows("✅ Approved by Ben in Telegram")
    assert hers.labels == his.labels == []


async def test_a_tap_delivered_again_decides_once(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)
    tap = await ana.tap("Approve")
    await card.shows("✅ Approved")
    assert tap.update_id is not None

    office.telegram.redeliver(tap.update_id)
    await office.telegram.delivered()

    response = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    entries = (await response.json())["entries"]
    assert [one["kind"] for one in entries].count("approval.approved") == 1
    assert "decision.late" not in [one["kind"] for one in entries]
