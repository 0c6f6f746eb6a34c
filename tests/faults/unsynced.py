"""A broken build, for the sync test's control only: it answers before what it kept is synced."""

import sqlite3
import sys

from bot.__main__ import serve
from bot.store import sqlite_link

_set_up = sqlite_link._set_up_writer


def _set_up_carelessly(connection: sqlite3.Connection) -> None:
    _set_up(connection)
    connection.execute("PRAGMA synchronous = NORMAL")


if __name__ == "__main__":
    sqlite_link._set_up_writer = _set_up_carelessly
    sys.exit(serve())
