"""How a file tool's change is shown: whole, as a difference that begins with the file's path."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from typing import Final

# Above this the old lines are shown, then the new ones: matching them takes too long.
_MOST_LINES: Final = 1_000
_ALL: Final = 1_000_000


def replaced(path: str, edits: Iterable[tuple[str, str]]) -> str:
    """Return one or more replacements in a file, with every line of both texts."""
    return "\n".join([f"--- {path}", *(line for edit in edits for line in _hunk(*edit))])


def written(path: str, content: str, *, heading: str = "") -> str:
    """Return what a file or a part of it is to hold, whatever it holds now."""
    first = [f"+++ {path}", *([f"@@ {heading} @@"] if heading else [])]
    return "\n".join([*first, *_marked("+", content.split("\n"))])


def _hunk(before: str, after: str) -> Iterator[str]:
    old, new = before.split("\n"), after.split("\n")
    yield f"@@ -{len(old)} +{len(new)} @@"
    if len(old) > _MOST_LINES or len(new) > _MOST_LINES:
        yield from _marked("-", old)
        yield from _marked("+", new)
        return
    lines = list(unified_diff(old, new, n=_ALL, lineterm=""))[3:]  # past names and place
    yield from lines or _marked(" ", old)


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    return (f"{mark}{line}" for line in lines)
