"""What a person's reply to a card offers them: to be sent as a reason, a note, or a command.

The reply itself decides nothing. It is kept in the offer, a message of its own beside the card,
whose buttons only the person who wrote it may press.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from bot.core.action import Action, Json
from bot.core.action_text import texts_of
from bot.core.approval import Approval
from bot.core.card import asks_twice
from bot.core.decision import Choice
from bot.core.errors import InvalidAsk
from bot.core.preview import show_text, utf16_length
from bot.core.risk import Assessment, Level, assess
from bot.core.spoken import is_bare_no

MOST_WORDS: Final = 1000
_MOST_SHOWN: Final = 1500  # units, so that a changed command always stands whole in its offer
_CHANGED_BY_KEYBOARDS: Final = "“”„‟‘’‚‛–—…\u00a0«»"


class OfferVerb(StrEnum):
    """What a button of an offer does; the letter stands in the button's data."""

    DENY = "d"
    STOP = "s"
    NOTE = "n"
    SURE = "y"
    INSTEAD = "i"
    RUN = "r"
    BACK = "b"
    NOTHING = "z"


class Step(StrEnum):
    """Where an offer is: asking what the words are for, asking twice, showing a change, over."""

    CHOOSING = "choosing"
    CONFIRMING = "confirming"
    CHANGING = "changing"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The words, the identity of who wrote them, and where their offer is.

    `shown` counts the copies of the approval that the offer tells of.
    """

    words: str
    writer: str
    step: Step = Step.CHOOSING
    shown: int = 0

    @property
    def is_refusal(self) -> bool:
        """Tell whether the words say no and nothing that could be a reason."""
        return is_bare_no(self.words)

    def dump(self) -> str:
        """Return the offer as a JSON object."""
        kept = {"words": self.words, "writer": self.writer, "step": self.step, "shown": self.shown}
        return json.dumps(kept)

    @classmethod
    def load(cls, text: str) -> "Offer":
        """Read what `dump` wrote."""
        kept = json.loads(text)
        step = Step(kept["step"])
        return cls(words=kept["words"], writer=kept["writer"], step=step, shown=kept["shown"])


Taken: TypeAlias = Choice | Offer


def offered(approval: Approval, text: str, *, writer: str) -> Offer:
    """Return the offer for a reply to an action's card; raises InvalidAsk for too many words."""
    words = text.strip()
    if len(words) > MOST_WORDS:
        raise InvalidAsk(
            "That is too long to go with an answer: {n} characters, {most} are the most.",
            place=("note",),
            values={"n": f"{len(words):,}", "most": f"{MOST_WORDS:,}"},
        )
    return Offer(words=words, writer=writer, shown=approval.copies)


def verbs(approval: Approval, offer: Offer) -> tuple[OfferVerb, ...]:
    """Return what the offer's buttons do now; none once it or the approval is over."""
    if not approval.is_pending or offer.step is Step.DROPPED:
        return ()
    if offer.step is Step.CONFIRMING:
        return (OfferVerb.SURE, OfferVerb.BACK)
    if offer.step is Step.CHANGING:
        return (OfferVerb.RUN, OfferVerb.BACK)
    denials = (OfferVerb.DENY, *((OfferVerb.STOP,) if approval.may_stop else ()))
    if offer.is_refusal:
        return (*denials, OfferVerb.NOTHING)
    if approval.number is not None:  # words are no way round the number
        return (*denials, OfferVerb.NOTHING)
    instead = (OfferVerb.INSTEAD,) if may_replace(approval, offer.words) else ()
    return (*denials, OfferVerb.NOTE, *instead, OfferVerb.NOTHING)


def take(approval: Approval, offer: Offer, verb: OfferVerb) -> Taken | None:
    """Return what a press means: a choice to decide with, or the offer's next step.

    None where the offer has no such button now. Where approving takes a second tap, it does so
    here too; a changed command is always shown before the tap that runs it.
    """
    if verb not in verbs(approval, offer):
        return None
    match verb:
        case OfferVerb.DENY | OfferVerb.STOP:
            note = None if offer.is_refusal else offer.words
            return Choice(approve=False, note=note, stop=verb is OfferVerb.STOP)
        case OfferVerb.NOTE if asks_twice(approval):
            return replace(offer, step=Step.CONFIRMING, shown=approval.copies)
        case OfferVerb.NOTE | OfferVerb.SURE:
            return Choice(approve=True, note=offer.words)
        case OfferVerb.INSTEAD:
            return replace(offer, step=Step.CHANGING, shown=approval.copies)
        case OfferVerb.RUN:
            return Choice(approve=True, override=offer.words)
        case OfferVerb.BACK:
            return replace(offer, step=Step.CHOOSING, shown=approval.copies)
        case OfferVerb.NOTHING:
            return replace(offer, step=Step.DROPPED)
        case _:
            assert_never(verb)


def command_of(action: Action) -> str | None:
    """Return the command line that a person sees of an action, or None where it is none."""
    read = texts_of(action)
    return read.shown if read.shown in read.commands else None


def may_replace(approval: Approval, words: str) -> bool:
    """Tell whether a command of these words may run in place of the one asked for."""
    command = command_of(approval.action)
    if command in {None, words} or approval.is_shared or approval.routing.require_reason:
        return False
    if not approval.may_replace:
        return False
    return utf16_length(show_text(words).text) <= _MOST_SHOWN


def assess_change(approval: Approval, words: str) -> Assessment:
    """Return how dangerous the changed command is, and never less than what was asked for."""
    action = approval.action
    changed = replace(action, title=words, preview=words, params=_changed(action, words))
    found = assess(changed)
    return replace(found, level=Level.higher(found.level, approval.risk.level))


def _changed(action: Action, words: str) -> dict[str, Json]:
    """Return what would run: by a hook it is all that was asked for, but for the command."""
    if action.terms is None:
        return {"command": words}
    return {**action.params, "command": words}


def odd_characters(before: str, words: str) -> tuple[str, ...]:
    """Return the quotes, dashes and blanks that a phone's keyboard may have put in by itself."""
    return tuple(one for one in _CHANGED_BY_KEYBOARDS if one in words and one not in before)


def changes(before: str, after: str) -> str:
    """Return how one text becomes the other, in lines marked `-`, `+` and blank."""
    return "\n".join(_marked(before, after))


def _marked(before: str, after: str) -> Iterator[str]:
    diff = unified_diff(before.split("\n"), after.split("\n"), n=1_000_000, lineterm="")
    for line in list(diff)[3:]:  # past the names of the files and the one hunk's place
        yield f"{line[0]} {line[1:]}"
