"""What a loader warns of: rules that never decide, ask about everything, or do not act yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Protocol, TypeAlias

from bot.core.action import Json
from bot.core.action_text import COMMAND_KEYS
from bot.core.command_rule import BeginsWith, CommandTest, Is, Runs
from bot.core.fault import Fault, Place
from bot.core.field import Bound, Equal, Exists, FieldTest, LevelBound, OneOf, Order
from bot.core.match import Command, Condition, Every, Field, conditions_within
from bot.core.policy import Placed, Policy, Verdict, placed_rules

_MOST_COMPARED: Final = 50_000  # pairs of rules: about a second

Key: TypeAlias = tuple[str, object]


class _Written(Protocol):
    def document(self) -> tuple[str, Json]: ...


def warnings_of(policies: Iterable[Policy]) -> tuple[Fault, ...]:
    """Return what a person should look at again; the rules hold all the same."""
    placed = placed_rules(policies)
    found = [
        *_needing_params(placed),
        *_without_proof(placed),
        *_never_proven(placed),
        *_hidden(placed),
    ]
    return tuple(Fault(place=place, sentence=said) for place, said in found)


def _place(placed: Placed) -> Place:
    return Place(within=f'policy "{placed.policy}", rule {placed.number}')


def _needing_params(placed: Iterable[Placed]) -> Iterator[tuple[Place, str]]:
    for one in placed:
        fields = [c for c in one.rule.match.conditions if isinstance(c, Field)]
        if one.rule.decision is Verdict.ALLOW or any(f.path == ("action",) for f in fields):
            continue
        for field in fields:
            is_guarded = any(isinstance(test, Exists) for test in field.tests)
            if field.path[0] == "params" and not is_guarded:
                yield (
                    _place(one),
                    f"asks about any action without {field.name} too; name the action, or add "
                    "exists = true to be silent about the others.",
                )
                break


def _without_proof(placed: Iterable[Placed]) -> Iterator[tuple[Place, str]]:
    for one in placed:
        if one.rule.decision is not Verdict.ALLOW:
            continue
        for field in conditions_within(one.rule.match):
            if (
                isinstance(field, Field)
                and field.path[0] == "params"
                and COMMAND_KEYS.intersection(field.path[1:])
                and not all(isinstance(test, Equal | OneOf | Exists) for test in field.tests)
            ):
                yield (
                    _place(one),
                    f"takes {field.name} as a mere text, and allows whatever a shell makes of the "
                    "rest of it; write command, which takes proof.",
                )
                break


def _never_proven(placed: Iterable[Placed]) -> Iterator[tuple[Place, str]]:
    for one in placed:
        if one.rule.decision is not Verdict.ALLOW:
            continue
        for condition in one.rule.match.conditions:
            if isinstance(condition, Command) and any(
                isinstance(test, Is) and test.words is None for test in condition.tests
            ):
                yield (
                    _place(one),
                    "never allows: its command is not one command of plain words, of which alone "
                    "it can be proven what runs.",
                )


def _hidden(placed: tuple[Placed, ...]) -> Iterator[tuple[Place, str]]:
    """Yield the rules that an earlier one hides, as far as it can be told by their shape."""
    order = sorted(placed, key=_turn)
    earlier: dict[Key, list[Placed]] = defaultdict(list)
    compared = 0
    for one in order:
        conditions = one.rule.match.conditions
        keys = [("", None), *(key for condition in conditions for key in _keys_met(condition))]
        candidates = [other for key in keys for other in earlier[key]]
        compared += len(candidates)
        if compared > _MOST_COMPARED:
            yield _place(one), "was not compared with earlier rules, nor were those after it."
            return
        for other in candidates:
            if _hides(other, one):
                yield _place(one), f"never decides: {_place(other)} matches all that it matches."
                break
        earlier[_key_of(one.rule.match)].append(one)


def _turn(placed: Placed) -> int:
    """Return when a rule is judged: strict denials, strict questions, all others."""
    if not placed.rule.is_strict:
        return 2
    return 0 if placed.rule.decision is Verdict.DENY else 1


def _hides(earlier: Placed, later: Placed) -> bool:
    """Tell whether the earlier rule holds wherever the later does."""
    modes = {one.rule.decision is Verdict.ALLOW for one in (earlier, later)}
    if len(modes) > 1 and _has_command(earlier.rule.match):
        return False  # what is seen and what is proven of a command are two things
    return all(
        any(_implies(given, wanted) for given in later.rule.match.conditions)
        for wanted in earlier.rule.match.conditions
    )


def _key_of(match: Every) -> Key:
    """Return what a rule must have to be hidden by this one: a field, and its value if given."""
    for condition in match.conditions:
        if isinstance(condition, Field):
            for test in condition.tests:
                if isinstance(test, Equal):
                    return condition.name, (type(test.operand), test.operand)
            return condition.name, None
        if isinstance(condition, Command):
            return _command_key(condition)
        return "other", None
    return "", None


def _command_key(condition: Command) -> Key:
    for test in condition.tests:
        if isinstance(test, BeginsWith):
            return "command", test.words
    return "command", None


def _keys_met(condition: Condition) -> Iterator[Key]:
    """Yield the keys of the rules that might hide one with this condition."""
    if isinstance(condition, Field):
        yield condition.name, None
        for test in condition.tests:
            for operand in _operands(test):
                yield condition.name, (type(operand), operand)
    elif isinstance(condition, Command):
        yield "command", None
        for command_test in condition.tests:
            words = _words(command_test)
            for length in range(1, len(words) + 1):
                yield "command", words[:length]
    else:
        yield "other", None


def _operands(test: FieldTest) -> tuple[object, ...]:
    if isinstance(test, Equal):
        return (test.operand,)
    return test.operands[:1] if isinstance(test, OneOf) and len(test.operands) == 1 else ()


def _words(test: CommandTest) -> tuple[str, ...]:
    if isinstance(test, Is):
        return test.words or ()
    return test.words if isinstance(test, BeginsWith) else ()


def _implies(given: Condition, wanted: Condition) -> bool:
    """Tell whether one condition holds wherever the other does; no guess, so often no."""
    if isinstance(given, Field) and isinstance(wanted, Field) and given.path == wanted.path:
        return all(any(_test_implies(one, test) for one in given.tests) for test in wanted.tests)
    if isinstance(given, Command) and isinstance(wanted, Command):
        if wanted.is_action_named < given.is_action_named:
            return False
        return all(
            any(_command_implies(one, test) for one in given.tests) for test in wanted.tests
        )
    return _is_alike(given, wanted)


def _is_alike(a: _Written, b: _Written) -> bool:
    """Tell whether two are written alike; 1 and true are not, though they are equal."""
    return repr(a.document()) == repr(b.document())


def _has_command(match: Every) -> bool:
    return any(isinstance(condition, Command) for condition in conditions_within(match))


def _test_implies(given: FieldTest, wanted: FieldTest) -> bool:
    if _is_alike(given, wanted):
        return True
    if isinstance(given, Equal):
        return wanted.truth(given.operand) is True
    if isinstance(given, OneOf):
        return all(wanted.truth(operand) is True for operand in given.operands)
    if isinstance(given, Bound) and isinstance(wanted, Bound):
        return _is_within(given.order, given.operand, wanted.order, wanted.operand)
    if isinstance(given, LevelBound) and isinstance(wanted, LevelBound):
        ranks = given.operand.rank, wanted.operand.rank
        return _is_within(given.order, ranks[0], wanted.order, ranks[1])
    return False


def _is_within(given: Order, at: float, wanted: Order, bound: float) -> bool:
    if given in {Order.LESS, Order.AT_MOST} and wanted in {Order.LESS, Order.AT_MOST}:
        return at < bound or (at == bound and (given is Order.LESS or wanted is Order.AT_MOST))
    if given in {Order.MORE, Order.AT_LEAST} and wanted in {Order.MORE, Order.AT_LEAST}:
        return at > bound or (at == bound and (given is Order.MORE or wanted is Order.AT_LEAST))
    return False


def _command_implies(given: CommandTest, wanted: CommandTest) -> bool:
    if _is_alike(given, wanted):
        return True
    words = _words(given)
    if isinstance(wanted, BeginsWith):
        return words[: len(wanted.words)] == wanted.words
    return isinstance(wanted, Runs) and words[:1] != () and words[0] in wanted.names
