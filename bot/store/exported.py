"""An exported file, read: first for being whole and unaltered, then row by row."""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from bot.core.audit import Break, Head
from bot.gate.steps import Row
from bot.store.table import Table
from bot.store.transfer import (
    FORMAT,
    LONGEST_LINE,
    VERSION,
    TransferError,
    Transferred,
    columns_line,
    end_line,
    header,
)

_CHUNK: Final = 1024 * 1024
_LONGEST_FRAME: Final = 1024  # the first line, and the last


@contextmanager
def open_exported(path: Path, *, schema: int, stop: Callable[[], bool]) -> "Iterator[Exported]":
    """Open the file for reading; raises TransferError where it can't be."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise TransferError(f"{path} can't be read: {error.strerror}.") from error
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise TransferError(f"{path} is no file; an import reads it twice.")
        yield Exported(file, path, schema=schema, stop=stop)


class Exported:
    """The file; what is wrong with it is a TransferError that names it and the line."""

    def __init__(
        self, file: BinaryIO, path: Path, *, schema: int, stop: Callable[[], bool]
    ) -> None:
        self._file = file
        self._path = path
        self._schema = schema
        self._stop = stop
        self._size = 0  # of all but the last line
        self._end: Transferred | None = None
        self._number = 0
        self._line = b""

    def check(self) -> None:
        """Look whether it is one that this program reads, and as it was written."""
        with self._told():
            self._check_header(self._file.readline(_LONGEST_FRAME))
            size = self._file.seek(0, os.SEEK_END)
            self._file.seek(max(0, size - _LONGEST_FRAME))
            before, _, last = self._file.read().removesuffix(b"\n").rpartition(b"\n")
            last += b"\n"
            self._size = size - len(last)
            self._end = _end_of(last, self._sha256()) if before else None
        if self._end is None:
            raise TransferError(
                f"{self._path} was cut off or changed after it was written; "
                "nothing was imported. Take another copy of it."
            )

    def _check_header(self, line: bytes) -> None:
        if line == header(self._schema):
            return
        found = _read(line)
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise TransferError(f"{self._path} is no export of ok2run.")
        if found.get("version") != VERSION:
            raise TransferError(
                f"{self._path} has a form that this ok2run does not know (version "
                f"{found.get('version')}; it knows {VERSION}). Import it with the ok2run that "
                "wrote it."
            )
        raise TransferError(
            f"{self._path} holds schema {found.get('schema')}, and this ok2run has "
            f"{self._schema}. Import it with the ok2run that wrote it; a newer one that is "
            "started on that database then brings it up to date."
        )

    def _sha256(self) -> str:
        """Return the hash of all but the last line."""
        sha256 = hashlib.sha256()
        self._file.seek(0)
        left = self._size
        while left > 0 and (chunk := self._file.read(min(left, _CHUNK))):
            self._go_on()
            sha256.update(chunk)
            left -= len(chunk)
        return sha256.hexdigest()

    def restart(self) -> None:
        """Go to the first table, past the header."""
        with self._told():
            self._file.seek(0)
        self._number = 0
        self._sha = hashlib.sha256()
        self._next()
        if self._line != header(self._schema):
            raise self.fault("the file changes while it is read")
        self._next()

    def begin(self, table: Table) -> None:
        """Go to the first row of this table, which has to be the next one."""
        if self._line != columns_line(table):
            raise self.fault(f"the columns of the table {table.name} should be here")
        self._next()

    def rows(self, table: Table, *, most: int) -> Sequence[Row]:
        """Return the next rows of the table, none where it is over."""
        self._go_on()
        rows: list[Row] = []
        while len(rows) < most and self._line.startswith(b"["):
            row = _read(self._line)
            if not isinstance(row, list):
                raise self.fault("this is no JSON")
            misfit = table.misfit(row)
            if misfit is not None:
                raise self.fault(misfit)
            rows.append(cast(Row, row))
            self._next()
        return rows

    def end(self, rows: int) -> Transferred:
        """Return what the last line says, which has to be true of so many rows before it."""
        end = self._end
        if end is None or self._line != end_line(end.rows, end.head, self._sha256_so_far):
            raise self.fault("the last line should be here")
        if rows != end.rows:
            raise self.fault(f"there are {rows} rows before it and not {end.rows}")
        return end

    def fault(self, words: str) -> TransferError:
        """Return the error about the line where the reading is."""
        return TransferError(
            f"{self._path}, line {self._number}: {words}; nothing was imported. "
            "Take another copy of it, or export again."
        )

    def broken(self, found: Break) -> TransferError:
        """Return the error about its audit chain."""
        return TransferError(
            f"{self._path}: its audit chain is broken at entry {found.seq} ({found.fault}); "
            "nothing was imported. Take an earlier export."
        )

    def _next(self) -> None:
        """Read the next line; the hash is that of the lines before it."""
        if self._number:
            self._sha.update(self._line)
        with self._told():
            self._line = self._file.readline(LONGEST_LINE)
        self._number += 1
        if not self._line.endswith(b"\n"):
            raise self.fault("the line does not end")

    @property
    def _sha256_so_far(self) -> str:
        return self._sha.hexdigest()

    def _go_on(self) -> None:
        if self._stop():
            raise TransferError("Stopped; nothing was imported.")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TransferError(f"{self._path} can't be read: {error.strerror}.") from error


def _read(line: bytes) -> object:
    """Return the JSON value of a line, or None."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _end_of(line: bytes, sha256: str) -> Transferred | None:
    """Return what the last line says, None where it is not one that was written for this hash."""
    match _read(line):
        case {"rows": int(rows), "audit_head": {"seq": int(seq), "hash": str(hash)}}:
            end = Transferred(rows=int(rows), head=Head(seq=int(seq), hash=hash))
            if line == end_line(end.rows, end.head, sha256):
                return end
    return None
