"""Turns of agents that work at a terminal: one message a session says that it waits or is done.

The message is a sheet without buttons, silent, and edited as the session goes on; there is one a
session and chat. When its last turn began is kept in the store, so that a short turn's end is no
news, also after a restart.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.audit import milliseconds
from bot.core.people import Key
from bot.core.routing import addresses_for
from bot.gate.channel import EMAIL, Sheet, Target
from bot.gate.debt import show_of
from bot.gate.events import Event, Owed
from bot.gate.ports import Clock, Ids, Store
from bot.gate.registry import Registry
from bot.gate.sheet import STALE, Opening, Press, Showing, State
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

KIND: Final = "turn"
_MOST_WORDS: Final = 4_000


class Stage(StrEnum):
    """Where a session is."""

    BEGUN = "begun"
    WAITING = "waiting"
    FINISHED = "finished"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a hook tells of a session: `words` are the agent's own, `agent` its name on cards."""

    session_id: str
    stage: Stage
    agent: str = ""
    cwd: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of what people hear; a finished turn counts from `after` on."""

    waiting: bool = False
    finished: bool = False
    after: timedelta = timedelta(minutes=5)

    @property
    def anything(self) -> bool:
        """Tell whether anything is told at all."""
        return self.waiting or self.finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the message shows: `at` since when, `took` how long a finished turn was."""

    stage: Stage
    agent: str
    cwd: str
    words: str
    at: datetime
    took: timedelta | None = None


class Turns:
    """What the web calls about turns."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, keys: Registry) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._registry = keys

    async def heard(self, key: Key, turn: Turn, wanted: Wanted) -> None:
        """Take in where a session is; return after it is durable."""
        reaches = self._registry.reaches
        targets = tuple(
            Target(channel=channel, address=address)
            for channel, address in addresses_for(reaches, channel=None, address=None)
            if channel != EMAIL  # nothing to decide is worth a mail
        )
        await self._store.write(
            partial(
                heard,
                key_id=key.id,
                turn=turn,
                wanted=wanted,
                targets=targets,
                handles=tuple(self._ids.handle() for _ in targets),
                now=self._clock.now(),
            )
        )


def heard(
    tx: Transaction,
    *,
    key_id: str,
    turn: Turn,
    wanted: Wanted,
    targets: Sequence[Target],
    handles: Sequence[str],
    now: datetime,
) -> Steps[Done[None]]:
    """Keep where a session is, and owe its message where people want to hear of it."""
    begun = yield from tx.turns.begun(key_id, turn.session_id)
    if turn.stage is Stage.BEGUN:
        yield from tx.turns.begin(key_id, turn.session_id, now)
    elif turn.stage is not Stage.WAITING:
        yield from tx.turns.end(key_id, turn.session_id)
    state: dict[str, Json] = {
        "stage": turn.stage,
        "agent": turn.agent,
        "cwd": turn.cwd,
        "words": turn.words[:_MOST_WORDS],
        "at": milliseconds(now),
    }
    if turn.stage is Stage.FINISHED and begun is not None:
        state["took"] = (now - begun) // timedelta(milliseconds=1)
    is_new = yield from _is_news(tx, key_id, turn, wanted, begun=begun, now=now)
    events: list[Event] = []
    for target, handle in zip(targets, handles, strict=True):
        id = _id(key_id, turn.session_id, target)
        sheet = yield from tx.sheets.get(id)
        if sheet is None and is_new:
            sheet = Sheet(
                id=id,
                kind=KIND,
                target=target,
                handle=handle,
                person=None,
                state=state,
                made_at=now,
                touched_at=now,
            )
            yield from tx.sheets.add(sheet)
        elif sheet is not None and sheet.is_open and (is_new or _corrects(sheet, turn)):
            yield from tx.sheets.turn(id, state, revision=sheet.revision + 1, at=now)
        else:
            continue
        yield from tx.outbox.owe(show_of(sheet, now))
        events.append(Owed(due_at=now))
    return Done(value=None, events=tuple(events))


def _is_news(
    tx: Transaction,
    key_id: str,
    turn: Turn,
    wanted: Wanted,
    *,
    begun: datetime | None,
    now: datetime,
) -> Steps[bool]:
    """Tell whether people hear of it by a new message; what has a card is no news."""
    if turn.stage is Stage.FINISHED:
        return wanted.finished and begun is not None and now - begun >= wanted.after
    if turn.stage is not Stage.WAITING or not wanted.waiting:
        return False
    for kept in (yield from tx.calls.of_session(key_id, turn.session_id)):
        approval = yield from tx.approvals.get(kept.approval_id)
        if approval is not None and approval.is_pending:
            return False
    return True


def _corrects(sheet: Sheet, turn: Turn) -> bool:
    """Tell whether what the message says is no longer so."""
    said = sheet.state.get("stage")
    return said != turn.stage and turn.stage is not Stage.WAITING


def _id(key_id: str, session_id: str, target: Target) -> str:
    """Return the id of a session's message in a chat."""
    parts = "\n".join((key_id, target.channel, target.address, session_id))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


class TurnKind:
    """A session's message; it has no buttons."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return nothing: no command opens one."""
        yield from ()
        return {}

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return where the session is."""
        yield from ()
        state = sheet.state
        at, took = state.get("at"), state.get("took")
        return Showing(
            content=Told(
                stage=Stage(str(state.get("stage", Stage.ENDED))),
                agent=str(state.get("agent", "")),
                cwd=str(state.get("cwd", "")),
                words=str(state.get("words", "")),
                at=_instant(at) if isinstance(at, int) else sheet.touched_at,
                took=timedelta(milliseconds=took) if isinstance(took, int) else None,
            )
        )

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Take no press: there are no buttons."""
        yield from ()
        return Done(value=STALE)

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Leave it: the next one is tried anew."""
        yield from ()


def _instant(at: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=at)


_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
