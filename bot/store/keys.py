"""API keys ↔ rows; never a key itself, only its hash."""

from collections.abc import Sequence
from typing import Final

from bot.core.audit import milliseconds
from bot.core.people import Key, Right
from bot.gate.steps import Row, Steps
from bot.store.column import instant, text
from bot.store.document import dumps, loads
from bot.store.statements import load

_SQL: Final = load("keys.sql")
_ALL = _SQL["all"]
_PUT = _SQL["put"]
_OF_SOURCE = _SQL["of_source"]
_DROP = _SQL["drop"]


class KeyRows:
    """API keys, by their hashes."""

    def all(self) -> Steps[tuple[Key, ...]]:
        """Return every key in force."""
        rows = yield _ALL, {}
        return tuple(_key(row) for row in rows)

    def put(self, key: Key, *, source: str) -> Steps[None]:
        """Save a key that comes from this source; one known already keeps its age."""
        yield (
            _PUT,
            {
                "id": key.id,
                "source": source,
                "name": key.name,
                "sha256": key.sha256,
                "rights": dumps(sorted(right.value for right in key.rights)),
                "created_at": milliseconds(key.created_at),
            },
        )

    def keep_only(self, source: str, ids: Sequence[str]) -> Steps[None]:
        """Remove keys of this source that are not among these."""
        rows = yield _OF_SOURCE, {"source": source}
        for id in (text(row[0]) for row in rows):
            if id not in ids:
                yield _DROP, {"id": id}

    def any_from(self, source: str) -> Steps[bool]:
        """Tell whether a key of this source exists."""
        rows = yield _OF_SOURCE, {"source": source}
        return bool(rows)


def _key(row: Row) -> Key:
    return Key(
        id=text(row[0]),
        name=text(row[1]),
        sha256=text(row[2]),
        rights=frozenset(Right(right) for right in loads(text(row[3]))),
        created_at=instant(row[4]),
    )
