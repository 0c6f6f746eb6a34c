"""How a message is fitted into Telegram's 4096 units: what is long gives way, and says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from aiogram.utils.formatting import Text

from bot.channels.telegram.text import Reader, fill, length, lines, pre
from bot.core.preview import head_and_tail, utf16_length

MESSAGE_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
_SMALLEST_BLOCK: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A text in a block of its own that may be shortened; it is escaped for the eye already."""

    shown: str
    language: str | None = None
    label: str = ""


Part: TypeAlias = Text | Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The text as it fits, and whether nothing was left out of it."""

    text: Text
    is_whole: bool


def fit(parts: Sequence[Part], reader: Reader, *, limit: int) -> Fitted:
    """Return the parts in lines of at most `limit` units altogether; blocks give way evenly.

    What is no block is bounded by whoever made it.
    """
    blocks = [part for part in parts if isinstance(part, Block)]
    whole = lines(_whole(part) for part in parts)
    excess = length(whole) - limit
    if excess <= 0:
        return Fitted(text=whole, is_whole=True)
    room = sum(utf16_length(block.shown) for block in blocks) - excess
    while True:
        rooms = iter(_share(room, [utf16_length(block.shown) for block in blocks]))
        text = lines(
            _excerpt(part, reader, next(rooms)) if isinstance(part, Block) else part
            for part in parts
        )
        excess = length(text) - limit
        if excess <= 0 or room <= 0:
            return Fitted(text=text, is_whole=False)
        room -= excess


def _share(room: int, wanted: Sequence[int]) -> list[int]:
    """Return what each gets of the room: all it wants, or an equal share of what is left."""
    shares = [0] * len(wanted)
    left = room
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    for place, index in enumerate(order):
        shares[index] = max(min(wanted[index], left // (len(order) - place)), 0)
        left -= shares[index]
    return shares


def _whole(part: Part) -> Text:
    if isinstance(part, Block):
        return _labelled(part, pre(part.shown, part.language))
    return part


def _excerpt(block: Block, reader: Reader, room: int) -> Text:
    if utf16_length(block.shown) <= room:
        return _whole(block)
    excerpt = head_and_tail(block.shown, limit=max(room, _SMALLEST_BLOCK))
    note = reader.ngettext(
        "… {lines} line, {characters} characters left out …",
        "… {lines} lines, {characters} characters left out …",
        excerpt.omitted_lines,
    )
    left_out = fill(
        note, lines=f"{excerpt.omitted_lines:,}", characters=f"{excerpt.omitted_characters:,}"
    )
    pieces = (pre(excerpt.head, block.language), left_out, pre(excerpt.tail, block.language))
    return _labelled(block, lines(piece for piece in pieces if length(piece)))


def _labelled(block: Block, text: Text) -> Text:
    return lines([Text(block.label), text]) if block.label else text
