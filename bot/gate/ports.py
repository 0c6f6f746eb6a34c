"""What the use cases need from the world, as Protocols."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, TypeVar

from bot.gate.events import Event
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

T = TypeVar("T")

Work: TypeAlias = Callable[[Transaction], Steps[Done[T]]]
Query: TypeAlias = Callable[[Transaction], Steps[T]]


class Store(Protocol):
    """Where the gate remembers."""

    async def write(self, work: Work[T]) -> T:
        """Run the work in a transaction with others, and return after it is durable.

        The work is a factory: it may be run again. What it raises falls alone. The caller may go
        away; the work is done all the same. Raises Busy where the queue, the disk or the
        connection is full or gone; then nothing was kept, but for OutcomeUnknown, which is raised
        where that can't be told.
        """

    async def read(self, query: Query[T]) -> T:
        """Run a query that writes nothing; it sees all that was durable when it began."""

    def on_committed(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call this on the loop after each commit, before its callers go on."""


class Handle(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None:
        """Let it not come."""


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the instant, aware UTC, in whole milliseconds."""

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> Handle:
        """Call back on the loop after this long, by a clock that never jumps."""


class Ids(Protocol):
    """The only source of chance."""

    def approval(self) -> str:
        """Return `appr_` and 32 hex digits."""

    def grant(self) -> str:
        """Return `rule_` and 32 hex digits."""

    def short_codes(self) -> tuple[str, ...]:
        """Return a few five-letter codes (a–z without l) to pick a free one from."""

    def handle(self) -> str:
        """Return 22 characters of URL-safe base64: 128 random bits."""

    def other(self) -> str:
        """Return an id for whatever needs no form: 32 hex digits."""

    def token(self) -> str:
        """Return a secret of 256 random bits in URL-safe base64."""
