"""A running store of each engine, and the engine behind it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.store.store import SqlStore
from tests.store.kit import WatchedEngine, watched_store

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
