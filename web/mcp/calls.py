"""Calls under way over HTTP, so that a client can cancel its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

Client: TypeAlias = tuple[str, str]
"""A key's id, and the session that one of its clients names; without one it cancels nothing."""

_AT_ONCE = 0.0  # on the loop's clock, which is past it


class Calls:
    """Which calls are held, each with the limit that ends it early."""

    def __init__(self) -> None:
        self._held: dict[tuple[Client, str], asyncio.Timeout] = {}

    def notice(self, client: Client, message: object) -> None:
        """End the call that a message cancels, where it is one of this client's."""
        if not isinstance(message, dict) or message.get("method") != "notifications/cancelled":
            return
        params = message.get("params")
        id = params.get("requestId") if isinstance(params, dict) else None
        limit = self._held.get((client, repr(id)))
        if limit is not None:
            limit.reschedule(_AT_ONCE)

    @contextmanager
    def held(self, client: Client, message: object, limit: asyncio.Timeout) -> Iterator[None]:
        """Let a call be cancelled while it is answered; one with an id in use can't be."""
        id = message.get("id") if isinstance(message, dict) else None
        place = client, repr(id)
        if id is None or not client[1] or place in self._held:
            yield
            return
        self._held[place] = limit
        try:
            yield
        finally:
            del self._held[place]
