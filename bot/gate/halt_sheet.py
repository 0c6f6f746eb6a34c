"""/pause, /resume and /snooze: each says what it would do, and does it after a tap."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Final

from bot.core.action import Json
from bot.core.administer import may_administer
from bot.core.halt import Halt, HaltKind, read_end
from bot.gate import halt
from bot.gate.channel import Sheet
from bot.gate.halt import Standing
from bot.gate.sheet import STALE, Kind, Opening, Press, Showing, State, turned
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

_OFF: Final = frozenset({"off", "end", "stop"})


class Wish(StrEnum):
    """What a person wants of the gate."""

    PAUSE = "pause"
    SNOOZE = "snooze"
    RESUME = "resume"


class Stage(StrEnum):
    """How far that has come."""

    ASKING = "asking"
    DONE = "done"
    DROPPED = "dropped"
    UNREADABLE = "unreadable"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halting:
    """What the sheet shows: the wish, how far it has come, and how the gate stands now.

    `words` say how long, as they were written; empty is until resumed. `before` is how many asks
    were held when it was done.
    """

    wish: Wish
    stage: Stage
    words: str
    standing: Standing
    before: int = 0


class HaltKindOfSheet(Kind):
    """One of the three commands; in words it takes how long."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return what is wished, and whether it can be."""
        yield from ()
        words = " ".join(opening.words.lower().split())
        wish = self._wish
        if wish is Wish.SNOOZE and words in _OFF:
            wish, words = Wish.RESUME, ""
        stage = Stage.ASKING
        needs_end = wish is Wish.SNOOZE or (wish is Wish.PAUSE and words)
        # Whether it can be read does not depend on the zone.
        if needs_end and read_end(words, now=opening.now, zone=UTC) is None:
            stage = Stage.UNREADABLE
        if not may_administer(opening.person):
            stage = Stage.NOT_ALLOWED
        return {"wish": wish.value, "words": words[:40], "stage": stage.value, "before": 0}

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return what is asked, or what came of it."""
        standing = yield from halt.standing(tx, now=now)
        before = sheet.state.get("before")
        return Showing(
            content=Halting(
                wish=Wish(str(sheet.state["wish"])),
                stage=Stage(str(sheet.state["stage"])),
                words=str(sheet.state["words"]),
                standing=standing,
                before=before if isinstance(before, int) else 0,
            )
        )

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Do it, or let it be."""
        stage = Stage(str(sheet.state["stage"]))
        if stage is not Stage.ASKING or not may_administer(press.person):
            return Done(value=STALE)
        if press.button.verb == "no":
            return (yield from _came_to(tx, sheet, Stage.DROPPED, press.now))
        if press.button.verb != "yes":
            return Done(value=STALE)
        done = yield from _did(tx, sheet.state, press)
        before = done.value.held
        shown = yield from _came_to(tx, sheet, Stage.DONE, press.now, before=before)
        return Done(value=shown.value, audit=done.audit, events=(*done.events, *shown.events))


def _did(tx: Transaction, state: State, press: Press) -> Steps[Done[Standing]]:
    wish, words = Wish(str(state["wish"])), str(state["words"])
    if wish is Wish.RESUME:
        return (yield from halt.resume(tx, decider=press.decider, now=press.now))
    zone: tzinfo = press.fresh.grant.timezone
    wanted = Halt(
        kind=HaltKind.PAUSE if wish is Wish.PAUSE else HaltKind.SNOOZE,
        by=press.decider.name,
        identity=press.decider.identity,
        since=press.now,
        until=read_end(words, now=press.now, zone=zone) if words else None,
    )
    return (yield from halt.begin(tx, wanted))


def _came_to(
    tx: Transaction, sheet: Sheet, stage: Stage, now: datetime, *, before: int = 0
) -> Steps[Done[object]]:
    changes: Mapping[str, Json] = {"stage": stage.value, "before": before}
    events = yield from turned(tx, sheet, {**sheet.state, **changes}, now=now)
    return Done(value=stage, events=events)
