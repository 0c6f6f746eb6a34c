"""The audit chain ↔ rows: read by anybody, appended to by the writer alone."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.core.audit import Entry, Head, Record, milliseconds
from bot.gate.steps import Row, Scalar, Steps
from bot.store.column import instant, maybe_text, number, text
from bot.store.document import dumps, loads
from bot.store.engine import StoreDamaged, StoreTaken
from bot.store.statements import load

_SQL: Final = load("audit.sql")
_LOCK_HEAD = _SQL["lock_head"]
_HEAD = _SQL["head"]
_BEGIN_EPOCH = _SQL["begin_epoch"]
_SAVE_HEAD = _SQL["save_head"]
_ADD = _SQL["add"]
_OF = _SQL["of"]
_HAS = _SQL["has"]
_AFTER = _SQL["after"]


class AuditRows:
    """The chain, read."""

    def of(self, approval_id: str) -> Steps[tuple[Entry, ...]]:
        """Return one approval's entries, oldest first."""
        rows = yield _OF, {"approval_id": approval_id}
        return tuple(entry_of(row) for row in rows)

    def has(self, approval_id: str, kind: str) -> Steps[bool]:
        """Tell whether the approval has an entry of this kind."""
        rows = yield _HAS, {"approval_id": approval_id, "kind": kind}
        return bool(rows)

    def after(self, seq: int, *, limit: int) -> Steps[tuple[Entry, ...]]:
        """Return entries that follow this number, oldest first."""
        rows = yield _AFTER, {"seq": seq, "limit": limit}
        return tuple(entry_of(row) for row in rows)


def begin_epoch() -> Steps[int]:
    """Return the number of a new epoch: whoever holds an earlier one writes nothing more."""
    rows = yield _BEGIN_EPOCH, {}
    return number(rows[0][0])


def lock_head(epoch: int | None) -> Steps[Head]:
    """Return the end of the chain, which nobody else moves until the transaction ends.

    Raises StoreTaken where this epoch is over; None is for those who share the database.
    """
    rows = yield _LOCK_HEAD, {}
    seq, hash, epoch_now = rows[0]
    if epoch not in {None, epoch_now}:
        raise StoreTaken("Another ok2run has taken the database over.")
    return Head(seq=number(seq), hash=text(hash))


def read_head() -> Steps[Head]:
    """Return the end of the chain as it is in this snapshot."""
    rows = yield _HEAD, {}
    if not rows:
        raise StoreDamaged("The end of the audit chain is not there.")
    return Head(seq=number(rows[0][0]), hash=text(rows[0][1]))


def save_head(head: Head) -> Steps[None]:
    """Save the end of the chain."""
    yield _SAVE_HEAD, {"seq": head.seq, "hash": head.hash}


def reads_chain(statement: object) -> bool:
    """Tell whether the statement looks at links."""
    return statement is _OF or statement is _HAS or statement is _AFTER


def add_entries(entries: Sequence[Entry]) -> Steps[None]:
    """Save links, all in one go."""
    yield _ADD, [_row(entry) for entry in entries]


def _row(entry: Entry) -> Mapping[str, Scalar]:
    record = entry.record
    return {
        "seq": entry.seq,
        "at": milliseconds(record.at),
        "kind": record.kind,
        "actor": record.actor,
        "approval_id": record.approval_id,
        "facts": dumps(dict(record.facts)),
        "previous": entry.previous,
        "hash": entry.hash,
    }


def entry_of(row: Row) -> Entry:
    """Return the entry of a row, whose columns are in the order of the table."""
    return Entry(
        seq=number(row[0]),
        record=Record(
            at=instant(row[1]),
            kind=text(row[2]),
            actor=text(row[3]),
            approval_id=maybe_text(row[4]),
            facts=loads(text(row[5])),
        ),
        previous=text(row[6]),
        hash=text(row[7]),
    )
