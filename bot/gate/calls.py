"""What agents' hooks tell of calls: the same is not asked for twice, and what ended at a terminal.

A hook that asks does not always hear that its call was answered at the terminal, and it does not
tell how the call ended. Other hooks do, without its approval's id. So calls are kept by key,
session and what they call, in the store, until they have run or their session goes on. Nothing
here reaches another key's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.approval import Approval, Kind, Outcome, State
from bot.core.audit import Record
from bot.core.people import Key
from bot.gate.call import Call, Finished, Kept, MovedOn, Signal
from bot.gate.decide import report, withdraw
from bot.gate.events import Event
from bot.gate.hold import Holds
from bot.gate.ports import Clock, Store
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

AT_TERMINAL: Final = "answered at the terminal"
LOST: Final = "the gate was started anew, and its agent did not ask again"
# A hook's command asks again for 20 s, with a second between, where the gate is started anew.
COME_AGAIN: Final = timedelta(seconds=30)
_AT_ONCE: Final = 200


class Calls:
    """What the web calls about calls."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._started_at = clock.now()
        self._has_ended_lost = False
        self.holds = Holds()

    async def end_lost(self) -> datetime | None:
        """Withdraw, once, what was asked before this start and no hook has come again for.

        A person could still approve it, and nobody would act on that. Returns when it is due.
        """
        due_at = self._started_at + COME_AGAIN
        if self._has_ended_lost:
            return None
        if self._clock.now() < due_at:
            return due_at
        waiting = await self._store.read(
            lambda tx: tx.calls.waiting(before=self._started_at, limit=_AT_ONCE)
        )
        lost = [id for id in waiting if not self.holds.is_held(id)]
        for id in lost:
            await self._store.write(partial(_end_lost, id=id, now=self._clock.now()))
        self._has_ended_lost = not lost or len(waiting) < _AT_ONCE
        return None if self._has_ended_lost else self._clock.now()

    async def heard(self, key: Key, signal: Signal) -> None:
        """Take in what happened at an agent's terminal; return after it is durable."""
        id, session, now = key.id, signal.session_id, self._clock.now()
        if not await self._store.read(lambda tx: tx.calls.of_session(id, session)):
            return  # most calls were never asked about
        if isinstance(signal, Finished):
            await self._store.write(partial(finished, key_id=id, signal=signal, now=now))
        else:
            await self._store.write(partial(moved_on, key_id=id, signal=signal, now=now))

    async def changed(self, approval: Approval, tool: str) -> None:
        """Know the call of an approval by what runs in its place."""

        def work(tx: Transaction) -> Steps[Done[None]]:
            yield from tx.calls.change(approval.id, tool)
            return Done(value=None)

        await self._store.write(work)


def _end_lost(tx: Transaction, *, id: str, now: datetime) -> Steps[Done[None]]:
    approval = yield from tx.approvals.get(id)
    if approval is None:
        return Done(value=None)
    ended = yield from withdraw(tx, approval, now=now, reason=LOST)
    return Done(value=None, audit=ended.audit, events=ended.events)


def asked_for_already(tx: Transaction, asked: Approval, call: Call) -> Steps[Approval | None]:
    """Return what waits for an answer to this very attempt, or None."""
    for kept in (yield from tx.calls.of_session(asked.key_id, asked.session_id)):
        if kept.call == call:
            approval = yield from tx.approvals.get(kept.approval_id)
            if approval is not None and approval.is_pending:
                return approval
    return None


def finished(
    tx: Transaction, *, key_id: str, signal: Finished, now: datetime
) -> Steps[Done[None]]:
    """Keep the outcome of the call that was approved, or end the one that still waits."""
    found: list[tuple[Kept, Approval]] = []
    for kept in (yield from tx.calls.of_session(key_id, signal.session_id)):
        if kept.call.tool == signal.tool or kept.call.attempt in signal.attempts:
            approval = yield from tx.approvals.get(kept.approval_id)
            if approval is not None:
                found.append((kept, approval))
    exact = [one for one in found if one[0].call.attempt in signal.attempts]
    approval = _meant(exact) or _meant(found)
    if approval is None:
        return Done(value=None)
    yield from tx.calls.forget(approval.id)
    if approval.is_pending:
        ended = yield from withdraw(tx, approval, now=now, reason=AT_TERMINAL)
        return Done(value=None, audit=ended.audit, events=ended.events)
    if approval.kind is not Kind.ACTION or approval.outcome is not None:
        return Done(value=None)
    outcome = Outcome(
        exit_code=signal.exit_code, summary=signal.summary, reported_at=now, took=signal.took
    )
    done = yield from report(tx, approval, outcome)
    return Done(value=None, audit=done.audit, events=done.events)


def _meant(found: Sequence[tuple[Kept, Approval]]) -> Approval | None:
    """Return which of the approvals a call was that has run: what was approved runs first."""
    for state in (State.APPROVED, State.PENDING):
        for _, approval in found:
            if approval.state is state:
                return approval
    return None


def moved_on(tx: Transaction, *, key_id: str, signal: MovedOn, now: datetime) -> Steps[Done[None]]:
    """End all that waits of a session, and expect no more outcomes of it."""
    audit: list[Record] = []
    events: list[Event] = []
    for kept in (yield from tx.calls.of_session(key_id, signal.session_id)):
        yield from tx.calls.forget(kept.approval_id)
        approval = yield from tx.approvals.get(kept.approval_id)
        if approval is not None and approval.is_pending:
            ended = yield from withdraw(tx, approval, now=now, reason=signal.why)
            audit += ended.audit
            events += ended.events
    return Done(value=None, audit=tuple(audit), events=tuple(events))
