"""Rules that somebody sent as a text: what is wrong with them, or what they would do, and a tap.

The text was read and tried before the sheet was opened (`Rules.trial`). What is put in force is
what stands in the sheet's state, and only while the policies are those that it was tried beside.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.action import Json
from bot.core.administer import may_administer
from bot.core.audit import Record
from bot.core.policy_document import document_of, read_policies
from bot.gate.channel import Sheet
from bot.gate.events import Event
from bot.gate.policies import changed, made
from bot.gate.policy_tables import KeptPolicy
from bot.gate.rules import basis_of, lifting
from bot.gate.sheet import STALE, Kind, Opening, Press, Showing, State, turned
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


class DraftStage(StrEnum):
    """How far a text has come."""

    FAULTY = "faulty"
    ASKING = "asking"
    IN_FORCE = "in_force"
    DROPPED = "dropped"
    OUTDATED = "outdated"
    REFUSED = "refused"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the sheet shows.

    `changes` are the policies by name, with how many rules each has and whether it is new.
    """

    stage: DraftStage
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: tuple[tuple[str, int, bool], ...] = ()
    tests: int = 0
    backtest: Mapping[str, Json] | None = None


class DraftKind(Kind):
    """One text, of the person who sent it."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return what `Rules.trial` found, as it came in the words."""
        yield from ()
        found: dict[str, Json] = json.loads(opening.words)
        stage = DraftStage.FAULTY if found["faults"] else DraftStage.ASKING
        if found["file"] is True:
            stage = DraftStage.FILE
        if not may_administer(opening.person):
            stage = DraftStage.REFUSED
        return {**found, "stage": stage.value}

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return what was found, or what came of it."""
        yield from ()
        state = sheet.state
        tests, backtest = state.get("tests"), state.get("backtest")
        return Showing(
            content=Draft(
                stage=DraftStage(str(state["stage"])),
                faults=_texts(state.get("faults")),
                warnings=_texts(state.get("warnings")),
                changes=_changes(state.get("changes")),
                tests=tests if isinstance(tests, int) else 0,
                backtest=backtest if isinstance(backtest, dict) else None,
            )
        )

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Put it in force, or drop it."""
        state = sheet.state
        is_asking = state["stage"] == DraftStage.ASKING.value
        if not is_asking or not may_administer(press.person):
            return Done(value=STALE)
        if press.button.verb == "no":
            return (yield from _came_to(tx, sheet, press, DraftStage.DROPPED))
        if press.button.verb != "yes":
            return Done(value=STALE)
        kept = yield from tx.policies.all()
        reading = read_policies({"policies": state["documents"]})
        if basis_of(kept) != state["basis"] or reading.faults or lifting(reading.policies):
            return (yield from _came_to(tx, sheet, press, DraftStage.OUTDATED))
        by_name = {one.name: one for one in kept}
        audit: list[Record] = []
        events: list[Event] = []
        for number, policy in enumerate(reading.policies):
            document, before = document_of(policy), by_name.get(policy.name)
            if before is not None:
                done = yield from changed(
                    tx,
                    id=before.id,
                    changes=document,
                    actor=press.decider.identity,
                    now=press.now,
                )
            else:
                new = KeptPolicy(
                    id=f"policy_{press.fresh.id}{number:03}",
                    name=policy.name,
                    document=document,
                    made_at=press.now,
                    changed_at=press.now,
                )
                done = yield from made(tx, kept=new, actor=press.decider.identity)
            audit += done.audit
            events += done.events
        shown = yield from _came_to(tx, sheet, press, DraftStage.IN_FORCE)
        return Done(value=shown.value, audit=tuple(audit), events=(*events, *shown.events))


def _came_to(
    tx: Transaction, sheet: Sheet, press: Press, stage: DraftStage
) -> Steps[Done[object]]:
    state = {**sheet.state, "stage": stage.value}
    events = yield from turned(tx, sheet, state, now=press.now)
    return Done(value=stage, events=events)


def _texts(kept: Json) -> tuple[str, ...]:
    return tuple(map(str, kept)) if isinstance(kept, list) else ()


def _changes(kept: Json) -> tuple[tuple[str, int, bool], ...]:
    found = []
    for one in kept if isinstance(kept, list) else ():
        if isinstance(one, list):
            name, rules, is_new = one
            found.append((str(name), rules if isinstance(rules, int) else 0, is_new is True))
    return tuple(found)
