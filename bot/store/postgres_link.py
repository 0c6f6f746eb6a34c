"""One session of PostgreSQL: opened when it is wanted, and again after it was lost."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, TypeVar, cast

import asyncpg

from bot.gate.steps import Rows, Scalar, Steps
from bot.store.engine import StoreError, StoreLost
from bot.store.postgres_fault import DRIVER_ERRORS, StoreReadOnly, fault_of
from bot.store.statements import Statement

log = logging.getLogger(__name__)

T = TypeVar("T")

# A server that says nothing for so long is gone, whatever the network thinks.
_ANSWER_SECONDS: Final = 30.0
_GOODBYE_SECONDS: Final = 2.0
_CACHED_STATEMENTS: Final = 512
# A plan that was made while a table was small must not outlive that.
_PLAN_SECONDS: Final = 15
_OLDEST: Final = 13  # it brought pg_xact_status for numbers that are never used again
_CHECK: Final = """
SELECT current_setting('fsync'),
    set_config('synchronous_commit', current_setting('synchronous_commit'), false),
    current_setting('server_encoding'),
    current_setting('server_version_num')::int / 10000,
    pg_is_in_recovery()
"""


class StoreRefused(StoreLost):
    """The server can't be trusted with a gate; the message says what to change there."""


class Undecided(Exception):
    """A transaction's end was asked for, and not confirmed; `number` is the server's for it.

    `value` is what its steps returned, `fault` what came in place of the confirmation.
    """

    def __init__(self, number: str, value: object, fault: Exception) -> None:
        super().__init__(number)
        self.number = number
        self.value = value
        self.fault = fault


