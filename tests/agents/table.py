"""The table of a run: a line for each case."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WIDEST = 70
_OK = {"passed": "ok", "xfailed": "known", "xpassed": "mended"}


@dataclass(slots=True, kw_only=True)
class Case:
    """One case: what the terminal, or the model, was shown, and the gate's record."""

    name: str
    shown: str = ""
    recorded: str = ""
    screen: str = ""

    def saw(self, screen: str, words: str) -> None:
        """Keep a screen, and the line of it that has these words, which must be there."""
        found = [line for line in screen.splitlines() if words in line]
        assert found, f"{words!r} is not there:\n{screen}"
        self.shown, self.screen = found[-1], screen

    def told(self, results: Sequence[str], words: str) -> None:
        """Keep what the model read last of its tools, which must have these words."""
        assert results, "the model read of no tool's result"
        self.saw(results[-1], words)

    @property
    def row(self) -> tuple[str, str, str]:
        """Return the case as words, each in one line."""
        return self.name, _line(self.shown), _line(self.recorded)


def printed(rows: Iterable[Sequence[str]]) -> str:
    """Return the rows (case, shown, recorded, outcome) as a table."""
    head = ("case", "the terminal or the model was shown", "the gate recorded", "")
    told = [head, *((*row[:3], _OK.get(row[3], "NOT")) for row in rows)]
    widths = [max(len(row[place]) for row in told) for place in range(4)]
    lines = (
        " | ".join(words.ljust(width) for words, width in zip(row, widths, strict=True))
        for row in told
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _line(words: str) -> str:
    one = re.sub(r"\s+", " ", words).strip()
    return one if len(one) <= _WIDEST else f"{one[: _WIDEST - 1]}…"
