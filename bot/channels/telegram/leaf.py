"""What a sheet looks like: its text and the rows of its buttons."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.enums import ButtonStyle
from aiogram.utils.formatting import Text

from bot.gate.sheet import SheetButton


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A button with its words; agents' words in them are one short line."""

    label: str
    button: SheetButton
    style: ButtonStyle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A text of at most 4096 units, and rows of buttons; a silent one makes no sound."""

    text: Text
    rows: Sequence[Sequence[Label]] = ()
    silent: bool = True
