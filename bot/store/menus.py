"""Lists of commands that a channel was given ↔ rows; of each only the hash."""

from collections.abc import Mapping
from typing import Final

from bot.gate.steps import Steps
from bot.store.column import text
from bot.store.statements import load

_SQL: Final = load("menus.sql")
_ALL = _SQL["all"]
_PUT = _SQL["put"]
_DROP = _SQL["drop"]


class MenuRows:
    """Which list of commands stands in which scope."""

    def all(self) -> Steps[Mapping[str, str]]:
        """Return the hash of every list, by its scope."""
        rows = yield _ALL, {}
        return {text(row[0]): text(row[1]) for row in rows}

    def put(self, scope: str, sha256: str) -> Steps[None]:
        """Keep that this list stands there now."""
        yield _PUT, {"scope": scope, "sha256": sha256}

    def drop(self, scope: str) -> Steps[None]:
        """Keep that no list of its own stands there any more."""
        yield _DROP, {"scope": scope}
