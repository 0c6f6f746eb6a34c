"""Pairing codes and wrong attempts at them ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.audit import milliseconds
from bot.core.people import Role
from bot.gate.channel import Target
from bot.gate.steps import Steps
from bot.store.column import number, text
from bot.store.people import role_of
from bot.store.statements import load

_SQL: Final = load("pairings.sql")
_ADD = _SQL["add"]
_FIND = _SQL["find"]
_USE = _SQL["use"]
_DROP_OF = _SQL["drop_of"]
_FAILURES = _SQL["failures"]
_FAIL = _SQL["fail"]
_FORGIVE = _SQL["forgive"]


class PairingRows:
    """Codes by their hashes, and how often somebody guessed wrong lately."""

    def add(
        self, code_sha256: str, *, role: Role, made_by: str, expires_at: datetime
    ) -> Steps[None]:
        """Save a code that works once, until then."""
        yield (
            _ADD,
            {
                "code_sha256": code_sha256,
                "role": role,
                "made_by": made_by,
                "expires_at": milliseconds(expires_at),
            },
        )

    def find(self, code_sha256: str, *, now: datetime) -> Steps[tuple[Role, str] | None]:
        """Return what an unused, unexpired code makes of a person, and who made it."""
        rows = yield _FIND, {"code_sha256": code_sha256, "now": milliseconds(now)}
        return (role_of(rows[0][0]), text(rows[0][1])) if rows else None

    def use(self, code_sha256: str, *, now: datetime) -> Steps[bool]:
        """Use it up, only where unused and unexpired; tell whether it was."""
        rows = yield _USE, {"code_sha256": code_sha256, "now": milliseconds(now)}
        return bool(rows)

    def drop_of(self, made_by: str) -> Steps[None]:
        """Forget the unused codes that somebody made."""
        yield _DROP_OF, {"made_by": made_by}

    def failures(self, sender: Target, *, since: datetime) -> Steps[int]:
        """Return how many wrong attempts in a row the sender made, the last one after then."""
        rows = yield (
            _FAILURES,
            {
                "channel": sender.channel,
                "address": sender.address,
                "since": milliseconds(since),
            },
        )
        return number(rows[0][0]) if rows else 0

    def fail(self, sender: Target, *, now: datetime, since: datetime) -> Steps[int]:
        """Count a wrong attempt; those before `since` are forgotten. Return how many there are."""
        rows = yield (
            _FAIL,
            {
                "channel": sender.channel,
                "address": sender.address,
                "now": milliseconds(now),
                "since": milliseconds(since),
            },
        )
        return number(rows[0][0])

    def forgive(self, sender: Target) -> Steps[None]:
        """Forget the sender's wrong attempts."""
        yield _FORGIVE, {"channel": sender.channel, "address": sender.address}
