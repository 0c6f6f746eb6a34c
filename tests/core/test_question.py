"""Reading answers: options, letters, words."""

import pytest

from bot.core.errors import InvalidAsk
from bot.core.question import (
    Answer,
    Question,
    answer_in_words,
    checked_questions,
    choose,
    flat_texts,
    note_of,
    parse_answer,
    texts_of,
)
from tests.builders import a_decision, a_question

DATABASES = a_question("SQLite", "PostgreSQL", "Both")
SEVERAL = a_question("red", "green", "blue", multiple=True)
OPEN = Question(text="Why?")
CLOSED = a_question("yes", "no", allow_custom=False)


def test_a_letter_an_option_and_words_are_told_apart():
    assert parse_answer(DATABASES, "B") == Answer(letters=("B",))
    assert parse_answer(DATABASES, " b ") == Answer(letters=("B",))
    assert parse_answer(DATABASES, "PostgreSQL") == Answer(letters=("B",))
    assert parse_answer(DATABASES, "DuckDB") == Answer(custom="DuckDB")
    assert parse_answer(DATABASES, "Z") == Answer(custom="Z")
    assert parse_answer(OPEN, "A") == Answer(custom="A")


def test_letters_come_in_the_options_order():
    assert parse_answer(SEVERAL, "C, a") == Answer(letters=("A", "C"))
    assert choose(SEVERAL, ["c", "A", "c"]) == Answer(letters=("A", "C"))


def test_an_options_own_words_win_over_its_letter():
    tricky = a_question("B", "A")

    assert parse_answer(tricky, "B") == Answer(letters=("A",))


@pytest.mark.parametrize(
    ("question", "letters"),
    [(DATABASES, []), (DATABASES, ["D"]), (DATABASES, ["A", "B"]), (OPEN, ["A"])],
)
def test_letters_that_do_not_fit_are_refused(question, letters):
    with pytest.raises(InvalidAsk):
        choose(question, letters)


def test_words_are_refused_where_empty_or_unwanted():
    with pytest.raises(InvalidAsk, match="empty"):
        answer_in_words(DATABASES, "  \n ")
    with pytest.raises(InvalidAsk, match="one of its options"):
        answer_in_words(CLOSED, "maybe")
    assert answer_in_words(DATABASES, "A") == Answer(custom="A")


def test_texts_and_notes_have_the_wire_forms():
    several = Answer(letters=("A", "C"))
    words = Answer(custom="none of these")

    assert texts_of(SEVERAL, several) == ["red", "blue"]
    assert texts_of(SEVERAL, words) == ["none of these"]
    assert note_of([several]) == "A,C"
    assert note_of([several, words]) == "A,C; none of these"
    assert flat_texts([SEVERAL], [several]) == ["red", "blue"]
    assert flat_texts([SEVERAL, OPEN], [several, words]) == ["red, blue", "none of these"]


def test_a_decisions_wire_note_is_its_answers_or_its_note():
    assert a_decision(note="careful").wire_note == "careful"
    assert a_decision().wire_note is None
    answered = a_decision(answers=(Answer(letters=("A",)), Answer(custom="why not")))
    assert answered.wire_note == "A; why not"


def test_a_question_has_a_way_to_be_answered_and_at_most_26_options():
    with pytest.raises(InvalidAsk, match="options or allow_custom"):
        Question(text="?", allow_custom=False)
    with pytest.raises(InvalidAsk, match="at most 26"):
        a_question(*"abcdefghijklmnopqrstuvwxyz1")
    assert choose(a_question(*"abcdefghijklmnopqrstuvwxyz"), ["Z"]) == Answer(letters=("Z",))


def test_one_approval_carries_one_to_four_questions():
    assert checked_questions([OPEN] * 4) == (OPEN,) * 4
    for wrong in ([], [OPEN] * 5):
        with pytest.raises(InvalidAsk, match="1 to 4"):
            checked_questions(wrong)
