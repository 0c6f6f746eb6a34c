"""The tables that make a gate, with their columns: what an export holds and an import fills.

`schema_version` stays behind, as the file has its number; so does `audit_head`, whose `epoch` is
its daemon's and whose end of the chain is the file's last line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.gate.steps import Row, Scalar
from bot.store.statements import Statement, statement

ROWS_AT_ONCE: Final = 20
_LARGEST: Final = 2**63 - 1


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "a text"
    MAYBE_TEXT = "a text or null"
    NUMBER = "a whole number"
    MAYBE_NUMBER = "a whole number or null"

    def fits(self, value: object) -> bool:
        """Tell whether both engines take the value in such a column."""
        if value is None:
            return self in {Kind.MAYBE_TEXT, Kind.MAYBE_NUMBER}
        if self in {Kind.TEXT, Kind.MAYBE_TEXT}:
            return isinstance(value, str) and _is_whole(value)
        return type(value) is int and -_LARGEST <= value <= _LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table; `key` names the first columns, by which its rows are ordered.

    `first` and `following` read a page, `add` and `add_many` save one row and ROWS_AT_ONCE.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Kind]
    first: Statement
    following: Statement
    add: Statement
    add_many: Statement

    def misfit(self, row: Sequence[object]) -> str | None:
        """Return what is wrong with a row's shape, or None."""
        if len(row) != len(self.columns):
            return f"a row of {self.name} has {len(self.columns)} columns"
        for (column, kind), value in zip(self.columns.items(), row, strict=True):
            if not kind.fits(value):
                return f"{self.name}.{column} is {kind}"
        return None

    def are_ordered(self, before: Row, row: Row) -> bool:
        """Tell whether the second row's key is beyond the first's, as both engines order them."""
        for one, other, _ in zip(before, row, self.key, strict=False):
            if one != other:
                return one < other  # type: ignore[operator]  # of one kind: none is a misfit
        return False

    def page_after(self, row: Row) -> Mapping[str, Scalar]:
        """Return the parameters of the page that follows this row."""
        return dict(zip(self.key, row, strict=False)) | {"limit": ROWS_AT_ONCE}

    def values(self, rows: Sequence[Row]) -> Mapping[str, Scalar]:
        """Return the parameters that save these rows."""
        return {
            f"v{place}_{column}": value
            for place, row in enumerate(rows)
            for column, value in enumerate(row)
        }


def _table(name: str, *, key: int = 1, columns: Mapping[str, Kind]) -> Table:
    """Build a table whose first `key` columns are its primary key, and its statements."""
    names = ", ".join(columns)
    keys = tuple(columns)[:key]
    ordered = f"ORDER BY {', '.join(keys)} LIMIT :limit"
    after = f"({', '.join(keys)}) > ({', '.join(f':{key}' for key in keys)})"
    rows = [
        f"({', '.join(f':v{place}_{column}' for column in range(len(columns)))})"
        for place in range(ROWS_AT_ONCE)
    ]
    insert = f"INSERT INTO {name} ({names}) VALUES"
    select = f"SELECT {names} FROM {name}"  # noqa: S608  names of this file alone
    return Table(
        name=name,
        key=keys,
        columns=columns,
        first=statement(f"first_{name}", f"{select} {ordered}"),
        following=statement(f"following_{name}", f"{select} WHERE {after} {ordered}"),
        add=statement(f"add_{name}", f"{insert} {rows[0]}"),
        add_many=statement(f"add_many_{name}", f"{insert} {', '.join(rows)}"),
    )


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True


