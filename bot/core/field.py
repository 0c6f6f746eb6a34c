"""What a rule may ask of one value: equality, order, patterns, and what is made of them.

Each answers True, False or unknown, and is unknown for a value that is not there, but `exists`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from bot.core.action import Json
from bot.core.pattern import Pattern
from bot.core.risk import Level
from bot.core.subject import MISSING
from bot.core.truth import Truth, every, negated, some

Scalar: TypeAlias = bool | int | float | str | None


class FieldTest(Protocol):
    """One operator with its operand."""

    def truth(self, value: object) -> Truth:
        """Return whether it holds for a value; never raises for a JSON value."""
        ...

    def doubt(self, value: object) -> str | None:
        """Return why it is unknown, to follow the field's name; None where it is known."""
        ...

    def document(self) -> tuple[str, Json]:
        """Return the operator and the operand as they are written."""
        ...


FieldTests: TypeAlias = tuple[FieldTest, ...]
ABSENT = "is not there"


def is_same(value: object, operand: Scalar) -> bool:
    """Tell whether two values are equal and of one type; all numbers are of one type."""
    if isinstance(operand, bool) or isinstance(value, bool):
        return value is operand
    if isinstance(operand, int | float):
        return isinstance(value, int | float) and value == operand
    return type(value) is type(operand) and value == operand


def is_number(value: object) -> bool:
    """Tell whether it is a number that has a place in an order."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and not (isinstance(value, float) and math.isnan(value))
    )


class Order(StrEnum):
    """The operators that compare; their names are as they are written."""

    LESS = "lt"
    AT_MOST = "lte"
    MORE = "gt"
    AT_LEAST = "gte"

    def holds(self, a: float, b: float) -> bool:
        """Tell whether a is less than b, at most b, and so on."""
        if self is Order.LESS:
            return a < b
        if self is Order.AT_MOST:
            return a <= b
        return a > b if self is Order.MORE else a >= b


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal:
    """The value is this one."""

    operand: Scalar

    def truth(self, value: object) -> Truth:
        """Return whether they are the same."""
        return None if value is MISSING else is_same(value, self.operand)

    def doubt(self, value: object) -> str | None:
        """Return why it is unknown."""
        return ABSENT if value is MISSING else None

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "equals", self.operand


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """The value is one of these."""

    operands: tuple[Scalar, ...]

    def truth(self, value: object) -> Truth:
        """Return whether it is among them."""
        if value is MISSING:
            return None
        return any(is_same(value, operand) for operand in self.operands)

    def doubt(self, value: object) -> str | None:
        """Return why it is unknown."""
        return ABSENT if value is MISSING else None

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "in", list(self.operands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The value is a number on this side of another."""

    order: Order
    operand: float

    def truth(self, value: object) -> Truth:
        """Return whether it is."""
        if not is_number(value):
            return None
        return self.order.holds(value, self.operand)  # type: ignore[arg-type]  # it is a number

    def doubt(self, value: object) -> str | None:
        """Return why it is unknown."""
        if value is MISSING:
            return ABSENT
        return None if is_number(value) else "is not a number"

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return self.order.value, self.operand


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelBound:
    """The value is a level on this side of another: low, normal, high, critical."""

    order: Order
    operand: Level

    def truth(self, value: object) -> Truth:
        """Return whether it is."""
        return self.order.holds(Level(str(value)).rank, self.operand.rank)

    def doubt(self, value: object) -> str | None:
        """Return None: a level is always known."""
        return None

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return self.order.value, self.operand.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Exists:
    """The value is there, or is not."""

    operand: bool

    def truth(self, value: object) -> Truth:
        """Return whether it is as wanted; never unknown."""
        return (value is not MISSING) is self.operand

    def doubt(self, value: object) -> str | None:
        """Return None: whether a value is there is always known."""
        return None

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "exists", self.operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """The value is a text that a pattern fits."""

    pattern: Pattern

    def truth(self, value: object) -> Truth:
        """Return whether it does."""
        return self.pattern.truth(value)

    def doubt(self, value: object) -> str | None:
        """Return why it is unknown."""
        if value is MISSING:
            return ABSENT
        if not isinstance(value, str):
            return "is not a text"
        if self.pattern.is_doubtful(value):
            return "is too long for the pattern, or a path that may lead elsewhere"
        return None

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return self.pattern.kind.value, self.pattern.text


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyTest:
    """One of several holds, each of them a list of tests that all hold."""

    alternatives: tuple[FieldTests, ...]

    def truth(self, value: object) -> Truth:
        """Return whether one does."""
        return some(truth_of_tests(tests, value) for tests in self.alternatives)

    def doubt(self, value: object) -> str | None:
        """Return why the first of them that is unknown is so."""
        doubts = (doubt_of_tests(tests, value) for tests in self.alternatives)
        return next(filter(None, doubts), None)

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "any", [document_of_tests(tests) for tests in self.alternatives]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTest:
    """What follows does not hold."""

    tests: FieldTests

    def truth(self, value: object) -> Truth:
        """Return whether it does not."""
        return negated(truth_of_tests(self.tests, value))

    def doubt(self, value: object) -> str | None:
        """Return why it is unknown."""
        return doubt_of_tests(self.tests, value)

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "not", document_of_tests(self.tests)


def truth_of_tests(tests: Sequence[FieldTest], value: object) -> Truth:
    """Return whether all of them hold for the value."""
    if len(tests) == 1:
        return tests[0].truth(value)
    return every(test.truth(value) for test in tests)


def doubt_of_tests(tests: Sequence[FieldTest], value: object) -> str | None:
    """Return why the first of them that is unknown is so."""
    return next(filter(None, (test.doubt(value) for test in tests)), None)


def document_of_tests(tests: Sequence[FieldTest]) -> Json:
    """Return them as they are written; one equality is its operand alone."""
    if len(tests) == 1 and isinstance(tests[0], Equal):
        return tests[0].operand
    return dict(test.document() for test in tests)
