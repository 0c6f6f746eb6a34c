"""Where things stand in a TOML text; the parser tells their values, and not their lines."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_TOKEN: Final = re.compile(
    r"""
    (?P<text>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<comment>\#[^\n]*)
    |(?P<sign>[\[\]{}=,.\n])
    |(?P<bare>[^\s\[\]{}=,.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


def lines_of_toml(text: str) -> dict[Path, int]:
    """Return the line, from 1, of each table, key and item by its path.

    The text is one that `tomllib` takes; items of lists are numbered from 0.
    """
    return _Scanner(text).lines


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int


def _tokens(text: str) -> Iterator[_Token]:
    line, last = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        if match.lastgroup != "comment":
            yield _Token(match[0], line)


class _Scanner:
    __slots__ = ("_at", "_counts", "_tokens", "lines")

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._tokens = [*_tokens(text), _Token("\n", text.count("\n") + 1)]
        self._at = 0
        table: Path = ()
        while self._at < len(self._tokens):
            if self._sign == "\n":
                self._at += 1
            elif self._sign == "[":
                table = self._header()
            else:
                self._pair(table)

    @property
    def _sign(self) -> str:
        return self._tokens[self._at].text

    @property
    def _line(self) -> int:
        return self._tokens[self._at].line

    def _header(self) -> Path:
        """Take `[a.b]` or `[[a.b]]`, and return the path of the table that it begins."""
        line = self._line
        self._at += 1
        is_list = self._sign == "["
        self._at += is_list
        names = self._names()
        self._at += 1 + is_list
        path: Path = ()
        for place, name in enumerate(names, 1):
            path = (*path, name)
            if is_list and place == len(names):
                self._counts[path] = self._counts.get(path, -1) + 1
            self.lines.setdefault(path, line)
            if path in self._counts:
                path = (*path, self._counts[path])
                self.lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line
        path = table
        for name in self._names():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._at += 1
        self._value(path)

    def _names(self) -> list[str]:
        """Take a key, and return its parts; stand behind it."""
        names = []
        while self._sign not in {"=", "]"}:
            if self._sign != ".":
                names.append(_name(self._sign))
            self._at += 1
        return names

    def _value(self, path: Path) -> None:
        opened = self._sign
        if opened not in {"[", "{"}:
            while self._sign not in {",", "]", "}", "\n"}:
                self._at += 1
            return
        self._at += 1
        number = 0
        while self._sign not in {"]", "}"}:
            if self._sign in {",", "\n"}:
                self._at += 1
            elif opened == "{":
                self._pair(path)
            else:
                self.lines[(*path, number)] = self._line
                self._value((*path, number))
                number += 1
        self._at += 1


def _name(token: str) -> str:
    if token[0] not in "\"'":
        return token
    return str(tomllib.loads(f"name = {token}")["name"])
