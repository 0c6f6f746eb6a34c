"""SQLite: one connection that writes and checkpoints, one that reads, each with its own thread."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, cast

import aiosqlite

from bot.core.errors import InvalidAsk
from bot.gate.ports import Rows, Scalar, Steps
from bot.store.engine import (
    Conflict,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLost,
    StoreOver,
    StoreUnsure,
)
from bot.store.hop import put_off_cancellation
from bot.store.lock import FileLock
from bot.store.statements import Statement
from bot.store.write_ahead_log import WriteAheadLog

log = logging.getLogger(__name__)

T = TypeVar("T")

_CACHED_STATEMENTS: Final = 512

_LOCKED: Final = StoreBusy, "The database is locked by another program; try again."
_FAILED: Final = StoreLost, "The database's disk failed; try again."
_DAMAGED: Final = StoreDamaged, "The database is damaged, or is no SQLite database."
# By SQLite's primary result codes: https://www.sqlite.org/rescode.html
_FAULTS: Final[Mapping[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_FULL: (StoreFull, "There is no room left for the database; free some."),
    sqlite3.SQLITE_CONSTRAINT: (Conflict, "The store holds another row in this place."),
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_IOERR: _FAILED,
    sqlite3.SQLITE_CANTOPEN: _FAILED,
    sqlite3.SQLITE_READONLY: _FAILED,
    sqlite3.SQLITE_PERM: _FAILED,
    sqlite3.SQLITE_NOMEM: _FAILED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def fault_of(error: sqlite3.Error) -> StoreError:
    """Return the store's word for an error of the driver; its own bugs are plain StoreError."""
    result = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    kind, sentence = _FAULTS.get(result & 0xFF, (StoreError, "The store failed."))
    return kind(sentence)


class SqliteEngine:
    """The engine over one database file; made by `open_sqlite`."""

    def __init__(self, path: Path, *, busy_timeout: timedelta, lock: FileLock | None) -> None:
        seconds = busy_timeout.total_seconds()
        self._lock = lock
        self._log = WriteAheadLog(path)
        self._writing = _Link(partial(_open_writer, path, seconds))
        self._reading = _Link(partial(_open_reader, path, seconds))
        self._ended = asyncio.Event()

    async def run(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive the steps in one transaction, in one hop to the writing connection's thread."""
        self._check_disk()
        try:
            return await self._writing.hop(partial(self._write, steps=steps))
        finally:
            if self._log.fault is not None:
                self._ended.set()

    def _write(self, connection: sqlite3.Connection, *, steps: Callable[[], Steps[T]]) -> T:
        try:
            value = _transact(connection, begin="BEGIN IMMEDIATE", steps=steps)
        except StoreUnsure as error:
            self._log.fault = error.sentence
            raise
        self._log.grow(connection)
        return value

    def _check_disk(self) -> None:
        if self._log.fault is not None:
            raise StoreUnsure(self._log.fault)

    async def read(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive the steps against one snapshot, in one hop to the reading connection's thread."""
        return await self._reading.hop(partial(_transact, begin="BEGIN", steps=steps))

    async def alter(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive the steps as `run` does: one connection writes at a time."""
        return await self.run(steps)

    async def watch(self) -> None:
        """Raise StoreUnsure once the disk did not take what was written."""
        await self._ended.wait()
        self._check_disk()

    async def check(self) -> None:
        """Look the whole file over; raises StoreDamaged where something is wrong."""
        await self._writing.hop(_check)
        await self._writing.hop(self._log.empty)

    async def close(self) -> None:
        """Close the reader, then the writer, so that no other than the writer checkpoints."""
        try:
            await self._reading.close()
            await self._writing.close()
        finally:
            if self._lock is not None:
                self._lock.release()


async def open_sqlite(path: Path, *, exclusive: bool, busy_timeout: timedelta) -> SqliteEngine:
    """Open the file, made where there is none; raises StoreError in words for the operator.

    With `exclusive` it takes the lock beside the file, and refuses where another has it.
    """
    lock = _prepare(path, exclusive=exclusive)
    engine = SqliteEngine(path, busy_timeout=busy_timeout, lock=lock)
    try:
        await engine.check()
    except StoreError as error:
        await engine.close()
        raise StoreError(f"The database {path} can't be used. {error}") from error
    except BaseException:
        await engine.close()
        raise
    return engine


def _prepare(path: Path, *, exclusive: bool) -> FileLock | None:
    """Make the file and its folders for nobody else's eyes; take the lock."""
    try:
        for folder in reversed(path.parents):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(path) if exclusive else None
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"The database {path} can't be opened: {error.strerror}.") from error
    return lock


class _Link:
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


async def _open_writer(path: Path, seconds: float) -> aiosqlite.Connection:
    connection = await _connect(str(path), seconds)
    return await _set_up(connection, _set_up_writer)


async def _open_reader(path: Path, seconds: float) -> aiosqlite.Connection:
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
    connection.execute("PRAGMA journal_size_limit = 67108864")
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # WriteAheadLog does it, and looks


def _set_up_reader(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def _check(connection: sqlite3.Connection) -> None:
    finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        raise StoreDamaged(f"It is damaged; restore a backup. SQLite says: {finding}")


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


def _transact(connection: sqlite3.Connection, *, begin: str, steps: Callable[[], Steps[T]]) -> T:
    try:
        connection.execute(begin)
        value = _drive(connection, steps)
        _commit(connection)
    except StoreUnsure:
        raise
    except BaseException:
        _roll_back(connection)
        raise
    return value


def _commit(connection: sqlite3.Connection) -> None:
    """Commit; after a fault of the disk only a new look at it can tell what it has."""
    try:
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if isinstance(fault_of(error), StoreLost):
            raise StoreUnsure(
                "The disk failed while the database saved, and what it holds of that is not known."
            ) from error
        raise


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # some faults have ended it already
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise StoreLost("The database's transaction could not be ended.") from error


def _drive(connection: sqlite3.Connection, steps: Callable[[], Steps[T]]) -> T:
    generator = steps()
    try:
        statement, parameters = next(generator)
        while True:
            rows = _execute(connection, cast(Statement, statement).text, parameters)
            statement, parameters = generator.send(rows)
    except StopIteration as stop:
        return cast(T, stop.value)
    finally:
        generator.close()


def _execute(connection: sqlite3.Connection, text: str, parameters: Mapping[str, Scalar]) -> Rows:
    try:
        return connection.execute(text, parameters).fetchall()
    except UnicodeEncodeError as error:
        raise InvalidAsk("A text holds half a character (a lone surrogate).") from error
    except OverflowError as error:
        raise InvalidAsk("A number is beyond 64 bits.") from error
