"""The due-work loop: what expires, expires on time, also after a restart."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from bot.core.approval import Approval
from bot.core.errors import GateError
from bot.gate.alarm import Alarm
from bot.gate.decide import expire
from bot.gate.events import Asked, Event, HaltChanged, PoliciesChanged
from bot.gate.ports import Clock, Store
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

log = logging.getLogger(__name__)

Chore: TypeAlias = Callable[[], Awaitable[datetime | None]]

_AT_ONCE = 200
_PURGE_EVERY = timedelta(hours=1)
_RETRY = timedelta(seconds=1)


class Timers:
    """Ends approvals at their deadlines; the deadlines themselves live in the store.

    `chores` are done too, each time after the deadlines; each returns when it wants to be next.
    """

    def __init__(self, store: Store, clock: Clock, *, chores: Sequence[Chore] = ()) -> None:
        self._store = store
        self._clock = clock
        self._chores = chores
        self._alarm = Alarm(clock)
        self._purged_at: datetime | None = None

    def notice(self, events: Sequence[Event]) -> None:
        """Sleep no longer than the earliest new deadline."""
        asked = [event.approval for event in events if isinstance(event, Asked)]
        deadlines = [one.due_at or one.expires_at for one in asked]
        if deadlines:
            self._alarm.ring_by(min(deadlines))
        if any(isinstance(event, HaltChanged | PoliciesChanged) for event in events):
            self._alarm.ring()

    async def run(self) -> None:
        """Work until cancelled; a store that is busy is asked again."""
        while True:
            try:
                wake_at = await self.work()
            except GateError as error:
                log.warning("timers: the store did not answer: %s", error)
                wake_at = self._clock.now() + _RETRY
            await self._alarm.sleep_until(wake_at)

    async def work(self) -> datetime | None:
        """Do all that is due; return the next deadline."""
        while overdue := await self._store.read(partial(_overdue, now=self._clock.now())):
            now = self._clock.now()
            for approval in overdue:
                ended = await self._store.write(partial(_expire, approval=approval, now=now))
                log.info("approval ended", extra={"event": str(ended.state), "approval": ended.id})
        await self._purge()
        wanted = [await self._done(chore) for chore in self._chores]
        wanted.append(await self._store.read(lambda tx: tx.approvals.next_deadline()))
        return min((instant for instant in wanted if instant is not None), default=None)

    async def _done(self, chore: Chore) -> datetime | None:
        """Do a chore; one that fails is tried again and keeps no deadline waiting."""
        try:
            return await chore()
        except GateError as error:
            log.warning("timers: a chore has to wait: %s", error)
        except Exception:
            log.exception("timers: a chore failed")
        return self._clock.now() + _RETRY

    async def _purge(self) -> None:
        now = self._clock.now()
        if self._purged_at is None or now - self._purged_at >= _PURGE_EVERY:
            await self._store.write(partial(_purge, now=now))
            self._purged_at = now


def _overdue(tx: Transaction, *, now: datetime) -> Steps[tuple[Approval, ...]]:
    return (yield from tx.approvals.overdue(now, limit=_AT_ONCE))


def _expire(tx: Transaction, *, approval: Approval, now: datetime) -> Steps[Done[Approval]]:
    # What it shares a card with may have changed since it was read.
    fresh = yield from tx.approvals.get(approval.id)
    return (yield from expire(tx, approval if fresh is None else fresh, now=now))


def _purge(tx: Transaction, *, now: datetime) -> Steps[Done[None]]:
    yield from tx.retention.purge(now)
    return Done(value=None)
