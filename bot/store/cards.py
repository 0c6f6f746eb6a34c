"""Cards ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.audit import milliseconds
from bot.gate.channel import Card, CardKind, Target
from bot.gate.steps import Row, Steps
from bot.store.column import maybe_instant, maybe_milliseconds, maybe_text, number, text
from bot.store.statements import load

_SQL: Final = load("cards.sql")
_ADD = _SQL["add"]
_GET = _SQL["get"]
_BY_HANDLE = _SQL["by_handle"]
_BY_MESSAGE = _SQL["by_message"]
_OF = _SQL["of"]
_POSTED = _SQL["posted"]
_RELEASED = _SQL["released"]
_TAKEN_DOWN = _SQL["taken_down"]
_HELD = _SQL["held"]
_LAST_HELD = _SQL["last_held"]
_HELD_IN = _SQL["held_in"]
_HELD_MAILS = _SQL["held_mails"]
_FORGET_HELD = _SQL["forget_held"]
_TURN = _SQL["turn"]
_POSTED_IN = _SQL["posted_in"]
_UNPOSTED_IN = _SQL["unposted_in"]
_MOVE = tuple(
    _SQL[name] for name in ("move_cards", "move_sheets", "move_deliveries", "move_people")
)


class CardRows:
    """Messages that show approvals."""

    def add(self, card: Card) -> Steps[None]:
        """Save a card, posted or to be posted."""
        yield (
            _ADD,
            {
                "id": card.id,
                "approval_id": card.approval_id,
                "kind": card.kind.value,
                "channel": card.target.channel,
                "address": card.target.address,
                "handle": card.handle,
                "message": card.message,
                "face": card.face,
                "face_revision": card.face_revision,
                "beside": card.beside,
                "held_at": maybe_milliseconds(card.held_at),
            },
        )

    def get(self, id: str) -> Steps[Card | None]:
        """Find one by its id."""
        rows = yield _GET, {"id": id}
        return _card(rows[0]) if rows else None

    def by_handle(self, handle: str) -> Steps[tuple[Card, ...]]:
        """Return the card with this secret, and further copies of it."""
        rows = yield _BY_HANDLE, {"handle": handle}
        return tuple(_card(row) for row in rows)

    def by_message(self, target: Target, message: str) -> Steps[Card | None]:
        """Find the card that is this message."""
        rows = yield (
            _BY_MESSAGE,
            {"channel": target.channel, "address": target.address, "message": message},
        )
        return _card(rows[0]) if rows else None

    def of(self, approval_id: str) -> Steps[tuple[Card, ...]]:
        """Return all copies of one approval, in the order they were made."""
        rows = yield _OF, {"approval_id": approval_id}
        return tuple(_card(row) for row in rows)

    def posted(self, id: str, message: str) -> Steps[None]:
        """Keep the channel's reference."""
        yield _POSTED, {"id": id, "message": message}

    def released(self, id: str, *, beside: str | None) -> Steps[None]:
        """Hold it back no longer; it is a reply to this message."""
        yield _RELEASED, {"id": id, "beside": beside}

    def held(self, id: str, at: datetime) -> Steps[None]:
        """Hold it back: a digest shows what it would."""
        yield _HELD, {"id": id, "at": milliseconds(at)}

    def last_held(self, target: Target) -> Steps[datetime | None]:
        """Return when a chat's card was held back last; None where none is."""
        rows = yield _LAST_HELD, {"channel": target.channel, "address": target.address}
        return maybe_instant(rows[0][0])

    def held_in(self, target: Target, *, limit: int) -> Steps[tuple[Card, ...]]:
        """Return a chat's cards that are held back and whose approvals wait, earliest first."""
        chat = {"channel": target.channel, "address": target.address}
        rows = yield _HELD_IN, {**chat, "limit": limit}
        return tuple(map(_card, rows))

    def held_mails(self, target: Target) -> Steps[tuple[Card, ...]]:
        """Return the cards that are held back for a list, earliest first, waiting or ended."""
        rows = yield _HELD_MAILS, {"channel": target.channel, "address": target.address}
        return tuple(map(_card, rows))

    def forget_held(self, target: Target) -> Steps[None]:
        """Hold none of a chat's cards back any more."""
        yield _FORGET_HELD, {"channel": target.channel, "address": target.address}

    def taken_down(self, id: str) -> Steps[None]:
        """Forget the channel's reference: the message is no more."""
        yield _TAKEN_DOWN, {"id": id}

    def turn(self, id: str, face: str, *, face_revision: int) -> Steps[bool]:
        """Save another face, only where its revision is the next one; tell whether it was."""
        rows = yield _TURN, {"id": id, "face": face, "face_revision": face_revision}
        return bool(rows)

    def posted_in(self, target: Target) -> Steps[tuple[Card, ...]]:
        """Return the cards that were posted to a target."""
        rows = yield _POSTED_IN, {"channel": target.channel, "address": target.address}
        return tuple(map(_card, rows))

    def unposted_in(self, target: Target) -> Steps[tuple[Card, ...]]:
        """Return the cards that a target has not got."""
        rows = yield _UNPOSTED_IN, {"channel": target.channel, "address": target.address}
        return tuple(map(_card, rows))

    def moved(self, before: Target, after: Target) -> Steps[None]:
        """Follow a chat to its new address: cards, sheets, deliveries owed, people."""
        change = {"channel": before.channel, "before": before.address, "after": after.address}
        for statement in _MOVE:
            yield statement, change


def _card(row: Row) -> Card:
    return Card(
        id=text(row[0]),
        approval_id=text(row[1]),
        kind=CardKind(text(row[2])),
        target=Target(channel=text(row[3]), address=text(row[4])),
        handle=text(row[5]),
        message=maybe_text(row[6]),
        face=text(row[7]),
        face_revision=number(row[8]),
        beside=maybe_text(row[9]),
        held_at=maybe_instant(row[10]),
    )
