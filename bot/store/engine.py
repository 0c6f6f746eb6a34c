"""The small engine port, and what a database can answer instead of rows."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.core.errors import Busy, GateError
from bot.gate.ports import Steps

T = TypeVar("T")


class StoreError(GateError):
    """The store failed; the driver's error is the cause."""

    code = "store_failed"


class Conflict(StoreError):
    """A row like this one is there already, or one that it needs is not."""

    code = "store_conflict"


class StoreDamaged(StoreError):
    """The database can't be read."""

    code = "store_damaged"


class StoreBusy(Busy, StoreError):
    """Nothing was kept, for a reason outside the call: somebody holds the database's lock."""

    code = "busy"


class StoreFull(StoreBusy):
    """Nothing was kept: there is no room left."""


class StoreLost(StoreBusy):
    """Nothing was kept: the disk or the connection failed."""


class Engine(Protocol):
    """A database that drives a whole generator of statements in one go.

    Each of the two ways takes one caller at a time. Errors of the driver come out as StoreError.
    A caller that is cancelled meanwhile still gets the result, since what was committed has to be
    told; the cancellation comes at its next await.
    """

    async def run(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive the steps in one transaction; what they raise undoes it. Durable on return."""

    async def read(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive steps that write nothing against one snapshot of what is durable now."""

    async def close(self) -> None:
        """Let go of everything; closing again does nothing."""
