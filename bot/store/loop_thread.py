"""A thread with an event loop of its own, for a driver that needs one beside the daemon's."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import TypeVar

from bot.loop import loop_factory
from bot.store.hop import put_off_cancellation

T = TypeVar("T")


class LoopThread:
    """Runs coroutines off the caller's loop, each in one hop there and back.

    Units of work are driven here, between the driver's answers, so that the daemon's loop never
    waits for them.
    """

    def __init__(self, name: str) -> None:
        started: concurrent.futures.Future[asyncio.AbstractEventLoop]
        started = concurrent.futures.Future()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name=name, daemon=True)
        self._thread.start()
        self._loop = started.result()

    def _run(self, started: "concurrent.futures.Future[asyncio.AbstractEventLoop]") -> None:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(self._until_closed(started))

    async def _until_closed(
        self, started: "concurrent.futures.Future[asyncio.AbstractEventLoop]"
    ) -> None:
        started.set_result(asyncio.get_running_loop())
        await self._closing.wait()

    async def call(self, make: Callable[[], Coroutine[object, object, T]]) -> T:
        """Return what the coroutine returns or raises.

        A caller that is cancelled still gets it; the cancellation comes at its next await.
        """
        future = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(make(), self._loop))
        cancelled = False
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            put_off_cancellation()
        return future.result()

    def start(self, work: Coroutine[object, object, None]) -> None:
        """Let the coroutine run until it ends, or until `close`."""
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def close(self) -> None:
        """End the thread; what still runs in it is cancelled."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closing.set)
            await asyncio.to_thread(self._thread.join)
