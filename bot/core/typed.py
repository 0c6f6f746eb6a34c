"""What a typed answer has to be, where an agent's form says so: a number, a date, so many letters.

Source of the kinds: JSON Schema as MCP's elicitation uses it, flat fields of plain types.
"""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.core.errors import InvalidAsk

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
_NUMBER: Final = re.compile(
    r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII
)
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_PLACE: Final = ("answers",)


class Sort(StrEnum):
    """What kind of value is wanted."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    EMAIL = "email"
    URI = "uri"
    DATE = "date"
    DATE_TIME = "date-time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A kind of value; `least` and `most` bound a number, or the length of a text."""

    sort: Sort = Sort.TEXT
    least: float | None = None
    most: float | None = None

    @property
    def is_number(self) -> bool:
        """Tell whether the value is a number."""
        return self.sort in {Sort.INTEGER, Sort.NUMBER}


def value_of(wanted: Wanted, words: str) -> str | int | float:
    """Return what the words say; raises InvalidAsk where that is not what is wanted."""
    if wanted.is_number:
        value = _number(wanted.sort, words)
        _check_number(wanted, value)
        return value
    if wanted.sort is not Sort.TEXT and not _is(wanted.sort, words):
        raise _unlike(wanted.sort)
    _check_length(wanted, len(words))
    return words


def _unlike(sort: Sort) -> InvalidAsk:
    """Return the refusal that tells what a text of this kind looks like."""
    match sort:
        case Sort.EMAIL:
            return InvalidAsk("Write a mail address, like ana@example.org.", place=_PLACE)
        case Sort.URI:
            return InvalidAsk("Write an address, like https://example.org.", place=_PLACE)
        case Sort.DATE:
            return InvalidAsk("Write a date, like 2026-11-20.", place=_PLACE)
        case _:
            return InvalidAsk("Write a date and a time, like 2026-11-20T12:00:00Z.", place=_PLACE)


def _number(sort: Sort, words: str) -> int | float:
    if sort is Sort.INTEGER:
        if _INTEGER.fullmatch(words):
            return int(words)
        raise InvalidAsk("Write a whole number, like 3.", place=_PLACE)
    if not _NUMBER.fullmatch(words):
        raise InvalidAsk("Write a number, like 2.5.", place=_PLACE)
    return int(words) if _INTEGER.fullmatch(words) else float(words)


def _is(sort: Sort, words: str) -> bool:
    if sort is Sort.EMAIL:
        return _EMAIL.fullmatch(words) is not None
    if sort is Sort.URI:
        return _URI.fullmatch(words) is not None
    try:
        if sort is Sort.DATE:
            date.fromisoformat(words)
        else:
            return datetime.fromisoformat(words).tzinfo is not None
    except ValueError:
        return False
    return True


def _check_number(wanted: Wanted, value: float) -> None:
    if wanted.least is not None and value < wanted.least:
        values = {"n": _plain(wanted.least)}
        raise InvalidAsk("Write a number that is at least {n}.", place=_PLACE, values=values)
    if wanted.most is not None and value > wanted.most:
        values = {"n": _plain(wanted.most)}
        raise InvalidAsk("Write a number that is at most {n}.", place=_PLACE, values=values)


def _check_length(wanted: Wanted, length: int) -> None:
    if wanted.least is not None and length < wanted.least:
        values = {"n": _plain(wanted.least)}
        raise InvalidAsk("Write at least {n} characters.", place=_PLACE, values=values)
    if wanted.most is not None and length > wanted.most:
        values = {"n": _plain(wanted.most)}
        raise InvalidAsk("Write at most {n} characters.", place=_PLACE, values=values)


def _plain(number: float) -> str:
    return str(int(number)) if math.floor(number) == number else str(number)
