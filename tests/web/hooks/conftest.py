"""A coding agent that holds its hooks open, as the real ones do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientError

from bot.core.approval import Approval
from tests.world import AGENT_KEY, World

Send = Callable[..., Awaitable[Any]]


class Agent:
    """A coding agent at one gate; `send` returns what the gate answered."""

    def __init__(self, world: World, *, name: str = "claude-code", key: str = AGENT_KEY) -> None:
        self.world = world
        self._path = f"/v1/hooks/{name}"
        self._key = key

    async def send(self, hook: Any, *, limit: int | None = None) -> Any:
        """Send a hook and return the JSON of the answer, which is always 200."""
        query = f"?limit={limit}" if limit is not None else ""
        response = await self.world.call("POST", self._path + query, key=self._key, json=hook)
        assert response.status == 200, await response.text()
        return await response.json()

    def hold(self, hook: Any, *, limit: int | None = None) -> "asyncio.Future[Any]":
        """Send a hook, and go on while it is held."""
        held: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def send() -> None:  # a test may end while it is held
            try:
                reply = await self.send(hook, limit=limit)
            except (ClientError, AssertionError, asyncio.CancelledError) as error:
                if not held.done():
                    held.set_exception(AssertionError(f"the hook was not answered: {error!r}"))
                held.exception()
            else:
                if not held.done():
                    held.set_result(reply)

        self.world.tasks.create_task(send())
        return held

    async def pending(self, count: int = 1) -> list[dict[str, Any]]:
        """Return what waits, oldest first, once it is so many."""
        async with asyncio.timeout(10):
            while len(found := await self._waiting()) != count:
                await asyncio.sleep(0.005)
        return found

    async def held(self, count: int) -> None:
        """Return once so many hooks are held."""
        async with asyncio.timeout(10):
            while len(self.world.gate.waiters) != count:
                await asyncio.sleep(0.005)

    async def asks(
        self, hook: Any, *, limit: int | None = None
    ) -> "tuple[asyncio.Future[Any], Approval]":
        """Send a hook; return the held request and the one approval that waits then."""
        held = self.hold(hook, limit=limit)
        (found,) = await self.pending()
        while not self.world.gate.waiters.is_expected(found["approval_id"]):
            await asyncio.sleep(0.005)
        return held, await self.world.gate.any(found["approval_id"])

    async def _waiting(self) -> list[dict[str, Any]]:
        response = await self.world.call("GET", "/v1/approvals?status=pending", key=self._key)
        found: list[dict[str, Any]] = (await response.json())["approvals"]
        return found[::-1]


@pytest.fixture
def agent(world: World) -> Agent:
    return Agent(world)
