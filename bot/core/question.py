"""Questions an agent asks, and how an answer is read.

One approval carries one to four questions; each is answered by one or several of its options, or
in the person's own words. Options are lettered A, B, C … in the order the agent gave them.
"""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.errors import InvalidAsk
from bot.core.typed import Wanted, value_of

LETTERS = string.ascii_uppercase
MOST_QUESTIONS = 4
_LETTER_LIST = re.compile(r"[A-Za-z](\s*,\s*[A-Za-z])*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice: its words and, where given, a line that explains it."""

    label: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked; without options it is answered in free text, of a kind that is `wanted`."""

    text: str
    header: str = ""
    options: tuple[Option, ...] = ()
    multiple: bool = False
    allow_custom: bool = True
    wanted: Wanted | None = None

    def __post_init__(self) -> None:
        if len(self.options) > len(LETTERS):
            raise InvalidAsk(
                f"A question takes at most {len(LETTERS)} options.", place=("options",)
            )
        if not self.options and not self.allow_custom:
            raise InvalidAsk("A question needs options or allow_custom.", place=("options",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question: letters of its options, or the person's own text."""

    letters: tuple[str, ...] = ()
    custom: str | None = None


def checked_questions(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return the questions of one approval; raises InvalidAsk unless there are one to four."""
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise InvalidAsk(f"Ask 1 to {MOST_QUESTIONS} questions at once.", place=("questions",))
    return tuple(questions)


def choose(question: Question, letters: Sequence[str]) -> Answer:
    """Return the answer that picks these letters, in the options' order.

    Raises InvalidAsk for a letter without an option, none at all, or several where one is asked.
    """
    known = LETTERS[: len(question.options)]
    picked = {letter.upper() for letter in letters}
    if not picked or not picked <= set(known):
        values = {"letters": ", ".join(known)}
        raise InvalidAsk("Choose from {letters}.", place=("answers",), values=values)
    if len(picked) > 1 and not question.multiple:
        raise InvalidAsk("This question takes one answer.", place=("answers",))
    return Answer(letters=tuple(letter for letter in known if letter in picked))


def answer_in_words(question: Question, text: str) -> Answer:
    """Return the person's own words as the answer, whatever they look like.

    Raises InvalidAsk for an empty text, where the agent wants one of its options, and where it
    wants another kind of text.
    """
    words = text.strip()
    if not words:
        raise InvalidAsk("The answer is empty.", place=("answers",))
    if not question.allow_custom:
        raise InvalidAsk("This question takes one of its options only.", place=("answers",))
    if question.wanted is not None:
        value_of(question.wanted, words)
    return Answer(custom=words)


def parse_answer(question: Question, text: str) -> Answer:
    """Read one answer as programs send it: an option's words, letters ("B", "A,C"), or free text.

    Raises InvalidAsk where it is none of these.
    """
    words = text.strip()
    for letter, option in zip(LETTERS, question.options, strict=False):
        if option.label == words:
            return choose(question, [letter])
    if question.options and _LETTER_LIST.fullmatch(words):
        letters = [part.strip() for part in words.split(",")]
        known = LETTERS[: len(question.options)]
        if all(letter.upper() in known for letter in letters):
            return choose(question, letters)
    return answer_in_words(question, text)


def texts_of(question: Question, answer: Answer) -> list[str]:
    """Return the chosen options' words, or the custom text alone."""
    if answer.custom is not None:
        return [answer.custom]
    return [question.options[LETTERS.index(letter)].label for letter in answer.letters]


def note_of(answers: Sequence[Answer]) -> str:
    """Return the old wire form: the letter, letters joined by commas, or the text.

    Several questions are joined by "; " in their order.
    """
    return "; ".join(
        answer.custom if answer.custom is not None else ",".join(answer.letters)
        for answer in answers
    )


def flat_texts(questions: Sequence[Question], answers: Sequence[Answer]) -> list[str]:
    """Return `answers` of the wire: one question's texts; of several, one joined text each."""
    each = [texts_of(q, a) for q, a in zip(questions, answers, strict=True)]
    return each[0] if len(each) == 1 else [", ".join(texts) for texts in each]
