"""The audit chain read for an examination, from the database or from a file; and written out."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from bot.core.audit import Entry, Head, milliseconds
from bot.core.audit_check import AuditCheck
from bot.core.errors import GateError
from bot.gate.steps import Row, Scalar, Steps
from bot.store.audit import entry_of, read_head
from bot.store.claim import load_claim
from bot.store.column import maybe_text, number, text
from bot.store.document import dumps
from bot.store.history import read_gate
from bot.store.statements import load
from bot.store.transfer import FORMAT, LONGEST_LINE, TransferError

ROWS_AT_ONCE: Final = 500
_AFTER = load("audit.sql")["after"]
_CLAIMS_AFTER = load("approvals.sql")["claims_after"]
_COLUMNS: Final = ("seq", "at", "kind", "actor", "approval_id", "facts", "previous", "hash")
_UNREADABLE: Final = (GateError, ValueError, TypeError, KeyError, OverflowError, RecursionError)


class Draft(Protocol):
    """Where entries are written; it can begin anew."""

    def restart(self) -> None:
        """Forget what was written."""

    def write(self, content: bytes) -> None:
        """Add the content at the end."""


async def check_gate(url: str, begin: Callable[[], AuditCheck]) -> AuditCheck:
    """Examine the gate of this URL, in one snapshot; raises StoreError in words."""

    def steps() -> Steps[AuditCheck]:
        check = begin()
        seq = 0
        while rows := (yield _AFTER, {"seq": seq, "limit": ROWS_AT_ONCE}):
            for row in rows:
                check.entry(_entry(row))
            seq = number(rows[-1][0])
        id = ""
        while rows := (yield _CLAIMS_AFTER, {"id": id, "limit": ROWS_AT_ONCE}):
            for row in rows:
                _receipt(check, text(row[0]), row[1])
            id = text(rows[-1][0])
        check.end((yield from read_head()))
        return check

    return await read_gate(url, steps)


async def write_entries(url: str, draft: Draft) -> Head:
    """Write every entry as a line of JSON; return the end of the chain. Raises StoreError."""

    def steps() -> Steps[Head]:
        draft.restart()
        seq = 0
        while rows := (yield _AFTER, {"seq": seq, "limit": ROWS_AT_ONCE}):
            for row in rows:
                draft.write(_line(entry_of(row)))
            seq = number(rows[-1][0])
        return (yield from read_head())

    return await read_gate(url, steps)


def check_file(path: Path, begin: Callable[[], AuditCheck]) -> AuditCheck:
    """Examine what `ok2run export` or `ok2run audit export` wrote; raises TransferError."""
    check = begin()
    try:
        with path.open("rb") as file:
            first = _read(path, file.readline(LONGEST_LINE))
            if isinstance(first, dict) and first.get("format") == FORMAT:
                file.seek(0)
                _check_whole(path, file, check)
            elif first is None or (isinstance(first, dict) and "seq" in first):
                file.seek(0)
                for line in _lines(file):
                    check.entry(_entry_in(_read(path, line)))
                check.end(has_receipts=False)
            else:
                raise TransferError(f"{path} is no export of ok2run.")
    except OSError as error:
        raise TransferError(f"{path} can't be read: {error.strerror}.") from error
    return check


def _check_whole(path: Path, file: BinaryIO, check: AuditCheck) -> None:
    """Examine the audit and the receipts in a whole gate's file, of whatever schema."""
    sha256, table = hashlib.sha256(), ""
    columns: tuple[str, ...] = ()
    receipts: list[tuple[str, Scalar]] = []
    for line in _lines(file):
        value = _read(path, line)
        match value:
            case {"table": str(name), "columns": [*names]}:
                table, columns = name, tuple(map(str, names))
            case [*row]:
                named = dict(zip(columns, cast(Row, row), strict=False))
                if table == "audit":
                    check.entry(_entry([named.get(column) for column in _COLUMNS]))
                elif table == "approvals" and named.get("claim") is not None:
                    receipts.append((str(named.get("id")), named["claim"]))
            case {"end": True, "audit_head": {"seq": int(seq), "hash": str(hash)}, **more}:
                if check.broken is None and more.get("sha256") != sha256.hexdigest():
                    raise TransferError(f"{path} was changed after it was written.")
                for id, kept in receipts:
                    _receipt(check, id, kept)
                check.end(Head(seq=seq, hash=hash))
                return
        sha256.update(line)
    raise TransferError(f"{path} was cut off: its last line is missing.")


def _lines(file: BinaryIO) -> Iterable[bytes]:
    while line := file.readline(LONGEST_LINE):
        yield line


def _read(path: Path, line: bytes) -> object:
    """Return a line's JSON value, None for an empty file; raises TransferError for no JSON."""
    if not line:
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TransferError(f"{path} holds a line that is no JSON; take another copy.") from error


def _entry(row: Row) -> Entry | None:
    try:
        return entry_of(row)
    except _UNREADABLE:
        return None


def _entry_in(value: object) -> Entry | None:
    """Return the entry of a line of `ok2run audit export`, or None."""
    if not isinstance(value, Mapping):
        return None
    row = [value.get(column) for column in _COLUMNS]
    row[_COLUMNS.index("facts")] = dumps(value.get("facts"))
    return _entry(row)


def _receipt(check: AuditCheck, id: str, kept: Scalar) -> None:
    try:
        claim = load_claim(maybe_text(kept))
        document = json.loads(claim.receipt) if claim is not None else None
    except _UNREADABLE:
        claim, document = None, None
    check.receipt(id, claim, document)


def _line(entry: Entry) -> bytes:
    record = entry.record
    written = {
        "seq": entry.seq,
        "at": milliseconds(record.at),
        "kind": record.kind,
        "actor": record.actor,
        "approval_id": record.approval_id,
        "facts": dict(record.facts),
        "previous": entry.previous,
        "hash": entry.hash,
    }
    return f"{dumps(written)}\n".encode("ascii")
