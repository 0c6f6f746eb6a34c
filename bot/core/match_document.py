"""The conditions of a rule as they are written: read with all faults at once."""

import json
import math
from typing import Final

from bot.core.action import Json
from bot.core.approval import Kind
from bot.core.command_rule import (
    AnyCommandTest,
    BeginsWith,
    CommandTest,
    CommandTests,
    Is,
    NotCommandTest,
    Runs,
    Writes,
)
from bot.core.fault import Faults, Place
from bot.core.field import (
    AnyTest,
    Bound,
    Equal,
    Exists,
    FieldTest,
    FieldTests,
    Fits,
    LevelBound,
    NotTest,
    OneOf,
    Order,
    Scalar,
)
from bot.core.match import All, Command, Condition, Every, Field, Not, Some
from bot.core.pattern import BadPattern, Pattern, glob, regex
from bot.core.risk import Level
from bot.core.shell import read_script

DEEPEST: Final = 8  # of any, all and not within one another

_TEXTS: Final = ("action", "agent", "session", "cwd", "channel")
_CHOICES: Final = {
    "kind": tuple(kind.value for kind in Kind),
    "urgency": tuple(level.value for level in Level),
    "risk": tuple(level.value for level in Level),
}
_LEVELS: Final = ("urgency", "risk")
_OPEN: Final = ("params", "context")
_ORDERS: Final = tuple(order.value for order in Order)
_OPERATORS: Final = ("equals", "in", "glob", "regex", *_ORDERS, "exists", "any", "not")
_COMMAND_OPERATORS: Final = ("equals", "begins_with", "runs", "writes", "any", "not")
_KEYS: Final = "action, kind, agent, session, cwd, urgency, risk, channel, params.*, context.*"


def read_match(value: object, place: Place, faults: Faults) -> Every:
    """Return the conditions of a table; an empty one holds for everything."""
    return _MatchReader(faults).match(value, place, depth=0, is_named=False)


