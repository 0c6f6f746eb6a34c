"""A hook server that knows nothing: it notes what an agent sends and says what it is told to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self, TypeAlias

from aiohttp import web

from tests.agents.script import Json
from tests.agents.server import Server

Judge: TypeAlias = Callable[[Json], Awaitable[Json]]


async def _no_opinion(_event: Json) -> Json:
    return {}


class HookPeer:
    """Answers each event with what `judge` returns; `closed` are those whose sender hung up."""

    def __init__(self, judge: Judge = _no_opinion) -> None:
        self.judge = judge
        self.events: list[Json] = []
        self.closed: list[Json] = []
        self._server = Server([web.post("/hooks", self._hook)])

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        """Where an agent sends its events."""
        return f"{self._server.url}/hooks"

    def named(self, name: str) -> list[Json]:
        """Return the events of this name, in order."""
        return [event for event in self.events if event.get("hook_event_name") == name]

    async def _hook(self, request: web.Request) -> web.Response:
        event = await request.json()
        self.events.append(event)
        try:
            return web.json_response(await self.judge(event))
        except asyncio.CancelledError:
            self.closed.append(event)
            raise
