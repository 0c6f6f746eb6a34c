"""Short ways to write units of work, and an engine that tells what is done with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

from bot.core.approval import Approval
from bot.core.audit import Entry, Record
from bot.gate.events import Event
from bot.gate.ports import Query, Work
from bot.gate.steps import Done, Steps
from bot.store import open_engine
from bot.store.engine import Engine
from bot.store.migrate import migrate, migrations
from bot.store.store import SqlStore
from tests.builders import NOW

T = TypeVar("T")


def unit(
    query: Query[T], *, audit: tuple[Record, ...] = (), events: tuple[Event, ...] = ()
) -> Work[T]:
    """A unit of work that does what the query does, and leaves these."""

    def work(tx):
        value = yield from query(tx)
        return Done(value=value, audit=audit, events=events)

    return work


def adding(approval: Approval, **leaves) -> Work[None]:
    """A unit of work that saves the approval, which is not there yet."""

    def query(tx):
        assert (yield from tx.approvals.add(approval)) is not None

    return unit(query, **leaves)


def a_record(kind: str, **changes) -> Record:
    return Record(**{"kind": kind, "at": NOW, "actor": "key:a", **changes})


def all_entries(tx) -> Steps[tuple[Entry, ...]]:
    return (yield from tx.audit.after(0, limit=100_000))


async def attempt(call: Awaitable[T]) -> T | Exception:
    """Return what the call returns or raises."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001  whatever it is, the test looks at it
        return error


async def start(tasks: asyncio.TaskGroup, *calls: Awaitable[T]) -> list[asyncio.Task]:
    """Start the calls; return once all of them stand in line. Their results are attempts."""
    started = [tasks.create_task(attempt(call)) for call in calls]
    await asyncio.sleep(0)  # one turn of the loop
    return started


class WatchedEngine:
    """An engine that counts its transactions and can be made to wait or fail before each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.writes = 0
        self.reads = 0
        self.faults: list[BaseException] = []
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.arrived = asyncio.Event()

    async def run(self, steps: Callable[[], Steps[T]]) -> T:
        self.writes += 1
        await self._pass()
        return await self._engine.run(steps)

    async def read(self, steps: Callable[[], Steps[T]]) -> T:
        self.reads += 1
        await self._pass()
        return await self._engine.read(steps)

    async def alter(self, steps: Callable[[], Steps[T]]) -> T:
        return await self._engine.alter(steps)

    async def watch(self) -> None:
        await self._engine.watch()

    async def close(self) -> None:
        await self._engine.close()

    async def _pass(self) -> None:
        self.arrived.set()
        await self.is_open.wait()
        if self.faults:
            raise self.faults.pop(0)

    def hold(self) -> None:
        """Let the next transaction wait at the door."""
        self.arrived.clear()
        self.is_open.clear()


@asynccontextmanager
async def watched_store(url: str, **more) -> AsyncIterator[tuple[SqlStore, WatchedEngine]]:
    """A running store whose engine is watched."""
    plain = await open_engine(url, exclusive=True, busy_timeout=timedelta(seconds=5))
    await migrate(plain, migrations())
    engine = WatchedEngine(plain)
    store = SqlStore(engine, **more)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(store.run())
            yield store, engine
            await store.close()
    finally:
        await store.close()
