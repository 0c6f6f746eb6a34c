"""Waiting without sleeping: everything that happens in the fake is announced here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Changes:
    """Wakes those who wait for something to become so."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def announce(self) -> None:
        """Let every waiter look again."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def until(self, look: Callable[[], Found | None], timeout: float | None) -> Found:  # noqa: ASYNC109 - the waiter's patience in seconds
        """Return what `look` finds, as soon as it finds something; TimeoutError otherwise."""
        async with asyncio.timeout(timeout):
            while (found := look()) is None:
                await self._event.wait()
        return found
