"""What a card offers and what a press on it means, the same in every channel.

A card shows its approval and a face: what this one copy shows beside it (a question's progress, a
confirm row). A press gives a choice to decide with, another face, or a wish (words, details).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from bot.core.alike import check_shown
from bot.core.approval import Approval, Kind
from bot.core.decision import Choice, Scope
from bot.core.errors import InvalidAsk
from bot.core.grant import scopes_offered
from bot.core.question import LETTERS, Answer, Question, answer_in_words, choose
from bot.core.risk import Level


class Verb(StrEnum):
    """What a button does; the letter stands in the button's data."""

    APPROVE = "a"
    CONFIRM = "y"
    BACK = "b"
    SESSION = "s"
    ALWAYS = "w"
    DENY = "d"
    PICK = "o"
    TICK = "t"
    DONE = "n"
    CUSTOM = "c"
    DETAILS = "i"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: its verb, the question it belongs to (from 0), and an option's letter.

    Where it approves an action, `step` counts the copies that the card shows.
    """

    verb: Verb
    step: int = 0
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What one copy of a card shows beside its approval.

    `confirming` is the person whose first tap on a dangerous action waits for the second, `scope`
    what that tap asked for; `answers` are those given so far, `ticked` the letters ticked for the
    current question.
    """

    confirming: str | None = None
    scope: Scope = Scope.ONCE
    answers: tuple[Answer, ...] = ()
    ticked: tuple[str, ...] = ()

    @property
    def step(self) -> int:
        """The question being answered, from 0."""
        return len(self.answers)

    def dump(self) -> str:
        """Return the face as a JSON object."""
        given = [[list(answer.letters), answer.custom] for answer in self.answers]
        return json.dumps(
            {
                "confirming": self.confirming,
                "scope": self.scope,
                "answers": given,
                "ticked": list(self.ticked),
            }
        )

    @classmethod
    def load(cls, text: str) -> "Face":
        """Read what `dump` wrote; an empty object is a new card's face."""
        kept = json.loads(text)
        return cls(
            confirming=kept.get("confirming"),
            scope=Scope(kept.get("scope", Scope.ONCE)),
            answers=tuple(
                Answer(letters=tuple(letters), custom=custom)
                for letters, custom in kept.get("answers", ())
            ),
            ticked=tuple(kept.get("ticked", ())),
        )


class Wish(StrEnum):
    """What a press asks for that changes nothing."""

    WORDS = "words"
    DETAILS = "details"
    STALE = "stale"


Pressed: TypeAlias = Choice | Face | Wish

_SCOPES = {Verb.APPROVE: Scope.ONCE, Verb.SESSION: Scope.SESSION, Verb.ALWAYS: Scope.ALWAYS}
_COUNTED: Final = {*_SCOPES, Verb.CONFIRM}
Rows: TypeAlias = tuple[tuple[Button, ...], ...]


def asks_twice(approval: Approval) -> bool:
    """Tell whether approving takes a second tap."""
    if approval.kind is not Kind.ACTION:
        return False
    if approval.crowded or approval.routing.confirm is not None:
        return True
    return approval.risk.level.rank >= Level.HIGH.rank


def buttons(approval: Approval, face: Face) -> Rows:
    """Return the rows of buttons; none once the approval has ended.

    Copy and other buttons that send nothing back are the channel's own.
    """
    if not approval.is_pending:
        return ()
    if approval.kind is Kind.QUESTION:
        return _question_rows(approval.questions[face.step], face)
    if face.confirming is not None:
        confirm = Button(verb=Verb.CONFIRM, step=approval.copies)
        return ((confirm, Button(verb=Verb.BACK)),)
    approve = Button(verb=Verb.APPROVE, step=approval.copies)
    rows: list[tuple[Button, ...]] = [(approve, Button(verb=Verb.DENY))]
    verbs = {Scope.SESSION: Verb.SESSION, Scope.ALWAYS: Verb.ALWAYS}
    standing = tuple(
        Button(verb=verbs[scope], step=approval.copies) for scope in scopes_offered(approval)
    )
    if standing:
        rows.append(standing)
    rows.append((Button(verb=Verb.DETAILS),))
    return tuple(rows)


def _question_rows(question: Question, face: Face) -> Rows:
    verb = Verb.TICK if question.multiple else Verb.PICK
    options = [
        Button(verb=verb, step=face.step, letter=letter)
        for letter, _ in zip(LETTERS, question.options, strict=False)
    ]
    rows = [tuple(options[i : i + 2]) for i in range(0, len(options), 2)]
    last = [Button(verb=Verb.DONE, step=face.step)] if question.multiple else []
    if question.allow_custom:
        last.append(Button(verb=Verb.CUSTOM, step=face.step))
    rows.append((*last, Button(verb=Verb.DENY)))
    return tuple(rows)


def press(approval: Approval, face: Face, button: Button, *, person: str) -> Pressed:
    """Return what this person's press on a pending approval's card means.

    A button that the card does not offer now is STALE, but for one: a second tap counts only for
    the person who made the first, so another's becomes their own first. Raises InvalidAsk where
    Done is pressed with nothing ticked, CardOutdated where an approval would be for more copies
    than the button counts; it may be for fewer.
    """
    if button.verb in _COUNTED:
        check_shown(approval, shown=button.step)
        button = replace(button, step=approval.copies)
    if button not in {offered for row in buttons(approval, face) for offered in row}:
        return Wish.STALE
    match button.verb:
        case Verb.APPROVE | Verb.SESSION | Verb.ALWAYS:
            scope = _SCOPES[button.verb]
            if asks_twice(approval):
                return replace(face, confirming=person, scope=scope)
            return Choice(approve=True, scope=scope)
        case Verb.CONFIRM:
            if face.confirming == person:
                return Choice(approve=True, scope=face.scope)
            return replace(face, confirming=person)
        case Verb.BACK:
            return replace(face, confirming=None, scope=Scope.ONCE)
        case Verb.DENY:
            return Choice(approve=False)
        case Verb.CUSTOM:
            return Wish.WORDS
        case Verb.DETAILS:
            return Wish.DETAILS
        case Verb.TICK:
            others = tuple(letter for letter in face.ticked if letter != button.letter)
            dropped = len(others) < len(face.ticked)
            return replace(face, ticked=others if dropped else (*face.ticked, button.letter))
        case Verb.PICK:
            return _answered(approval, face, [button.letter])
        case Verb.DONE:
            return _answered(approval, face, face.ticked)
        case _:
            assert_never(button.verb)


def _answered(approval: Approval, face: Face, letters: Sequence[str]) -> Pressed:
    question = approval.questions[face.step]
    if not letters:
        raise InvalidAsk("Tick at least one option first.", place=("answers",))
    return _with_answer(approval, face, choose(question, letters))


def answer_with_words(approval: Approval, face: Face, text: str) -> Choice | Face:
    """Return what a person's own words make of the current question.

    Raises InvalidAsk where the words are empty or the agent wants one of its options.
    """
    return _with_answer(approval, face, answer_in_words(approval.questions[face.step], text))


def _with_answer(approval: Approval, face: Face, answer: Answer) -> Choice | Face:
    answers = (*face.answers, answer)
    if len(answers) == len(approval.questions):
        return Choice(approve=True, answers=answers)
    return Face(answers=answers)
