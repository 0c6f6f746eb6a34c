"""What is typed into an agent's form is of the kind that the form wants."""

import pytest

from bot.core.errors import InvalidAsk
from bot.core.question import answer_in_words
from bot.core.typed import Sort, Wanted, value_of
from tests.builders import a_question


@pytest.mark.parametrize(
    ("wanted", "words", "value"),
    [
        (Wanted(), "any words", "any words"),
        (Wanted(least=3, most=5), "four", "four"),
        (Wanted(sort=Sort.INTEGER, least=1, most=9), "9", 9),
        (Wanted(sort=Sort.INTEGER), "-3", -3),
        (Wanted(sort=Sort.NUMBER), "2.5", 2.5),
        (Wanted(sort=Sort.NUMBER), "2", 2),
        (Wanted(sort=Sort.NUMBER), "1e3", 1000.0),
        (Wanted(sort=Sort.EMAIL), "ana@example.org", "ana@example.org"),
        (Wanted(sort=Sort.URI), "https://example.org", "https://example.org"),
        (Wanted(sort=Sort.DATE), "2026-11-20", "2026-11-20"),
        (Wanted(sort=Sort.DATE_TIME), "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
    ],
)
def test_what_fits_is_taken_as_its_value(wanted, words, value):
    found = value_of(wanted, words)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("wanted", "words", "sentence"),
    [
        (Wanted(least=3), "no", "Write at least 3 characters."),
        (Wanted(most=3), "four", "Write at most 3 characters."),
        (Wanted(sort=Sort.INTEGER), "2.5", "Write a whole number, like 3."),
        (Wanted(sort=Sort.INTEGER), "٣", "Write a whole number, like 3."),
        (Wanted(sort=Sort.INTEGER, least=1), "0", "Write a number that is at least 1."),
        (Wanted(sort=Sort.NUMBER, most=2.5), "3", "Write a number that is at most 2.5."),
        (Wanted(sort=Sort.NUMBER), "nan", "Write a number, like 2.5."),
        (Wanted(sort=Sort.EMAIL), "ana", "Write a mail address, like ana@example.org."),
        (Wanted(sort=Sort.URI), "example", "Write an address, like https://example.org."),
        (Wanted(sort=Sort.DATE), "20.11.2026", "Write a date, like 2026-11-20."),
        (
            Wanted(sort=Sort.DATE_TIME),
            "2026-11-20T12:00:00",
            "Write a date and a time, like 2026-11-20T12:00:00Z.",
        ),
        (
            Wanted(sort=Sort.DATE_TIME),
            "noon",
            "Write a date and a time, like 2026-11-20T12:00:00Z.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_an_example(wanted, words, sentence):
    with pytest.raises(InvalidAsk) as refused:
        value_of(wanted, words)

    assert refused.value.sentence == sentence


def test_a_questions_words_have_to_fit():
    question = a_question(wanted=Wanted(sort=Sort.INTEGER))

    assert answer_in_words(question, " 7 ").custom == "7"
    with pytest.raises(InvalidAsk):
        answer_in_words(question, "seven")
