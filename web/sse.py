"""Server-sent events. Source: the HTML standard, section "Server-sent events"."""

import json
from datetime import timedelta
from typing import Final

from aiohttp import web


class EventStream:
    """One open stream; comments keep proxies from closing it while nothing happens."""

    quiet: Final = timedelta(seconds=15)

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )

    async def open(self) -> None:
        """Send the head."""
        await self._response.prepare(self._request)

    async def send(self, event: str, data: object) -> None:
        """Send one event; its data is JSON on one line."""
        await self._response.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())

    async def keep_alive(self) -> None:
        """Send a comment, which readers ignore."""
        await self._response.write(b": still here\n\n")

    async def close(self) -> web.StreamResponse:
        """End the stream."""
        await self._response.write_eof()
        return self._response
