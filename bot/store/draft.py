"""A new file that is there whole, synced and under its name, or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.store.transfer import TransferError


class Draft:
    """A file under another name beside its own, for nobody else's eyes (mode 0600).

    As a context manager it leaves nothing, unless `publish` gave it its name. Raises
    TransferError where there is a file of that name, and where the disk does not take it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if os.path.lexists(path):
            raise self._taken()
        with self._told():
            descriptor, name = tempfile.mkstemp(prefix=".ok2run-export-", dir=path.parent)
        self._draft = Path(name)
        self._file = os.fdopen(descriptor, "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # the disk that does not take it has been told of
            self._file.close()
        self._draft.unlink(missing_ok=True)

    def restart(self) -> None:
        """Forget what was written."""
        with self._told():
            self._file.seek(0)
            self._file.truncate()

    def write(self, content: bytes) -> None:
        """Add the content at the end."""
        with self._told():
            self._file.write(content)

    def publish(self) -> None:
        """Sync it and give it its name; both survive a loss of power from then on."""
        with self._told():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._name()
            try:
                _sync(self._path.parent)
            except OSError:
                self._path.unlink()
                raise

    def _name(self) -> None:
        try:
            os.link(self._draft, self._path)
        except FileExistsError:
            raise self._taken() from None
        except OSError:
            self._name_without_link()
        else:
            self._draft.unlink()

    def _name_without_link(self) -> None:
        """Take the name first, as on a file system without links."""
        try:
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise self._taken() from None
        self._draft.replace(self._path)

    def _taken(self) -> TransferError:
        return TransferError(f"{self._path} is there already; name a file that is not.")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TransferError(f"{self._path} can't be written: {error.strerror}.") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
