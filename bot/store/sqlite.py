"""SQLite: one connection that writes and checkpoints, one that reads, each with its own thread."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from bot.core.errors import InvalidAsk
from bot.gate.steps import Rows, Scalar, Steps
from bot.store.engine import StoreDamaged, StoreError, StoreLost, StoreUnsure
from bot.store.lock import FileLock
from bot.store.sqlite_fault import fault_of
from bot.store.sqlite_link import Link, open_reader, open_writer
from bot.store.statements import Statement
from bot.store.write_ahead_log import WriteAheadLog

T = TypeVar("T")


class SqliteEngine:
    """The engine over one database file; made by `open_sqlite`."""

    def __init__(self, path: Path, *, busy_timeout: timedelta, lock: FileLock | None) -> None:
        seconds = busy_timeout.total_seconds()
        self._lock = lock
        self._log = WriteAheadLog(path)
        self._writing = Link(partial(open_writer, path, seconds))
        self._reading = Link(partial(open_reader, path, seconds))
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


def _check(connection: sqlite3.Connection) -> None:
    finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        raise StoreDamaged(f"It is damaged; restore a backup. SQLite says: {finding}")


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
            rows = _execute(connection, cast(Statement, statement), parameters)
            statement, parameters = generator.send(rows)
    except StopIteration as stop:
        return cast(T, stop.value)
    finally:
        generator.close()


def _execute(
    connection: sqlite3.Connection,
    statement: Statement,
    parameters: Mapping[str, Scalar] | Sequence[Mapping[str, Scalar]],
) -> Rows:
    try:
        if not isinstance(parameters, Mapping):
            many = [statement.values(each) for each in parameters]
            return connection.executemany(statement.marked, many).fetchall()
        return connection.execute(statement.marked, statement.values(parameters)).fetchall()
    except UnicodeEncodeError as error:
        raise InvalidAsk("A text holds half a character (a lone surrogate).") from error
    except OverflowError as error:
        raise InvalidAsk("A number is beyond 64 bits.") from error
