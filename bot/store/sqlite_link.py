"""One connection of SQLite, in a thread of its own."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import aiosqlite

from bot.store.engine import StoreError, StoreLost, StoreOver
from bot.store.hop import put_off_cancellation
from bot.store.sqlite_fault import fault_of

log = logging.getLogger(__name__)

T = TypeVar("T")

_CACHED_STATEMENTS: Final = 512


class Link:
    """One connection, opened when it is wanted and again after a fault that makes it suspect."""

    def __init__(self, connect: Callable[[], Awaitable[aiosqlite.Connection]]) -> None:
        self._connect = connect
        self._connection: aiosqlite.Connection | None = None

    async def hop(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run the function in the connection's thread."""
        if self._connection is None:
            self._connection = await self._connect()
        try:
            return await _hop(self._connection, function)
        except (StoreLost, StoreOver):
            await self.close()
            raise

    async def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.close()
            except sqlite3.Error as error:
                log.warning("store: a connection did not close: %s", error)


async def open_writer(path: Path, seconds: float) -> aiosqlite.Connection:
    """Return the connection that writes: every commit is synced, and keys are checked."""
    connection = await _connect(str(path), seconds)
    return await _set_up(connection, _set_up_writer)


async def open_reader(path: Path, seconds: float) -> aiosqlite.Connection:
    """Return the connection that reads; it neither writes nor checkpoints."""
    connection = await _connect(f"{path.as_uri()}?mode=ro", seconds)
    return await _set_up(connection, _set_up_reader)


async def _connect(database: str, seconds: float) -> aiosqlite.Connection:
    try:
        return await aiosqlite.connect(
            database,
            timeout=seconds,
            isolation_level=None,
            cached_statements=_CACHED_STATEMENTS,
            uri=database.startswith("file:"),
        )
    except sqlite3.Error as error:
        raise fault_of(error) from error


async def _set_up(
    connection: aiosqlite.Connection, pragmas: Callable[[sqlite3.Connection], None]
) -> aiosqlite.Connection:
    try:
        await _hop(connection, pragmas)
    except BaseException:
        await connection.close()
        raise
    return connection


def _set_up_writer(connection: sqlite3.Connection) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError("Its file system does not take WAL mode; keep it on a local disk.")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -4000")  # 4 MB; the system caches more
    # What undoes one statement needs no file: it is of no use after a crash.
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # WriteAheadLog does it, and looks


def _set_up_reader(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA wal_autocheckpoint = 0")


async def _hop(connection: aiosqlite.Connection, function: Callable[[sqlite3.Connection], T]) -> T:
    """Run the function in the connection's thread; a cancelled caller waits for it all the same.

    The cancellation is put off to the caller's next await, so that it learns what was done.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def in_thread() -> None:
        try:
            results.append(function(connection._conn))  # noqa: SLF001  the thread's own
        except sqlite3.Error as error:
            fault = fault_of(error)
            fault.__cause__ = error
            errors.append(fault)
        except BaseException as error:  # noqa: BLE001  it is raised on the loop's side
            errors.append(error)

    work = in_thread
    cancelled = False
    while not results and not errors:
        try:
            # The only private use of aiosqlite: its own methods make one hop a statement.
            await connection._execute(work)  # type: ignore[no-untyped-call]  # noqa: SLF001
        except asyncio.CancelledError:
            cancelled = True
            work = _nothing  # queued behind the function, so it ends after it
    if cancelled:
        put_off_cancellation()
    if errors:
        raise errors.pop()  # not kept in this frame, which the traceback keeps
    return results.pop()


def _nothing() -> None:
    pass
