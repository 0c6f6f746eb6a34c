"""Where the gate remembers: one SQL text, two engines."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Final

from bot.store.audit import begin_epoch
from bot.store.engine import Engine, Reading, StoreError
from bot.store.migrate import migrate, migrations
from bot.store.sqlite import SqliteEngine, open_sqlite
from bot.store.store import ROOM, SqlStore

BUSY_TIMEOUT: Final = timedelta(seconds=5)
_POSTGRES: Final = ("postgresql://", "postgres://")


@asynccontextmanager
async def open_store(
    url: str, *, exclusive: bool = True, busy_timeout: timedelta = BUSY_TIMEOUT, room: int = ROOM
) -> AsyncIterator[SqlStore]:
    """Open the store of this URL, at this program's schema, and close it at the end.

    `sqlite:///relative.db`, `sqlite:////absolute.db`, a path, or `postgresql://…`. `exclusive`
    refuses where another ok2run has it open; `busy_timeout` is the wait for another program's
    lock or a lost connection, `room` how many calls may queue. Raises StoreError in words for the
    operator.
    """
    engine = await open_engine(url, exclusive=exclusive, busy_timeout=busy_timeout)
    try:
        await migrate(engine, migrations())
        epoch = await engine.run(begin_epoch) if exclusive else None
        store = SqlStore(engine, room=room, epoch=epoch)
        try:
            yield store
        finally:
            await store.close()
    finally:
        await engine.close()


async def open_engine(url: str, *, exclusive: bool, busy_timeout: timedelta) -> Engine:
    """Return the engine for this URL; its schema is as it was left."""
    if url.startswith(_POSTGRES):
        engine: Engine = await _postgres().open_postgres(
            url, exclusive=exclusive, busy_timeout=busy_timeout
        )
        return engine
    return await open_sqlite(sqlite_path(url), exclusive=exclusive, busy_timeout=busy_timeout)


def open_reader(url: str, *, busy_timeout: timedelta = BUSY_TIMEOUT) -> Reading:
    """Return a way to read the database of this URL beside whoever uses it, and only that.

    It connects when it is asked. Raises StoreError where there is no such file; none is made.
    """
    if url.startswith(_POSTGRES):
        reader: Reading = _postgres().PostgresEngine(
            url, exclusive=False, busy_timeout=busy_timeout
        )
        return reader
    path = sqlite_path(url)
    if not path.is_file():
        raise StoreError(
            f"There is no database {path} yet; start ok2run first (`ok2run`), or set DATABASE_URL "
            "to the one that it runs with."
        )
    return SqliteEngine(path, busy_timeout=busy_timeout, lock=None)


def place_of(url: str) -> str:
    """Return where the database is, without its user and password."""
    if url.startswith(_POSTGRES):
        return str(_postgres().place_of(url))
    return str(sqlite_path(url))


def _postgres() -> ModuleType:
    try:  # the driver is an extra
        return importlib.import_module("bot.store.postgres")
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs its driver: pip install 'ok2run-gate[postgres]'."
        ) from error


def sqlite_path(url: str) -> Path:
    """Return the file that an sqlite: URL or a path names; raises StoreError for other URLs."""
    scheme, colon, rest = url.partition("://")
    if colon and scheme != "sqlite":
        raise StoreError(
            f"A database URL begins with sqlite:/// or postgresql://, or is a path; not {scheme}://."
        )
    name = rest.removeprefix("/") if colon else url
    if name in {"", ":memory:"}:
        raise StoreError("The database needs a file; name it as in sqlite:///data/ok2run.db.")
    return Path(name).expanduser().resolve()
