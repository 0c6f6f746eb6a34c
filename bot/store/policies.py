"""Policies ↔ rows; their rules stay the documents that people wrote."""

from collections.abc import Mapping
from typing import Final

from bot.core.action import Json
from bot.core.audit import milliseconds
from bot.gate.policy_tables import KeptPolicy
from bot.gate.steps import Row, Scalar, Steps
from bot.store.column import instant, text
from bot.store.document import dumps, loads
from bot.store.statements import load

_SQL: Final = load("policies.sql")
_ALL = _SQL["all"]
_GET = _SQL["get"]
_ADD = _SQL["add"]
_CHANGE = _SQL["change"]
_REMOVE = _SQL["remove"]


class PolicyRows:
    """Policies, as documents."""

    def all(self) -> Steps[tuple[KeptPolicy, ...]]:
        """Return every policy, in the order in which they were made."""
        rows = yield _ALL, {}
        return tuple(_policy(row) for row in rows)

    def get(self, id: str) -> Steps[KeptPolicy | None]:
        """Find one by its id."""
        rows = yield _GET, {"id": id}
        return _policy(rows[0]) if rows else None

    def add(self, policy: KeptPolicy) -> Steps[None]:
        """Save a new one."""
        yield _ADD, _row(policy)

    def change(self, policy: KeptPolicy) -> Steps[None]:
        """Save it over the one of its id."""
        yield _CHANGE, _row(policy)

    def remove(self, id: str) -> Steps[None]:
        """Remove it."""
        yield _REMOVE, {"id": id}


def _row(policy: KeptPolicy) -> dict[str, Scalar]:
    return {
        "id": policy.id,
        "name": policy.name,
        "document": dumps(dict(policy.document)),
        "made_at": milliseconds(policy.made_at),
        "changed_at": milliseconds(policy.changed_at),
    }


def _policy(row: Row) -> KeptPolicy:
    return KeptPolicy(
        id=text(row[0]),
        name=text(row[1]),
        document=_document(text(row[2])),
        made_at=instant(row[3]),
        changed_at=instant(row[4]),
    )


def _document(written: str) -> Mapping[str, Json]:
    """Return the document of a row; an empty one, which has faults, where it is none any more."""
    try:
        document = loads(written)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
