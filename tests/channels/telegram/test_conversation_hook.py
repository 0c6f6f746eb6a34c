"""A coding agent asks by its hooks: what its cards say and offer, and what a tap tells it."""

import asyncio
from typing import Any

from bot.gate.turn import Wanted
from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import (
    BASH,
    PLAN,
    QUESTIONS,
    SUGGESTION,
    after,
    before,
    elicitation,
    failed,
    notification,
    permission,
    prompt,
    stop,
)
from web.hooks.dialect import Manner

BUTTONS = ["✅ Approve", "❌ Deny", "🔁 Session", "♾ Always", "📋 Copy", "🔍 Details"]
HARMLESS = {"command": "make deploy", "description": "Publish it"}


async def asked(office: Office, who: Person, hook: Any) -> tuple[asyncio.Future[Any], Card]:
    """Let Claude Code ask; return the held hook and the card that came."""
    last = office.telegram.messages(who.chat_id)[-1:]
    held = Agent(office.world).hold(hook)
    card = await who.wait_for_card(buttons=True, newer_than=last[0] if last else None)
    return held, card


def decision(reply: Any) -> Any:
    return reply["hookSpecificOutput"]["decision"]


async def test_a_command_has_its_own_words_and_a_way_to_stop(office: Office, ana: Person) -> None:
    _, card = await asked(office, ana, permission(given=HARMLESS))

    assert card.labels == [*BUTTONS, "⏹ Deny and stop"]
    assert card.text.startswith("🟡 claude @ shop: make deploy\nmake deploy\n")
    assert "Why: Publish it" in card.text
    assert "then back to its terminal" in card.text
    assert "Parameters" not in card.text
    assert "jsonl" not in card.text


async def test_deny_and_stop_stops_the_agent(office: Office, ana: Person) -> None:
    held, card = await asked(office, ana, permission(given=HARMLESS))

    tap = await ana.tap("Deny and stop")

    assert await tap.answer == "Denied. claude is told, and stops."
    said = {"behavior": "deny", "message": "Denied by Ana in Telegram, without a reason."}
    assert decision(await held) == {**said, "interrupt": True}
    await card.shows("⏹ Denied by Ana in Telegram and stopped")
    found = await office.world.store.read(lambda tx: tx.audit.after(0, limit=100))
    (denied,) = [one.record for one in found if one.record.kind == "approval.denied"]
    assert denied.facts["stop"] is True


async def test_a_reply_may_stop_with_its_words(office: Office, ana: Person) -> None:
    held, card = await asked(office, ana, permission(given=HARMLESS))

    await ana.reply(card, "wrong branch")
    offer = await ana.wait_for_card("What shall I do", buttons=True)
    assert offer.labels == [
        "❌ Deny with this reason",
        "⏹ Deny with this reason and stop",
        "✅ Approve with this note",
        "✏️ Run this instead",
        "← It was nothing",
    ]
    await ana.tap("Deny with this reason and stop")

    expected = {"behavior": "deny", "message": "wrong branch", "interrupt": True}
    assert decision(await held) == expected


async def test_a_note_that_the_agent_cannot_read_is_said_to_stay_here(
    office: Office, ana: Person
) -> None:
    held, card = await asked(office, ana, permission(given=HARMLESS))
    await ana.reply(card, "tell me how it went")
    offer = await ana.wait_for_card("What shall I do", buttons=True)
    assert "claude reads no note beside an approval; it would stay here." in offer.text

    await ana.tap("Approve with this note")

    assert decision(await held) == {"behavior": "allow"}
    await card.shows("The note stays here: its agent takes none with an approval.")


async def test_before_the_tool_there_is_no_stop_and_a_note_is_read(
    office: Office, ana: Person
) -> None:
    held, card = await asked(office, ana, before(given=HARMLESS))
    assert card.labels == BUTTONS

    await ana.reply(card, "tell me how it went")
    offer = await ana.wait_for_card("What shall I do", buttons=True)
    assert "stay here" not in offer.text
    await ana.tap("Approve with this note")

    said = (await held)["hookSpecificOutput"]
    assert said["additionalContext"] == "Ana approved this with a note: tell me how it went"


async def test_a_file_tool_shows_its_change_and_takes_no_replacement(
    office: Office, ana: Person
) -> None:
    path = "/home/ana/shop/app.py"
    edit = {"file_path": path, "old_string": "a = 1\nb = 2", "new_string": "a = 1\nb = 3"}
    held, card = await asked(office, ana, permission("Edit", edit))

    change = f"--- {path}\n@@ -2 +2 @@\n a = 1\n-b = 2\n+b = 3"
    assert card.text.startswith(f"🟡 claude @ shop: Edit app.py\n{change}\n")
    assert "Parameters" not in card.text
    await ana.reply(card, "b = 4")
    offer = await ana.wait_for_card("What shall I do", buttons=True)
    assert "✏️ Run this instead" not in offer.labels
    await ana.tap("It was nothing")
    await ana.tap("Approve", card=card)
    assert decision(await held) == {"behavior": "allow"}