class Link:
    """A connection of the driver, and what it is opened with."""

    def __init__(self, url: str, *, name: str, busy_timeout: timedelta) -> None:
        self._url = url
        self._name = name
        self._busy_seconds = busy_timeout.total_seconds()
        self._connection: asyncpg.Connection | None = None

    async def connection(self) -> asyncpg.Connection:
        """Return the connection, opened where it is not; raises StoreLost, StoreRefused."""
        if self._connection is None or self._connection.is_closed():
            try:
                self._connection = await self._open()
            except StoreError:
                raise
            except Exception as error:
                # The loop, too, has its words for a server that hangs up while it is called.
                raise _lost(error) from error
        return self._connection

    async def _open(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            self._url,
            timeout=self._busy_seconds,
            command_timeout=_ANSWER_SECONDS,
            statement_cache_size=_CACHED_STATEMENTS,
            max_cached_statement_lifetime=_PLAN_SECONDS,
            server_settings={
                "application_name": f"ok2run {self._name}",
                "lock_timeout": f"{self._busy_seconds * 1000:.0f}ms",
                "jit": "off",
            },
        )
        try:
            _check(await connection.fetchrow(_CHECK))
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def transact(
        self, begin: str, steps: Callable[[], Steps[T]], *, text_of: Callable[[Statement], str]
    ) -> T:
        """Drive the steps between `begin` and COMMIT.

        Raises Undecided where COMMIT was not confirmed, else what the steps or the server raised;
        then nothing was kept.
        """
        connection = await self.connection()
        try:
            with _driver():
                await connection.execute(begin)
                number = await connection.fetchval("SELECT CAST(pg_current_xact_id() AS TEXT)")
            value = await _drive(connection, steps, text_of)
        except BaseException as error:  # noqa: BLE001  another is raised
            raise await self._undo(connection, error) from error.__cause__
        try:
            ended = await connection.execute("COMMIT")
        except Exception as error:
            self.drop()
            raise Undecided(number, value, fault_of(error)) from error
        except BaseException:
            self.drop()
            raise
        if ended != "COMMIT":  # the server rolls a broken transaction back, and says so here
            raise StoreError(f"The database answered COMMIT with {ended}.")
        return value

    async def look(
        self, begin: str, steps: Callable[[], Steps[T]], *, text_of: Callable[[Statement], str]
    ) -> T:
        """Drive steps that write nothing between `begin` and COMMIT."""
        connection = await self.connection()
        try:
            with _driver():
                await connection.execute(begin)
            value = await _drive(connection, steps, text_of)
            with _driver():
                await connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001  another is raised
            raise await self._undo(connection, error) from error.__cause__
        return value

    async def _undo(self, connection: asyncpg.Connection, error: BaseException) -> BaseException:
        """Roll back, or drop the connection; return what to raise."""
        fault = fault_of(error) if isinstance(error, DRIVER_ERRORS) else error
        if isinstance(fault, StoreLost) or not isinstance(fault, Exception):
            self.drop()
        else:
            try:
                await connection.execute("ROLLBACK")
            except Exception:  # noqa: BLE001  the server rolls back what it has no end of
                self.drop()
        return fault

    async def status(self, number: str) -> str | None:
        """Return what the server knows of a transaction, None where it does not answer."""
        try:
            connection = await self.connection()
            status = await connection.fetchval(
                "SELECT pg_xact_status(CAST(CAST($1 AS TEXT) AS xid8))", number
            )
        except Exception as error:  # noqa: BLE001  whatever it is, it is no answer
            log.debug("store: no word of a transaction yet: %s", type(error).__name__)
            self.drop()
            return None
        return cast("str | None", status)

    def drop(self) -> None:
        """Let go of the connection without a word."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            connection.terminate()

    async def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            try:
                await connection.close(timeout=_GOODBYE_SECONDS)
            except DRIVER_ERRORS as error:
                log.debug("store: a connection did not close: %s", type(error).__name__)


async def _drive(
    connection: asyncpg.Connection, steps: Callable[[], Steps[T]], text_of: Callable[..., str]
) -> T:
    generator = steps()
    try:
        call, parameters = next(generator)
        while True:
            rows = await _execute(connection, cast(Statement, call), parameters, text_of)
            call, parameters = generator.send(rows)
    except StopIteration as stop:
        return cast(T, stop.value)
    finally:
        generator.close()


async def _execute(
    connection: asyncpg.Connection,
    statement: Statement,
    parameters: Mapping[str, Scalar] | Sequence[Mapping[str, Scalar]],
    text_of: Callable[[Statement], str],
) -> Rows:
    text = text_of(statement)
    if isinstance(parameters, Mapping):
        with _driver():
            return cast(Rows, await connection.fetch(text, *statement.values(parameters)))
    rows = [statement.values(each) for each in parameters]
    with _driver():
        await connection.executemany(text, rows)
    return ()


@contextmanager
def _driver() -> Iterator[None]:
    """Give what the driver raises one form: it and its loop have many words for a lost server."""
    try:
        yield
    except DRIVER_ERRORS:
        raise
    except Exception as error:
        raise ConnectionResetError(f"{type(error).__name__} in the driver") from error


def _lost(error: Exception) -> StoreError:
    """Return why no connection can be had; whatever it is, it may pass."""
    fault = fault_of(error)
    return fault if isinstance(fault, StoreLost) else StoreLost("The database lets nobody in.")


def _check(found: asyncpg.Record | None) -> None:
    """Refuse a server that would forget what it has confirmed, or that this can't work with."""
    if found is None:
        raise StoreRefused("PostgreSQL does not tell its settings.")
    fsync, synchronous_commit, encoding, version, is_standby = found
    for name, value in (("fsync", fsync), ("synchronous_commit", synchronous_commit)):
        if value == "off":
            raise StoreRefused(
                f"PostgreSQL runs with {name} = off, and may forget what it has confirmed; "
                f"set {name} = on."
            )
    if encoding != "UTF8":
        raise StoreRefused(
            f"The database's encoding is {encoding}; make one with "
            "CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'."
        )
    if version < _OLDEST:
        raise StoreRefused(f"PostgreSQL {version} is too old; use {_OLDEST} or newer.")
    if is_standby:
        raise StoreReadOnly("This PostgreSQL is a standby, which takes no changes.")
