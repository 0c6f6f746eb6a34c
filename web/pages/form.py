"""What a person sends from a card: a button, a reason, answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web

from bot.core.alike import check_shown
from bot.core.approval import Approval, checked_choice
from bot.core.card import Button, Face, Verb, asks_twice, press
from bot.core.decision import Choice, Scope
from bot.core.end import End
from bot.core.errors import InvalidAsk
from bot.core.extent import Extent
from bot.core.grant import extents_offered
from bot.core.question import Answer, Question, answer_in_words, choose
from bot.locales import N_
from web.operation import read_body

ANSWER: Final = "answer"
CONFIRM: Final = "confirm"
GRANT: Final = "grant"
OWN_WORDS: Final = "words"
_MOST_FIELDS: Final = 300
_COUNT: Final = re.compile(r"[0-9]{1,2}", re.ASCII)

_PRESSES: Final = {
    verb.name.lower(): verb
    for verb in (Verb.APPROVE, Verb.SESSION, Verb.ALWAYS, Verb.DENY, Verb.STOP, Verb.CONFIRM)
}
_DENYING: Final = frozenset({Verb.DENY, Verb.STOP})
_SCOPES: Final = {
    Verb.APPROVE: Scope.ONCE,
    Verb.SESSION: Scope.SESSION,
    Verb.ALWAYS: Scope.ALWAYS,
}
_VERBS: Final = {Scope.SESSION: Verb.SESSION, Scope.ALWAYS: Verb.ALWAYS, Scope.ONCE: None}
_STILL_TO_COME: Final = "…"  # the next page asks for the reason
_NOT_OFFERED: Final = N_("This card does not offer that.")
_BOTH: Final = N_("Choose an option or write your own words, not both.")
_PICK_ONE: Final = N_("Pick the number that your agent shows.")
_NOT_ANSWERED: Final = N_("This question has no answer yet.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields that were sent, each with its values in order."""

    fields: Mapping[str, Sequence[str]]

    def first(self, name: str) -> str:
        """Return a field's first value, empty where it was not sent."""
        return next(iter(self.fields.get(name, ())), "")

    def all(self, name: str) -> Sequence[str]:
        """Return a field's values."""
        return self.fields.get(name, ())

    def words(self, name: str) -> str:
        """Return what was typed, with LF for line ends; raises InvalidAsk for U+0000."""
        typed = self.first(name).replace("\r\n", "\n").strip()
        if "\0" in typed:
            raise InvalidAsk("Text may not hold U+0000.")
        return typed

    @property
    def shown(self) -> int:
        """How many copies the card showed that it was sent from; none where it does not say."""
        said = self.first("shown")
        return int(said) if _COUNT.fullmatch(said) else 0

    @property
    def code(self) -> str:
        """The card's code, as it was typed; empty where it was not."""
        return self.first("code").strip().lower()

    @property
    def approval(self) -> Choice:
        """The approval that a press before this one asked for; once where it says nothing else.

        Raises InvalidAsk where it fits no card.
        """
        scope, extent, end = self.first("scope"), self.first("extent"), self.first("end")
        if scope not in ("", *Scope) or end not in ("", *End):
            raise InvalidAsk(_NOT_OFFERED)
        return Choice(
            approve=True,
            scope=Scope(scope) if scope else Scope.ONCE,
            extent=Extent.load(extent) if extent else None,
            end=End(end) if end else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Another press is needed: to confirm the choice, or to say what its scope covers."""

    choice: Choice
    confirms: bool


async def read_form(request: web.Request) -> Form:
    """Return the form that was sent; empty where the body is no form, so that no token is in it.

    Raises 413, 408 as `read_body`, and 400 for what cannot be read.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        return Form(fields={})
    body = await read_body(request)
    try:
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise web.HTTPBadRequest from error
    return Form(fields=fields)


def purpose(path: str, form: Form) -> str:
    """Return what the form's token must have been made for.

    The second press on a dangerous action has a token of its own: only the page that the first
    one led to holds it.
    """
    if form.first("do") != CONFIRM:
        return path
    return _confirming(path, *(form.first(name) for name in ("scope", "extent", "end")))


def confirming(path: str, choice: Choice) -> str:
    """Return the purpose of a second press's token."""
    return _confirming(path, *sent_again(choice).values())


def _confirming(path: str, scope: str, extent: str, end: str) -> str:
    return f"{path}#{CONFIRM}-{scope} {end} {extent}"


def sent_again(choice: Choice) -> dict[str, str]:
    """Return the fields by which a page that asks once more sends the choice again."""
    return {
        "scope": choice.scope.value,
        "extent": choice.extent.dump() if choice.extent is not None else "",
        "end": choice.end.value if choice.end is not None else "",
    }


def pressed(approval: Approval, form: Form, *, person: str) -> Choice | Asking:
    """Return what the form decides, or what has to be asked first.

    Raises InvalidAsk where the card does not offer it or an answer does not fit, CardOutdated
    where more share the card than the form's showed.
    """
    wanted = form.first("do")
    if wanted == ANSWER and approval.questions:
        return Choice(approve=True, answers=answers(approval, form))
    choice = form.approval if wanted in {GRANT, CONFIRM} else Choice(approve=True)
    verb = _VERBS[choice.scope] if wanted == GRANT else _PRESSES.get(wanted)
    if verb is None:
        raise InvalidAsk(_NOT_OFFERED)
    if verb is Verb.CONFIRM:
        choice = replace(choice, number=_number(approval, form))
    else:
        step = 0 if verb in _DENYING else form.shown
        found = press(approval, Face(), Button(verb=verb, step=step), person=person)
        if not isinstance(found, (Choice, Face)):
            raise InvalidAsk(_NOT_OFFERED)
    note = form.words("note") or None
    if verb in _DENYING:
        return Choice(approve=False, note=note, stop=verb is Verb.STOP)
    if wanted not in {GRANT, CONFIRM}:
        choice = Choice(approve=True, scope=_SCOPES[verb])
        if choice.scope is not Scope.ONCE and len(extents_offered(approval)) > 1:
            return Asking(choice=choice, confirms=False)
    if verb is not Verb.CONFIRM and asks_twice(approval):
        checked_choice(approval, replace(choice, note=_STILL_TO_COME))
        return Asking(choice=choice, confirms=True)
    return checked_choice(approval, replace(choice, note=note))


def _number(approval: Approval, form: Form) -> int | None:
    """Return the number picked, None where approving takes none.

    Raises InvalidAsk where none of those offered was sent, which is no guess, CardOutdated as a
    press does.
    """
    if not asks_twice(approval):
        raise InvalidAsk(_NOT_OFFERED)
    check_shown(approval, shown=form.shown)
    if approval.number is None:
        return None
    offered = {str(number): number for number in approval.number.offered}
    picked = offered.get(form.first("number"))
    if picked is None:
        raise InvalidAsk(_PICK_ONE)
    return picked


def answers(approval: Approval, form: Form) -> tuple[Answer, ...]:
    """Return the answers to all questions; raises InvalidAsk for the first that does not fit."""
    return tuple(
        _answer(question, form, number) for number, question in enumerate(approval.questions)
    )


def _answer(question: Question, form: Form, number: int) -> Answer:
    letters = [value for value in form.all(f"q{number}") if value != OWN_WORDS]
    words = form.words(f"q{number}-words")
    if letters and words:
        raise InvalidAsk(_BOTH, place=(number,))
    if letters:
        return choose(question, letters)
    if words:
        return answer_in_words(question, words)
    raise InvalidAsk(_NOT_ANSWERED, place=(number,))
