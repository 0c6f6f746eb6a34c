"""How a person wants to be spoken to: in which language and zone, and when not to be rung."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.errors import GateError

MINUTES_OF_A_DAY: Final = 24 * 60
LONGEST_TAG: Final = 35
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_OFFSET: Final = re.compile(r"UTC([+-])(\d{2}):(\d{2})")
_LARGEST_OFFSET: Final = timedelta(hours=14)


class InvalidPreference(GateError):
    """A person set something that can't be; the sentence says what."""

    code = "invalid_preference"
    http_status = 422


class QuietMode(StrEnum):
    """What becomes of what is not urgent in quiet hours."""

    SILENT = "silent"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Quiet hours of every day: from one minute of the day up to another, maybe past midnight."""

    from_minute: int
    to_minute: int
    mode: QuietMode = QuietMode.SILENT

    def __post_init__(self) -> None:
        for minute in (self.from_minute, self.to_minute):
            if not 0 <= minute < MINUTES_OF_A_DAY:
                raise InvalidPreference("A time of day lies between 00:00 and 23:59.")
        if self.from_minute == self.to_minute:
            raise InvalidPreference("Quiet hours end at another time than they begin.")

    def covers(self, local: datetime) -> bool:
        """Tell whether this time of day, in the person's own zone, is quiet."""
        minute = local.hour * 60 + local.minute
        if self.from_minute < self.to_minute:
            return self.from_minute <= minute < self.to_minute
        return minute >= self.from_minute or minute < self.to_minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What one person prefers; None where they leave it to the gate.

    `language` is chosen; `heard_language` is what their channel said of them, as a language tag.
    `timezone` is a name that `zone_of` knows.
    """

    language: str | None = None
    heard_language: str | None = None
    timezone: str | None = None
    quiet: Quiet | None = None

    def __post_init__(self) -> None:
        for tag in (self.language, self.heard_language):
            if tag is not None and not is_language_tag(tag):
                raise InvalidPreference("That is no language tag.")
        if self.timezone is not None and zone_of(self.timezone) is None:
            raise InvalidPreference("That is no time zone.")

    @property
    def zone(self) -> tzinfo | None:
        """The person's own time zone, where they set one."""
        return zone_of(self.timezone) if self.timezone is not None else None


def is_language_tag(text: str) -> bool:
    """Tell whether the text has the form of a language tag, such as `en` or `zh-hans`."""
    return len(text) <= LONGEST_TAG and _TAG.fullmatch(text) is not None


def zone_of(name: str) -> tzinfo | None:
    """Return the zone of a name such as `Europe/Berlin` or `UTC+05:30`; None for any other."""
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        sign, hours, minutes = offset.groups()
        distance = timedelta(hours=int(hours), minutes=int(minutes))
        if int(minutes) >= 60 or distance > _LARGEST_OFFSET:
            return None
        return timezone(distance if sign == "+" else -distance, name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # also what is no name, or a folder
        return None
