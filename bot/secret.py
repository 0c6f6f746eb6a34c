"""The one secret file: from it comes every key that signs something, each for one purpose."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

_BYTES: Final = 32


class SecretFileError(Exception):
    """The secret file cannot be used; the message says what to do."""


class SecretKey:
    """What the file holds; kept out of the database, and never used itself."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def for_purpose(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose, by HMAC-SHA256 over its name."""
        return hmac.digest(self._content, purpose.encode(), hashlib.sha256)


def read_or_make(path: Path) -> SecretKey:
    """Return the secret, made with mode 0600 where there is no file yet.

    Raises SecretFileError where the file is not readable, too short, or cannot be made.
    """
    try:
        try:
            content = bytes.fromhex(path.read_text("ascii").strip())
        except FileNotFoundError:
            content = _make(path)
    except ValueError as error:
        raise SecretFileError(
            f"SECRET_KEY_FILE: {path} does not hold hexadecimal digits; "
            "restore it from your backup, or remove it to have a new one made."
        ) from error
    except OSError as error:
        raise SecretFileError(
            f"SECRET_KEY_FILE: {path} cannot be used ({error.strerror}); "
            "make its directory writable for ok2run, or name another file."
        ) from error
    if len(content) < _BYTES:
        raise SecretFileError(
            f"SECRET_KEY_FILE: {path} holds fewer than {_BYTES} bytes; "
            "restore it from your backup, or remove it to have a new one made."
        )
    return SecretKey(content)


def _make(path: Path) -> bytes:
    """Write a new secret under another name first, so that no half of one is ever read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = secrets.token_bytes(_BYTES)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(content.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return content
