"""The system's time behind the Clock port."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Wall time for instants, the loop's monotonic time for waits."""

    def now(self) -> datetime:
        """Return the instant, aware UTC, in whole milliseconds."""
        now = datetime.now(UTC)  # noqa: TID251  this is the Clock
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back on the running loop after this long."""
        return asyncio.get_running_loop().call_later(delay.total_seconds(), callback)
