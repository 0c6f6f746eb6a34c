"""What people write to change how they are spoken to: `/quiet 22:00-07:00 held`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from bot.core.preference import (
    MINUTES_OF_A_DAY,
    InvalidPreference,
    Preferences,
    Quiet,
    QuietMode,
)
from bot.locales import language_of
from bot.locales.place import zones_called, zones_like

Change: TypeAlias = Callable[[Preferences], Preferences]

_LONGEST: Final = 100
_TIME: Final = r"(\d{1,2})(?:[:.：](\d{2}))?"
_HOURS: Final = re.compile(rf"{_TIME}\s*(?:[-–—~～]|to)\s*{_TIME}(?:\s+(\w+))?")


def change_to(command: str, words: str) -> Change | None:
    """Return what a command's words change; None where there are none, to read what holds.

    `command` is one of COMMANDS. Raises InvalidPreference with what to write instead.
    """
    words = words.strip()
    return _READERS[command](words[:_LONGEST]) if words else None


def _language(words: str) -> Change:
    if words.lower() == "auto":
        return lambda before: replace(before, language=None)
    language = language_of(words)
    if language is None:
        raise InvalidPreference(
            "I don't speak {text}. Write /language en for English, /language zh for 简体中文, or "
            "/language auto for the one your Telegram is set to.",
            values={"text": words},
        )
    return lambda before: replace(before, language=language)


def _timezone(words: str) -> Change:
    if words.lower() == "auto":
        return lambda before: replace(before, timezone=None)
    found = zones_called(words)
    if len(found) == 1:
        return lambda before: replace(before, timezone=found[0])
    if found:
        raise InvalidPreference(
            "There is more than one {text}: {zones}. Write one of them after /timezone.",
            values={"text": words, "zones": ", ".join(found)},
        )
    like = zones_like(words)
    if like:
        raise InvalidPreference(
            "I know no place called {text}. Do you mean {zones}? Write it after /timezone.",
            values={"text": words, "zones": ", ".join(like)},
        )
    raise InvalidPreference(
        "I know no place called {text}. Write a large city near you, a name such as "
        "Europe/Berlin, or an offset such as +02:00 after /timezone.",
        values={"text": words},
    )


def _quiet(words: str) -> Change:
    if words.lower() == "off":
        return lambda before: replace(before, quiet=None)
    found = _HOURS.fullmatch(words.lower())
    if found is None or found[5] not in (None, *QuietMode):
        raise InvalidPreference(
            "I can't read {text}. Write the hours as in /quiet 22:00-07:00, with silent or held "
            "after them, or write /quiet off.",
            values={"text": words},
        )
    quiet = Quiet(
        from_minute=_minute(found[1], found[2]),
        to_minute=_minute(found[3], found[4]) % MINUTES_OF_A_DAY,
        mode=QuietMode(found[5] or QuietMode.SILENT),
    )
    return lambda before: replace(before, quiet=quiet)


def _minute(hours: str, minutes: str | None) -> int:
    """Return the minute of the day; one that there is not is beyond the last."""
    if int(minutes or 0) > 59 or int(hours) > 24:
        raise InvalidPreference("A time of day lies between 00:00 and 23:59.")
    return int(hours) * 60 + int(minutes or 0)


_READERS: Final[Mapping[str, Callable[[str], Change]]] = {
    "language": _language,
    "timezone": _timezone,
    "quiet": _quiet,
}
COMMANDS: Final = frozenset(_READERS)
