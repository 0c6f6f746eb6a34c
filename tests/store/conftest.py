"""A running store of each engine, and the engine behind it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.store.export import export_gate
from bot.store.store import SqlStore
from tests.postgres import a_database
from tests.store.kit import WatchedEngine, watched_store
from tests.store.moving import a_gate, engine_of, go_on, live

Both = tuple[SqlStore, WatchedEngine]


@pytest.fixture
async def watched(database_url: str) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(watched_store(database_url))


@pytest.fixture
def store(watched: Both) -> SqlStore:
    return watched[0]


@pytest.fixture
def engine(watched: Both) -> WatchedEngine:
    return watched[1]


@pytest.fixture
def empty(request, tmp_path):
    """Make empty databases of either engine."""
    made = []

    def make(engine):
        if engine == "sqlite":
            made.append(f"sqlite:///{tmp_path / f'empty-{len(made)}' / 'ok2run.db'}")
        else:
            server = request.getfixturevalue("postgres")
            database = a_database(server)
            made.append(database.__enter__())
            request.addfinalizer(lambda: database.__exit__(None, None, None))
        return made[-1]

    return make


@pytest.fixture
def another(empty, database_url):
    """An empty database of the engine that `database_url` is not of."""
    return empty("postgresql" if engine_of(database_url) == "sqlite" else "sqlite")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "gate.jsonl"


@pytest.fixture
async def known(database_url, clock):
    """A stopped gate in `database_url`."""
    async with a_gate(database_url, clock) as world:
        return await live(world)


@pytest.fixture
async def exported(database_url, known, file):
    await export_gate(database_url, file, stop=go_on)
    return file
