"""Quiet hours: until when they last, and whether a message rings, is silent or waits till then.

Low risk is always silent. In a person's quiet hours, normal is silent or held as they chose, high
is silent at most, and critical always rings.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from bot.core.approval import Approval
from bot.core.preference import MINUTES_OF_A_DAY, Preferences, Quiet, QuietMode
from bot.core.risk import Level

# A day has 25 hours at most, and quiet hours end once in it; where the clock skips the end, at the
# first minute after.
_LONGEST: Final = 26 * 60


def quiet_until(preferences: Preferences, now: datetime, *, zone: tzinfo = UTC) -> datetime | None:
    """Return the instant at which the quiet hours of now end; None outside them.

    `zone` is where the person is who set none. Instants are aware UTC. On the days on which clocks
    change, the person's clock counts: what it skips is not waited for, what it repeats is quiet
    both times.
    """
    quiet, zone = preferences.quiet, preferences.zone or zone
    if quiet is None or not _is_quiet(quiet, now, zone):
        return None
    minute = now.replace(second=0, microsecond=0)
    left = (quiet.to_minute - _minute_of(minute, zone)) % MINUTES_OF_A_DAY
    # Before a change of the clocks this instant is off by what they are put on or back.
    guess = minute + timedelta(minutes=left)
    return guess if _ends_at(quiet, guess, zone) else _walked(quiet, minute, zone)


def _ends_at(quiet: Quiet, end: datetime, zone: tzinfo) -> bool:
    before = end - timedelta(minutes=1)
    is_there = _minute_of(end, zone) == quiet.to_minute
    return is_there and _is_quiet(quiet, before, zone) and not _is_quiet(quiet, end, zone)


def _walked(quiet: Quiet, minute: datetime, zone: tzinfo) -> datetime:
    for step in range(1, _LONGEST):
        end = minute + timedelta(minutes=step)
        if not _is_quiet(quiet, end, zone):
            return end
    return minute + timedelta(minutes=_LONGEST)


def _is_quiet(quiet: Quiet, instant: datetime, zone: tzinfo) -> bool:
    return quiet.covers(instant.astimezone(zone))


def _minute_of(instant: datetime, zone: tzinfo) -> int:
    local = instant.astimezone(zone)
    return local.hour * 60 + local.minute


def is_silent(
    approval: Approval, preferences: Preferences | None, now: datetime, *, zone: tzinfo = UTC
) -> bool:
    """Tell whether a message about it comes without a sound to whoever prefers this.

    Nobody in particular, as in a group, has no quiet hours. One of a crowd does not ring either.
    """
    level = approval.risk.level
    if level is Level.CRITICAL:
        return False
    if level is Level.LOW or (approval.crowded and level is Level.NORMAL):
        return True
    return preferences is not None and quiet_until(preferences, now, zone=zone) is not None


def held_until(
    approval: Approval, preferences: Preferences | None, now: datetime, *, zone: tzinfo = UTC
) -> datetime | None:
    """Return the instant until which a new card waits for whoever prefers this; None for now."""
    quiet = preferences.quiet if preferences is not None else None
    if preferences is None or quiet is None or quiet.mode is not QuietMode.HELD:
        return None
    if approval.risk.level.rank >= Level.HIGH.rank:
        return None
    return quiet_until(preferences, now, zone=zone)


def queued_until(held: Sequence[datetime | None]) -> datetime | None:
    """Return when the first of those asked hears of it; None where somebody does at once."""
    instants = [instant for instant in held if instant is not None]
    return min(instants) if instants and len(instants) == len(held) else None
