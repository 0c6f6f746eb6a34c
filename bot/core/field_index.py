"""Which of many rules a field's value may fit, as the bits of one integer.

An index answers for one test of each rule on its field, and may name too many rules, never too
few: a rule is left out only where that test is False, and so the rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.core.field import (
    AnyTest,
    Bound,
    Equal,
    Exists,
    FieldTest,
    Fits,
    LevelBound,
    OneOf,
    Scalar,
    is_number,
)
from bot.core.interval_index import Interval, IntervalIndex
from bot.core.pattern import Pattern, PatternSet
from bot.core.risk import Level
from bot.core.subject import MISSING, Sight

Key: TypeAlias = tuple[bool, Scalar]

_FEW: Final = 4  # rows that are kept as numbers; more are kept as bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What lets a rule in: one of these values, intervals or patterns."""

    values: tuple[Scalar, ...] = ()
    intervals: tuple[Interval, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    def joined(self, other: "Entries") -> "Entries":
        """Return what either lets in."""
        return Entries(
            values=self.values + other.values,
            intervals=self.intervals + other.intervals,
            patterns=self.patterns + other.patterns,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule on a field: its number, its tests, and whether it has a say where it is unknown."""

    number: int
    tests: tuple[FieldTest, ...]
    is_refusing: bool


class RowSets:
    """Sets of rows by a key; small ones as their numbers, large ones as bits."""

    __slots__ = ("_many", "_rows")

    def __init__(self, rows: Iterable[tuple[object, int]]) -> None:
        self._rows: dict[object, list[int]] = defaultdict(list)
        for key, row in rows:
            self._rows[key].append(row)
        self._many = {
            key: bits_of(numbers) for key, numbers in self._rows.items() if len(numbers) > _FEW
        }

    def bits(self, key: object) -> int:
        """Return the bits of the rows under a key."""
        if key in self._many:
            return self._many[key]
        return bits_of(self._rows[key]) if key in self._rows else 0


@dataclass(slots=True)
class _Gathered:
    values: list[tuple[object, int]] = field(default_factory=list)
    intervals: list[tuple[int, Interval]] = field(default_factory=list)
    patterns: list[tuple[int, Pattern]] = field(default_factory=list)


class FieldIndex:
    """The rules with a test on one field that can be looked up."""

    __slots__ = (
        "_intervals",
        "_of_intervals",
        "_of_patterns",
        "_path",
        "_pattern_rows",
        "_patterns",
        "_unknown",
        "_values",
        "mask",
    )

    def __init__(self, path: tuple[str, ...], rows: Sequence[tuple[Row, Entries]]) -> None:
        self._path = path
        self.mask = bits_of(row.number for row, _ in rows)
        # Where the field is not there, these have a say still: they are unknown.
        self._unknown = bits_of(
            row.number for row, _ in rows if row.is_refusing and not _wants_presence(row.tests)
        )
        gathered = _Gathered()
        for row, entries in rows:
            gathered.values += [(key_of(value), row.number) for value in entries.values]
            gathered.intervals += [(row.number, one) for one in entries.intervals]
            gathered.patterns += [(row.number, one) for one in entries.patterns]
        refusing = bits_of(row.number for row, _ in rows if row.is_refusing)
        self._values = RowSets(gathered.values)
        self._intervals = IntervalIndex(gathered.intervals)
        self._of_intervals = bits_of(row for row, _ in gathered.intervals) & refusing
        self._patterns = PatternSet([pattern for _, pattern in gathered.patterns])
        self._pattern_rows = [row for row, _ in gathered.patterns]
        self._of_patterns = bits_of(self._pattern_rows), bits_of(self._pattern_rows) & refusing

    def bits(self, sight: Sight) -> int:
        """Return the bits of the rules that may match, or be unknown where that has a say."""
        try:
            value = sight.value(self._path)
        except Exception:  # noqa: BLE001  # the rules see the same fault, and are unknown
            return self.mask
        if value is MISSING:
            return self._unknown
        bits = 0
        if value is None or isinstance(value, bool | int | float | str):
            bits = self._values.bits(key_of(value))
        if is_number(value):
            bits |= self._intervals.holding(value)  # type: ignore[arg-type]  # it is a number
        else:
            bits |= self._of_intervals
        if not self._pattern_rows:
            return bits
        every, refusing = self._of_patterns
        if not isinstance(value, str):
            return bits | refusing
        hits = self._patterns.hits(value)
        return bits | (every if hits is None else bits_of(self._pattern_rows[at] for at in hits))


def entries_of(tests: Sequence[FieldTest]) -> Entries | None:
    """Return what lets a rule with these tests in, by the narrowest of them; None for anything."""
    for kind in (Equal, OneOf, LevelBound):
        for test in tests:
            if isinstance(test, kind):
                return _entries_of_test(test)
    bounds = [test for test in tests if isinstance(test, Bound)]
    if bounds:
        interval = Interval()
        for bound in bounds:
            interval = interval.narrowed(bound)
        return Entries(intervals=(interval,))
    found = (_entries_of_test(test) for test in tests)
    return next((entries for entries in found if entries is not None), None)


def key_of(value: Scalar) -> Key:
    """Return what finds a value: true is not 1, though they are equal."""
    return isinstance(value, bool), value


def bits_of(rows: Iterable[int]) -> int:
    """Return rows as the bits of one integer."""
    bits = 0
    for row in rows:
        bits |= 1 << row
    return bits


def _entries_of_test(test: FieldTest) -> Entries | None:
    if isinstance(test, Equal):
        return Entries(values=(test.operand,))
    if isinstance(test, OneOf):
        return Entries(values=test.operands)
    if isinstance(test, LevelBound):
        levels = tuple(level.value for level in Level if test.truth(level.value))
        return Entries(values=levels)
    if isinstance(test, Fits):
        return Entries(patterns=(test.pattern,))
    if isinstance(test, AnyTest):
        joined = Entries()
        for tests in test.alternatives:
            entries = entries_of(tests)
            if entries is None:
                return None
            joined = joined.joined(entries)
        return joined
    return None


def _wants_presence(tests: Sequence[FieldTest]) -> bool:
    return any(isinstance(test, Exists) and test.operand for test in tests)
