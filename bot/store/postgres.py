"""PostgreSQL: a session that writes, one that reads, and one that holds the daemon's lock.

They live on the loops of two threads, one to write and one to read. A batch is driven there from
BEGIN to COMMIT, so that the daemon's own loop has one hop a batch, as with SQLite.
"""

import asyncio
import concurrent.futures
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar, cast
from urllib.parse import urlsplit

import asyncpg

from bot.gate.steps import Steps
from bot.store.engine import StoreError, StoreLost, StoreOver, StoreTaken, StoreUnsure
from bot.store.loop_thread import LoopThread
from bot.store.postgres_fault import StoreReadOnly, fault_of
from bot.store.postgres_link import Link, Undecided
from bot.store.statements import Statement

T = TypeVar("T")

# Advisory locks are numbers; these are told from other programs' by being unlikely.
_OWNER: Final = int.from_bytes(b"ok2run", "big")
_SCHEMA: Final = _OWNER + 1
# The session of a daemon that was killed ends when the server has read that it hung up.
_DEAD_OWNER_SECONDS: Final = 0.5
_HEARTBEAT_SECONDS: Final = 5.0
_SILENCE_SECONDS: Final = 10.0
_PAUSE_SECONDS: Final = 0.05

# The chain's head is locked first in each batch, so its units see all that was kept before.
_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_BEGIN_ALTERING: Final = f"{_BEGIN}; SELECT pg_advisory_xact_lock({_SCHEMA})"
_BEGIN_READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_DEFINITION: Final = re.compile(r"(CREATE|ALTER) TABLE\b")
_TYPE: Final = re.compile(r"\bTEXT\b")


