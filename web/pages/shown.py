"""Agents' words made fit for the eye, looked at once though the page shows them often."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.preview import head_and_tail, mixed_script_words, show_line, show_text

__all__ = ["Block", "block", "json_text", "mixed_script_words", "shown_line", "shown_text"]

shown_text = lru_cache(maxsize=256)(show_text)
shown_line = lru_cache(maxsize=1024)(show_line)

_TALL_LINES: Final = 24
_TALL_CHARACTERS: Final = 2400
_EXCERPT: Final = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A text in a block of its own.

    One that is tall scrolls and says how long it is. `tail` follows what was left out, where the
    card shows head and tail only.
    """

    label: str
    head: str
    tail: str = ""
    omitted_characters: int = 0
    omitted_lines: int = 0
    lines: int
    characters: int

    @property
    def is_tall(self) -> bool:
        """Tell whether it takes more than a screen."""
        return self.lines > _TALL_LINES or self.characters > _TALL_CHARACTERS


def block(raw: str, *, label: str = "", whole: bool) -> Block:
    """Return an agent's text as a block, whole or as its head and tail."""
    shown = shown_text(raw).text
    lines, characters = shown.count("\n") + 1, len(shown)
    if whole:
        return Block(label=label, head=shown, lines=lines, characters=characters)
    excerpt = head_and_tail(shown, limit=_EXCERPT)
    return Block(
        label=label,
        head=excerpt.head,
        tail=excerpt.tail,
        omitted_characters=excerpt.omitted_characters,
        omitted_lines=excerpt.omitted_lines,
        lines=lines,
        characters=characters,
    )


def json_text(value: object) -> str:
    """Return a JSON value as people read it."""
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, indent=2, ensure_ascii=False)
