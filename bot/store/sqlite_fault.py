"""What SQLite reports ↔ the store's words, at the border."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from bot.store.engine import (
    Conflict,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLost,
)

_LOCKED: Final = StoreBusy, "The database is locked by another program; try again."
_FAILED: Final = StoreLost, "The database's disk failed; try again."
_DAMAGED: Final = StoreDamaged, "The database is damaged, or is no SQLite database."
# By SQLite's primary result codes: https://www.sqlite.org/rescode.html
_FAULTS: Final[Mapping[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_FULL: (StoreFull, "There is no room left for the database; free some."),
    sqlite3.SQLITE_CONSTRAINT: (Conflict, "The store holds another row in this place."),
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_IOERR: _FAILED,
    sqlite3.SQLITE_CANTOPEN: _FAILED,
    sqlite3.SQLITE_READONLY: _FAILED,
    sqlite3.SQLITE_PERM: _FAILED,
    sqlite3.SQLITE_NOMEM: _FAILED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def fault_of(error: sqlite3.Error) -> StoreError:
    """Return the store's word for an error of the driver; its own bugs are plain StoreError."""
    result = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    kind, sentence = _FAULTS.get(result & 0xFF, (StoreError, "The store failed."))
    return kind(sentence)
