"""Sheets ↔ rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.core.action import Json
from bot.core.audit import milliseconds
from bot.gate.channel import Sheet, Target
from bot.gate.delivery_tables import Burst
from bot.gate.steps import Row, Steps
from bot.store.column import (
    instant,
    maybe_instant,
    maybe_milliseconds,
    maybe_text,
    number,
    text,
)
from bot.store.document import dumps, loads
from bot.store.engine import StoreDamaged
from bot.store.statements import load

_SQL: Final = load("sheets.sql")
_BURST = _SQL["burst"]
_ADD = _SQL["add"]
_GET = _SQL["get"]
_BY_HANDLE = _SQL["by_handle"]
_OPEN_IN = _SQL["open_in"]
_SHOWING = _SQL["showing"]
_TURN = _SQL["turn"]
_TOUCH = _SQL["touch"]
_POSTED = _SQL["posted"]
_CLOSE = _SQL["close"]


class SheetRows:
    """Interactive messages that are no cards."""

    def burst(self, target: Target, key_id: str, *, since: datetime, most: int) -> Steps[Burst]:
        """Return what came to a chat since then; it counts no further than `most`."""
        rows = yield (
            _BURST,
            {
                "channel": target.channel,
                "address": target.address,
                "key_id": key_id,
                "since": milliseconds(since),
                "most": most,
            },
        )
        [row] = rows
        return Burst(
            recent=number(row[0]),
            recent_of_key=number(row[1]),
            pending_of_key=number(row[2]),
            digest=maybe_text(row[3]),
            held_at=maybe_instant(row[4]),
        )

    def add(self, sheet: Sheet) -> Steps[None]:
        """Save a sheet, posted or to be posted."""
        yield (
            _ADD,
            {
                "id": sheet.id,
                "kind": sheet.kind,
                "channel": sheet.target.channel,
                "address": sheet.target.address,
                "handle": sheet.handle,
                "person": sheet.person,
                "state": dumps(sheet.state),
                "message": sheet.message,
                "revision": sheet.revision,
                "made_at": milliseconds(sheet.made_at),
                "touched_at": milliseconds(sheet.touched_at),
                "closed_at": maybe_milliseconds(sheet.closed_at),
                "thread": sheet.thread,
            },
        )

    def get(self, id: str) -> Steps[Sheet | None]:
        """Find one by its id."""
        rows = yield _GET, {"id": id}
        return _sheet(rows[0]) if rows else None

    def by_handle(self, handle: str) -> Steps[Sheet | None]:
        """Find the one with this secret."""
        rows = yield _BY_HANDLE, {"handle": handle}
        return _sheet(rows[0]) if rows else None

    def open_in(self, target: Target) -> Steps[tuple[Sheet, ...]]:
        """Return those of a chat that are not closed, in the order they were made."""
        rows = yield _OPEN_IN, {"channel": target.channel, "address": target.address}
        return tuple(map(_sheet, rows))

    def showing(self, approval_id: str) -> Steps[tuple[Sheet, ...]]:
        """Return those not closed that show an approval: their state names it, or a digest's."""
        rows = yield _SHOWING, {"approval_id": approval_id}
        return tuple(map(_sheet, rows))

    def turn(
        self, id: str, state: Mapping[str, Json], *, revision: int, at: datetime
    ) -> Steps[bool]:
        """Save another state, only where its revision is the next one; tell whether it was."""
        rows = yield (
            _TURN,
            {
                "id": id,
                "state": dumps(state),
                "revision": revision,
                "touched_at": milliseconds(at),
            },
        )
        return bool(rows)

    def touch(self, id: str, at: datetime) -> Steps[None]:
        """Keep when it last mattered."""
        yield _TOUCH, {"id": id, "touched_at": milliseconds(at)}

    def posted(self, id: str, message: str | None) -> Steps[None]:
        """Keep the channel's reference; None where it has to be posted anew."""
        yield _POSTED, {"id": id, "message": message}

    def close(self, id: str, at: datetime) -> Steps[bool]:
        """Close it, only where it is open; tell whether this was it."""
        rows = yield _CLOSE, {"id": id, "at": milliseconds(at)}
        return bool(rows)


def _sheet(row: Row) -> Sheet:
    return Sheet(
        id=text(row[0]),
        kind=text(row[1]),
        target=Target(channel=text(row[2]), address=text(row[3])),
        handle=text(row[4]),
        person=maybe_text(row[5]),
        state=_state(text(row[6])),
        message=maybe_text(row[7]),
        revision=number(row[8]),
        made_at=instant(row[9]),
        touched_at=instant(row[10]),
        closed_at=maybe_instant(row[11]),
        thread=maybe_text(row[12]),
    )


def _state(kept: str) -> Mapping[str, Json]:
    state = loads(kept)
    if not isinstance(state, dict):
        raise StoreDamaged("A sheet's state is no object.")
    return state
