"""The outbox ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.audit import milliseconds
from bot.gate.channel import Delivery, Target, Task
from bot.gate.steps import Row, Scalar, Steps
from bot.store.column import instant, maybe_instant, maybe_text, number, text
from bot.store.statements import load

_SQL: Final = load("outbox.sql")
_OWE = _SQL["owe"]
_OWE_EDIT = _SQL["owe_edit"]
_OWE_SHEET = _SQL["owe_sheet"]
_OWE_ONCE = _SQL["owe_once"]
_RELEASE = _SQL["release"]
_HASTEN = _SQL["hasten"]
_LANES_DUE = _SQL["lanes_due"]
_DUE = _SQL["due"]
_SETTLED = _SQL["settled"]
_AGAIN = _SQL["again"]
_POSTPONE = _SQL["postpone"]
_GIVE_UP = _SQL["give_up"]
_NEXT_DUE = _SQL["next_due"]

_OWES: Final = {Task.EDIT: _OWE_EDIT, Task.SHEET: _OWE_SHEET}


class OutboxRows:
    """What is owed to channels."""

    def owe(self, delivery: Delivery) -> Steps[None]:
        """Owe it; an EDIT of a card, or what a sheet owes already, is renewed instead."""
        yield _OWES.get(delivery.task, _OWE), _row(delivery)

    def owe_once(self, delivery: Delivery) -> Steps[None]:
        """Owe it, unless a delivery of this id was owed before."""
        yield _OWE_ONCE, _row(delivery)

    def release(self, person: str, now: datetime) -> Steps[None]:
        """Make due at once what waits for a person's quiet hours to end."""
        yield _RELEASE, {"person": person, "now": milliseconds(now)}

    def hasten(self, approval_id: str, now: datetime) -> Steps[None]:
        """Make due at once the mails that wait for people to answer elsewhere first."""
        yield _HASTEN, {"approval_id": approval_id, "now": milliseconds(now)}

    def lanes_due(self, now: datetime) -> Steps[tuple[Target, ...]]:
        """Return every target to which something is due, each once."""
        rows = yield _LANES_DUE, {"now": milliseconds(now)}
        return tuple(Target(channel=text(row[0]), address=text(row[1])) for row in rows)

    def due(self, target: Target, now: datetime, *, limit: int) -> Steps[tuple[Delivery, ...]]:
        """Return what is due to one target: by priority, then by age."""
        rows = yield (
            _DUE,
            {
                "channel": target.channel,
                "address": target.address,
                "now": milliseconds(now),
                "limit": limit,
            },
        )
        return tuple(_delivery(row) for row in rows)

    def settled(self, id: str, *, revision: int) -> Steps[None]:
        """Strike it off, unless it was renewed meanwhile."""
        yield _SETTLED, {"id": id, "revision": revision}

    def again(self, id: str, *, revision: int, due_at: datetime) -> Steps[None]:
        """Owe it once more at that instant, unless it was renewed meanwhile."""
        yield _AGAIN, {"id": id, "revision": revision, "due_at": milliseconds(due_at)}

    def postpone(self, id: str, *, due_at: datetime, attempts: int, fault: str) -> Steps[None]:
        """Owe it until later."""
        yield (
            _POSTPONE,
            {"id": id, "due_at": milliseconds(due_at), "attempts": attempts, "fault": fault},
        )

    def give_up(self, id: str, *, fault: str) -> Steps[None]:
        """Keep it as undeliverable; it is due no more."""
        yield _GIVE_UP, {"id": id, "fault": fault}

    def next_due(self, after: datetime) -> Steps[datetime | None]:
        """Return the earliest instant after this one at which something falls due."""
        rows = yield _NEXT_DUE, {"after": milliseconds(after)}
        return maybe_instant(rows[0][0])


def _row(delivery: Delivery) -> dict[str, Scalar]:
    return {
        "id": delivery.id,
        "task": delivery.task.value,
        "channel": delivery.target.channel,
        "address": delivery.target.address,
        "card_id": delivery.card_id,
        "body": delivery.body,
        "priority": delivery.priority,
        "attempts": delivery.attempts,
        "revision": delivery.revision,
        "created_at": milliseconds(delivery.created_at),
        "due_at": milliseconds(delivery.due_at),
        "sheet_id": delivery.sheet_id,
    }


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=text(row[0]),
        task=Task(text(row[1])),
        target=Target(channel=text(row[2]), address=text(row[3])),
        card_id=maybe_text(row[4]),
        body=text(row[5]),
        priority=number(row[6]),
        attempts=number(row[7]),
        revision=number(row[8]),
        created_at=instant(row[9]),
        due_at=instant(row[10]),
        sheet_id=maybe_text(row[11]),
    )
