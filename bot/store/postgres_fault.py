"""What PostgreSQL and its driver report ↔ the store's words, at the border."""

from collections.abc import Mapping
from typing import Final

import asyncpg

from bot.core.errors import GateError, InvalidAsk
from bot.store.engine import (
    Conflict,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLost,
)


class ServerSaid(Exception):
    """The server's code and first line; its details hold rows, and stay behind."""


class StoreReadOnly(StoreLost):
    """Nothing was kept: the server takes no changes."""


_LOCKED: Final = StoreBusy, "The database is locked by another program; try again."
_LOST: Final = StoreLost, "The connection to the database was lost; try again."
_FULL: Final = StoreFull, "There is no room left for the database; free some."
_DAMAGED: Final = StoreDamaged, "The database is damaged; restore a backup."
# By code, else by its class, the first two characters:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_FAULTS: Final[Mapping[str, tuple[type[GateError], str]]] = {
    "08": _LOST,
    "22": (InvalidAsk, "A text or a number holds what can't be stored."),
    "23": (Conflict, "The store holds another row in this place."),
    "25006": (StoreReadOnly, "The database takes no changes now; try again later."),
    "40": _LOCKED,
    "42501": (
        StoreError,
        "The database's user may not do that; let it make and change tables in its schema.",
    ),
    "53": (StoreLost, "The database has no resources left; try again."),
    "53100": _FULL,
    "55P03": _LOCKED,
    "57": _LOST,
    "57014": _LOCKED,
    "58": (StoreLost, "The database's disk failed; try again."),
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
# The driver's own: no server answers, it has hung up, or the call makes no sense now.
_GONE: Final = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
DRIVER_ERRORS: Final = (asyncpg.PostgresError, *_GONE)


def fault_of(error: Exception) -> GateError:
    """Return the store's word for an error of the driver; what it has no word for is a loss."""
    if isinstance(error, asyncpg.PostgresError):
        code = error.sqlstate or ""
        kind, sentence = (
            _FAULTS.get(code) or _FAULTS.get(code[:2]) or (StoreError, "The store failed.")
        )
        fault = kind(sentence)
        if kind is not InvalidAsk:  # whose words hold the value
            fault.__cause__ = ServerSaid(f"PostgreSQL {code}: {error.args[0]}")
    else:
        kind, sentence = _LOST
        fault = kind(sentence)
        fault.__cause__ = error
    return fault
