"""Sleep until an instant or until somebody rings, by the Clock port."""

import asyncio
from datetime import datetime, timedelta

from bot.gate.ports import Clock

LONGEST_SLEEP = timedelta(seconds=30)


class Alarm:
    """Wakes one loop; a ring while nobody sleeps is kept for the next sleep.

    No sleep is longer than half a minute, so that a wall clock that jumped is noticed.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()
        self._wakes_at: datetime | None = None

    def ring(self) -> None:
        """Wake the sleeper."""
        self._rung.set()

    def ring_by(self, instant: datetime) -> None:
        """Wake the sleeper where it would sleep beyond this instant."""
        if self._wakes_at is None or instant < self._wakes_at:
            self.ring()

    async def sleep_until(self, instant: datetime | None) -> None:
        """Return at the instant, after a ring, or after half a minute."""
        now = self._clock.now()
        longest = now + LONGEST_SLEEP
        self._wakes_at = longest if instant is None else min(instant, longest)
        timer = self._clock.call_later(max(self._wakes_at - now, timedelta(0)), self.ring)
        try:
            await self._rung.wait()
        finally:
            timer.cancel()
            self._rung.clear()
            self._wakes_at = None
