"""/rules: the policies in the order in which they are judged; one is looked at and changed.

A button names the page's serial, and the page's rows are ids in the sheet's state, so that a press
means the very policy that stood there.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from bot.core.action import Json
from bot.core.administer import may_administer
from bot.core.audit import Record
from bot.core.policy import DEFAULT_PRIORITY
from bot.gate.channel import Sheet
from bot.gate.events import Event
from bot.gate.policies import changed, removed
from bot.gate.policy_tables import KeptPolicy
from bot.gate.sheet import STALE, Kind, Opening, Press, Showing, State, turned
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

PAGE: Final = 8
_STEP: Final = 10  # between the priorities of policies that are numbered anew

Worked: TypeAlias = tuple[tuple[Record, ...], tuple[Event, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One policy of the list, or the one that is looked at: then with its document."""

    name: str
    number: int
    is_enabled: bool
    rules: int
    document: Mapping[str, Json]

    @property
    def lifts(self) -> bool:
        """Tell whether a rule of it lifts a class of the floor."""
        rules = self.document.get("rules")
        return isinstance(rules, list) and any(
            isinstance(rule, dict) and rule.get("lifts") for rule in rules
        )


class Outcome:
    """Words for what a press came to."""

    ENABLED: Final = "enabled"
    DISABLED: Final = "disabled"
    MOVED: Final = "moved"
    REMOVED: Final = "removed"
    LIFTS: Final = "lifts"
    ASKED: Final = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """What the sheet shows: a page of policies, or one that is looked at.

    `names` are those of a file that is in force, with how many rules each has and whether it is
    on; `fault` says why the rules in force can't be read. `asks` whether `one` is to be removed.
    """

    serial: int
    refused: bool
    is_file: bool
    names: tuple[tuple[str, int, bool], ...] = ()
    fault: str | None = None
    policies: tuple[Listed, ...] = ()
    total: int = 0
    start: int = 0
    one: Listed | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """What a press came to, of which policy."""

    outcome: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What the state keeps of the page."""

    serial: int
    start: int = 0
    rows: tuple[str, ...] = ()
    id: str | None = None
    asks: bool = False


class RulesKind(Kind):
    """The policies, for one person."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return the first page; the words are what `Rules.source` told."""
        source = json.loads(opening.words)
        refused = not may_administer(opening.person)
        look = yield from _paged(tx, _Look(serial=0))
        return {**source, "refused": refused, "look": _dumped(look)}

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return the page, or the policy, as it stands."""
        look, state = _look(sheet.state), sheet.state
        listed = [(one, place) for place, one in enumerate((yield from in_order(tx)), 1)]
        by_id = {one.id: _listed(one, place) for one, place in listed}
        names, fault = state["names"], state["fault"]
        return Showing(
            content=RulesPage(
                serial=look.serial,
                refused=state["refused"] is True,
                is_file=state["file"] is True,
                names=tuple(_name(one) for one in names) if isinstance(names, list) else (),
                fault=fault if isinstance(fault, str) else None,
                policies=tuple(by_id[id] for id in look.rows if id in by_id),
                total=len(listed),
                start=look.start,
                one=by_id.get(look.id) if look.id is not None else None,
                asks=look.asks,
            )
        )

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Turn the page, look at a policy, or change it."""
        look, state = _look(sheet.state), sheet.state
        serial, *rest = press.button.argument.split("-")
        is_allowed = state["refused"] is False and may_administer(press.person)
        if serial != str(look.serial) or not is_allowed or state["file"] is True:
            return Done(value=STALE)
        match press.button.verb, rest:
            case "see", [place] if place.isdecimal() and int(place) < len(look.rows):
                return (yield from _to(tx, sheet, press, replace(look, id=look.rows[int(place)])))
            case "next", []:
                return (yield from _to(tx, sheet, press, replace(look, start=look.start + PAGE)))
            case "prev", []:
                start = max(look.start - PAGE, 0)
                return (yield from _to(tx, sheet, press, replace(look, start=start)))
            case "list" | "keep", []:
                id = look.id if press.button.verb == "keep" else None
                return (yield from _to(tx, sheet, press, replace(look, id=id, asks=False)))
        kept = (yield from tx.policies.get(look.id)) if look.id is not None else None
        if kept is None or rest:
            return Done(value=STALE)
        return (yield from _change(tx, sheet, press, look, kept))


