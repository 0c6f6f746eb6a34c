"""Named SQL statements, read from the .sql files beside this module.

A file holds blocks: `-- name: find_thing` starts a statement, `-- part: thing_columns` a piece of
text that statements of the same file include as `{thing_columns}`. Parameters are `:name`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from operator import itemgetter

from bot.gate.steps import Scalar

_BLOCK = re.compile(r"^-- (name|part): (\w+)\n", re.MULTILINE)
_COMMENT = re.compile(r"^\s*--.*\n?", re.MULTILINE)
_INCLUDE = re.compile(r"\{(\w+)\}")
# A quoted text and a `::` are matched so that what looks like a parameter in them is none.
_PARAMETER = re.compile(r"'(?:[^']|'')*'|::|:([a-z_][a-z0-9_]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One SQL statement; `parameters` are its names in the order of their first use.

    `text` has them as `:name`, `numbered` as `$1`, `$2` … in that order for PostgreSQL, `marked`
    as `?1`, `?2` … for SQLite, whose driver would look each name up. `values` takes them in that
    order from what stands for the names.
    """

    name: str
    text: str
    numbered: str
    marked: str
    writes: bool
    parameters: tuple[str, ...]
    values: Callable[[Mapping[str, Scalar]], tuple[Scalar, ...]] = field(compare=False)


def statement(name: str, text: str) -> Statement:
    """Return the statement; every text that is not a plain SELECT counts as writing."""
    text = text.strip().removesuffix(";")
    found = (match[1] for match in _PARAMETER.finditer(text))
    parameters = tuple(dict.fromkeys(parameter for parameter in found if parameter))
    return Statement(
        name=name,
        text=text,
        numbered=_numbered(text, parameters, mark="$"),
        marked=_numbered(text, parameters, mark="?"),
        writes=not text.upper().startswith("SELECT"),
        parameters=parameters,
        values=_values(parameters),
    )


def _values(names: Sequence[str]) -> Callable[[Mapping[str, Scalar]], tuple[Scalar, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple(given[name] for name in names)


def _numbered(text: str, parameters: Sequence[str], *, mark: str) -> str:
    places = {name: f"{mark}{place}" for place, name in enumerate(parameters, start=1)}
    return _PARAMETER.sub(lambda match: places[match[1]] if match[1] else match[0], text)


def parse(text: str) -> Mapping[str, Statement]:
    """Return a file's statements by name; raises ValueError where a name is not clear."""
    _, *pieces = _BLOCK.split(text)
    parts: dict[str, str] = {}
    statements: dict[str, Statement] = {}
    for kind, name, block in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        body = _COMMENT.sub("", block).strip()
        if name in parts or name in statements:
            raise ValueError(f"store: the name {name} stands twice")
        if kind == "part":
            parts[name] = body
        else:
            statements[name] = statement(name, _with_parts(body, parts))
    return statements


def _with_parts(body: str, parts: Mapping[str, str]) -> str:
    def included(match: re.Match[str]) -> str:
        if match[1] not in parts:
            raise ValueError(f"store: the part {match[1]} is not there")
        return parts[match[1]]

    return _INCLUDE.sub(included, body)


def load(file: str) -> Mapping[str, Statement]:
    """Return the statements of a .sql file of this package."""
    return parse(resources.files("bot.store").joinpath(file).read_text("utf-8"))
