"""The small engine port, and what a database can answer instead of rows."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.core.errors import Busy, GateError
from bot.gate.steps import Steps

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

    code = "store_full"
    http_status = 507


class StoreLost(StoreBusy):
    """Nothing was kept: the disk or the connection failed."""


class StoreOver(StoreError):
    """This process must write nothing more; the message says why, to its operator."""

    code = "store_over"


class StoreTaken(StoreOver):
    """Another process has the database, or may have it by now."""


class StoreUnsure(StoreOver):
    """What was saved last may or may not be there: only a new start can tell, from the disk."""


class Reading(Protocol):
    """A database that is only read."""

    async def read(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive steps that write nothing against one snapshot of what is durable now."""

    async def close(self) -> None:
        """Let go of everything; closing again does nothing."""


class Engine(Reading, Protocol):
    """A database that drives a whole generator of statements in one go.

    Each of the two ways takes one caller at a time. Errors of the driver come out as StoreError;
    after StoreOver nothing is written any more. A caller that is cancelled meanwhile still gets
    the result, since what was committed has to be told; the cancellation comes at its next await.
    """

    async def run(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive the steps in one transaction; what they raise undoes it. Durable on return."""

    async def alter(self, steps: Callable[[], Steps[T]]) -> T:
        """Drive steps that change the schema, in one transaction, while nobody else alters it."""

    async def watch(self) -> None:
        """Raise StoreOver as soon as this process has lost the database to itself."""