async def test_a_plan_is_shown_whole_and_approved_once(office: Office, ana: Person) -> None:
    held, card = await asked(office, ana, permission("ExitPlanMode", PLAN))

    assert card.labels == ["✅ Approve", "❌ Deny", "🔍 Details", "⏹ Deny and stop"]
    assert "# Plan\n1. do the thing" in card.text
    await ana.tap("Approve")

    assert decision(await held) == {"behavior": "allow", "updatedInput": PLAN}


async def test_questions_are_answered_with_taps(office: Office, ana: Person) -> None:
    held, card = await asked(office, ana, permission("AskUserQuestion", QUESTIONS))
    assert card.labels[:2] == ["A) SQLite", "B) Postgres"]
    assert "then back to its terminal" in card.text

    await ana.tap("B) Postgres")
    await card.until(lambda one: "☐ A) Auth" in one.labels)
    await ana.tap("A) Auth")
    await card.until(lambda one: "☑ A) Auth" in one.labels)
    await ana.tap("Done (1)")

    answers = decision(await held)["updatedInput"]["answers"]
    assert answers == {
        "Which database should we use?": "Postgres",
        "Which features do you want?": "Auth",
    }


async def test_what_is_typed_into_a_form_is_checked_at_once(office: Office, ana: Person) -> None:
    count = {"type": "integer", "title": "How many?"}
    schema = {"type": "object", "properties": {"count": count}, "required": ["count"]}
    held, card = await asked(office, ana, elicitation(schema))
    assert "Please confirm" in card.text

    await ana.reply(card, "many")
    await ana.wait_for_card("Write a whole number, like 3.")
    await ana.reply(card, "3")

    said = (await held)["hookSpecificOutput"]
    assert (said["action"], said["content"]) == ("accept", {"count": 3})


async def test_the_agents_session_rules_are_said_before_the_tap_and_after(
    open_office: OpenOffice, ana: Person
) -> None:
    office = await open_office(users=(1001,), hook_manner=Manner(session_rules=True))
    held, card = await asked(office, ana, permission(given=HARMLESS))
    line = "🔁 Session also has claude keep, until its session ends: files in /home/ana/out"
    assert line in card.text

    await ana.tap("Session")
    await card.until(lambda one: "← Back" in one.labels)
    assert line in card.text
    await ana.tap("1", card=card)

    expected = {"behavior": "allow", "updatedPermissions": [SUGGESTION]}
    assert decision(await held) == expected
    kept = "🔁 claude keeps as well, until its session ends: files in /home/ana/out"
    await card.until(lambda one: kept in one.text)


async def test_without_the_setting_no_rule_goes_back(office: Office, ana: Person) -> None:
    held, card = await asked(office, ana, permission("WebSearch", {"query": "tea"}))
    assert "keep, until its session ends" not in card.text

    await ana.tap("Session")

    assert decision(await held) == {"behavior": "allow"}


async def test_what_became_of_it_stands_on_the_card(office: Office, ana: Person) -> None:
    held, card = await asked(office, ana, permission(given=HARMLESS))
    await ana.tap("Approve")
    await held

    await Agent(office.world).send(failed("Exit code 2\nmake: no rule", given=HARMLESS))

    await card.shows("ran, exit 2, 0.1 s")
    await card.shows("Result: failed: make: no rule")


async def test_a_card_answered_at_the_terminal_says_so(office: Office, ana: Person) -> None:
    held, card = await asked(office, ana, permission())

    await Agent(office.world).send(after())

    await card.shows("🚪 Withdrawn at")
    assert "answered at the terminal" in card.text
    assert await held == {}


async def test_secrets_in_a_command_are_hidden(office: Office, ana: Person) -> None:
    token = "gh" + "p_" + "a1B2" * 9
    _, card = await asked(office, ana, permission(given={"command": f"curl -u me:{token} x"}))

    assert token not in card.text
    assert BASH["description"] not in card.text


# Turns


async def test_a_long_turns_end_is_told_in_one_silent_message(
    open_office: OpenOffice, ana: Person, telegram: FakeTelegram
) -> None:
    wanted = Wanted(waiting=True, finished=True)
    office = await open_office(users=(1001,), hook_manner=Manner(turns=wanted))
    agent = Agent(office.world)
    await agent.send(prompt("build it"))
    office.clock.advance(minutes=12)

    await agent.send(stop("All tests pass. /start me"))

    message = await ana.wait_for_card("🏁 claude @ shop has finished")
    assert "12 min" in message.text
    assert "All tests pass." in message.text
    await agent.send(prompt("and now publish it"))
    await message.shows("▶️ claude @ shop goes on")
    await agent.send(notification("idle_prompt", message="Claude is waiting for your input"))
    await message.shows("🖥 claude @ shop waits at its terminal")
    assert len(telegram.messages(ana.chat_id)) == 1


async def test_a_short_turn_and_a_card_that_waits_are_no_news(
    open_office: OpenOffice, ana: Person, telegram: FakeTelegram
) -> None:
    wanted = Wanted(waiting=True, finished=True)
    office = await open_office(users=(1001,), hook_manner=Manner(turns=wanted))
    agent = Agent(office.world)
    await agent.send(prompt())
    office.clock.advance(minutes=1)
    await agent.send(stop())
    held, _ = await asked(office, ana, permission())

    await agent.send(notification())

    await ana.tap("Deny")
    await held
    assert len(telegram.messages(ana.chat_id)) == 1
