"""The table of figures, for a terminal and for the README."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure; `target` is what it has to be and `is_met` whether it is."""

    what: str
    floor: str = ""
    ok2run: str
    ratio: str = ""
    target: str = ""
    is_met: bool = True

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        verdict = f"{self.target}: {'ok' if self.is_met else 'missed'}" if self.target else ""
        return (self.what, self.floor, self.ok2run, self.ratio, verdict)


_HEAD = ("", "floor", "ok2run", "ratio", "target")


def as_text(rows: Sequence[Row]) -> str:
    """Return the table in columns."""
    lines = [_HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 4) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the table as Markdown."""
    lines = [_HEAD, ("---", "---:", "---:", "---:", "---"), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
