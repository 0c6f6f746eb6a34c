"""The lock beside a database file: of two daemons on one file each would think itself alone."""

import fcntl
import os
from pathlib import Path

from bot.store.engine import StoreError


class FileLock:
    """A lock on a file of its own; the system frees it when its process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(f"{database.name}.lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise StoreError(
                f"Another ok2run uses this database ({database}); stop it first, "
                "or point DATABASE_URL elsewhere."
            ) from error

    def release(self) -> None:
        """Free the lock; the file stays, since removing it would race with the next owner."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
