"""The halt that there may be, and what it holds ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.approval import Approval
from bot.core.audit import milliseconds
from bot.core.halt import Halt, HaltKind
from bot.core.risk import Level
from bot.gate.halt_tables import Held
from bot.gate.steps import Rows, Steps
from bot.store.approvals import ApprovalRows
from bot.store.column import instant, maybe_instant, maybe_milliseconds, maybe_text, number, text
from bot.store.statements import load

_SQL: Final = load("halts.sql")
_CURRENT = _SQL["current"]
_KEPT = _SQL["kept"]
_PUT = _SQL["put"]
_REMOVE = _SQL["remove"]
_HOLD = _SQL["hold"]
_IS_HELD = _SQL["is_held"]
_HELD_NEXT = _SQL["held_next"]
_HELD_COUNT = _SQL["held_count"]
_LET_GO = _SQL["let_go"]


class HaltRows:
    """The one halt that there may be."""

    def current(self, now: datetime) -> Steps[Halt | None]:
        """Return the halt in force."""
        rows = yield _CURRENT, {"now": milliseconds(now)}
        return _halt(rows)

    def kept(self) -> Steps[Halt | None]:
        """Return the halt that was not ended, also one whose time has come."""
        rows = yield _KEPT, {}
        return _halt(rows)

    def put(self, halt: Halt) -> Steps[None]:
        """Save it, in the place of any before."""
        yield (
            _PUT,
            {
                "kind": halt.kind.value,
                "name": halt.by,
                "identity": halt.identity,
                "since": milliseconds(halt.since),
                "ends_at": maybe_milliseconds(halt.until),
            },
        )

    def remove(self) -> Steps[bool]:
        """End it; tell whether there was one."""
        rows = yield _REMOVE, {}
        return bool(rows)


class HeldRows:
    """Which approvals were asked while the gate was paused, and have no cards yet."""

    def add(
        self, approval: Approval, *, urgency: Level, channel: str | None, address: str | None
    ) -> Steps[None]:
        """Hold it."""
        yield (
            _HOLD,
            {
                "approval_id": approval.id,
                "danger": approval.risk.level.rank,
                "asked_at": milliseconds(approval.created_at),
                "urgency": urgency.value,
                "channel": channel,
                "address": address,
            },
        )

    def has(self, approval_id: str) -> Steps[bool]:
        """Tell whether it is held."""
        rows = yield _IS_HELD, {"approval_id": approval_id}
        return bool(rows)

    def next(self, *, limit: int) -> Steps[tuple[Held, ...]]:
        """Return what is held, the most dangerous first, then the oldest."""
        rows = yield _HELD_NEXT, {"limit": limit}
        found = []
        for row in rows:
            approval = yield from ApprovalRows().get(text(row[0]))
            if approval is not None:
                found.append(
                    Held(
                        approval=approval,
                        urgency=Level(text(row[1])),
                        channel=maybe_text(row[2]),
                        address=maybe_text(row[3]),
                    )
                )
        return tuple(found)

    def count(self) -> Steps[int]:
        """Return how many that are held still wait for an answer."""
        rows = yield _HELD_COUNT, {}
        return number(rows[0][0])

    def drop(self, approval_id: str) -> Steps[bool]:
        """Hold it no more; tell whether it was held."""
        rows = yield _LET_GO, {"approval_id": approval_id}
        return bool(rows)


def _halt(rows: Rows) -> Halt | None:
    if not rows:
        return None
    row = rows[0]
    return Halt(
        kind=HaltKind(text(row[0])),
        by=text(row[1]),
        identity=text(row[2]),
        since=instant(row[3]),
        until=maybe_instant(row[4]),
    )
