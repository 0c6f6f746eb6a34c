"""The conditions of a rule, all of which must hold, and why one does not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.core.action import Json
from bot.core.command_rule import CommandTests, are_proven, are_seen, document_of_command
from bot.core.field import FieldTests, document_of_tests, doubt_of_tests, truth_of_tests
from bot.core.ordinary import unusual_word
from bot.core.subject import Sight
from bot.core.truth import Truth, every, negated, some

_LONGEST_SHOWN = 120


class _Judged(Protocol):
    def truth(self, sight: Sight, *, by_proof: bool) -> Truth:
        """Return whether it holds; raises nothing."""
        ...

    def why_not(self, sight: Sight, *, by_proof: bool) -> str:
        """Return a sentence on why it does not hold, or is unknown."""
        ...


class Condition(_Judged, Protocol):
    """Something that a request fulfils, does not, or cannot be told to.

    `by_proof` is how an allow rule wants its commands judged.
    """

    def document(self) -> tuple[str, Json]:
        """Return the key and the value as they are written."""
        ...


Conditions: TypeAlias = tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Tests of the value at a path, such as `params.amount`."""

    path: tuple[str, ...]
    tests: FieldTests

    @property
    def name(self) -> str:
        """The path as it is written."""
        return ".".join(self.path)

    def truth(self, sight: Sight, *, by_proof: bool) -> Truth:
        """Return whether all tests hold."""
        try:
            return truth_of_tests(self.tests, sight.value(self.path))
        except Exception:  # noqa: BLE001  # what cannot be evaluated is unknown, whatever it is
            return None

    def why_not(self, sight: Sight, *, by_proof: bool) -> str:
        """Return which of the tests stands in the way."""
        if self.truth(sight, by_proof=by_proof) is False:
            return f"{self.name} does not fit {_shown(document_of_tests(self.tests))}"
        try:
            doubt = doubt_of_tests(self.tests, sight.value(self.path))
        except Exception:  # noqa: BLE001  # as above
            doubt = None
        return f"{self.name} {doubt or 'could not be read'}"

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return self.name, document_of_tests(self.tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Tests of what a command line runs.

    A proof needs an action that a shell takes, or a rule that names the action it is about:
    `is_action_named`.
    """

    tests: CommandTests
    is_action_named: bool = False

    def truth(self, sight: Sight, *, by_proof: bool) -> Truth:
        """Return whether the tests hold: proven, or seen in one program."""
        subject = sight.subject
        if not subject.commands:
            return False
        try:
            if not by_proof:
                return are_seen(self.tests, sight)
            if self._proof_missing(sight) is not None:
                return None
            script = sight.scripts[0]
            if script.plain is None or script.doubts:
                return None
            return are_proven(self.tests, subject.commands[0], script.plain)
        except Exception:  # noqa: BLE001  # what cannot be evaluated is unknown, whatever it is
            return None

    def why_not(self, sight: Sight, *, by_proof: bool) -> str:
        """Return what the command is not, or what keeps it from being known."""
        if not sight.subject.commands:
            return "there is no command"
        if self.truth(sight, by_proof=by_proof) is False:
            sentence = f"command does not fit {_shown(document_of_command(self.tests))}"
            return f"{sentence}{self._unusual(sight)}" if by_proof else sentence
        if by_proof:
            return self._proof_missing(sight) or "command is not one command of plain words"
        shown = _shown(document_of_command(self.tests))
        return f"command may fit {shown}, which cannot be told before it runs"

    def _unusual(self, sight: Sight) -> str:
        """Return which word keeps the command from being what it is called, if one does."""
        words = sight.scripts[0].plain
        word = unusual_word(words, 1) if words else None
        return f" without a doubt: {_shown(word)} may run or write something else" if word else ""

    def _proof_missing(self, sight: Sight) -> str | None:
        subject = sight.subject
        if len(subject.commands) > 1:
            return "there is more than one command"
        if not subject.is_alone:
            return "something beside the command could change what runs"
        if subject.is_windows:
            return "PowerShell or cmd takes the command, and their grammar is not read"
        if not (subject.is_shell or self.is_action_named):
            return "the action is no shell's, and the rule does not name it"
        return None

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "command", document_of_command(self.tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of these hold; without any, everything does."""

    conditions: Conditions = ()

    def truth(self, sight: Sight, *, by_proof: bool) -> Truth:
        """Return whether all do."""
        return every(one.truth(sight, by_proof=by_proof) for one in self.conditions)

    def why_not(self, sight: Sight, *, by_proof: bool) -> str:
        """Return what the first of them says that does not hold; a False one comes first."""
        return _first_not(self.conditions, sight, by_proof=by_proof)

    def table(self) -> dict[str, Json]:
        """Return the conditions by their keys."""
        return dict(one.document() for one in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Several lists of conditions, all of which hold."""

    matches: tuple[Every, ...]

    def truth(self, sight: Sight, *, by_proof: bool) -> Truth:
        """Return whether all do."""
        return every(one.truth(sight, by_proof=by_proof) for one in self.matches)

    def why_not(self, sight: Sight, *, by_proof: bool) -> str:
        """Return what the first that does not hold says."""
        return _first_not(self.matches, sight, by_proof=by_proof)

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "all", [one.table() for one in self.matches]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """Several lists of conditions, one of which holds."""

    matches: tuple[Every, ...]

    def truth(self, sight: Sight, *, by_proof: bool) -> Truth:
        """Return whether one does."""
        return some(one.truth(sight, by_proof=by_proof) for one in self.matches)

    def why_not(self, sight: Sight, *, by_proof: bool) -> str:
        """Return what each of them says, or those that are unknown."""
        truths = [one.truth(sight, by_proof=by_proof) for one in self.matches]
        wanted = None if None in truths else False
        return "; ".join(
            one.why_not(sight, by_proof=by_proof)
            for one, truth in zip(self.matches, truths, strict=True)
            if truth is wanted
        )

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "any", [one.table() for one in self.matches]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """A list of conditions that does not hold.

    What is excepted turns proof and sign round: an allow rule may not even see what it excepts,
    and a rule that refuses spares only what is proven to be the exception.
    """

    match: Every

    def truth(self, sight: Sight, *, by_proof: bool) -> Truth:
        """Return whether it does not."""
        proven = self.match.truth(sight, by_proof=True)
        seen = self.match.truth(sight, by_proof=False)
        if by_proof:
            return every((negated(proven), negated(seen)))
        if seen is False:
            return True
        return False if proven else None

    def why_not(self, sight: Sight, *, by_proof: bool) -> str:
        """Return that it holds, or why that is unknown."""
        if self.truth(sight, by_proof=by_proof) is False:
            return f"not {_shown(self.match.table())} does not hold"
        is_proof_missing = self.match.truth(sight, by_proof=True) is None
        return self.match.why_not(sight, by_proof=is_proof_missing)

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "not", self.match.table()


def conditions_within(match: Every) -> list[Condition]:
    """Return the conditions of a match and all that others are made of, however deep."""
    found: list[Condition] = []
    waiting = [match]
    while waiting:
        for condition in waiting.pop().conditions:
            found.append(condition)
            if isinstance(condition, All | Some):
                waiting += condition.matches
            elif isinstance(condition, Not):
                waiting.append(condition.match)
    return found


def _first_not(judged: Sequence[_Judged], sight: Sight, *, by_proof: bool) -> str:
    truths = [one.truth(sight, by_proof=by_proof) for one in judged]
    wanted = False if False in truths else None
    return judged[truths.index(wanted)].why_not(sight, by_proof=by_proof)


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