class _MatchReader:
    __slots__ = ("_faults",)

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def match(self, value: object, place: Place, *, depth: int, is_named: bool) -> Every:
        if self._is_too_deep(depth, place):
            return Every()
        table = self._faults.table(value, place)
        is_named |= _names_action(table.get("action"))
        return Every(
            conditions=tuple(
                self._condition(key, one, place.at(key), depth=depth, is_named=is_named)
                for key, one in table.items()
            )
        )

    def _condition(
        self, key: str, value: Json, place: Place, *, depth: int, is_named: bool
    ) -> Condition:
        if key == "command":
            tests = self._command(value, place, depth=depth)
            return Command(tests=tests, is_action_named=is_named)
        if key == "not":
            return Not(match=self.match(value, place, depth=depth + 1, is_named=False))
        if key in {"any", "all"}:
            matches = tuple(
                self.match(one, place.at(number), depth=depth + 1, is_named=is_named)
                for number, one in enumerate(self._faults.items(value, place), 1)
            )
            return Some(matches=matches) if key == "any" else All(matches=matches)
        path = tuple(key.split("."))
        if key in _OPEN:
            self._faults.add(place, f'is written with its names in one key: "{key}.NAME".')
            return Field(path=path, tests=())
        if not self._is_path(path):
            self._faults.add(
                place, f"is not a key of match; there are {_KEYS}, command, any, all, not."
            )
        return Field(path=path, tests=self._tests(value, path[0], place, depth=depth))

    def _is_path(self, path: tuple[str, ...]) -> bool:
        if path[0] in _OPEN:
            return all(path)
        return len(path) == 1 and (path[0] in _TEXTS or path[0] in _CHOICES)

    def _is_too_deep(self, depth: int, place: Place) -> bool:
        if depth > DEEPEST:
            self._faults.add(place, f"is nested deeper than {DEEPEST} times.")
        return depth > DEEPEST

    def _tests(self, value: Json, field: str, place: Place, *, depth: int) -> FieldTests:
        if self._is_too_deep(depth, place):
            return ()
        if not isinstance(value, list | dict):
            return (Equal(operand=self._operand(value, field, place)),)
        if isinstance(value, list):
            self._faults.add(place, "is a list; write { in = [...] } or { any = [...] }.")
            return ()
        if not value:
            self._faults.add(place, "asks for nothing; give a value or an operator.")
        return tuple(
            test
            for operator, operand in value.items()
            for test in self._test(operator, operand, field, place.at(operator), depth=depth)
        )

    def _test(
        self, operator: str, operand: Json, field: str, place: Place, *, depth: int
    ) -> list[FieldTest]:
        """Return the test of one operator, or none where it is faulty."""
        if operator == "equals":
            return [Equal(operand=self._operand(operand, field, place))]
        if operator == "in":
            items = enumerate(self._faults.items(operand, place), 1)
            return [
                OneOf(operands=tuple(self._operand(one, field, place.at(at)) for at, one in items))
            ]
        if operator in {"glob", "regex"}:
            pattern = self._pattern(operator, operand, place)
            return [] if pattern is None else [Fits(pattern=pattern)]
        if operator in _ORDERS:
            return self._bound(Order(operator), operand, field, place)
        if operator == "exists":
            return [Exists(operand=self._faults.flag(operand, place))]
        if operator == "any":
            items = enumerate(self._faults.items(operand, place), 1)
            return [
                AnyTest(
                    alternatives=tuple(
                        self._tests(one, field, place.at(at), depth=depth + 1) for at, one in items
                    )
                )
            ]
        if operator == "not":
            return [NotTest(tests=self._tests(operand, field, place, depth=depth + 1))]
        self._faults.add(place, f"is not an operator; there are {', '.join(_OPERATORS)}.")
        return []

    def _operand(self, value: Json, field: str, place: Place) -> Scalar:
        if value is not None and not isinstance(value, bool | int | float | str):
            self._faults.add(place, "must be one value: a text, a number, true or false.")
            return None
        if field in _CHOICES and value not in _CHOICES[field]:
            self._faults.add(place, f"must be one of {', '.join(_CHOICES[field])}.")
        elif field in _TEXTS and not isinstance(value, str):
            self._faults.add(place, "must be a text.")
        elif isinstance(value, float) and not math.isfinite(value):
            self._faults.add(place, "must be a finite number.")
        return value

    def _bound(self, order: Order, operand: Json, field: str, place: Place) -> list[FieldTest]:
        if field in _LEVELS:
            level = self._operand(operand, field, place)
            is_level = level in _CHOICES[field]
            return [LevelBound(order=order, operand=Level(str(level)))] if is_level else []
        if field not in _OPEN:
            self._faults.add(place, f"compares numbers; {field} is none.")
        elif isinstance(operand, bool) or not isinstance(operand, int | float):
            self._faults.add(place, "must be a number.")
        elif isinstance(operand, float) and not math.isfinite(operand):
            self._faults.add(place, "must be a finite number.")
        else:
            return [Bound(order=order, operand=operand)]
        return []

    def _pattern(self, operator: str, operand: Json, place: Place) -> Pattern | None:
        if not isinstance(operand, str):
            self._faults.add(place, "must be a text.")
            return None
        try:
            return glob(operand) if operator == "glob" else regex(operand)
        except BadPattern as error:
            self._faults.add(place, f"{error}.")
            return None

    def _command(self, value: Json, place: Place, *, depth: int) -> CommandTests:
        if self._is_too_deep(depth, place):
            return ()
        if isinstance(value, str):
            return (self._is(value, place),)
        table = self._faults.table(value, place)
        if value == {}:
            self._faults.add(place, "asks for nothing; give a command or an operator.")
        return tuple(
            test
            for operator, operand in table.items()
            for test in self._command_test(operator, operand, place.at(operator), depth=depth)
        )

    def _command_test(
        self, operator: str, operand: Json, place: Place, *, depth: int
    ) -> list[CommandTest]:
        if operator == "equals":
            return [self._is(operand, place)]
        if operator == "begins_with":
            return [BeginsWith(words=self._words(operand, place))]
        if operator == "runs":
            names = [operand] if isinstance(operand, str) else operand
            found = self._faults.texts(names, place)
            for name in found:
                self._program(name, place)
            return [Runs(names=found)]
        if operator == "writes":
            pattern = self._pattern("glob", operand, place)
            return [] if pattern is None else [Writes(pattern=pattern)]
        if operator == "any":
            items = enumerate(self._faults.items(operand, place), 1)
            return [
                AnyCommandTest(
                    alternatives=tuple(
                        self._command(one, place.at(at), depth=depth + 1) for at, one in items
                    )
                )
            ]
        if operator == "not":
            return [NotCommandTest(tests=self._command(operand, place, depth=depth + 1))]
        self._faults.add(
            place, f"is not an operator of command; there are {', '.join(_COMMAND_OPERATORS)}."
        )
        return []

    def _words(self, value: Json, place: Place) -> tuple[str, ...]:
        if isinstance(value, str):
            self._faults.add(place, 'must be a list of words, such as ["git", "status"].')
            return ("",)
        items = enumerate(self._faults.items(value, place), 1)
        words = tuple(self._faults.text(word, place.at(at)) for at, word in items)
        self._program(next(iter(words), ""), place)
        return words

    def _program(self, name: str, place: Place) -> None:
        """Keep a fault for several words in one: no program has such a name, so none would fit."""
        if len(name.split()) > 1:
            shown = json.dumps(name.split(), ensure_ascii=False)
            self._faults.add(place, f'holds "{name}" as one word; write begins_with = {shown}.')

    def _is(self, value: Json, place: Place) -> Is:
        text = self._faults.text(value, place, longest=10_000)
        return Is(text=text, words=read_script(text).plain)


def _names_action(value: Json) -> bool:
    """Tell whether a condition on the action says which ones by name."""
    if isinstance(value, dict):
        return "equals" in value or "in" in value
    return isinstance(value, str)
