"""What a person writes on a card's own page: a note, or a command to run instead.

It is what a reply to a card offers in a chat, decided by the same table (`bot.core.offer`): a note
goes with the approval, a changed command is shown before the press that runs it.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from bot.core.alike import check_shown
from bot.core.approval import Approval, Kind, checked_choice
from bot.core.card import asks_twice
from bot.core.decision import Choice
from bot.core.errors import InvalidAsk
from bot.core.offer import (
    Offer,
    OfferVerb,
    Step,
    assess_change,
    changes,
    command_of,
    may_replace,
    odd_characters,
    offered,
    take,
)
from bot.core.preview import show_text
from bot.core.risk import Level
from bot.locales import N_
from web.pages.form import Asking, Form

NOTE: Final = "note"
INSTEAD: Final = "instead"
RUN: Final = "run"
WRITTEN: Final = frozenset({NOTE, INSTEAD, RUN})

_NO_WORDS: Final = N_("Write something first.")
_UNCHANGED: Final = N_("This is the command as it was asked for; change it, or approve it.")
_NOT_OFFERED: Final = N_("This card does not offer that.")
_NAMES: Final = {"\u00a0": "U+00A0"}
_SOMETHING: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """A changed command that is shown before it may run: itself, and what it would do.

    `shown` is what the eye gets of it.
    """

    words: str
    shown: str
    level: Level
    reasons: tuple[str, ...]
    difference: str
    odd: tuple[str, ...]


def may_note(approval: Approval) -> bool:
    """Tell whether words may go with an approval, where none have to."""
    offer = Offer(words=_SOMETHING, writer="")
    is_action = approval.kind is Kind.ACTION and not approval.routing.require_reason
    return is_action and take(approval, offer, OfferVerb.NOTE) is not None


def replaceable(approval: Approval) -> str:
    """Return the command that a person may change, empty where there is none to change."""
    if approval.kind is not Kind.ACTION or approval.number is not None:
        return ""
    command = command_of(approval.action) or ""
    # What the eye is shown differently, as a hidden value, can't be changed by hand.
    is_plain = bool(command) and show_text(command).text == command
    return command if is_plain and may_replace(approval, _SOMETHING) else ""


def written(approval: Approval, form: Form, *, person: str) -> Choice | Asking | Changing:
    """Return what was written for, or the press that it still takes.

    Raises InvalidAsk for what does not fit, CardOutdated where it was sent from an older card.
    """
    wanted = form.first("do")
    words = form.words("note" if wanted == NOTE else "words")
    if not words:
        raise InvalidAsk(_NO_WORDS)
    check_shown(approval, shown=form.shown)
    offer = offered(approval, words, writer=person)
    if wanted == NOTE:
        return _noted(approval, offer)
    if words == command_of(approval.action):
        raise InvalidAsk(_UNCHANGED)
    changing = take(approval, offer, OfferVerb.INSTEAD)
    if not isinstance(changing, Offer):
        raise InvalidAsk(_NOT_OFFERED)
    if wanted == INSTEAD:
        return _change(approval, words)
    chosen = take(approval, changing, OfferVerb.RUN)
    if not isinstance(chosen, Choice):
        raise InvalidAsk(_NOT_OFFERED)
    return checked_choice(approval, chosen)


def _noted(approval: Approval, offer: Offer) -> Choice | Asking:
    taken = take(approval, offer, OfferVerb.NOTE)
    if taken is None:
        raise InvalidAsk(_NOT_OFFERED)
    choice = Choice(approve=True, note=offer.words)
    if isinstance(taken, Offer) and taken.step is Step.CONFIRMING and asks_twice(approval):
        return Asking(choice=choice, confirms=True)
    return checked_choice(approval, choice)


def _change(approval: Approval, words: str) -> Changing:
    before = command_of(approval.action) or ""
    risk = assess_change(approval, words)
    return Changing(
        words=words,
        shown=show_text(words).text,
        level=risk.level,
        reasons=tuple(reason.text for reason in risk.reasons if reason.text),
        difference=changes(show_text(before).text, show_text(words).text),
        odd=tuple(_NAMES.get(one, one) for one in odd_characters(before, words)),
    )


def running(path: str, words: str) -> str:
    """Return the purpose of the token that runs a changed command: of these words only."""
    return f"{path}#{RUN}-{hashlib.sha256(words.encode()).hexdigest()}"
