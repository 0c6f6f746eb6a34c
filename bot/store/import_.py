"""Fills an empty database with an exported gate: all of it, in one transaction, or nothing."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from bot.core.errors import InvalidAsk
from bot.gate.steps import Row, Steps
from bot.store import BUSY_TIMEOUT, open_engine, place_of
from bot.store.audit import begin_epoch, lock_head, save_head
from bot.store.engine import Conflict, Engine
from bot.store.exported import Exported, open_exported
from bot.store.migrate import migrate, migrations, version_of
from bot.store.table import ROWS_AT_ONCE, TABLES, Table
from bot.store.transfer import Chain, TransferError, Transferred

_NOT_EMPTY: Final = "holds a gate already; name another one, which is empty, in DATABASE_URL."


async def import_gate(url: str, path: Path, *, stop: Callable[[], bool]) -> Transferred:
    """Bring the file's gate into the database of this URL, with the daemon's lock held.

    Raises StoreError in words for the operator; then nothing was imported. `stop` is asked from
    another thread, now and then.
    """
    with open_exported(path, schema=migrations()[-1].version, stop=stop) as exported:
        await asyncio.to_thread(exported.check)
        engine = await open_engine(url, exclusive=True, busy_timeout=BUSY_TIMEOUT)
        try:
            return await _fill(engine, exported, place_of(url))
        finally:
            await engine.close()


async def _fill(engine: Engine, exported: Exported, place: str) -> Transferred:
    known = migrations()
    if 0 < await version_of(engine) < known[-1].version:  # an older gate stays as it is
        raise TransferError(f"The database {place} {_NOT_EMPTY}")
    await migrate(engine, known)
    epoch = await engine.run(begin_epoch)
    try:
        return await engine.run(partial(_steps, exported, epoch, place))
    except (Conflict, InvalidAsk) as error:
        raise exported.fault("a row up to here does not go with the others") from error


def _steps(exported: Exported, epoch: int, place: str) -> Steps[Transferred]:
    head = yield from lock_head(epoch)
    if head.seq or (yield from _any_row()):
        raise TransferError(f"The database {place} {_NOT_EMPTY}")
    exported.restart()
    chain = Chain()
    rows = 0
    for table in TABLES:
        exported.begin(table)
        rows += yield from _table(exported, table, chain)
    transferred = exported.end(rows)
    chain.end(transferred.head)
    if chain.broken is not None:
        raise exported.broken(chain.broken)
    yield from save_head(transferred.head)
    return transferred


def _any_row() -> Steps[bool]:
    for table in TABLES:
        if (yield table.first, {"limit": 1}):
            return True
    return False


def _table(exported: Exported, table: Table, chain: Chain) -> Steps[int]:
    """Save a table's rows, and return how many there were."""
    count = 0
    last: Row | None = None
    while rows := exported.rows(table, most=ROWS_AT_ONCE):
        for row in rows:
            if last is not None and not table.are_ordered(last, row):
                raise exported.fault(f"the rows of {table.name} up to here are not in order")
            last = row
            if table.name == "audit":
                chain.take(row)
        if chain.broken is not None:
            raise exported.broken(chain.broken)
        if len(rows) == ROWS_AT_ONCE:
            yield table.add_many, table.values(rows)
        else:
            for row in rows:
                yield table.add, table.values([row])
        count += len(rows)
    return count
