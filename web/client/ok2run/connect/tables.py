"""Adds tables to TOML text and takes them out; every other byte stays as it is."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ok2run.connect.jsonc import MARK, Malformed

Table: TypeAlias = Mapping[str, str]

_HEADER = re.compile(r"^[ \t]*\[.*\][ \t]*(?:#.*)?$")


def with_tables(text: str, parent: Sequence[str], tables: Mapping[str, Table]) -> str:
    """Return the text with these tables of texts at its end, in place of those of their names.

    Raises Malformed where the text is no TOML, or does not read so afterwards.
    """
    before = _read(text)
    if before == _with(before, parent, tables):
        return text
    result = without_tables(text, parent, tuple(tables))
    newline = "\r\n" if "\r\n" in text else "\n"
    for name, table in tables.items():
        head = ".".join((*parent, json.dumps(name, ensure_ascii=False)))
        lines = [f"[{head}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        gap = "" if not result.strip(MARK) else newline
        gap = gap if result.endswith("\n") or not gap else newline + gap
        result += gap + newline.join(lines) + newline
    left = _without(before, parent, tuple(tables))
    if _read(result) != _with(left, parent, tables):
        raise Malformed("it can't take another table; it may have one of its parts in braces")
    return result


def without_tables(text: str, parent: Sequence[str], names: Sequence[str]) -> str:
    """Return the text without the tables of these names, as far as each is a block of its own.

    Raises Malformed where the text is no TOML, or something else would go with them.
    """
    before = _read(text)
    mark = MARK if text.startswith(MARK) else ""
    lines = text.removeprefix(MARK).splitlines(keepends=True)
    kept: list[str] = []
    is_cut = False
    for line in lines:
        if _HEADER.match(line.rstrip("\r\n")):
            is_cut = _names(line, parent) in {(*parent, name) for name in names}
            if is_cut and kept and not kept[-1].strip():
                kept.pop()  # the blank line before it
        if not is_cut or line.lstrip().startswith("#") or (not line.strip() and kept):
            kept.append(line)
    result = mark + "".join(kept)
    if _read(result) != _without(before, parent, names):
        raise Malformed("a table in it can't be taken out alone")
    return result


def _names(header: str, parent: Sequence[str]) -> tuple[str, ...]:
    """Return the path that a header names."""
    try:
        found = tomllib.loads(header)
    except tomllib.TOMLDecodeError:
        return ()
    path: list[str] = []
    node: object = found
    while isinstance(node, dict) and node and len(path) <= len(parent):
        name, node = next(iter(node.items()))
        path.append(name)
    return tuple(path)


def _read(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text.removeprefix(MARK))
    except tomllib.TOMLDecodeError as error:
        raise Malformed(str(error)) from error


def _with(
    data: dict[str, object], parent: Sequence[str], tables: Mapping[str, Table]
) -> dict[str, object]:
    """Return the data with these tables."""
    if not parent:
        return {**data, **{name: dict(table) for name, table in tables.items()}}
    inner = data.get(parent[0], {})
    if not isinstance(inner, dict):
        raise Malformed(f"{parent[0]} is no table")
    return {**data, parent[0]: _with(inner, parent[1:], tables)}


def _without(
    data: dict[str, object], parent: Sequence[str], names: Sequence[str]
) -> dict[str, object]:
    """Return the data without these tables, and without the parents that they leave empty."""
    if not parent:
        return {name: value for name, value in data.items() if name not in names}
    first, *rest = parent
    inner = data.get(first)
    if not isinstance(inner, dict):
        return dict(data)
    left = _without(inner, rest, names)
    is_emptied = not left and bool(inner)
    return {
        name: left if name == first else value
        for name, value in data.items()
        if not (name == first and is_emptied)
    }
