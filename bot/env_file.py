"""Changes some lines of a `.env` and keeps every other one, byte for byte."""

import os
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

_MARK = "\ufeff"


def with_values(before: bytes, values: Mapping[str, str]) -> bytes:
    """Return a file's content with these variables set: in their last line, else at the end.

    Earlier lines of the same names go, since the last counts. Values may hold letters, digits and
    what needs no quotes. Raises ValueError where the result would not read as wanted.
    """
    text = before.decode("utf-8", "surrogateescape")
    mark = _MARK if text.startswith(_MARK) else ""
    text = text.removeprefix(_MARK)
    ending = "\r\n" if "\r\n" in text else "\n"
    pieces: list[str] = []
    places: dict[str, int] = {}
    for binding in parse_stream(StringIO(text, newline="")):
        original = binding.original.string
        name = binding.key
        if name is not None and name in values:
            if name in places:
                pieces[places[name]] = ""
            places[name] = len(pieces)
            blank = original[: len(original) - len(original.lstrip())]
            pieces.append(f"{blank}{name}={values[name]}{ending}")
        else:
            pieces.append(original)
    joined = "".join(pieces)
    for name, value in values.items():
        if name not in places:
            joined += "" if not joined or joined.endswith("\n") else ending
            joined += f"{name}={value}{ending}"
    _check(joined, text, values)
    return (mark + joined).encode("utf-8", "surrogateescape")


def _check(after: str, before: str, values: Mapping[str, str]) -> None:
    wanted = {**_read(before), **values}
    if _read(after) != wanted:
        raise ValueError("the file could not be changed without changing more of it")


def _read(text: str) -> dict[str, str | None]:
    return {one.key: one.value for one in parse_stream(StringIO(text, newline="")) if one.key}


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone; a link keeps its place."""
    path = path.resolve()
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
