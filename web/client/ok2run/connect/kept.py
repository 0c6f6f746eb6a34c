"""A settings file on the disk: read with its faults in words, backed up once, written whole."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ok2run.file import PRIVATE, write_whole

_LIMIT = 16 * 1024 * 1024  # bytes
_BACKUP = ".ok2run-backup"


class CannotEdit(Exception):
    """The file can't be changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A settings file as it stands, and the backup beside it; None is a file that is not there."""

    path: Path
    text: str | None
    backup: str | None

    @property
    def backup_path(self) -> Path:
        """Return where the backup is, or would be."""
        return _backup_of(self.path)


def load(path: Path) -> Kept:
    """Return a file and its backup. Raises CannotEdit where it could not be changed either."""
    text = _read(path)
    if text is not None and not _may_write(path):
        raise CannotEdit(f"{path} is read-only; make it writable: chmod u+w {path}")
    backup_path = _backup_of(path)
    return Kept(path=path, text=text, backup=_read(backup_path))


def store(kept: Kept, text: str, *, private: bool = False) -> None:
    """Write the file, after a backup of what stood there, where there is none yet."""
    path = kept.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if kept.text is not None and kept.backup is None:
            write_whole(kept.backup_path, _bytes(kept.text), mode=_mode(path))
        write_whole(path, _bytes(text), mode=PRIVATE if private else None)
    except OSError as error:
        raise CannotEdit(_words(error, path)) from error


def restore(kept: Kept, text: str | None) -> None:
    """Write the file as it was before, or remove it; a backup that says the same goes too."""
    path = kept.path
    try:
        if text is None:
            path.unlink()
            return
        is_as_before = kept.backup == text
        write_whole(path, _bytes(text), mode=_mode(kept.backup_path) if is_as_before else None)
        if is_as_before:
            kept.backup_path.unlink()
    except OSError as error:
        raise CannotEdit(_words(error, path)) from error


def _read(path: Path) -> str | None:
    try:
        if path.is_symlink() and not path.exists():
            raise CannotEdit(f"{path} is a link to nothing; put it right, or remove it.")
        kind = path.stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):  # opening a pipe would wait for ever
            raise CannotEdit(f"{path} is not a file; move it away first.")
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotEdit(_words(error, path)) from error
    if len(content) > _LIMIT:
        raise CannotEdit(f"{path} is larger than 16 MiB; that is no settings file.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CannotEdit(f"{path} is not UTF-8 text; save it as UTF-8 first.") from error


def _may_write(path: Path) -> bool:
    """Return whether it may be written; a file without any write bit stays, whoever asks."""
    return bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK)


def _words(error: OSError, path: Path) -> str:
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder where a file belongs; move it away first."
    if isinstance(error, NotADirectoryError | FileExistsError):
        return f"{path} can't be there: a part of its path is a file; move that away first."
    if isinstance(error, PermissionError):
        return f"{path}: permission denied; run this as the user whose agent it is."
    return f"{path}: {(error.strerror or str(error)).lower()}; nothing was changed there."


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")


def _backup_of(path: Path) -> Path:
    return path.with_name(path.name + _BACKUP)
