"""The raw text of each variable: from the environment, else `.env`, else the file NAME_FILE names.

No value is judged here and none is echoed; what can't be read becomes a fault line.
"""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

FILE_LIMIT = 65536  # bytes; a secret or a .env of more is a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class RawVariables:
    """The texts that were set, trimmed and never empty; and what was wrong or odd on the way."""

    values: Mapping[str, str]
    unreadable: frozenset[str]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def read_variables(
    environ: Mapping[str, str],
    directory: Path,
    *,
    names: Collection[str],
    secret_names: Collection[str],
    other_names: Collection[str] = (),
) -> RawVariables:
    """Gather the variables `names`; those of `secret_names` may be given as NAME_FILE too.

    The environment wins over `.env` in `directory`; an empty text counts as not set. A name in
    `.env` that is neither known nor among `other_names` is a warning.
    """
    file_names = {f"{name}_FILE": name for name in secret_names}
    known = {*names, *file_names}
    from_file, faults, warnings = _read_dotenv(directory / ".env")
    warnings += _unknown_names(from_file, known, {*known, *other_names})
    texts = {name: from_file[name] for name in known if from_file.get(name)}
    texts |= {name: text for name in known if (text := environ.get(name, "").strip())}

    unreadable = set()
    for file_name, name in file_names.items():
        path = texts.pop(file_name, None)
        if path is None:
            continue
        if name in texts:
            faults.append(f"{name}: both {name} and {file_name} are set; keep one of them.")
            unreadable.add(name)
            continue
        try:
            texts[name] = _read_text(directory / path).strip()
        except (OSError, ValueError) as error:
            faults.append(f"{file_name}: cannot read the file it names: {_cause(error)}.")
            unreadable.add(name)
            continue
        if not texts[name]:
            faults.append(f"{file_name}: the file it names is empty; put the value into it.")
            unreadable.add(name)
    for name in unreadable:
        texts.pop(name, None)
    return RawVariables(
        values=texts,
        unreadable=frozenset(unreadable),
        faults=tuple(faults),
        warnings=tuple(warnings),
    )


def _read_dotenv(path: Path) -> tuple[dict[str, str], list[str], list[str]]:
    """Return what `.env` sets, the lines that can't be read, and the names set twice."""
    values: dict[str, str] = {}
    faults: list[str] = []
    warnings: list[str] = []
    if not path.is_file():
        return values, faults, warnings
    try:
        text = _read_text(path)
    except (OSError, ValueError) as error:
        return values, [f".env: cannot read it: {_cause(error)}."], warnings
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            blank = len(binding.original.string) - len(binding.original.string.lstrip())
            line = binding.original.line + binding.original.string[:blank].count("\n")
            faults.append(f".env: line {line} cannot be read; write NAME=value there.")
        elif binding.key is not None:
            if binding.key in values:
                warnings.append(f".env: {binding.key} is set twice; the last line counts.")
            values[binding.key] = (binding.value or "").strip()
    return values, faults, warnings


def _unknown_names(
    found: Collection[str], suggestions: Collection[str], known: Collection[str]
) -> list[str]:
    lines = []
    for name in found:
        if name in known:
            continue
        close = difflib.get_close_matches(name.upper(), sorted(suggestions), n=1, cutoff=0.7)
        hint = f"; did you mean {close[0]}?" if close else "."
        lines.append(f".env: {ascii(name)[1:-1]} is not a known setting and is not used{hint}")
    return lines


def _read_text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(FILE_LIMIT + 1)
    if len(content) > FILE_LIMIT:
        raise ValueError(f"it is larger than {FILE_LIMIT} bytes")
    return content.decode("utf-8-sig")


def _cause(error: Exception) -> str:
    """Say why, without the path or the content."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return str(error)
