"""Whole conversations: an agent asks over HTTP, people tap and write, the agent reads the end."""

from typing import Any

import pytest

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import Card, FakeTelegram, Person

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
TWO_QUESTIONS = {
    "action_type": "question",
    "title": "Two things",
    "questions": [
        {"question": "Which database?", "options": [{"label": "SQLite"}, {"label": "PostgreSQL"}]},
        {
            "question": "Which parts?",
            "multiple": True,
            "options": [{"label": "API"}, {"label": "Page"}, {"label": "Bot"}],
        },
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

    body = {"exit_code": 0, "summary": "deployed"}
    response = await office.world.call("POST", f"/v1/approvals/{id}/outcome", json=body)

    assert response.status == 200
    await card.shows("· ran, exit 0\nResult: deployed")


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


# Questions


async def test_an_option_answers_a_question(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **DATABASE)
    assert card.text.startswith("❓ agent: Which database?")

    tap = await ana.tap("B) PostgreSQL")

    assert await tap.answer == "Answered. agent goes on."
    await card.shows("💬 Answered by Ana in Telegram, 12:00 UTC · B) PostgreSQL")
    decision = (await office.world.read(id))["decision"]
    assert (decision["code"], decision["note"]) == ("4", "B")
    assert decision["answers"] == ["PostgreSQL"]


async def test_questions_are_answered_one_after_the_other(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **TWO_QUESTIONS)
    assert "❓ 1 of 2 · agent: Which database?" in card.text

    await (await ana.tap("A) SQLite")).answer
    await card.shows("❓ 2 of 2 · agent: Which parts?")
    assert "1. A) SQLite" in card.text
    await (await ana.tap("☐ A) API")).answer
    await card.until(lambda one: "☑ A) API" in one.labels)
    await (await ana.tap("☐ C) Bot")).answer
    await card.until(lambda one: "Done (2)" in one.labels)
    await (await ana.tap("☑ A) API")).answer
    await card.until(lambda one: "Done (1)" in one.labels)
    await (await ana.tap("Done (1)")).answer

    await card.shows("💬 Answered by Ana")
    assert "C) Bot" in card.text
    decision = (await office.world.read(id))["decision"]
    assert [one["answers"] for one in decision["questions"]] == [["SQLite"], ["Bot"]]


async def test_done_with_nothing_ticked_answers_nothing(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **TWO_QUESTIONS)
    await (await ana.tap("A) SQLite")).answer
    await card.until(lambda one: "Done (0)" in one.labels)

    tap = await ana.tap("Done (0)")

    assert await tap.answer == "Tick at least one option first."
    assert await state_of(office, id) == "pending"


async def test_custom_asks_for_words_and_takes_the_reply(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **DATABASE)
    tap = await ana.tap("Custom")
    assert await tap.answer == "Write your answer as a reply to my message."
    prompt = await ana.wait_for_card("Reply to this message", newer_than=card)
    assert prompt.asks_for_reply
    assert prompt.reply_to is card

    await ana.reply(prompt, "DuckDB, please")

    await card.shows("💬 Answered by Ana in Telegram, 12:00 UTC · “DuckDB, please”")
    assert (await office.world.read(id))["decision"]["answers"] == ["DuckDB, please"]


async def test_a_swiped_reply_to_the_card_is_the_answer(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **DATABASE)

    await ana.reply(card, "neither")

    await card.shows("“neither”")
    assert await state_of(office, id) == "approved"


async def test_a_question_without_options_takes_words(office: Office, ana: Person) -> None:
    body: dict[str, Any] = {**DATABASE, "questions": [{"question": "What shall I call it?"}]}
    id, card = await office.ask(ana, **body)
    assert card.labels == ["📝 Custom", "❌ Deny"]

    await ana.reply(card, "Gate")

    await card.shows("“Gate”")
    assert (await office.world.read(id))["decision"]["answers"] == ["Gate"]


async def test_a_button_of_an_earlier_question_changes_nothing(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana, **TWO_QUESTIONS)
    first = card.buttons[0][0]["callback_data"]
    await (await ana.tap("B) PostgreSQL")).answer
    await card.shows("2 of 2")

    tap = await ana.tap_data(first, card=card)

    assert await tap.answer == "Telegram showed you an old card; it is up to date now."
    assert await state_of(office, id) == "pending"
    assert "1. B) PostgreSQL" in card.text


# Words


@pytest.mark.parametrize("words", ["yes", "approve", "ok", "👍", "/approve"])
async def test_words_under_an_action_decide_nothing(
    office: Office, ana: Person, words: str
) -> None:
    id, card = await office.ask(ana)

    written = await ana.reply(card, words)

    told = await ana.wait_for_card("Words decide nothing here yet", newer_than=card)
    assert told.reply_to is written
    assert await state_of(office, id) == "pending"


async def test_a_command_as_a_reply_to_a_question_is_no_answer(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana, **DATABASE)

    await ana.reply(card, "/help")

    await ana.wait_for_card("/pending –")
    assert await state_of(office, id) == "pending"


async def test_words_alone_are_answered_with_how_it_works(office: Office, ana: Person) -> None:
    id, _ = await office.ask(ana)

    await ana.send("yes")

    await ana.wait_for_card("Words alone decide nothing")
    assert await state_of(office, id) == "pending"


# Strangers


async def refused_in_audit(office: Office, id: str) -> int:
    response = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    entries = (await response.json())["entries"]
    return [one["kind"] for one in entries].count("decision.refused")


@pytest.mark.parametrize("how", ["seen", "inaccessible"])
@pytest.mark.parametrize("label", ["✅ Approve", "❌ Deny", "♾ Always", "🔍 Details"])
async def test_an_outsider_in_the_group_decides_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person, label: str, how: str
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve])
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    id = (await office.world.ask())["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)
    before = len(telegram.messages(group.id))

    tap = await eve.tap(label, card=card, inaccessible=how == "inaccessible")

    assert await tap.answer == "You are not an approver here. (your id: 6666)"
    assert tap.alert
    assert await state_of(office, id) == "pending"
    assert await refused_in_audit(office, id) == 1
    assert len(telegram.messages(group.id)) == before


async def test_an_outsider_in_a_topic_decides_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve], topics={4: "Shop"})
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    id = (await office.world.ask())["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)
    copy = telegram.place(group, sender=telegram.as_sender(), text="x", thread=4)
    copy.markup = card.markup

    tap = await eve.tap("Approve", card=copy)

    assert await tap.answer == "You are not an approver here. (your id: 6666)"
    assert await state_of(office, id) == "pending"


async def test_an_outsiders_forged_tap_from_their_own_chat_finds_no_card(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    id, card = await office.ask(ana)
    written = await eve.send("hello")

    tap = await eve.tap_data(card.buttons[0][0]["callback_data"], card=written)

    assert await tap.answer == "I don't know this card. Send /pending to see what waits."
    assert await state_of(office, id) == "pending"


async def test_an_inline_messages_tap_decides_nothing(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)

    tap = await ana.tap("Approve", card=card, inline=True)

    assert await tap.answer == "I don't know this card. Send /pending to see what waits."
    assert await state_of(office, id) == "pending"


async def test_an_anonymous_admin_decides_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    group = telegram.group(-1005, "Team", members=[ana])
    somebody = telegram.anonymous_admin(group)
    office: Office = await open_office(users=(ana.id, somebody.id), chat=group.id)
    id = (await office.world.ask())["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)

    tap = await somebody.tap("Approve", card=card)

    assert await tap.answer
    assert await state_of(office, id) == "pending"


async def test_a_bot_decides_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    robo = telegram.person(2002, "Robo", is_bot=True)
    office: Office = await open_office(users=(ana.id, robo.id))
    id = (await office.world.ask())["approval_id"]
    card = await robo.wait_for_card(buttons=True)

    tap = await robo.tap("Approve", card=card)

    assert await tap.answer
    assert await state_of(office, id) == "pending"


async def test_an_outsiders_reply_in_the_group_is_met_with_silence(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve])
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    id = (await office.world.ask(**DATABASE))["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)

    written = await eve.reply(card, "MySQL")
    await telegram.delivered()

    assert await state_of(office, id) == "pending"
    assert await refused_in_audit(office, id) == 1
    assert telegram.messages(group.id)[-1] is written


@pytest.mark.parametrize("data", ["", "1", "1.a.", "1.a.zzzzzzzzzzzzzzzzzzzzzz", "v1:a:b", "\0"])
async def test_forged_data_decides_nothing(office: Office, ana: Person, data: str) -> None:
    id, card = await office.ask(ana)

    tap = await ana.tap_data(data, card=card)

    assert await tap.answer == "I don't know this card. Send /pending to see what waits."
    assert await state_of(office, id) == "pending"


async def test_one_cards_button_under_another_card_decides_neither(
    office: Office, ana: Person
) -> None:
    one, card = await office.ask(ana, title="One")
    other, second = await office.ask(ana, title="Other")

    tap = await ana.tap_data(card.buttons[0][0]["callback_data"], card=second)

    assert await tap.answer == "I don't know this card. Send /pending to see what waits."
    assert await state_of(office, one) == await state_of(office, other) == "pending"


# Commands


async def test_a_stranger_is_told_their_id_and_nothing_else(
    office: Office, telegram: FakeTelegram
) -> None:
    eve = telegram.person(6666, "Eve")

    await eve.send("/start")

    told = await eve.wait_for_card("I don't know you. Your id is 6666.")
    assert told.pieces("code") == ["6666"]


async def test_a_stranger_who_goes_on_writing_is_answered_once(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    for _ in range(5):
        await eve.send("/start")
    await eve.send("/pending")
    await eve.send("hello?")
    await telegram.delivered()
    await ana.send("/id")
    await ana.wait_for_card("Your id is 1001.")

    answers = [one for one in telegram.messages(eve.chat_id) if one.sender["id"] != eve.id]
    assert len(answers) <= 1


async def test_an_approver_is_greeted_and_helped(office: Office, ana: Person) -> None:
    await ana.send("/start")
    await ana.wait_for_card("Hello Ana.")

    await ana.send("/help")

    await ana.wait_for_card("/pending – what waits for an answer")


async def test_pending_lists_what_waits_oldest_first(office: Office, ana: Person) -> None:
    await office.ask(ana, title="First", cwd="/srv/shop", agent="claude")
    office.clock.advance(seconds=1)
    await office.ask(ana, **DANGEROUS)
    office.clock.advance(seconds=1)
    await office.ask(ana, **DATABASE)

    await ana.send("/pending")

    told = await ana.wait_for_card("📥 3 waiting")
    lines = told.text.splitlines()[1:]
    assert [line[:3] for line in lines] == ["1 🟡", "2 🔴", "3 ❓"]
    assert "claude @ shop First" in lines[0]
    assert "Which database?" in lines[2]


async def test_pending_is_empty_where_nothing_waits(office: Office, ana: Person) -> None:
    await ana.send("/pending")

    await ana.wait_for_card("Nothing waits for an answer")


async def test_in_groups_only_approvers_are_answered(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve])
    await open_office(users=(ana.id,), chat=group.id)
    await eve.send("/start", to=group)
    await eve.send("/id", to=group)

    await ana.send("/id", to=group)

    await ana.wait_for_card("This chat's id is -1005.", chat=group)
    own = [one for one in telegram.messages(group.id) if one.sender["id"] not in {1001, 6666}]
    assert len(own) == 1


async def test_a_command_delivered_again_is_answered_once(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    written = await ana.send("/help")
    await ana.wait_for_card("/pending –")
    assert written.update_id is not None

    telegram.redeliver(written.update_id)
    await telegram.delivered()
    await ana.send("/id")
    await ana.wait_for_card("Your id is")

    def is_help(one: Card) -> bool:
        return "/pending –" in one.text

    assert sum(map(is_help, telegram.messages(ana.chat_id))) == 1
