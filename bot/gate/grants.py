"""/grants: the standing approvals in force, a page at a time; one tap on a row revokes it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.core.action import Json
from bot.core.grant import Grant, Standing
from bot.gate.channel import Sheet
from bot.gate.revoke import REVOKED, revoke
from bot.gate.sheet import STALE, Opening, Press, Showing, State, shown_anew, turned
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

PAGE: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRow:
    """One standing approval: its number in the list, its place on the page, how it stands.

    `revoked_by` is the name of whoever revoked it while it was listed.
    """

    number: int
    place: int
    grant: Grant
    standing: Standing
    revoked_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantList:
    """A page of standing approvals; `total` counts those in force, `serial` is the page's."""

    total: int
    serial: int
    rows: tuple[GrantRow, ...] = ()
    has_before: bool = False
    has_after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTold:
    """What a press came to: the row that was tapped, and whether this tap revoked it.

    `only_looks` says that who tapped may not.
    """

    row: GrantRow | None = None
    by_this: bool = False
    only_looks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leafed:
    """Which page is shown: its serial number, how many stand before it, the ids in its rows."""

    serial: int = 0
    start: int = 0
    rows: tuple[str, ...] = ()

    def dump(self, state: State) -> State:
        """Return the state with this page in it."""
        rows: list[Json] = list(self.rows)
        return {**state, "serial": self.serial, "start": self.start, "rows": rows}

    @classmethod
    def load(cls, state: State) -> "Leafed":
        """Read what `dump` wrote; an empty state is a list that was not shown yet."""
        serial, start, rows = (state.get(name) for name in ("serial", "start", "rows"))
        return cls(
            serial=serial if isinstance(serial, int) else 0,
            start=start if isinstance(start, int) else 0,
            rows=tuple(map(str, rows)) if isinstance(rows, list) else (),
        )


class GrantsKind:
    """Every agent's standing approvals: approvers see and revoke them all."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return its first page."""
        return (yield from _page(tx, Leafed(), {}, start=0, now=opening.now))

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Leave it: it can be asked for again."""
        yield from ()

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return the page as it stands; what was revoked stays in its row."""
        leafed = Leafed.load(sheet.state)
        rows = yield from _rows(tx, sheet, leafed, now)
        total = len((yield from tx.grants.listing(key_id=None, now=now)))
        ended = sum(row.standing is not Standing.IN_FORCE for row in rows)
        content = GrantList(
            total=total,
            serial=leafed.serial,
            rows=rows,
            has_before=leafed.start > 0,
            has_after=total > leafed.start + len(rows) - ended,
        )
        return Showing(content=content)

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Revoke a row, or turn the page."""
        leafed = Leafed.load(sheet.state)
        serial, _, place = press.button.argument.partition("-")
        if serial != str(leafed.serial):
            return Done(value=STALE)
        rows = yield from _rows(tx, sheet, leafed, press.now)
        starts = {
            "next": leafed.start + sum(row.standing is Standing.IN_FORCE for row in rows),
            "prev": leafed.start - PAGE,
            "fresh": leafed.start,
        }
        if press.button.verb in starts:
            start = max(starts[press.button.verb], 0)
            state = yield from _page(tx, leafed, sheet.state, start=start, now=press.now)
            events = yield from turned(tx, sheet, state, now=press.now)
            return Done(value=GrantTold(), events=events)
        chosen = [row for row in rows if str(row.place) == place]
        if press.button.verb != "revoke" or not chosen:
            return Done(value=STALE)
        if not press.person.may_decide:
            return Done(value=GrantTold(row=chosen[0], only_looks=True))
        return (yield from _revoke(tx, sheet, press, chosen[0]))


def _revoke(tx: Transaction, sheet: Sheet, press: Press, row: GrantRow) -> Steps[Done[object]]:
    decider = press.decider
    done = yield from revoke(tx, grant_id=row.grant.id, decider=decider, now=press.now)
    events = yield from shown_anew(tx, sheet, now=press.now)
    after = replace(row, standing=Standing.REVOKED, revoked_by=row.revoked_by or decider.name)
    told = GrantTold(row=after if done.value else row, by_this=done.value)
    return Done(value=told, audit=done.audit, events=(*done.events, *events))


def _rows(
    tx: Transaction, sheet: Sheet, leafed: Leafed, now: datetime
) -> Steps[tuple[GrantRow, ...]]:
    names = sheet.state.get(REVOKED)
    rows = []
    for place, id in enumerate(leafed.rows):
        grant = yield from tx.grants.get(id)
        if grant is not None:
            by = names.get(id) if isinstance(names, dict) else None
            standing = grant.standing(now)
            rows.append(
                GrantRow(
                    number=leafed.start + place + 1,
                    place=place,
                    grant=grant,
                    standing=standing,
                    revoked_by=by
                    if isinstance(by, str) and standing is Standing.REVOKED
                    else None,
                )
            )
    return tuple(rows)


def _page(
    tx: Transaction, leafed: Leafed, state: State, *, start: int, now: datetime
) -> Steps[State]:
    """Return the state with the page that begins there, or else the last one."""
    found = yield from tx.grants.listing(key_id=None, now=now)
    if start >= len(found):
        start = max(len(found) - 1, 0) // PAGE * PAGE
    rows = tuple(grant.id for grant in found[start : start + PAGE])
    return Leafed(serial=leafed.serial + 1, start=start, rows=rows).dump(state)
