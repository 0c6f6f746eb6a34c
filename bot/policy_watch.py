"""Keeps the policies of POLICY_FILE in force, as they are changed."""

import asyncio
import logging
from collections.abc import Callable, Coroutine

from bot.gate.book import PolicyBook
from bot.gate.ports import Clock
from bot.policy_file import Loaded, PolicyFile

log = logging.getLogger(__name__)

Spawn = Callable[[Coroutine[object, object, None]], None]


class PolicyWatch:
    """Reads the file at the start and after each change.

    With a fault at the start everything asks, until the file is right. With a fault later, the
    policies of before stay in force.
    """

    def __init__(self, file: PolicyFile, book: PolicyBook, *, spawn: Spawn) -> None:
        self._file = file
        self._book = book
        self._spawn = spawn
        self._in_turn = asyncio.Lock()
        self._was_read = False

    async def start(self) -> None:
        """Read the file once."""
        await self._take(await asyncio.to_thread(self._file.read))

    async def run(self, clock: Clock) -> None:
        """Follow the file until cancelled."""
        await self._file.watch(lambda loaded: self._spawn(self._take(loaded)), clock)

    async def _take(self, loaded: Loaded) -> None:
        async with self._in_turn:  # compiling takes a while, and the last change wins
            for warning in loaded.warnings:
                log.warning("policy: %s", warning, extra={"event": "policy_warning"})
            if not loaded.faults:
                await asyncio.to_thread(self._book.use, loaded.reading.policies)
                self._was_read = True
            elif self._was_read:
                log.error(
                    "policy: %s The policies of before stay in force.",
                    _summary(loaded),
                    extra={"event": "policy_faulty"},
                )
            else:
                self._book.distrust(_summary(loaded))


def _summary(loaded: Loaded) -> str:
    """Return the first fault, and how many more there are."""
    first, more = loaded.faults[0], len(loaded.faults) - 1
    if not more:
        return first
    return f"{first} And {more} more: see `ok2run policy check`."
