"""Sheets in Telegram: which module shows which kind, the commands that open them, their buttons.

A kind's module here has two functions, named in `VIEWS`: one makes a `Leaf` (text and rows of
buttons) of the content that its kind in the gate returned, the other says what a press came to.
`bot.gate.sheet` tells how sheets work.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram import (
    draft,
    grants,
    halting,
    history,
    mail_trouble,
    pending,
    people,
    rules,
    suggesting,
    turn,
)
from bot.channels.telegram.answers import ANSWER_LIMIT, Answer
from bot.channels.telegram.cards import Message
from bot.channels.telegram.leaf import Leaf
from bot.channels.telegram.text import Reader, cut
from bot.core.preview import one_line
from bot.gate import roll
from bot.gate.channel import ChannelError, Sheet
from bot.gate.draft_sheet import Draft, DraftStage
from bot.gate.grants import GrantList, GrantTold
from bot.gate.halt_sheet import Halting, Stage
from bot.gate.history import EndedPage, Opened
from bot.gate.mail_trouble import MailTrouble
from bot.gate.offering import Offer, Offered
from bot.gate.press import Person
from bot.gate.queue_page import Queue, Told
from bot.gate.rules_sheet import RuleChange, RulesPage
from bot.gate.sheet import SheetButton
from bot.gate.sheets import SheetEffect, SheetReaction
from bot.gate.suggest_sheet import Suggested, Suggesting
from bot.gate.turn import Told as TurnTold

C = TypeVar("C")
T = TypeVar("T")

_DATA: Final = re.compile(
    r"s\.(?P<handle>[A-Za-z0-9_-]{16,48})\.(?P<verb>[a-z]{1,10})"
    r"(?:\.(?P<argument>[A-Za-z0-9_-]{1,24}))?",
    re.ASCII,
)


class View(Protocol):
    """One kind of sheet, as Telegram shows it."""

    def leaf(self, content: object, reader: Reader) -> Leaf:
        """Return what the content looks like."""

    def answer(self, told: object, reader: Reader) -> Answer:
        """Return what the person who pressed is told."""


@dataclass(frozen=True, slots=True)
class ViewOf(Generic[C, T]):
    """A view of contents and of tellings of these two classes; None is told with no words."""

    content: type[C]
    show: Callable[[C, Reader], Leaf]
    told: type[T]
    say: Callable[[T, Reader], Answer]

    def leaf(self, content: object, reader: Reader) -> Leaf:
        """Return what the content looks like."""
        if not isinstance(content, self.content):
            raise ChannelError("the sheet's content is another kind's", permanent=True)
        return self.show(content, reader)

    def answer(self, told: object, reader: Reader) -> Answer:
        """Return what the person who pressed is told."""
        return self.say(told, reader) if isinstance(told, self.told) else Answer()


VIEWS: Final[Mapping[str, View]] = {
    "digest": ViewOf(Queue, pending.leaf, Told, pending.answer),
    "grants": ViewOf(GrantList, grants.leaf, GrantTold, grants.answer),
    "pending": ViewOf(Queue, pending.leaf, Told, pending.answer),
    "pair": ViewOf(Offer, people.offer_leaf, Offered, people.offer_answer),
    "people": ViewOf(roll.Roll, people.roll_leaf, roll.Told, people.roll_answer),
    "history": ViewOf(EndedPage, history.leaf, Opened, history.answer),
    "suggest": ViewOf(Suggesting, suggesting.leaf, Suggested, suggesting.answer),
    "rules": ViewOf(RulesPage, rules.leaf, RuleChange, rules.answer),
    "draft": ViewOf(Draft, draft.leaf, DraftStage, draft.answer),
    "pause": ViewOf(Halting, halting.leaf, Stage, halting.answer),
    "resume": ViewOf(Halting, halting.leaf, Stage, halting.answer),
    "snooze": ViewOf(Halting, halting.leaf, Stage, halting.answer),
    "mail_trouble": ViewOf(MailTrouble, mail_trouble.leaf, MailTrouble, mail_trouble.answer),
    "turn": ViewOf(TurnTold, turn.leaf, TurnTold, turn.answer),
}

# Which command opens which kind; each works in groups too.
COMMANDS: Final[Mapping[str, str]] = {
    "grants": "grants",
    "pending": "pending",
    "pair": "pair",
    "people": "people",
    "history": "history",
    "suggest": "suggest",
    "rules": "rules",
    "pause": "pause",
    "resume": "resume",
    "snooze": "snooze",
}
# What no command opens is about what another kind shows.
_ABOUT: Final = {"digest": "pending", "draft": "rules"}


def pack(handle: str, button: SheetButton) -> str:
    """Return the button's data, which no card's button has."""
    argument = f".{button.argument}" if button.argument else ""
    return f"s.{handle}.{button.verb}{argument}"


def unpack(data: object) -> tuple[str, SheetButton] | None:
    """Return the handle and the button of what `pack` made; None for anything else."""
    found = _DATA.fullmatch(data) if isinstance(data, str) else None
    if found is None or len(found[0]) > 64:
        return None
    return found["handle"], SheetButton(verb=found["verb"], argument=found["argument"] or "")


def message(sheet: Sheet, content: object, reader: Reader) -> Message:
    """Return the sheet as a message; a closed one has no buttons. Raises ChannelError."""
    view = VIEWS.get(sheet.kind)
    if view is None:
        raise ChannelError(f"no sheet of the kind {sheet.kind} is shown here", permanent=True)
    leaf = view.leaf(content, reader)
    rows = [
        [
            InlineKeyboardButton(
                text=one.label,
                style=one.style,
                callback_data=pack(sheet.handle, one.button),
            )
            for one in row
        ]
        for row in (leaf.rows if sheet.is_open else ())
        if row
    ]
    markup = InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
    return Message.of(leaf.text, reader, markup=markup, silent=leaf.silent)


def answer_to_press(reaction: SheetReaction, person: Person, reader: Reader) -> Answer:
    """Return what a press on a sheet came to, in words."""
    match reaction.effect:
        case SheetEffect.DONE:
            view = VIEWS.get(reaction.kind)
            said = view.answer(reaction.told, reader) if view is not None else Answer()
            return Answer(text=cut(said.text, ANSWER_LIMIT), is_alert=said.is_alert)
        case SheetEffect.NOT_YOURS:
            return Answer(text=cut(_not_yours(reaction, reader), ANSWER_LIMIT), is_alert=True)
        case SheetEffect.STRANGER:
            template = reader.gettext("You are not an approver here. (your id: {id})")
            return Answer(text=template.format(id=person.address.address), is_alert=True)
        case SheetEffect.STALE:
            words = reader.gettext("Telegram showed you an old message; it is up to date now.")
            return Answer(text=words, is_alert=True)
        case SheetEffect.CLOSED:
            words = reader.gettext("This message is closed; send {command} for a new one.")
            return Answer(text=words.format(command=_command(reaction.kind)), is_alert=True)
        case SheetEffect.UNKNOWN:
            words = reader.gettext("I don't know this message. Send /pending to see what waits.")
            return Answer(text=words, is_alert=True)
        case SheetEffect.REPEATED:
            return Answer()


def _not_yours(reaction: SheetReaction, reader: Reader) -> str:
    words = reader.gettext("This message is {name}'s; send {command} for your own.")
    owner = one_line(reaction.owner, limit=48)
    return words.format(name=owner, command=_command(reaction.kind))


def _command(kind: str) -> str:
    """Return the command that brings what a sheet of this kind is about."""
    kind = _ABOUT.get(kind, kind)
    names = [command for command, opened in COMMANDS.items() if opened == kind]
    return f"/{names[0]}" if names else "/help"
