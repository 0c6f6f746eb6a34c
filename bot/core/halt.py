"""The gate told to hold what is asked, or to hand it back; and how long, as people write it.

A pause holds: what is asked waits unseen until somebody resumes or its time comes. A snooze hands
back: what nobody but a person could answer ends at once, so that the agent asks at its terminal.
Neither lets anything run. There is one halt at a time; a new one takes the place of the last.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from bot.core.errors import InvalidAsk

LONGEST_HALT: Final = timedelta(days=7)
PAUSED_REASON: Final = "the gate was paused"

_UNITS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SPAN: Final = re.compile(
    r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?", re.ASCII
)
_SNOOZED: Final = re.compile(r"handed back: snoozed until ([^{}\n]{1,60})")
_CLOCK: Final = re.compile(r"(?:until\s+)?([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


class HaltKind(StrEnum):
    """What becomes of what is asked."""

    PAUSE = "pause"
    SNOOZE = "snooze"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A pause or a snooze: by whom, since when, and until when; None is until somebody resumes.

    `by` is the name shown to people, `identity` how the audit names them. Instants are aware UTC.
    """

    kind: HaltKind
    by: str
    identity: str
    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind is HaltKind.SNOOZE and self.until is None:
            raise ValueError("core: a snooze ends by itself")

    @property
    def is_pause(self) -> bool:
        """Tell whether it holds what is asked."""
        return self.kind is HaltKind.PAUSE

    def is_over(self, now: datetime) -> bool:
        """Tell whether its time has come."""
        return self.until is not None and self.until <= now

    def handed_back(self, zone: tzinfo) -> str:
        """Return why an ask ended unanswered, as the agent and the card read it."""
        if self.until is None:
            return "handed back"
        until, since = self.until.astimezone(zone), self.since.astimezone(zone)
        day = "" if until.date() == since.date() else f"{until:%Y-%m-%d} "
        return f"handed back: snoozed until {day}{until:%H:%M %Z}"


def snoozed_until(reason: str | None) -> str | None:
    """Return until when it was snoozed, as `handed_back` put it; None for any other reason."""
    found = _SNOOZED.fullmatch(reason or "")
    return found[1] if found is not None else None


def checked_length(length: timedelta) -> timedelta:
    """Return how long a halt may last; raises InvalidAsk beyond a second to seven days."""
    if not timedelta(seconds=1) <= length <= LONGEST_HALT:
        raise InvalidAsk("Give a time from one second to seven days.", place=("for_sec",))
    return length


def read_end(words: str, *, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the instant that `30m`, `2h`, `1h30m`, `until 08:00` or `08:00` means.

    A time of day is the next one in the zone. None where it is none of these, or out of bounds.
    """
    said = " ".join(words.lower().split())
    found = _CLOCK.fullmatch(said)
    if found is not None:
        return _next(now.astimezone(zone), hour=int(found[1]), minute=int(found[2]))
    counts = _SPAN.fullmatch(said.removeprefix("for ").replace(" ", ""))
    if counts is None:
        return None
    length = sum(
        int(count) * seconds
        for count, seconds in zip(counts.groups(), _UNITS.values(), strict=True)
        if count is not None
    )
    try:
        return now + checked_length(timedelta(seconds=length))
    except InvalidAsk:
        return None


def _next(now: datetime, *, hour: int, minute: int) -> datetime:
    """Return the next instant at which clocks of `now`'s zone show this time, in UTC."""
    at = now.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    if at.astimezone(UTC) <= now.astimezone(UTC):
        at += timedelta(days=1)
    return at.astimezone(UTC)
