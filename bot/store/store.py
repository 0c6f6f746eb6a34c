"""The Store port: a writer and a reader in front of one engine."""

import asyncio
from typing import Final, TypeVar

from bot.gate.ports import Query, Work
from bot.store.engine import Engine
from bot.store.reader import Reader
from bot.store.transaction import Tables
from bot.store.writer import Listener, Writer

T = TypeVar("T")

ROOM: Final = 10_000


class SqlStore:
    """Where the gate remembers; `run` has to run for anything to be answered.

    `epoch` is that of a process that has the database to itself, None where others write too.
    """

    def __init__(self, engine: Engine, *, room: int = ROOM, epoch: int | None = None) -> None:
        tables = Tables()
        self._engine = engine
        self._writer = Writer(engine, tables, room=room, epoch=epoch)
        self._reader = Reader(engine, tables, room=room)
        self._ended: asyncio.Event | None = None

    async def write(self, work: Work[T]) -> T:
        """Run the work in a transaction with others, and return after it is durable.

        Raises what the work raises, Busy where nothing could be kept, and OutcomeUnknown where
        that can't be told.
        """
        return await self._writer.write(work)

    async def read(self, query: Query[T]) -> T:
        """Run a query that writes nothing; it sees all that was durable when it began."""
        return await self._reader.read(query)

    def on_committed(self, listener: Listener) -> None:
        """Call this on the loop after each commit, before its callers go on."""
        self._writer.on_committed(listener)

    async def run(self) -> None:
        """Serve writers and readers until `close`; a fault of the loops themselves is raised.

        However it ends, nobody is left waiting, and what was begun is finished.
        """
        self._ended = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as loops:
                watching = loops.create_task(self._engine.watch())
                async with asyncio.TaskGroup() as lines:
                    lines.create_task(self._writer.line.run())
                    lines.create_task(self._reader.line.run())
                watching.cancel()
        finally:
            self._ended.set()

    async def close(self) -> None:
        """Finish what is queued, end `run`, let go of the database; again does nothing."""
        for line in (self._writer.line, self._reader.line):
            line.close()
        if self._ended is not None:
            await self._ended.wait()
        for line in (self._writer.line, self._reader.line):
            line.turn_away()
        await self._engine.close()
