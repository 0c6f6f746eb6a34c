"""Reads that come while others are read go together in the next hop, over one snapshot."""

from collections.abc import Sequence
from typing import TypeVar, cast

from bot.gate.ports import Query
from bot.gate.steps import Steps
from bot.gate.tables import Transaction
from bot.store.batch import Batch, Unit, settle
from bot.store.engine import Engine
from bot.store.line import Line

T = TypeVar("T")


class Reader:
    """The one that reads, apart from the writer."""

    def __init__(self, engine: Engine, tx: Transaction, *, room: int) -> None:
        self._engine = engine
        self._tx = tx
        self.line = Line(self._serve, room=room)

    async def read(self, query: Query[T]) -> T:
        """Run the query; it sees all that was durable when it began."""
        return cast(T, await self.line.ask(query))

    async def _serve(self, units: Sequence[Unit]) -> None:
        await settle(units, self._batch, self._engine.read)

    def _batch(self, units: Sequence[Unit]) -> "_Reading":
        return _Reading(units, self._tx)


class _Reading(Batch):
    """Queries over one snapshot."""

    may_write = False

    def steps(self) -> Steps[None]:
        """Run every query; what one raises is its own answer."""
        self.answers, self.under_way = [], None
        for place, unit in enumerate(self.units):
            self.under_way = place
            try:
                value = yield from self._run(unit)
            except Exception as error:  # noqa: BLE001  it is its caller's
                self.answers.append((None, error))
            else:
                self.answers.append((value, None))
        self.under_way = None
