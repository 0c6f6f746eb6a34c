"""Patterns of rules: regular expressions and globs, matched in linear time by RE2.

RE2 never backtracks, so that a pattern costs at most its program's size times the text's length.
Both are bounded here, the program at load and the text by what its pattern leaves of the budget.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import re2  # type: ignore[import-untyped]  # it ships no types; only this module sees it

from bot.core.truth import Truth

LONGEST: Final = 1_000  # characters of a pattern
LARGEST: Final = 4_000  # instructions of its program
_MEMORY: Final = 1 << 20  # bytes, for the program and what is cached of its runs
_WORK: Final = 1_000_000  # instructions times bytes of one search: about ten milliseconds
_LONGEST_TEXT: Final = 1 << 16  # bytes
_SET_TEXT: Final = 2_000  # bytes of a text that a set is asked about
_SET_MEMORY: Final = 8 << 20, 128 << 20  # bytes, at least and at most
_SET_SHARE: Final = 8 << 10  # bytes a pattern

# A path that leads back, or that is written otherwise than it is kept.
_WINDING = re.compile(r"(?:^|/)\.\.(?:/|$)")
_UNTIDY = re.compile(r"//|/\.(?:/|$)|(?:^|/)\.\.(?:/|$)")
_PIECE = re.compile(r"\*\*/?|\*|\?|\[!?[^\[\]]+\]|.", re.DOTALL)
_META = re.compile(r"[!-/:-@\[-`{-~]")


class PatternKind(StrEnum):
    """How a pattern is written."""

    GLOB = "glob"
    REGEX = "regex"


class BadPattern(ValueError):
    """The pattern cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern that was compiled; two are equal where they are written alike."""

    kind: PatternKind
    text: str
    expression: str = field(compare=False, repr=False)
    longest: int = field(compare=False, repr=False)
    _compiled: Any = field(compare=False, repr=False)  # RE2's own object, which has no type

    def truth(self, text: object) -> Truth:
        """Return whether the text fits; unknown for what is no text, too long or unreadable.

        A glob that names folders does not know a path that leads back through `..`, nor, where it
        begins at the root, one with empty or `.` parts: it may be any other place.
        """
        if not isinstance(text, str) or self.is_doubtful(text):
            return None
        return self._compiled.search(text.encode()) is not None

    def is_doubtful(self, text: str) -> bool:
        """Tell whether the pattern cannot answer for this text."""
        if len(text) > self.longest:
            return True
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            return True
        return size > self.longest or self._is_winding(text)

    def _is_winding(self, text: str) -> bool:
        if self.kind is PatternKind.REGEX or "/" not in self.text:
            return False
        return bool((_UNTIDY if self.text.startswith("/") else _WINDING).search(text))


def glob(text: str) -> Pattern:
    """Return a glob: `*` and `?` stay within a folder, `**` does not, `[abc]` is one of them.

    It fits whole texts only. Raises BadPattern.
    """
    return _pattern(PatternKind.GLOB, text, f"(?s)\\A(?:{_translated(text)})\\z")


def regex(text: str) -> Pattern:
    """Return a regular expression of RE2, which searches anywhere in a text; raises BadPattern."""
    return _pattern(PatternKind.REGEX, text, text)


class PatternSet:
    """Many patterns that are asked about one text at once."""

    __slots__ = ("_always", "_folders", "_rooted", "_set")

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        least, most = _SET_MEMORY
        options = _options(min(most, least + _SET_SHARE * len(patterns)))
        self._set: Any = re2.Set.SearchSet(options)
        # The empty pattern fits every text: where it is not among the hits, the set gave up.
        self._set.Add("")
        for pattern in patterns:
            self._set.Add(pattern.expression)
        try:
            self._set.Compile()
        except re2.error:
            self._set = None
        globs = [
            (place, pattern.text)
            for place, pattern in enumerate(patterns)
            if pattern.kind is PatternKind.GLOB and "/" in pattern.text
        ]
        self._always = [place for place, one in enumerate(patterns) if one.longest < _SET_TEXT]
        self._folders = [place for place, _ in globs]
        self._rooted = [place for place, text in globs if text.startswith("/")]

    def hits(self, text: str) -> list[int] | None:
        """Return the places of those that may fit or not know, or None where any of them may."""
        if self._set is None or len(text) > _SET_TEXT:
            return None
        try:
            encoded = text.encode()
        except UnicodeEncodeError:
            return None
        found = self._set.Match(encoded) if len(encoded) <= _SET_TEXT else []
        if 0 not in found:
            return None
        hits = [place - 1 for place in found if place] + self._always
        if _UNTIDY.search(text):
            hits += self._folders if _WINDING.search(text) else self._rooted
        return hits


def _pattern(kind: PatternKind, text: str, expression: str) -> Pattern:
    if len(text) > LONGEST:
        raise BadPattern(f"is longer than {LONGEST} characters")
    try:
        compiled = re2.compile(expression, _options(_MEMORY))
    except (re2.error, UnicodeEncodeError) as error:
        raise BadPattern(f"is no expression of RE2: {_reason(error)}") from error
    size = compiled.programsize
    if size > LARGEST:
        raise BadPattern(f"makes a program of {size} steps; {LARGEST} are allowed")
    return Pattern(
        kind=kind,
        text=text,
        expression=expression,
        longest=min(_LONGEST_TEXT, _WORK // size),
        _compiled=compiled,
    )


def _options(memory: int) -> Any:  # RE2's own object, which has no type
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    options.never_capture = True
    return options


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(error)


def _translated(text: str) -> str:
    return "".join(_translated_piece(piece) for piece in _PIECE.findall(text))


def _translated_piece(piece: str) -> str:
    if piece == "**/":
        return "(?:.*/)?"
    if piece in {"**", "*", "?"}:
        return {"**": ".*", "*": "[^/]*", "?": "[^/]"}[piece]
    if len(piece) > 1:
        is_not, inner = piece[1] == "!", piece[2:-1] if piece[1] == "!" else piece[1:-1]
        inner = _META.sub(lambda sign: sign[0] if sign[0] == "-" else f"\\{sign[0]}", inner)
        return f"[^/{inner}]" if is_not else f"[{inner}]"
    return _META.sub(r"\\\g<0>", piece)
