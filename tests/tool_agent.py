"""An agent that calls the gate's MCP tools with the protocol's own client, any way there is."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from bot.core.approval import Approval
from ok2run.mcp.approved import Commands
from ok2run.mcp.remote import RemoteGateway
from ok2run.mcp.server import build_server
from ok2run.mcp.tools import Origin, Tools
from ok2run.mcp.waiting import Pace
from ok2run.wire import Wire
from tests.fakes.clock import FakeClock
from tests.world import AGENT_KEY, World

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


@dataclass(kw_only=True)
class Agent:
    """Calls tools; `told` keeps the words of progress that it heard."""

    client: Client
    told: list[str] = field(default_factory=list)
    listens: bool = True

    async def call(self, tool: str, /, **arguments: Any) -> Any:
        """Call a tool that works, and return its JSON."""
        result = await self._call(tool, arguments)
        assert not result.is_error, result.content
        return json.loads(_text(result))

    async def fault(self, tool: str, /, **arguments: Any) -> str:
        """Call a tool that does not work, and return what it says."""
        result = await self._call(tool, arguments)
        assert result.is_error, result.content
        return _text(result)

    async def _call(self, tool: str, arguments: dict[str, Any]) -> Any:
        async def hear(progress: float, total: float | None, message: str | None) -> None:
            self.told.append(message or "")

        async with asyncio.timeout(PATIENCE):
            return await self.client.call_tool(
                tool, arguments, progress_callback=hear if self.listens else None
            )


def _text(result: Any) -> str:
    (block,) = result.content
    assert block.type == "text"
    text: str = block.text
    return text


@asynccontextmanager
async def over_http(
    world: World, *, key: str | None = AGENT_KEY, mode: str = "auto", path: str = "/mcp"
) -> AsyncIterator[Agent]:
    """An agent that speaks to the gate itself."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=60))
        transport = streamable_http_client(str(world.client.make_url(path)), http_client=http)
        yield Agent(client=await stack.enter_async_context(Client(transport, mode=mode)))


@asynccontextmanager
async def beside_it(
    world: World,
    *,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
    pace: Pace | None = None,
    key: str = AGENT_KEY,
    origin: Origin | None = None,
) -> AsyncIterator[Agent]:
    """An agent with the tools of `ok2run mcp` in this process, over HTTP to the gate."""
    wire = Wire(str(world.client.make_url("")).rstrip("/"), key)
    tools = Tools(
        RemoteGateway(wire),
        origin=origin or Origin(session_id="s1", cwd=None if cwd is None else str(cwd)),
        commands=Commands(environment=environment or dict(os.environ), now=now_of(world)),
        pace=pace or Pace(slice=2),
    )
    async with Client(build_server("1", tools)) as client:
        yield Agent(client=client)


@asynccontextmanager
async def over_stdio(
    url: str, *words: str, cwd: Path, mode: str = "auto", key: str = AGENT_KEY, **more: str
) -> AsyncIterator[Agent]:
    """An agent that starts `ok2run mcp` and speaks to it over its standard input and output."""
    environment = {
        "PYTHONPATH": str(ROOT / "web" / "client"),
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "APPROVAL_GATE_URL": url,
        "APPROVAL_API_KEY": key,
        **more,
    }
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ok2run.cli", "mcp", *words],
        env=environment,
        cwd=cwd,
    )
    async with Client(server, mode=mode) as client:
        yield Agent(client=client)


@asynccontextmanager
async def kept(connection: AbstractAsyncContextManager[Agent]) -> AsyncIterator[Agent]:
    """Keep a connection in a task of its own: it has to end in the task that it began in."""
    over = asyncio.Event()
    ready: asyncio.Future[Agent] = asyncio.get_running_loop().create_future()

    async def keep() -> None:
        async with connection as agent:
            ready.set_result(agent)
            await over.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keep())
        yield await ready
        over.set()


def now_of(world: World) -> Callable[[], float]:
    """The gate's own time, by which its receipts hold; the real one where it has that."""
    return lambda: world.clock.now().timestamp()


async def asked(world: World, *, count: int = 1) -> Approval:
    """Return what is asked as soon as so much of it waits, the last one."""
    async with asyncio.timeout(PATIENCE):
        while len(found := await world.gate.pending()) < count:
            await asyncio.sleep(0.005)
    return found[-1]


async def answered(
    world: World, call: Awaitable[Any], decision: str = "approved", /, **more: Any
) -> Any:
    """Return what a call comes to whose ask a person answers so."""
    async with asyncio.TaskGroup() as tasks:
        calling = tasks.create_task(_awaited(call))
        approval = await asked(world)
        response = await world.decide(approval.id, decision, **more)
        assert response.status == 200, await response.text()
        return await calling


async def as_time_passes(clock: FakeClock, call: Awaitable[Any]) -> Any:
    """Return what a call comes to whose limit runs out, second by second of the gate's clock."""
    async with asyncio.TaskGroup() as tasks:
        calling = tasks.create_task(_awaited(call))
        async with asyncio.timeout(PATIENCE):
            while not calling.done():
                clock.advance(seconds=1)
                await asyncio.sleep(0.01)
    return calling.result()


async def _awaited(call: Awaitable[Any]) -> Any:
    return await call
