"""How an approval is shown as a message: text, entities, buttons, with a sound or without."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aiogram.types import InlineKeyboardMarkup, MessageEntity
from aiogram.utils.formatting import Code, Text

from bot.channels.telegram import action, question
from bot.channels.telegram.details import attachment
from bot.channels.telegram.keyboard import keyboard
from bot.channels.telegram.layout import MESSAGE_LIMIT, Part, fit
from bot.channels.telegram.panel import panel_lines
from bot.channels.telegram.stamp import stamp
from bot.channels.telegram.text import (
    HUGE,
    Reader,
    fill,
    length,
    line_code,
    lines,
    rendered,
)
from bot.core.approval import Approval, Kind
from bot.core.card import Face
from bot.core.confirmation import confirmation
from bot.core.preview import utf16_length
from bot.core.question import Answer
from bot.core.risk import Level
from bot.core.routing import Confirm
from bot.locales import asked

# What is left of 4096 is for the stamp and for how often it is asked, so that what was shown first
# stays.
BODY_LIMIT: Final = 3300

MARKS: Final = {Level.LOW: "🟢", Level.NORMAL: "🟡", Level.HIGH: "🔴", Level.CRITICAL: "🟣"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as the Bot API takes it."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    markup: InlineKeyboardMarkup | None = None
    silent: bool = False

    @classmethod
    def of(
        cls,
        text: Text,
        reader: Reader | None = None,
        *,
        markup: InlineKeyboardMarkup | None = None,
        silent: bool = False,
    ) -> "Message":
        """Make one of a formatted text, for this reader or for none in particular."""
        words, entities = rendered(text, reader)
        return cls(text=words, entities=entities, markup=markup, silent=silent)


def card(approval: Approval, face: Face, handle: str, reader: Reader) -> Message:
    """Return the card as it is now: asking while pending, stamped once ended."""
    told, asks = stamp(approval, reader), _asked_again(approval, face, reader)
    room = MESSAGE_LIMIT - sum(length(line) + 1 for line in (*told, *asks))
    if chosen := panel_lines(approval, face, reader):
        asked_for = action.asked_for(approval, reader)
        last = _last_line(approval, reader)
        parts = [headline(approval, face, reader), *asked_for, *chosen, last]
        shown = fit(parts, reader, limit=room).text  # its texts give way to the rules
    else:
        shown, _ = _body(approval, face, reader, room=room)
    return Message.of(
        lines([*told, shown, *asks]),
        reader,
        markup=keyboard(approval, face, handle, reader),
        silent=approval.risk.level is Level.LOW,
    )


def needs_attachment(approval: Approval, reader: Reader) -> bool:
    """Tell whether a card cannot show the whole of it, on any of its faces."""
    if any(len(text) > HUGE for text in _texts(approval)):
        return True
    if approval.kind is Kind.ACTION:
        return not _body(approval, Face(), reader)[1]
    longest = Answer(custom="x" * 100)
    faces = (Face(answers=(longest,) * step) for step in range(len(approval.questions)))
    return not all(_body(approval, face, reader)[1] for face in faces)


def _texts(approval: Approval) -> Iterator[str]:
    asked = approval.action
    yield from (asked.title, asked.preview, asked.reason or "", action.json_text(asked.params))
    for one in approval.questions:
        yield from (one.text, *(option.label + option.description for option in one.options))


def headline(approval: Approval, face: Face, reader: Reader) -> Text:
    """Return the first line, the one a lock screen shows: risk, agent, place, verb and object."""
    if approval.kind is Kind.QUESTION:
        mark, title = "❓", question.asked(approval, face)
        count = len(approval.questions)
        if count > 1 and approval.is_pending:
            step = reader.gettext("{n} of {count}").format(n=face.step + 1, count=count)
            mark = f"{mark} {step} ·"
    else:
        mark, title = MARKS[approval.risk.level], approval.action.title
        if approval.copies:
            mark = f"{mark} {asked.mark_of(approval)} ·"
    return Text(mark, " ", who(approval), ": ", line_code(title, limit=action.TITLE_LIMIT))


def who(approval: Approval) -> Text:
    """Return the agent, and the last part of the directory it works in."""
    agent = line_code(approval.agent, limit=40)
    place = place_of(approval)
    return Text(agent, " @ ", line_code(place, limit=40)) if place else agent


def place_of(approval: Approval) -> str:
    """Return the last part of the working directory."""
    cwd = (approval.action.cwd or "").rstrip("/\\")
    return cwd.replace("\\", "/").rpartition("/")[2]


def _asked_again(approval: Approval, face: Face, reader: Reader) -> list[Text]:
    """Return what the buttons below ask, where they cannot say it."""
    if not approval.is_pending:
        is_asked = face.revoking and approval.has_grant_to_revoke
        return [Text(reader.gettext("Revoke it? The next one asks again."))] if is_asked else []
    if face.confirming is None or confirmation(approval) is not Confirm.NUMBER:
        return []
    words = reader.gettext("🔢 Which number does your agent show? A wrong one denies.")
    return [Text(words)]


def _body(
    approval: Approval, face: Face, reader: Reader, *, room: int = MESSAGE_LIMIT
) -> tuple[Text, bool]:
    if approval.kind is Kind.QUESTION:
        made = question.body(approval, face, reader)
    else:
        made = action.body(approval, reader)
    parts: list[Part] = [headline(approval, face, reader), *made.parts]
    last = _last_line(approval, reader)
    grown = _grown(approval, reader) + _longer_time(approval, reader)
    limit = min(BODY_LIMIT + grown, room)
    fitted = fit([*parts, last], reader, limit=limit)
    if fitted.is_whole and made.is_whole:
        return fitted.text, True
    if not approval.is_pending:
        return fitted.text, False
    length = len(attachment(approval, reader).text)
    note = Text(reader.gettext("📎 Full text attached: {n} characters").format(n=f"{length:,}"))
    return fit([*parts, note, last], reader, limit=limit).text, False


def _grown(approval: Approval, reader: Reader) -> int:
    """Return what a card may grow by as more share it: what was whole when posted stays whole."""
    if not approval.copies:
        return 0
    added = (f" {asked.mark_of(approval)} ·", f"\n{asked.times(approval, reader)}")
    return sum(map(utf16_length, added))


def _longer_time(approval: Approval, reader: Reader) -> int:
    """Return what the time takes beyond `15:00`: in no zone is less of the card whole."""
    shown = reader.clock(approval.expires_at, near=approval.created_at)
    return len(shown) - len("15:00")


def _last_line(approval: Approval, reader: Reader) -> Text:
    code = Code(approval.short_code) if approval.short_code else Text()
    if not approval.is_pending:
        return code
    template = (
        reader.gettext("Expires {time}, then unanswered · {code}")
        if asked.is_unanswered(approval)
        else reader.gettext("Expires {time}, {then} · {code}")
    )
    time = reader.countdown(approval.expires_at, near=approval.created_at)
    return fill(template, time=time, then=asked.in_silence(approval, reader), code=code)
