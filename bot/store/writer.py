"""Group commit: many requests' units of work, one transaction, one sync.

A batch takes the audit chain's lock, runs its units, links what they leave for the audit, and is
committed. Then those who listen get its events, and then the callers their answers.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, cast

from bot.core.audit import Entry, Head, Record, append, head_after
from bot.core.errors import GateError
from bot.gate.events import Event
from bot.gate.ports import Work
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction
from bot.store.audit import add_entries, lock_head, reads_chain, save_head
from bot.store.batch import Batch, Unit, settle
from bot.store.engine import Engine
from bot.store.line import Line
from bot.store.statements import Statement

log = logging.getLogger(__name__)

T = TypeVar("T")

Listener = Callable[[Sequence[Event]], None]


class Writer:
    """The one that writes; there is one a process."""

    def __init__(self, engine: Engine, tx: Transaction, *, room: int, epoch: int | None) -> None:
        self._engine = engine
        self._epoch = epoch
        self._tx = tx
        self._listeners: list[Listener] = []
        self.line = Line(self._serve, room=room)

    async def write(self, work: Work[T]) -> T:
        """Run the work with others, and return after it is durable."""
        return cast(T, await self.line.ask(work))

    def on_committed(self, listener: Listener) -> None:
        """Call this after each commit, before its callers go on."""
        self._listeners.append(listener)

    async def _serve(self, units: Sequence[Unit]) -> None:
        await settle(units, self._batch, self._engine.run)

    def _batch(self, units: Sequence[Unit]) -> "_Writing":
        return _Writing(units, self._tx, self._listeners, self._epoch)


class _Writing(Batch):
    """Units that write, and their part of the audit chain."""

    may_write = True

    def __init__(
        self,
        units: Sequence[Unit],
        tx: Transaction,
        listeners: Sequence[Listener],
        epoch: int | None,
    ) -> None:
        super().__init__(units, tx)
        self._epoch = epoch
        self._listeners = listeners
        self._events: list[Event] = []
        self._unsaved: list[Entry] = []

    def steps(self) -> Steps[None]:
        """Run every unit, then save their audit entries, in the same order.

        A refusal by a unit that wrote nothing is that unit's answer. What else a unit raises
        undoes the batch.
        """
        self.answers, self._events, self.under_way = [], [], None
        self._unsaved = []
        before = head = yield from lock_head(self._epoch)
        for place, unit in enumerate(self.units):
            self.under_way = place
            try:
                done = cast(Done[object], (yield from self._run(unit)))
                entries = _linked(head, done.audit)
            except GateError as error:
                if self._has_written:
                    raise
                self.answers.append((None, error))
                continue
            if entries:
                self._unsaved += entries
                head = head_after(entries[-1])
            self.answers.append((done.value, None))
            self._events.extend(done.events)
        self.under_way = None
        yield from self._save_entries()
        if head != before:
            yield from save_head(head)

    def before(self, statement: Statement) -> Steps[None] | None:
        """Let whoever looks at the chain find what the units before it left."""
        return self._save_entries() if self._unsaved and reads_chain(statement) else None

    def _save_entries(self) -> Steps[None]:
        if self._unsaved:
            entries, self._unsaved = self._unsaved, []
            yield from add_entries(entries)

    def tell(self) -> None:
        """Hand on the events, then the answers; a listener's fault is its own."""
        if self._events:
            for listener in self._listeners:
                try:
                    listener(self._events)
                except Exception:
                    log.exception("store: a listener failed", extra={"event": "listener_failed"})
        super().tell()


def _linked(head: Head, records: Iterable[Record]) -> Sequence[Entry]:
    entries = []
    for record in records:
        entry = append(head, record)
        head = head_after(entry)
        entries.append(entry)
    return entries