def _change(
    tx: Transaction, sheet: Sheet, press: Press, look: _Look, kept: KeptPolicy
) -> Steps[Done[object]]:
    """Change the policy that is looked at."""
    actor, now, lifts = press.decider.identity, press.now, _listed(kept, 0).lifts
    worked: Worked = ((), ())
    match press.button.verb:
        case "on" | "up" if lifts:
            outcome = Outcome.LIFTS
        case "on" | "off":
            is_on = press.button.verb == "on"
            outcome = Outcome.ENABLED if is_on else Outcome.DISABLED
            done = yield from changed(
                tx, id=kept.id, changes={"enabled": is_on}, actor=actor, now=now
            )
            worked = done.audit, done.events
        case "up" | "down":
            outcome = Outcome.MOVED
            step = -1 if press.button.verb == "up" else 1
            worked = yield from _moved(tx, kept.id, step, actor=actor, now=now)
        case "drop":
            outcome, look = Outcome.ASKED, replace(look, asks=True)
        case "sure" if look.asks:
            outcome = Outcome.REMOVED
            done = yield from removed(tx, id=kept.id, actor=actor, now=now)
            worked = done.audit, done.events
            look = replace(look, id=None, asks=False)
        case _:
            return Done(value=STALE)
    shown = yield from _to(tx, sheet, press, look)
    value = RuleChange(outcome=outcome, name=kept.name)
    return Done(value=value, audit=worked[0], events=(*worked[1], *shown.events))


def _moved(tx: Transaction, id: str, step: int, *, actor: str, now: datetime) -> Steps[Worked]:
    """Give the policy the place before or after its own.

    Priorities are swapped where they tell the two apart; else all are numbered anew.
    """
    order = list((yield from in_order(tx)))
    at = next(place for place, one in enumerate(order) if one.id == id)
    if not 0 <= at + step < len(order):
        return (), ()
    order[at], order[at + step] = order[at + step], order[at]
    wanted: list[Json] = [_priority(one) for one in sorted(order, key=_priority)]
    if len({_priority(one) for one in order}) < len(order):
        wanted = [_STEP * number for number in range(1, len(order) + 1)]
    audit: list[Record] = []
    events: list[Event] = []
    for one, priority in zip(order, wanted, strict=True):
        if _priority(one) != priority:
            done = yield from changed(
                tx, id=one.id, changes={"priority": priority}, actor=actor, now=now
            )
            audit += done.audit
            events += done.events
    return tuple(audit), tuple(events)


def in_order(tx: Transaction) -> Steps[Sequence[KeptPolicy]]:
    """Return the policies in the order in which they are judged."""
    return sorted((yield from tx.policies.all()), key=_priority)


def _priority(kept: KeptPolicy) -> float:
    priority = kept.document.get("priority", DEFAULT_PRIORITY)
    return priority if isinstance(priority, (int, float)) else DEFAULT_PRIORITY


def _paged(tx: Transaction, look: _Look) -> Steps[_Look]:
    order = yield from in_order(tx)
    start = look.start if look.start < len(order) else max(look.start - PAGE, 0)
    rows = tuple(one.id for one in order[start : start + PAGE])
    return replace(look, start=start, rows=rows, serial=look.serial + 1)


def _to(tx: Transaction, sheet: Sheet, press: Press, look: _Look) -> Steps[Done[object]]:
    """Show this page, or this policy."""
    paged = yield from _paged(tx, look)
    state = {**sheet.state, "look": _dumped(paged)}
    events = yield from turned(tx, sheet, state, now=press.now)
    return Done(value=RuleChange(), events=events)


def _listed(kept: KeptPolicy, number: int) -> Listed:
    rules = kept.document.get("rules")
    return Listed(
        name=kept.name,
        number=number,
        is_enabled=kept.document.get("enabled", True) is True,
        rules=len(rules) if isinstance(rules, list) else 0,
        document=kept.document,
    )


def _name(kept: Json) -> tuple[str, int, bool]:
    name, rules, is_enabled = kept if isinstance(kept, list) else ("", 0, False)
    return str(name), rules if isinstance(rules, int) else 0, is_enabled is True


def _dumped(look: _Look) -> Json:
    rows: list[Json] = list(look.rows)
    return [look.serial, look.start, rows, look.id, look.asks]


def _look(state: State) -> _Look:
    kept = state["look"]
    serial, start, rows, id, asks = kept if isinstance(kept, list) else (0, 0, [], None, False)
    return _Look(
        serial=serial if isinstance(serial, int) else 0,
        start=start if isinstance(start, int) else 0,
        rows=tuple(map(str, rows)) if isinstance(rows, list) else (),
        id=id if isinstance(id, str) else None,
        asks=asks is True,
    )
