"""Blocking calls beside the loop, each in a thread of its own that never holds up a wait."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

THREAD = "gate"

T = TypeVar("T")


async def beside(work: Callable[[], T], *, abandoned: Callable[[T], None] | None = None) -> T:
    """Return what the work returns, or raise what it raises.

    Where the caller is cancelled, the work goes on, and `abandoned` gets its result, once; the
    process ends only after that.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    lock, results, left = threading.Lock(), list[T](), threading.Event()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is the caller's
            _settle_soon(loop, future, partial(future.set_exception, error))
            return
        with lock:
            results.append(result)
            is_left = left.is_set()
        if not is_left:
            _settle_soon(loop, future, partial(future.set_result, result))
        elif abandoned is not None:
            abandoned(result)

    start(run, ends_with_process=abandoned is None)
    try:
        return await future
    except asyncio.CancelledError:
        with lock:
            left.set()
            lost = list(results)
        if lost and abandoned is not None:
            start(lambda: abandoned(lost[0]), ends_with_process=False)
        raise


def start(work: Callable[[], None], *, ends_with_process: bool) -> None:
    """Start some work in a thread of its own."""
    threading.Thread(target=work, name=THREAD, daemon=ends_with_process).start()


def _settle_soon(
    loop: asyncio.AbstractEventLoop, future: "asyncio.Future[T]", settle: Callable[[], None]
) -> None:
    def settle_once() -> None:
        if not future.done():
            settle()

    with suppress(RuntimeError):  # the loop is closed: nobody waits any longer
        loop.call_soon_threadsafe(settle_once)