class PostgresEngine:
    """The engine over one database; made by `open_postgres`."""

    def __init__(self, url: str, *, exclusive: bool, busy_timeout: timedelta) -> None:
        self._place = place_of(url)
        self._patience = busy_timeout.total_seconds()
        self._writing = Link(url, name="writer", busy_timeout=busy_timeout)
        self._reading = Link(url, name="reader", busy_timeout=busy_timeout)
        self._owning = Link(url, name="owner", busy_timeout=busy_timeout) if exclusive else None
        self._owner: asyncpg.Connection | None = None
        self._asking_owner = asyncio.Lock()  # the driver takes one question at a time
        self._over: StoreOver | None = None
        self._ended: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._is_closing = False
        self._thread = LoopThread("ok2run-writer")
        self._reading_thread = LoopThread("ok2run-reader")

    async def open(self) -> None:
        """Open the writer and take the lock; raises StoreError."""
        await self._thread.call(self._open)

    async def run(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive the steps in one transaction, in one hop to the writer's thread.

        Where the connection is lost they are driven again, on another one, for `busy_timeout`;
        but only once it is certain that nothing of them was kept.
        """
        return await self._thread.call(partial(self._write, _BEGIN, steps, _as_written))

    async def alter(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive steps that change the schema, under a lock of their own."""
        return await self._thread.call(partial(self._write, _BEGIN_ALTERING, steps, _by_bytes))

    async def read(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive the steps against one snapshot; a connection that is lost is opened again once."""
        return await self._reading_thread.call(partial(self._read, steps))

    async def watch(self) -> None:
        """Raise StoreTaken when the session that holds the lock is lost."""
        await asyncio.shield(asyncio.wrap_future(self._ended))
        self._check_owner()

    async def close(self) -> None:
        """Close the sessions, the one with the lock last, and end their thread."""
        if not self._is_closing:
            self._is_closing = True
            try:
                await self._reading_thread.call(self._reading.close)
                await self._thread.call(self._close)
            finally:
                await self._reading_thread.close()
                await self._thread.close()

    async def _open(self) -> None:
        await self._writing.connection()
        if self._owning is not None:
            self._owner = await self._owning.connection()
            await self._own(self._owner)
            self._owner.add_termination_listener(self._lose)
            self._thread.start(self._keep_owning(self._owner))

    async def _own(self, connection: asyncpg.Connection) -> None:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + _DEAD_OWNER_SECONDS
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _OWNER):
            if loop.time() > give_up_at:
                raise StoreTaken(
                    f"Another ok2run uses this database ({self._place}); stop it first, "
                    "or point DATABASE_URL elsewhere."
                )
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _keep_owning(self, connection: asyncpg.Connection) -> None:
        """Ask now and then, since a server that is gone does not always hang up."""
        while not connection.is_closed():
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            await self._ask_owner(connection)

    async def _ask_owner(self, connection: asyncpg.Connection) -> None:
        async with self._asking_owner:
            try:
                await connection.fetchval("SELECT 1", timeout=_SILENCE_SECONDS)
            except Exception:  # noqa: BLE001  whatever it is, it is no answer
                connection.terminate()
                self._lose(connection)

    def _lose(self, _: object) -> None:
        """Write nothing from here on: the lock went with its session."""
        if not self._is_closing:
            self._end(
                StoreTaken(
                    f"The lock on the database ({self._place}) was lost with its connection, and "
                    "another ok2run may take it; start again once the server answers."
                )
            )

    def _end(self, over: StoreOver) -> None:
        if self._over is None:
            self._over = over
            self._writing.drop()
            self._ended.set_result(None)

    def _check_owner(self) -> None:
        if self._over is not None:
            raise type(self._over)(self._over.sentence)

    async def _write(
        self, begin: str, steps: Callable[[], Steps[T]], text_of: Callable[[Statement], str]
    ) -> T:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + self._patience
        while True:
            self._check_owner()
            try:
                return await self._writing.transact(begin, steps, text_of=text_of)
            except Undecided as end:
                if await self._was_committed(end, give_up_at):
                    return cast(T, end.value)
                if not isinstance(end.fault, StoreLost):
                    raise end.fault from None
            except StoreReadOnly:
                raise
            except StoreLost:
                if loop.time() > give_up_at:
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _was_committed(self, end: Undecided, give_up_at: float) -> bool:
        """Ask the server what became of a transaction whose end was not answered.

        One that has crashed since, or another in its place, gives the number to other
        transactions. The session with the lock tells: it does not live through that.
        """
        loop = asyncio.get_running_loop()
        while True:
            self._check_owner()
            status = await self._writing.status(end.number)
            if status in {"committed", "aborted"}:
                if self._owner is not None:
                    await self._ask_owner(self._owner)
                    self._check_owner()
                return status == "committed"
            if loop.time() > give_up_at:
                self._end(
                    StoreUnsure(
                        f"The database ({self._place}) was lost while it saved, and whether it "
                        "did is not known."
                    )
                )
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _read(self, steps: Callable[[], Steps[T]]) -> T:
        try:
            return await self._reading.look(_BEGIN_READING, steps, text_of=_as_written)
        except StoreLost:
            return await self._reading.look(_BEGIN_READING, steps, text_of=_as_written)

    async def _close(self) -> None:
        await self._writing.close()
        if self._owning is not None:
            await self._owning.close()


async def open_postgres(url: str, *, exclusive: bool, busy_timeout: timedelta) -> PostgresEngine:
    """Connect to the database of this URL; raises StoreError in words for the operator.

    With `exclusive` it takes the lock of the daemon, and refuses where another has it.
    """
    engine = PostgresEngine(url, exclusive=exclusive, busy_timeout=busy_timeout)
    try:
        await engine.open()
    except StoreTaken:
        await engine.close()
        raise
    except Exception as error:
        await engine.close()
        fault = error if isinstance(error, StoreError) else fault_of(error)
        why = fault.__cause__ or fault
        raise StoreError(f"The database {place_of(url)} can't be used. {why}") from error
    except BaseException:
        await engine.close()
        raise
    return engine


def place_of(url: str) -> str:
    """Return where the database is, without its user and password."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] + parts.path


def _as_written(statement: Statement) -> str:
    return statement.numbered


def _by_bytes(statement: Statement) -> str:
    """Return a definition whose texts are compared by their bytes, as SQLite compares them.

    The order of a language would change with the system's libraries, and indexes break then.
    """
    text = statement.numbered
    return _TYPE.sub('TEXT COLLATE "C"', text) if _DEFINITION.match(text) else text
