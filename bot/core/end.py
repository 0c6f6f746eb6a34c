"""When a standing approval ends: by the clock, by the number of its uses, or by hand."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final


class End(StrEnum):
    """How long a grant holds; every one of them can be revoked before."""

    REVOKED = "until_revoked"
    SESSION = "session"
    QUARTER = "15min"
    HOUR = "1h"
    TODAY = "today"
    THRICE = "3_times"

    @property
    def uses(self) -> int | None:
        """How often it may be used, None where that is not counted."""
        return 3 if self is End.THRICE else None

    def instant(self, now: datetime, timezone: tzinfo) -> datetime | None:
        """Return when the clock ends it, as aware UTC; None where no clock does.

        Today ends where the day of `now` does in that zone.
        """
        if self is End.TODAY:
            day = now.astimezone(timezone).date() + timedelta(days=1)
            return datetime.combine(day, time(), timezone).astimezone(UTC)
        lasts = _LASTS.get(self)
        return None if lasts is None else now + lasts


_LASTS: Final = {End.QUARTER: timedelta(minutes=15), End.HOUR: timedelta(hours=1)}
TIMED: Final = (End.QUARTER, End.HOUR, End.TODAY, End.THRICE)
