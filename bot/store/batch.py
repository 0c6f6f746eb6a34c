"""Units of work that share one transaction, and how a bad one falls alone."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias, cast

from bot.core.errors import Busy, OutcomeUnknown
from bot.gate.steps import Steps
from bot.gate.tables import Transaction
from bot.store.engine import StoreBusy, StoreFull, StoreOver
from bot.store.statements import Statement

log = logging.getLogger(__name__)

_UNKNOWN: Final = (
    "The gate lost its database while it saved this; whether it was kept shows when it is back. "
    "Look before you repeat it, or repeat it with the same Idempotency-Key."
)


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A caller's work, made anew each time it is run, and the caller's future."""

    work: Callable[[Transaction], Steps[object]]
    future: "asyncio.Future[object]"

    def answer(self, value: object) -> None:
        """Give the caller the value; one who went away gets nothing."""
        if not self.future.done():
            self.future.set_result(value)

    def refuse(self, error: Exception) -> None:
        """Raise the error at the caller; one who went away gets nothing."""
        if not self.future.done():
            self.future.set_exception(error)


class Batch(ABC):
    """Units to be run together.

    `answers` has a (value, error) for each unit once all were run. `under_way` is the place of the
    unit that a fault falls on, None where it falls on all.
    """

    may_write: ClassVar[bool]

    def __init__(self, units: Sequence[Unit], tx: Transaction) -> None:
        self.units = units
        self.answers: list[tuple[object, Exception | None]] = []
        self.under_way: int | None = None
        self._tx = tx
        self._has_written = False

    @abstractmethod
    def steps(self) -> Steps[None]:
        """Run every unit, from the beginning each time this is called."""

    def before(self, _statement: Statement) -> Steps[None] | None:
        """Return what has to be done before a unit's statement, None where that is nothing."""
        return None

    def _run(self, unit: Unit) -> Steps[object]:
        """Run one unit, and notice whether it writes."""
        self._has_written = False
        steps = unit.work(self._tx)
        try:
            call = next(steps)
            while True:
                statement = cast(Statement, call[0])
                if statement.writes:
                    if not self.may_write:
                        raise RuntimeError(f"store: {statement.name} writes; this only reads")
                    self._has_written = True
                first = self.before(statement)
                if first is not None:
                    yield from first
                rows = yield call
                call = steps.send(rows)
        except StopIteration as stop:
            return stop.value
        finally:
            steps.close()

    def parts(self) -> Sequence[Sequence[Unit]]:
        """Return what to run instead, in order: the bad unit apart, or each alone."""
        bad = self.under_way
        if bad is None:
            return [[unit] for unit in self.units]
        parts = (self.units[:bad], self.units[bad : bad + 1], self.units[bad + 1 :])
        return [part for part in parts if part]

    def tell(self) -> None:
        """Give every caller its answer, after all of it is durable."""
        for unit, (value, error) in zip(self.units, self.answers, strict=True):
            if error is None:
                unit.answer(value)
            else:
                unit.refuse(error)


Run: TypeAlias = Callable[[Callable[[], Steps[None]]], Awaitable[None]]


async def settle(units: Sequence[Unit], make: Callable[[Sequence[Unit]], Batch], run: Run) -> None:
    """Run the units as one batch; where it fails, run the bad one apart from the others.

    Where the database itself is locked or gone, all of them are refused at once. Raises StoreOver
    where this process has to end.
    """
    waiting = deque([units])
    while waiting:
        batch = make(waiting.popleft())
        try:
            await run(batch.steps)
        except StoreOver:
            refuse(batch.units, OutcomeUnknown(_UNKNOWN))
            raise
        except Exception as error:  # noqa: BLE001  it is its callers'
            if isinstance(error, StoreBusy) and not isinstance(error, StoreFull):
                refuse([unit for part in (batch.units, *waiting) for unit in part], error)
                return
            if len(batch.units) > 1:
                waiting.extendleft(reversed(batch.parts()))
            else:
                refuse(batch.units, error)
        else:
            batch.tell()


def refuse(units: Sequence[Unit], error: Exception) -> None:
    """Raise the error at every caller; a busy store is a matter for the operator too."""
    if isinstance(error, Busy):
        log.error(
            "store: %d units were not kept: %s",
            len(units),
            error,
            exc_info=error.__cause__,
            extra={"event": "store_busy"},
        )
        for unit in units:  # each its own, since a traceback grows where an error is raised
            unit.refuse(type(error)(error.sentence))
    else:
        for unit in units:
            unit.refuse(error)
