"""SQLite's log: when its pages move into the database file, and what follows where they do not.

SQLite moves them by itself, but keeps it quiet when the disk does not take them. A second sync
then succeeds although the pages are lost (https://wiki.postgresql.org/wiki/Fsync_Errors), and with
the log gone they are lost for good. So it is done here, and after the first fault nothing more is
written: the next start takes every page from the log anew.
"""

import sqlite3
from pathlib import Path
from typing import Final

_MOST_CHANGES: Final = 500
_MOST_BYTES: Final = 16 * 1024 * 1024
_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class WriteAheadLog:
    """The log of one database; `fault` says why it must not be written any more.

    Its methods run in the thread of the connection that writes.
    """

    def __init__(self, database: Path) -> None:
        self._file = database.with_name(f"{database.name}-wal")
        self._changes = 0
        self._bytes = 0
        self.fault: str | None = None

    def grow(self, connection: sqlite3.Connection) -> None:
        """Move its pages if there are many; what was committed stays so, whatever comes of it."""
        self._changes = min(self._changes, connection.total_changes)  # it may be another one
        if (
            connection.total_changes - self._changes < _MOST_CHANGES
            and self._size() - self._bytes < _MOST_BYTES
        ):
            return
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF not in _FULL:  # there it waits for a better time
                self.fault = f"The disk failed to take the database's log ({error})."
        self._changes, self._bytes = connection.total_changes, self._size()

    def empty(self, connection: sqlite3.Connection) -> None:
        """Move all of its pages, also those that a disk has confirmed and lost; once at start."""
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _size(self) -> int:
        try:
            return self._file.stat().st_size
        except FileNotFoundError:
            return 0
