"""Which of many intervals hold a number, as the bits of one integer."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.field import Bound, Order

_STRIDE = 16  # changes between two places of which all bits are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The numbers between two, each of them within or not; None is without end."""

    low: float | None = None
    has_low: bool = True
    high: float | None = None
    has_high: bool = True

    def narrowed(self, bound: Bound) -> "Interval":
        """Return the numbers of this interval that are within a bound too, or some more."""
        if bound.order in {Order.MORE, Order.AT_LEAST}:
            if self.low is not None and self.low > bound.operand:
                return self
            has_low = bound.order is Order.AT_LEAST
            return Interval(
                low=bound.operand, has_low=has_low, high=self.high, has_high=self.has_high
            )
        if self.high is not None and self.high < bound.operand:
            return self
        has_high = bound.order is Order.AT_MOST
        return Interval(low=self.low, has_low=self.has_low, high=bound.operand, has_high=has_high)


class IntervalIndex:
    """Numbered intervals; asked about a number, it answers with the bits of those that hold it.

    The ends cut the line into pieces: before the first end, the end itself, between it and the
    next, and so on. From piece to piece few bits change, so that the changes are kept, and all
    bits of every sixteenth piece.
    """

    __slots__ = ("_changes", "_ends", "_kept")

    def __init__(self, intervals: Iterable[tuple[int, Interval]]) -> None:
        given = list(intervals)
        ends = {one.low for _, one in given} | {one.high for _, one in given}
        self._ends = sorted(end for end in ends if end is not None)
        pieces = 2 * len(self._ends) + 1
        changes: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for row, one in given:
            first, last = self._first(one), self._last(one, pieces)
            if first <= last:
                changes[first][row] += 1
                changes[last + 1][row] -= 1
        self._changes: list[int] = []
        self._kept: list[int] = []
        holding: dict[int, int] = defaultdict(int)
        bits = 0
        for piece in range(pieces):
            changed = 0
            for row, step in changes[piece].items():
                had = holding[row] > 0
                holding[row] += step
                if had != (holding[row] > 0):
                    changed |= 1 << row
            bits ^= changed
            self._changes.append(changed)
            if piece % _STRIDE == 0:
                self._kept.append(bits)

    def holding(self, number: float) -> int:
        """Return the bits of the intervals that hold the number."""
        place = bisect_left(self._ends, number)
        is_end = place < len(self._ends) and self._ends[place] == number
        piece = 2 * place + is_end
        kept = piece // _STRIDE
        bits = self._kept[kept]
        for changed in self._changes[kept * _STRIDE + 1 : piece + 1]:
            bits ^= changed
        return bits

    def _first(self, one: Interval) -> int:
        if one.low is None:
            return 0
        return 2 * bisect_left(self._ends, one.low) + (1 if one.has_low else 2)

    def _last(self, one: Interval, pieces: int) -> int:
        if one.high is None:
            return pieces - 1
        return 2 * bisect_left(self._ends, one.high) + (1 if one.has_high else 0)