# A table comes after those that it refers to.
TABLES: Final = (
    _table(
        "approvals",
        columns={
            "id": Kind.TEXT,
            "short_code": Kind.TEXT,
            "kind": Kind.TEXT,
            "key_id": Kind.TEXT,
            "agent": Kind.TEXT,
            "session_id": Kind.TEXT,
            "action_type": Kind.TEXT,
            "title": Kind.TEXT,
            "digest": Kind.TEXT,
            "state": Kind.TEXT,
            "created_at": Kind.NUMBER,
            "expires_at": Kind.NUMBER,
            "ended_at": Kind.MAYBE_NUMBER,
            "end_reason": Kind.MAYBE_TEXT,
            "revision": Kind.NUMBER,
            "action": Kind.TEXT,
            "questions": Kind.TEXT,
            "risk": Kind.TEXT,
            "decision": Kind.MAYBE_TEXT,
            "outcome": Kind.MAYBE_TEXT,
            "ruling": Kind.MAYBE_TEXT,
            "votes": Kind.TEXT,
            "copy_of": Kind.MAYBE_TEXT,
            "copies": Kind.NUMBER,
            "number": Kind.MAYBE_TEXT,
            "grant_id": Kind.MAYBE_TEXT,
            "revoked": Kind.MAYBE_TEXT,
            "decided_by": Kind.MAYBE_TEXT,
            "crowd": Kind.NUMBER,
            "repeats": Kind.NUMBER,
            "due_at": Kind.MAYBE_NUMBER,
            "reminded": Kind.NUMBER,
            "queued_until": Kind.MAYBE_NUMBER,
            "words": Kind.MAYBE_TEXT,
            "claimed_at": Kind.MAYBE_NUMBER,
            "claim": Kind.MAYBE_TEXT,
        },
    ),
    _table(
        "idempotency",
        key=2,
        columns={
            "key_id": Kind.TEXT,
            "key": Kind.TEXT,
            "fingerprint": Kind.TEXT,
            "approval_id": Kind.TEXT,
            "at": Kind.NUMBER,
        },
    ),
    _table(
        "grants",
        columns={
            "id": Kind.TEXT,
            "reach": Kind.TEXT,
            "scope": Kind.TEXT,
            "key_id": Kind.TEXT,
            "agent": Kind.TEXT,
            "action_type": Kind.TEXT,
            "cwd": Kind.MAYBE_TEXT,
            "session_id": Kind.MAYBE_TEXT,
            "made_by": Kind.TEXT,
            "made_at": Kind.NUMBER,
            "revoked_at": Kind.MAYBE_NUMBER,
            "uses": Kind.NUMBER,
            "last_used_at": Kind.MAYBE_NUMBER,
            "extent": Kind.TEXT,
            "ends": Kind.TEXT,
            "expires_at": Kind.MAYBE_NUMBER,
            "uses_left": Kind.MAYBE_NUMBER,
        },
    ),
    _table(
        "audit",
        columns={
            "seq": Kind.NUMBER,
            "at": Kind.NUMBER,
            "kind": Kind.TEXT,
            "actor": Kind.TEXT,
            "approval_id": Kind.MAYBE_TEXT,
            "facts": Kind.TEXT,
            "previous": Kind.TEXT,
            "hash": Kind.TEXT,
        },
    ),
    _table(
        "cards",
        columns={
            "id": Kind.TEXT,
            "approval_id": Kind.TEXT,
            "place": Kind.NUMBER,
            "kind": Kind.TEXT,
            "channel": Kind.TEXT,
            "address": Kind.TEXT,
            "handle": Kind.TEXT,
            "message": Kind.MAYBE_TEXT,
            "face": Kind.TEXT,
            "face_revision": Kind.NUMBER,
            "beside": Kind.MAYBE_TEXT,
            "held_at": Kind.MAYBE_NUMBER,
        },
    ),
    _table("approvers", columns={"id": Kind.TEXT, "name": Kind.TEXT}),
    _table(
        "sheets",
        columns={
            "id": Kind.TEXT,
            "kind": Kind.TEXT,
            "channel": Kind.TEXT,
            "address": Kind.TEXT,
            "handle": Kind.TEXT,
            "person": Kind.MAYBE_TEXT,
            "state": Kind.TEXT,
            "message": Kind.MAYBE_TEXT,
            "revision": Kind.NUMBER,
            "made_at": Kind.NUMBER,
            "touched_at": Kind.NUMBER,
            "closed_at": Kind.MAYBE_NUMBER,
            "thread": Kind.MAYBE_TEXT,
        },
    ),
    _table(
        "outbox",
        columns={
            "id": Kind.TEXT,
            "state": Kind.TEXT,
            "task": Kind.TEXT,
            "channel": Kind.TEXT,
            "address": Kind.TEXT,
            "card_id": Kind.MAYBE_TEXT,
            "body": Kind.TEXT,
            "priority": Kind.NUMBER,
            "attempts": Kind.NUMBER,
            "revision": Kind.NUMBER,
            "created_at": Kind.NUMBER,
            "due_at": Kind.NUMBER,
            "fault": Kind.MAYBE_TEXT,
            "sheet_id": Kind.MAYBE_TEXT,
        },
    ),
    _table(
        "approver_sources",
        key=2,
        columns={"approver_id": Kind.TEXT, "source": Kind.TEXT, "role": Kind.TEXT},
    ),
    _table(
        "addresses",
        key=2,
        columns={"channel": Kind.TEXT, "address": Kind.TEXT, "approver_id": Kind.TEXT},
    ),
    _table(
        "person_preferences",
        columns={
            "person_id": Kind.TEXT,
            "language": Kind.MAYBE_TEXT,
            "heard_language": Kind.MAYBE_TEXT,
            "timezone": Kind.MAYBE_TEXT,
            "quiet_from": Kind.MAYBE_NUMBER,
            "quiet_to": Kind.MAYBE_NUMBER,
            "quiet_mode": Kind.TEXT,
        },
    ),
    _table(
        "links",
        columns={
            "token_sha256": Kind.TEXT,
            "person": Kind.TEXT,
            "expires_at": Kind.NUMBER,
            "used_at": Kind.MAYBE_NUMBER,
        },
    ),
    _table(
        "pairing_codes",
        columns={
            "code_sha256": Kind.TEXT,
            "role": Kind.TEXT,
            "made_by": Kind.TEXT,
            "expires_at": Kind.NUMBER,
            "used_at": Kind.MAYBE_NUMBER,
        },
    ),
    _table(
        "pairing_failures",
        key=2,
        columns={
            "channel": Kind.TEXT,
            "address": Kind.TEXT,
            "count": Kind.NUMBER,
            "last_at": Kind.NUMBER,
        },
    ),
    _table(
        "tokens",
        columns={
            "sha256": Kind.TEXT,
            "purpose": Kind.TEXT,
            "approval_id": Kind.TEXT,
            "channel": Kind.TEXT,
            "address": Kind.TEXT,
            "person": Kind.MAYBE_TEXT,
            "made_at": Kind.NUMBER,
            "expires_at": Kind.NUMBER,
            "misses": Kind.NUMBER,
        },
    ),
    _table(
        "devices",
        columns={
            "id": Kind.TEXT,
            "channel": Kind.TEXT,
            "address": Kind.TEXT,
            "person": Kind.TEXT,
            "name": Kind.TEXT,
            "made_at": Kind.NUMBER,
            "used_at": Kind.NUMBER,
            "expires_at": Kind.NUMBER,
            "revoked_at": Kind.MAYBE_NUMBER,
        },
    ),
    _table(
        "device_codes",
        key=2,
        columns={
            "channel": Kind.TEXT,
            "address": Kind.TEXT,
            "nonce": Kind.TEXT,
            "expires_at": Kind.NUMBER,
            "tries": Kind.NUMBER,
            "used_at": Kind.MAYBE_NUMBER,
            "mailed_at": Kind.MAYBE_NUMBER,
        },
    ),
    _table("menus", columns={"scope": Kind.TEXT, "sha256": Kind.TEXT}),
    _table(
        "keys",
        columns={
            "id": Kind.TEXT,
            "source": Kind.TEXT,
            "name": Kind.TEXT,
            "sha256": Kind.TEXT,
            "rights": Kind.TEXT,
            "created_at": Kind.NUMBER,
        },
    ),
    _table(
        "policies",
        columns={
            "id": Kind.TEXT,
            "name": Kind.TEXT,
            "document": Kind.TEXT,
            "made_at": Kind.NUMBER,
            "changed_at": Kind.NUMBER,
        },
    ),
    _table(
        "halts",
        columns={
            "id": Kind.TEXT,
            "kind": Kind.TEXT,
            "name": Kind.TEXT,
            "identity": Kind.TEXT,
            "since": Kind.NUMBER,
            "ends_at": Kind.MAYBE_NUMBER,
        },
    ),
    _table(
        "held",
        columns={
            "approval_id": Kind.TEXT,
            "danger": Kind.NUMBER,
            "asked_at": Kind.NUMBER,
            "urgency": Kind.TEXT,
            "channel": Kind.MAYBE_TEXT,
            "address": Kind.MAYBE_TEXT,
        },
    ),
    _table(
        "dismissals",
        columns={
            "rule_sha256": Kind.TEXT,
            "name": Kind.TEXT,
            "identity": Kind.TEXT,
            "at": Kind.NUMBER,
        },
    ),
    _table(
        "topics",
        key=3,
        columns={
            "channel": Kind.TEXT,
            "address": Kind.TEXT,
            "agent": Kind.TEXT,
            "thread": Kind.MAYBE_TEXT,
            "retry_at": Kind.MAYBE_NUMBER,
        },
    ),
    _table(
        "mailboxes",
        columns={
            "address": Kind.TEXT,
            "window_from": Kind.NUMBER,
            "sent": Kind.NUMBER,
            "failed_at": Kind.MAYBE_NUMBER,
            "fault": Kind.MAYBE_TEXT,
            "told_at": Kind.MAYBE_NUMBER,
        },
    ),
    _table(
        "mail_claims",
        columns={
            "address": Kind.TEXT,
            "person": Kind.TEXT,
            "name": Kind.TEXT,
            "made_by": Kind.TEXT,
            "made_at": Kind.NUMBER,
            "expires_at": Kind.NUMBER,
            "code_sha256": Kind.MAYBE_TEXT,
            "tries": Kind.NUMBER,
        },
    ),
    _table(
        "calls",
        columns={
            "approval_id": Kind.TEXT,
            "key_id": Kind.TEXT,
            "session": Kind.TEXT,
            "tool": Kind.TEXT,
            "attempt": Kind.TEXT,
            "at": Kind.NUMBER,
        },
    ),
    _table(
        "turns",
        key=2,
        columns={"key_id": Kind.TEXT, "session": Kind.TEXT, "begun_at": Kind.NUMBER},
    ),
    _table("updates", key=2, columns={"channel": Kind.TEXT, "id": Kind.NUMBER, "at": Kind.NUMBER}),
)
