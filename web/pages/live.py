"""Open pages are told that the queue has changed; what is new they fetch themselves."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.core.approval import Approval
from bot.gate.events import Asked, Ended, Event, HaltChanged
from bot.gate.service import Gate

# No approval has this id: a waiter under it is woken only by the end of the gate.
_NO_APPROVAL: Final = "the queue page"


class Changes:
    """Counts the changes of the queue; any number of streams follow the count."""

    def __init__(self, gate: Gate) -> None:
        self._waiters = gate.waiters
        self._count = 0
        self._waiting: set[asyncio.Future[Approval | None]] = set()
        gate.on_committed(self._notice)

    @property
    def count(self) -> int:
        """How often the queue has changed."""
        return self._count

    @property
    def followers(self) -> int:
        """How many streams wait for the next change."""
        return len(self._waiting)

    def _notice(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, Asked | Ended | HaltChanged) for event in events):
            self._count += 1
            for future in self._waiting:
                if not future.done():
                    future.set_result(None)

    async def after(self, seen: int, *, limit: timedelta) -> int:
        """Return the count once it is beyond `seen`, the limit has passed or the gate stops."""
        if self._count != seen:
            return self._count
        with self._waiters.expecting(_NO_APPROVAL, limit) as future:
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)
        return self._count


CHANGES: Final = web.AppKey("changes", Changes)
