"""The file in which a gate goes from one database to another: JSON lines, always the same.

First a header; then for each table a line with its columns and a line for each row, by key; last
a line with the number of rows, the audit chain's end, and the SHA-256 of all bytes before it.
"""

from dataclasses import dataclass
from typing import Final

from bot.core.audit import Break, Head, head_after, verify
from bot.core.errors import GateError
from bot.gate.steps import Row
from bot.store.audit import entry_of
from bot.store.document import dumps
from bot.store.engine import StoreError
from bot.store.table import Table

FORMAT: Final = "ok2run-export"
VERSION: Final = 1
# What an agent may send, a mebibyte, is a row of some eight at most.
LONGEST_LINE: Final = 64 * 1024 * 1024


class TransferError(StoreError):
    """An export or import ended without a result; the message says what to do."""

    code = "transfer_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """What a file holds: rows, the end of its audit chain, and where that is broken, if it is."""

    rows: int
    head: Head
    broken: Break | None = None


def header(schema: int) -> bytes:
    """Return the first line."""
    return _line({"format": FORMAT, "version": VERSION, "schema": schema})


def columns_line(table: Table) -> bytes:
    """Return the line before a table's rows."""
    return _line({"table": table.name, "columns": list(table.columns)})


def row_line(row: Row) -> bytes:
    """Return the line of a row."""
    return _line(list(row))


def end_line(rows: int, head: Head, sha256: str) -> bytes:
    """Return the last line; `sha256` is that of all lines before it, in hexadecimal."""
    return _line(
        {
            "end": True,
            "rows": rows,
            "audit_head": {"seq": head.seq, "hash": head.hash},
            "sha256": sha256,
        }
    )


def _line(value: object) -> bytes:
    return f"{dumps(value)}\n".encode("ascii")


class Chain:
    """The audit chain as it passes, row by row; `broken` is where it first is none."""

    def __init__(self) -> None:
        self._head = Head()
        self.broken: Break | None = None

    def take(self, row: Row) -> None:
        """Look at the next row of the audit table."""
        if self.broken is not None:
            return
        try:
            entry = entry_of(row)
            self.broken = verify([entry], start=self._head)
        except (GateError, ValueError, TypeError, OverflowError, RecursionError):
            self.broken = Break(seq=self._head.seq + 1, fault="it can't be read")
        else:
            self._head = head_after(entry)

    def end(self, head: Head) -> None:
        """Look whether it ended where it should."""
        if self.broken is None:
            self.broken = verify((), start=self._head, end=head)
