"""Writes a file whole or not at all; what stood there before stays until the new one is synced."""

import os
import stat
from pathlib import Path

PRIVATE = 0o600


def write_whole(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Put these bytes at a path, through a link into the file that it names.

    The mode is the one given, else that of the file in its place, else what a new file gets.
    Raises OSError, and then nothing has changed.
    """
    path = path.resolve()
    try:
        found = path.stat()
    except FileNotFoundError:
        found = None
    draft = path.with_name(f".{path.name}.{os.getpid()}.ok2run-draft")
    draft.unlink(missing_ok=True)
    first = PRIVATE if mode is not None or found is not None else 0o666  # the umask takes from it
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, first)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if mode is not None or found is not None:
                kept = mode if mode is not None or found is None else stat.S_IMODE(found.st_mode)
                os.chmod(draft, kept if kept is not None else PRIVATE)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too; not every system lets a folder be synced."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)
