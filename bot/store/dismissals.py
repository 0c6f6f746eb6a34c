"""Suggested rules that somebody did not want ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.audit import milliseconds
from bot.gate.steps import Steps
from bot.store.column import text
from bot.store.statements import load

_SQL: Final = load("dismissals.sql")
_ALL = _SQL["all"]
_ADD = _SQL["add"]


class DismissalRows:
    """Suggested rules that are offered no more."""

    def all(self) -> Steps[frozenset[str]]:
        """Return the hashes of all of them."""
        rows = yield _ALL, {}
        return frozenset(text(row[0]) for row in rows)

    def add(self, rule_sha256: str, *, name: str, identity: str, at: datetime) -> Steps[None]:
        """Keep one; again does nothing."""
        yield (
            _ADD,
            {
                "rule_sha256": rule_sha256,
                "name": name,
                "identity": identity,
                "at": milliseconds(at),
            },
        )
