"""Reads all that the gate has kept, after the daemon has ended."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from bot.core.approval import Approval
from bot.core.audit import Head
from bot.gate.steps import Rows, Steps
from bot.gate.tables import Transaction
from bot.store import open_store, sqlite_path
from bot.store.statements import statement
from tests.faults.history import Kept
from tests.postgres import fetch

_ASKS = statement("all_asks", "SELECT key, approval_id FROM idempotency")
_HEAD = statement("head", "SELECT seq, hash FROM audit_head")
_UPDATES = statement("all_updates", "SELECT id FROM updates WHERE channel = 'telegram'")
_OWED = statement("all_owed", "SELECT state, task, address, card_id, fault FROM outbox")

# No clock has ended a grant then.
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)

_LEFT = """
SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'owed')
    + (SELECT COUNT(*) FROM approvals WHERE state = 'pending' AND expires_at < {:d})
"""


async def read_all(database_url: str) -> Kept:
    """Open the database as the next daemon would, and read it."""
    async with open_store(database_url) as store, asyncio.TaskGroup() as tasks:
        tasks.create_task(store.run())
        kept = await store.read(_everything)
        await store.close()
    return kept


def _everything(tx: Transaction) -> Steps[Kept]:
    approvals = yield from _approvals(tx)
    cards = []
    for approval in approvals:
        cards += yield from tx.cards.of(approval.id)
    seq, hash = (yield from _rows(_HEAD))[0]
    return Kept(
        approvals=approvals,
        asks=tuple((str(key), str(id)) for key, id in (yield from _rows(_ASKS))),
        entries=(yield from tx.audit.after(0, limit=10_000_000)),
        head=Head(seq=int(seq or 0), hash=str(hash)),
        updates=frozenset(int(row[0] or 0) for row in (yield from _rows(_UPDATES))),
        cards=tuple(cards),
        grants=(yield from tx.grants.listing(key_id=None, now=_BEFORE_ALL)),
        owed=tuple(f"the outbox holds {tuple(row)}" for row in (yield from _rows(_OWED))),
    )


def _rows(what: object) -> Steps[Rows]:
    return (yield what, {})


def _approvals(tx: Transaction) -> Steps[tuple[Approval, ...]]:
    found: list[Approval] = []
    cursor: str | None = None
    while True:
        page = yield from tx.approvals.listing(
            key_id=None, state=None, session_id=None, limit=500, cursor=cursor
        )
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return tuple(found)


async def left_to_do(database_url: str, *, until: int) -> int:
    """Count what a running daemon has yet to deliver, and to end before this (in milliseconds).

    A reader beside the daemon's own: it neither writes nor checkpoints.
    """
    query = _LEFT.format(until)
    if database_url.startswith("postgresql:"):
        rows = await fetch(database_url, query)
        return int(rows[0][0])
    path = sqlite_path(database_url)
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute(query).fetchone()[0])
