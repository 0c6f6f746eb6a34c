"""What a card offers and what a press on it means, the same in every channel.

A card shows its approval and a face: what this one copy shows beside it (a question's progress, a
confirm row, what to choose from). A press gives a choice to decide with, another face, or a wish
(words, details, taking a grant back).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from bot.core.alike import check_shown
from bot.core.approval import Approval, Kind
from bot.core.button import Button, Rows, Verb, confirm_rows, panel_rows, rows_afterwards
from bot.core.confirmation import confirmation
from bot.core.decision import Choice, Scope
from bot.core.end import End
from bot.core.errors import InvalidAsk
from bot.core.extent import Extent
from bot.core.grant import scopes_offered
from bot.core.panel import Panel, open_panel, opens_panel
from bot.core.question import LETTERS, Answer, Question, answer_in_words, choose, parse_answer

__all__ = [
    "Button",
    "Face",
    "Pressed",
    "Rows",
    "Verb",
    "Wish",
    "answer_with_words",
    "asks_twice",
    "buttons",
    "press",
    "press_afterwards",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What one copy of a card shows beside its approval.

    `confirming` is the person whose first tap on a dangerous action waits for the second; `scope`,
    `extent` and `end` are what that tap asked for. `choosing` is what somebody chooses a grant
    from, `revoking` asks whether to take one back. `answers` are those given so far, `ticked` the
    letters ticked for the current question.
    """

    confirming: str | None = None
    scope: Scope = Scope.ONCE
    extent: Extent | None = None
    end: End | None = None
    choosing: Panel | None = None
    revoking: bool = False
    answers: tuple[Answer, ...] = ()
    ticked: tuple[str, ...] = ()

    @property
    def step(self) -> int:
        """The question being answered, from 0."""
        return len(self.answers)

    @property
    def confirmed(self) -> Choice:
        """What the second tap decides."""
        return Choice(approve=True, scope=self.scope, extent=self.extent, end=self.end)

    def dump(self) -> str:
        """Return the face as a JSON object."""
        given = [[list(answer.letters), answer.custom] for answer in self.answers]
        return json.dumps(
            {
                "confirming": self.confirming,
                "scope": self.scope,
                "extent": self.extent.dump() if self.extent is not None else None,
                "end": self.end,
                "choosing": self.choosing.dump() if self.choosing is not None else None,
                "revoking": self.revoking,
                "answers": given,
                "ticked": list(self.ticked),
            }
        )

    @classmethod
    def load(cls, text: str) -> "Face":
        """Read what `dump` wrote; an empty object is a new card's face."""
        kept = json.loads(text)
        extent, end = kept.get("extent"), kept.get("end")
        return cls(
            confirming=kept.get("confirming"),
            scope=Scope(kept.get("scope", Scope.ONCE)),
            extent=None if extent is None else Extent.load(extent),
            end=None if end is None else End(end),
            choosing=Panel.load(kept.get("choosing")),
            revoking=kept.get("revoking", False),
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
    REVOKE = "revoke"


Pressed: TypeAlias = Choice | Face | Wish

_SCOPES = {Verb.APPROVE: Scope.ONCE, Verb.SESSION: Scope.SESSION, Verb.ALWAYS: Scope.ALWAYS}
_COUNTED: Final = {*_SCOPES, Verb.CONFIRM, Verb.CHOOSE, Verb.NUMBER}
_WISHES: Final = {Verb.CUSTOM: Wish.WORDS, Verb.DETAILS: Wish.DETAILS}
_AFTERWARDS: Final = {Verb.REVOKE, Verb.REVOKED}


def asks_twice(approval: Approval) -> bool:
    """Tell whether approving takes a second tap, be it on a number."""
    return confirmation(approval) is not None


def buttons(approval: Approval, face: Face) -> Rows:
    """Return the rows of buttons; once the approval has ended, what takes back its grant.

    Copy and other buttons that send nothing back are the channel's own.
    """
    if not approval.is_pending:
        return rows_afterwards(approval, revoking=face.revoking)
    if approval.kind is Kind.QUESTION:
        return _question_rows(approval.questions[face.step], face, may_stop=approval.may_stop)
    if face.confirming is not None:
        return confirm_rows(approval, face.confirmed)
    if face.choosing is not None:
        return panel_rows(approval, face.choosing)
    approve = Button(verb=Verb.APPROVE, step=approval.copies)
    rows: list[tuple[Button, ...]] = [(approve, Button(verb=Verb.DENY))]
    verbs = {Scope.SESSION: Verb.SESSION, Scope.ALWAYS: Verb.ALWAYS}
    standing = tuple(
        Button(verb=verbs[scope], step=approval.copies) for scope in scopes_offered(approval)
    )
    if standing:
        rows.append(standing)
    rows.append((Button(verb=Verb.DETAILS),))
    if approval.may_stop:
        rows.append((Button(verb=Verb.STOP),))
    return tuple(rows)


def _question_rows(question: Question, face: Face, *, may_stop: bool) -> Rows:
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
    if may_stop:
        rows.append((Button(verb=Verb.STOP),))
    return tuple(rows)


def press(approval: Approval, face: Face, button: Button, *, person: str) -> Pressed:
    """Return what this person's press on a pending approval's card means.

    A button that the card does not offer now is STALE, but for a denial. A second tap counts only
    for the person who made the first, and a choice only for the one who opened the panel, so
    another's becomes their own first. Raises InvalidAsk where Done is pressed with nothing ticked,
    CardOutdated where an approval would be for more copies than the button counts; it may be for
    fewer.
    """
    if button.verb in _COUNTED:
        check_shown(approval, shown=button.step)
        button = replace(button, step=approval.copies)
    is_denial = button == Button(verb=Verb.DENY) or (
        button == Button(verb=Verb.STOP) and approval.may_stop
    )
    if not (is_denial or _is_offered(approval, face, button)):
        return Wish.STALE
    if face.choosing is not None and button.verb in {Verb.CHOOSE, Verb.END}:
        return _chosen(approval, face.choosing, button, person)
    match button.verb:
        case Verb.APPROVE | Verb.SESSION | Verb.ALWAYS:
            scope = _SCOPES[button.verb]
            if scope is not Scope.ONCE and opens_panel(approval):
                return Face(choosing=open_panel(approval, scope, person=person))
            return _asked(approval, Choice(approve=True, scope=scope), person)
        case Verb.CONFIRM | Verb.NUMBER:
            if face.confirming != person:
                return replace(face, confirming=person)
            if approval.number is None:
                return face.confirmed
            picked = approval.number.offered[LETTERS.index(button.letter[0])]
            return replace(face.confirmed, number=picked)
        case Verb.BACK:
            return Face()
        case Verb.DENY | Verb.STOP:
            return Choice(approve=False, stop=button.verb is Verb.STOP)
        case Verb.TICK:
            others = tuple(letter for letter in face.ticked if letter != button.letter)
            dropped = len(others) < len(face.ticked)
            return replace(face, ticked=others if dropped else (*face.ticked, button.letter))
        case Verb.PICK:
            return _answered(approval, face, [button.letter])
        case Verb.DONE:
            return _answered(approval, face, face.ticked)
        case _:
            return _WISHES[button.verb]


def press_afterwards(
    approval: Approval, face: Face, button: Button
) -> Face | Literal[Wish.REVOKE, Wish.STALE] | None:
    """Return what a press on the card of an ended approval means; None where it came too late."""
    if not _is_offered(approval, face, button):
        return Wish.STALE if button.verb in _AFTERWARDS else None
    if button.verb is Verb.REVOKED:
        return Wish.REVOKE
    return Face(revoking=button.verb is Verb.REVOKE)


def _is_offered(approval: Approval, face: Face, button: Button) -> bool:
    return any(button in row for row in buttons(approval, face))


def _asked(approval: Approval, choice: Choice, person: str) -> Choice | Face:
    """Return the choice, or the face that asks once more."""
    if not asks_twice(approval):
        return choice
    return Face(confirming=person, scope=choice.scope, extent=choice.extent, end=choice.end)


def _chosen(approval: Approval, panel: Panel, button: Button, person: str) -> Choice | Face:
    if button.verb is Verb.END:
        return Face(choosing=replace(panel, person=person, end=panel.end_of(button.letter)))
    if panel.person != person:
        return Face(choosing=replace(panel, person=person))
    return _asked(approval, panel.choice(button.letter), person)


def _answered(approval: Approval, face: Face, letters: Sequence[str]) -> Pressed:
    question = approval.questions[face.step]
    if not letters:
        raise InvalidAsk("Tick at least one option first.", place=("answers",))
    return _with_answer(approval, face, choose(question, letters))


def answer_with_words(approval: Approval, face: Face, text: str) -> Choice | Face:
    """Return what a person's own words make of the current question.

    Where the agent wants one of its options, only its letter or its very words are one. Raises
    InvalidAsk where the words are empty, or no option there.
    """
    question = approval.questions[face.step]
    read = answer_in_words if question.allow_custom else parse_answer
    return _with_answer(approval, face, read(question, text))


def _with_answer(approval: Approval, face: Face, answer: Answer) -> Choice | Face:
    answers = (*face.answers, answer)
    if len(answers) == len(approval.questions):
        return Choice(approve=True, answers=answers)
    return Face(answers=answers)
