"""What every test runs under: nothing connects beyond this machine; a gate to build on."""

import asyncio
import ipaddress
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.postgres import Server, a_database, any_server
from tests.world import World


def _loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):
        return
    host = address[0]
    if host in ("localhost", ""):
        return
    try:
        is_own = ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        is_own = False
    if not is_own:
        raise AssertionError(f"a test wanted to connect to {host}; only loopback is allowed")


sys.addaudithook(_loopback_only)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server to make databases in."""
    with any_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """An empty PostgreSQL database."""
    with a_database(postgres) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path / 'ok2run.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each engine."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


Build = Callable[..., Awaitable[World]]


@pytest.fixture
async def build(database_url: str, clock: FakeClock) -> AsyncIterator[Build]:
    """Make a running gate in this process; may be called again, as after a restart."""
    hosts: list[tuple[asyncio.Event, asyncio.Task[None]]] = []

    async def host(ready: asyncio.Future[World], over: asyncio.Event, **settings: Any) -> None:
        try:
            async with World.start(**settings) as world:
                ready.set_result(world)
                await over.wait()
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    async def make(**settings: Any) -> World:
        settings.setdefault("clock", clock)
        settings.setdefault("url", database_url)
        ready, over = asyncio.get_running_loop().create_future(), asyncio.Event()
        # A task of its own, since a fixture's set-up and its end run in different ones.
        task = asyncio.create_task(host(ready, over, **settings))  # noqa: TID251
        hosts.append((over, task))
        return await ready

    yield make
    for over, task in reversed(hosts):
        over.set()
        await task


@pytest.fixture
async def world(build: Build) -> World:
    """A running gate without channels."""
    return await build()
