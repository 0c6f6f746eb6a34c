"""A clock that tests move; nothing sleeps."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class FakeHandle:
    """A call that is still to come."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class FakeClock:
    """Stands still until advanced; then calls back in order of time."""

    def __init__(self, now: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._due: list[tuple[datetime, int, FakeHandle]] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        return self._now

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> FakeHandle:
        handle = FakeHandle(callback)
        if delay <= timedelta(0):
            asyncio.get_running_loop().call_soon(lambda: handle.is_cancelled or callback())
            return handle
        heapq.heappush(self._due, (self._now + delay, next(self._numbers), handle))
        return handle

    def advance(self, *args: float, **parts: float) -> None:
        """Let time pass; the arguments are those of timedelta."""
        until = self._now + timedelta(*args, **parts)
        while self._due and self._due[0][0] <= until:
            at, _, handle = heapq.heappop(self._due)
            self._now = max(self._now, at)
            if not handle.is_cancelled:
                handle.callback()
        self._now = until

    def jump(self, by: timedelta) -> None:
        """Set the wall clock only, as NTP or a resumed machine does; no waiter notices."""
        self._now += by
        self._due = [(at + by, number, handle) for at, number, handle in self._due]
