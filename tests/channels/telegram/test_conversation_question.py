"""Questions in the chat, answered by taps and in words."""

from typing import Any

from tests.channels.telegram.conftest import Office
from tests.channels.telegram.test_conversation import DATABASE, state_of
from tests.fakes.telegram import Person

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
