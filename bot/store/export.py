"""Writes a whole gate into one file, from one snapshot, beside a daemon that goes on."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from bot.gate.steps import Row, Steps
from bot.store import open_reader
from bot.store.audit import read_head
from bot.store.draft import Draft
from bot.store.engine import StoreDamaged, StoreError
from bot.store.migrate import migrations, newer, read_version
from bot.store.table import ROWS_AT_ONCE, TABLES, Table
from bot.store.transfer import (
    Chain,
    TransferError,
    Transferred,
    columns_line,
    end_line,
    header,
    row_line,
)
from bot.store.unreadable import why_unreadable


async def export_gate(url: str, path: Path, *, stop: Callable[[], bool]) -> Transferred:
    """Write the gate of this URL into a new file; return what it holds.

    A chain that is broken is written as it is, and told. Raises StoreError in words for the
    operator; then there is no file. `stop` is asked from another thread, page by page.
    """
    reader = open_reader(url)
    try:
        with Draft(path) as draft:
            export = _Export(draft, stop)
            try:
                written = await reader.read(export.steps)
            except TransferError:
                raise
            except StoreError as error:
                raise TransferError(
                    why_unreadable(url, error, holds_gate=export.holds_gate)
                ) from error
            draft.publish()
            return written
    finally:
        await reader.close()


class _Export:
    """One export; its steps may be driven again from the beginning."""

    def __init__(self, draft: Draft, stop: Callable[[], bool]) -> None:
        self._draft = draft
        self._stop = stop
        self.holds_gate = False

    def steps(self) -> Steps[Transferred]:
        """Read every table page by page, and write it down."""
        schema = yield from self._schema()
        self._draft.restart()
        self._sha256 = hashlib.sha256()
        self._rows = 0
        self._chain = Chain()
        self._write(header(schema))
        for table in TABLES:
            self._write(columns_line(table))
            yield from self._table(table)
        head = yield from read_head()
        self._chain.end(head)
        self._write(end_line(self._rows, head, self._sha256.hexdigest()))
        return Transferred(rows=self._rows, head=head, broken=self._chain.broken)

    def _schema(self) -> Steps[int]:
        """Return the version of the schema, where it is this program's."""
        at = yield from read_version()
        self.holds_gate = True
        known = migrations()[-1].version
        if at > known:
            raise TransferError(newer(at, known))
        if at < known:
            raise TransferError(
                f"An older ok2run made this database (schema {at}; this one has {known}). "
                "Start ok2run once to bring it up to date, and export then."
            )
        return at

    def _table(self, table: Table) -> Steps[None]:
        rows = yield table.first, {"limit": ROWS_AT_ONCE}
        while rows:
            if self._stop():
                raise TransferError("Stopped; nothing was exported.")
            for row in rows:
                self._row(table, row)
            rows = yield table.following, table.page_after(rows[-1])

    def _row(self, table: Table, row: Row) -> None:
        misfit = table.misfit(row)
        if misfit is not None:
            raise StoreDamaged(f"It holds what can't be: {misfit}.")
        if table.name == "audit":
            self._chain.take(row)
        self._write(row_line(row))
        self._rows += 1

    def _write(self, line: bytes) -> None:
        self._sha256.update(line)
        self._draft.write(line)
