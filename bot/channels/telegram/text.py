"""Pieces of a message: agents' words as code, sentences with places in them, times.

Telegram makes links, mentions and tappable commands out of what it finds in plain text. So what
comes from an agent stands in `code` and `pre` entities only, escaped for the eye before.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from string import Formatter
from typing import Final

from aiogram.types import MessageEntity
from aiogram.utils.formatting import Code, DateTime, Pre, Text

from bot.core.preview import (
    Shown,
    head_and_tail,
    one_line,
    show_line,
    show_text,
    utf16_length,
)
from bot.locales.audience import Audience
from bot.locales.marker import in_words, places_of

LANGUAGE: Final = re.compile(r"[A-Za-z0-9+#-]{1,30}")
_PLAIN_NAME = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")

# Above this a text is never shown whole, and its escaped form is not kept in memory.
HUGE: Final = 50_000

# An approval's texts are looked at again for its attachment and for every edit.
_kept_text = lru_cache(maxsize=32)(show_text)
_kept_line = lru_cache(maxsize=32)(show_line)


@dataclass(slots=True, eq=False)
class BotName:
    """What the bot is called in Telegram, once that was learnt."""

    username: str | None = None

    def link(self, payload: str) -> str | None:
        """Return the link that opens the bot with `/start payload`; None without a name."""
        return f"https://t.me/{self.username}?start={payload}" if self.username else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader(Audience):
    """People who read it in Telegram, which shows times in each one's own zone."""

    bot: BotName = field(default_factory=BotName, compare=False)

    def time(self, instant: datetime) -> DateTime:
        """Return a time of day that readers see in their own zone."""
        return DateTime(self.clock(instant), unix_time=instant, date_time_format="t")

    def countdown(self, instant: datetime, *, near: datetime) -> DateTime:
        """Return an instant that readers see as how long it is from now."""
        text = self.clock(instant, near=near)
        return DateTime(text, unix_time=instant, date_time_format="r")


def rendered(text: Text, reader: Reader | None) -> tuple[str, tuple[MessageEntity, ...]]:
    """Return a message's words and entities, with the markers in the reader's language."""
    words, entities = text.render()
    places = places_of(words, reader) if reader is not None else []
    if reader is None or not places:
        return words, tuple(entities)
    grown = [
        (utf16_length(words[:end]), utf16_length(said) - utf16_length(words[start:end]))
        for start, end, said in places
    ]

    def moved(offset: int) -> int:
        return offset + sum(more for end, more in grown if end <= offset)

    shifted = []
    for one in entities:
        start, end = moved(one.offset), moved(one.offset + one.length)
        shifted.append(one.model_copy(update={"offset": start, "length": end - start}))
    return in_words(words, reader), tuple(shifted)


def shown_text(raw: str) -> Shown:
    """Return a text as it is shown over several lines."""
    return _kept_text(raw) if len(raw) <= HUGE else show_text(raw)


def shown_line(raw: str) -> Shown:
    """Return a text as it is shown in one line."""
    return _kept_line(raw) if len(raw) <= HUGE else show_line(raw)


def fill(template: str, **parts: object) -> Text:
    """Return the sentence with pieces of text in the places that it names in braces."""
    nodes: list[object] = []
    for literal, name, _, _ in Formatter().parse(template):
        nodes.append(literal)
        if name is not None:
            nodes.append(parts[name])
    return Text(*nodes)


def lines(parts: Iterable[object]) -> Text:
    """Return the pieces, each in its own line."""
    nodes: list[object] = []
    for part in parts:
        nodes += ("\n", part)
    return Text(*nodes[1:])


def length(node: object) -> int:
    """Return how many UTF-16 units a piece of text takes."""
    return utf16_length(node.render()[0] if isinstance(node, Text) else str(node))


def line_code(raw: str, *, limit: int) -> Text:
    """Return an agent's words as one line of code, shortened in the middle."""
    return code(one_line(raw, limit=limit))


def code(shown: str) -> Text:
    """Return a shown text as code; nothing where it is empty, for an entity never is."""
    return Code(shown) if shown else Text()


def pre(shown: str, language: str | None) -> Text:
    """Return a shown text as a block, coloured as a language where that is a plain word."""
    if not shown:
        return Text()
    is_plain = language is not None and LANGUAGE.fullmatch(language) is not None
    return Pre(shown, language=language if is_plain else None)


def name(raw: str, *, limit: int = 64) -> Text:
    """Return a person's name: as code where Telegram could take it for a link or a mention."""
    shown = one_line(raw, limit=limit)
    return Text(shown) if _PLAIN_NAME.fullmatch(shown) else code(shown)


def cut(shown: str, limit: int) -> str:
    """Return a shown text of at most `limit` units, cut at its end and never inside a marker."""
    if utf16_length(shown) <= limit:
        return shown
    # Two thirds of what is asked for are the head.
    return head_and_tail(shown, limit=(limit - 1) * 3 // 2).head + "…"
