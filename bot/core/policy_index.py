"""Policies made ready to judge quickly: ten thousand rules in little more time than ten.

Each field has an index that says which rules its value may fit. What all of them leave is looked
at in order, by the rules themselves; so an index may leave too much, and never too little.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Final, TypeAlias

from bot.core.command_index import CommandIndex, CommandRow, keys_of
from bot.core.field import FieldTest
from bot.core.field_index import Entries, FieldIndex, Row, entries_of
from bot.core.match import All, Command, Condition, Every, Field, Some
from bot.core.policy import Judgement, Placed, Policy, Verdict, judged, placed_rules
from bot.core.subject import Sight, Subject

Path: TypeAlias = tuple[str, ...]

_MOST_ROWS: Final = 8  # that alternatives make of one rule; of more, they are not indexed


class PolicyIndex:
    """Policies, compiled; it judges as `policy.judge` does, rule by rule."""

    __slots__ = ("_plain", "_strict", "policies")

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies = tuple(policies)
        placed = placed_rules(self.policies)
        self._strict = _RuleIndex([one for one in placed if one.rule.is_strict])
        self._plain = _RuleIndex([one for one in placed if not one.rule.is_strict])

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no rule, so that none settles anything."""
        return self._strict.is_empty and self._plain.is_empty

    def judge(self, subject: Subject) -> Judgement:
        """Return what the policies say of a request; raises nothing."""
        sight = Sight(subject)
        return judged(self._strict.candidates(sight), self._plain.candidates(sight), sight)


class _RuleIndex:
    """Rules in their order; a rule has a row for each of its alternatives."""

    __slots__ = ("_all", "_commands", "_fields", "_placed", "_rows")

    def __init__(self, placed: Sequence[Placed]) -> None:
        self._placed = placed
        self._rows: list[int] = []
        fields: dict[Path, list[tuple[Row, Entries]]] = defaultdict(list)
        commands: list[CommandRow] = []
        for at, one in enumerate(placed):
            by_proof = one.rule.decision is Verdict.ALLOW
            for conditions in _alternatives(one.rule.match):
                number = len(self._rows)
                self._rows.append(at)
                keys = _command_keys(conditions)
                if keys is not None:
                    commands.append(CommandRow(number=number, keys=keys, by_proof=by_proof))
                for path, tests in _tests_by_path(conditions).items():
                    entries = entries_of(tests)
                    if entries is not None:
                        row = Row(number=number, tests=tests, is_refusing=not by_proof)
                        fields[path].append((row, entries))
        self._all = (1 << len(self._rows)) - 1
        indexes = [FieldIndex(path, rows) for path, rows in fields.items()]
        self._fields = [(index, self._all & ~index.mask) for index in indexes]
        self._commands = CommandIndex(commands)

    @property
    def is_empty(self) -> bool:
        return not self._placed

    def candidates(self, sight: Sight) -> Iterator[Placed]:
        """Yield the rules that may match or be unknown, in their order."""
        bits = self._all
        for index, others in self._fields:
            if bits & index.mask:
                bits &= others | index.bits(sight)
        if bits & self._commands.mask:
            bits &= (self._all & ~self._commands.mask) | self._commands.bits(sight)
        last = -1
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            at = self._rows[lowest.bit_length() - 1]
            if at != last:
                last = at
                yield self._placed[at]


def _alternatives(match: Every) -> list[tuple[Condition, ...]]:
    """Return the lists of conditions of which one has to hold for a match to hold."""
    return _expanded(match) or [match.conditions]


def _expanded(match: Every) -> list[tuple[Condition, ...]]:
    """Return the alternatives, none where they are too many."""
    parts: list[list[tuple[Condition, ...]]] = []
    count = 1
    for condition in match.conditions:
        if isinstance(condition, Some):
            inner = [_expanded(one) for one in condition.matches]
            part = [] if [] in inner else [one for alternatives in inner for one in alternatives]
            parts.append(part or [(condition,)])
        elif isinstance(condition, All):
            parts += [_expanded(one) or [()] for one in condition.matches]
        else:
            parts.append([(condition,)])
    for part in parts:
        count *= len(part)
    if count > _MOST_ROWS:
        return []
    return [tuple(one for piece in pieces for one in piece) for pieces in product(*parts)]


def _tests_by_path(conditions: Iterable[Condition]) -> dict[Path, tuple[FieldTest, ...]]:
    tests: dict[Path, tuple[FieldTest, ...]] = defaultdict(tuple)
    for condition in conditions:
        if isinstance(condition, Field):
            tests[condition.path] += condition.tests
    return tests


def _command_keys(conditions: Iterable[Condition]) -> tuple[str | tuple[str, ...], ...] | None:
    for condition in conditions:
        if isinstance(condition, Command):
            keys = keys_of(condition.tests)
            if keys is not None:
                return keys
    return None
