"""A bounded queue of units and the loop that settles them, many at once."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot.core.errors import Busy
from bot.gate.steps import Steps
from bot.gate.tables import Transaction
from bot.store.batch import Unit

MOST_AT_ONCE: Final = 256


class Line:
    """Callers stand in line; while some are served, the next batch gathers behind them.

    There is no timer: whoever comes to an idle line is served at once.
    """

    def __init__(self, serve: Callable[[Sequence[Unit]], Awaitable[None]], *, room: int) -> None:
        self._serve = serve
        self._room = room
        self._waiting: deque[Unit] = deque()
        self._rung = asyncio.Event()
        self._closed = False

    async def ask(self, work: Callable[[Transaction], Steps[object]]) -> object:
        """Wait for the work's answer; raises Busy where the line is full or closed.

        The work is done even if the caller stops waiting.
        """
        if self._closed:
            raise Busy("The gate is stopping; try again.")
        if len(self._waiting) >= self._room:
            raise Busy("The gate has too much to do; try again in a moment.")
        unit = Unit(work, asyncio.get_running_loop().create_future())
        self._waiting.append(unit)
        self._rung.set()
        return await unit.future

    def close(self) -> None:
        """Take nobody new; whoever stands in line is still served."""
        self._closed = True
        self._rung.set()

    async def run(self) -> None:
        """Serve until closed and empty; however it ends, nobody is left waiting."""
        served: Sequence[Unit] = ()
        task = asyncio.current_task()
        try:
            while True:
                if task is not None and task.cancelling():
                    raise asyncio.CancelledError
                if self._waiting:
                    served = self._next()
                    await self._serve(served)
                elif self._closed:
                    return
                else:
                    self._rung.clear()
                    await self._rung.wait()
        finally:
            self.close()
            self.turn_away(served)

    def _next(self) -> Sequence[Unit]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]

    def turn_away(self, served: Sequence[Unit] = ()) -> None:
        """Refuse whoever has no answer yet and will get none."""
        for unit in (*served, *self._waiting):
            unit.refuse(Busy("The gate stopped; try again."))
        self._waiting.clear()
