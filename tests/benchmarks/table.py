"""The table of figures, for a terminal and for the README."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Figures: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure on each engine; `target` is what it has to be and `is_met` whether it is.

    A share is of the floor. `why_not` stands for figures that could not be taken.
    """

    what: str
    floor: str = ""
    sqlite: str = ""
    sqlite_share: str = ""
    postgres: str = ""
    postgres_share: str = ""
    target: str = ""
    is_met: bool = True
    why_not: str | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        verdict = f"{self.target}: {'ok' if self.is_met else 'missed'}" if self.target else ""
        if self.why_not is not None:
            verdict = f"not measured: {self.why_not}"
        return (
            self.what,
            self.floor,
            self.sqlite,
            self.sqlite_share,
            self.postgres,
            self.postgres_share,
            verdict,
        )


_HEAD = ("", "floor", "SQLite", "share", "PostgreSQL", "share", "target")
_LAST = len(_HEAD) - 1


def as_text(rows: Sequence[Row]) -> str:
    """Return the table in columns."""
    lines = [_HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, _LAST) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the table as Markdown."""
    lines = [_HEAD, ("---", *["---:"] * (_LAST - 1), "---"), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
