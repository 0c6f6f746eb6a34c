"""Callers who wait for an approval's end: woken by the commit, or by their own limit."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import TypeAlias

from bot.core.approval import Approval
from bot.gate.events import Ended, Event
from bot.gate.ports import Clock, Handle

End: TypeAlias = "asyncio.Future[Approval | None]"


def _give_up(end: End) -> None:
    if not end.done():
        end.set_result(None)


class Waiters:
    """Futures by approval; ten thousand of them cost memory and no time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[str, list[End]] = {}
        self._stopped = False

    @property
    def is_stopped(self) -> bool:
        """Tell whether the gate is going down."""
        return self._stopped

    def __len__(self) -> int:
        return sum(len(ends) for ends in self._waiting.values())

    def is_expected(self, approval_id: str) -> bool:
        """Tell whether somebody waits for its end."""
        return approval_id in self._waiting

    def expecting(self, approval_id: str, limit: timedelta) -> "Expecting":
        """Give a future of the approval's end; None after the limit, or when the gate stops.

        Enter before reading how things stand, so that no end falls in between.
        """
        return Expecting(self, approval_id, limit)

    def add(self, approval_id: str, end: End, limit: timedelta) -> Handle:
        """Keep a future until it is removed; return the timer of its limit."""
        self._waiting.setdefault(approval_id, []).append(end)
        if self._stopped:
            _give_up(end)
        return self._clock.call_later(limit, partial(_give_up, end))

    def remove(self, approval_id: str, end: End) -> None:
        """Let go of a future."""
        ends = self._waiting[approval_id]
        ends.remove(end)
        if not ends:
            del self._waiting[approval_id]

    def wake(self, events: Sequence[Event]) -> None:
        """Hand ended approvals to whoever waits for them."""
        for event in events:
            if isinstance(event, Ended):
                for end in self._waiting.get(event.approval.id, ()):
                    if not end.done():
                        end.set_result(event.approval)

    def stop(self) -> None:
        """Wake everybody, now and from now on: the gate is going down."""
        self._stopped = True
        for ends in self._waiting.values():
            for end in ends:
                _give_up(end)


class Expecting:
    """A future among the waiters while the block runs.

    It is a class because a generator's frame takes more memory, and thousands are open at once.
    """

    __slots__ = ("_approval_id", "_end", "_limit", "_timer", "_waiters")

    def __init__(self, waiters: Waiters, approval_id: str, limit: timedelta) -> None:
        self._waiters = waiters
        self._approval_id = approval_id
        self._limit = limit
        self._end: End = asyncio.get_running_loop().create_future()
        self._timer: Handle | None = None

    def __enter__(self) -> End:
        self._timer = self._waiters.add(self._approval_id, self._end, self._limit)
        return self._end

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._waiters.remove(self._approval_id, self._end)
