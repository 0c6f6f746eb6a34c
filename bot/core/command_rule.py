"""What a rule may ask of a command line, and how it is answered: by proof, or by any sign.

To allow, a command line must be proven to be one command of plain words, the same bytes or the
same whole leading words. To refuse or to ask, it is enough that one program in it fits, under
wrappers too; and where more may run than was read, the answer is unknown, never no.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.core.action import Json
from bot.core.ordinary import unusual_word
from bot.core.pattern import Pattern
from bot.core.shell import Program
from bot.core.subject import Sight
from bot.core.truth import Truth, every, negated, some
from bot.core.windows import is_plain_anywhere
from bot.core.wrapper import name_of

Words: TypeAlias = Sequence[str | None]


class CommandTest(Protocol):
    """One operator on a command with its operand."""

    def proven(self, text: str, words: tuple[str, ...]) -> bool:
        """Return whether it holds for a text that is one command of these plain words."""
        ...

    def seen(self, text: str, program: Program) -> Truth:
        """Return whether it holds for one program that the text runs."""
        ...

    def document(self) -> tuple[str, Json]:
        """Return the operator and the operand as they are written."""
        ...


CommandTests: TypeAlias = tuple[CommandTest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """It is this command; `words` are its words where it is plain."""

    text: str
    words: tuple[str, ...] | None

    def proven(self, text: str, words: tuple[str, ...]) -> bool:
        """Return whether they are the same bytes."""
        return text == self.text

    def seen(self, text: str, program: Program) -> Truth:
        """Return whether a program is that command, however its words are quoted."""
        if not {text, program.text}.isdisjoint(texts_known_as(self.text)):
            return True
        if self.words is None:
            return False
        return some(
            _are_words(words, wanted)
            for words in sequences(program)
            for wanted in known_as(self.words)
        )

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "equals", self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginsWith:
    """Its first words are these."""

    words: tuple[str, ...]

    def proven(self, text: str, words: tuple[str, ...]) -> bool:
        """Return whether its whole leading words are these, and no other makes it more."""
        said = len(self.words)
        return words[:said] == self.words and unusual_word(words, said) is None

    def seen(self, text: str, program: Program) -> Truth:
        """Return whether a program begins so."""
        return some(
            _begin_with(words, wanted)
            for words in sequences(program)
            for wanted in known_as(self.words)
        )

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "begins_with", list(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """It runs one of these programs; a name stands for the program wherever it lies.

    To refuse, so does a path: who denies `/usr/bin/curl` means curl. To allow, it is exact.
    """

    names: tuple[str, ...]

    def proven(self, text: str, words: tuple[str, ...]) -> bool:
        """Return whether its first word is one of the names, and no other makes it more."""
        return words[0] in self.names and unusual_word(words, 1) is None

    def seen(self, text: str, program: Program) -> Truth:
        """Return whether the program, or what wraps it, has one of the names."""
        return some(
            _begin_with(words, wanted)
            for words in sequences(program)
            for name in self.names
            for wanted in known_as((name,))
        )

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "runs", self.names[0] if len(self.names) == 1 else list(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """It redirects into a file that a glob fits; a glob without folders fits in any."""

    pattern: Pattern

    def proven(self, text: str, words: tuple[str, ...]) -> bool:
        """Return False: one command of plain words has no redirections."""
        return False

    def seen(self, text: str, program: Program) -> Truth:
        """Return whether the program writes to such a file."""
        return some(self._truth_of(path) for path in program.writes)

    def _truth_of(self, path: str | None) -> Truth:
        if path is not None and "/" not in self.pattern.text:
            path = path.rpartition("/")[2]
        return None if path is None else self.pattern.truth(path)

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "writes", self.pattern.text


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyCommandTest:
    """One of several holds, each of them a list of tests that all hold."""

    alternatives: tuple[CommandTests, ...]

    def proven(self, text: str, words: tuple[str, ...]) -> bool:
        """Return whether one does."""
        return any(are_proven(tests, text, words) for tests in self.alternatives)

    def seen(self, text: str, program: Program) -> Truth:
        """Return whether one does."""
        return some(_are_seen(tests, text, program) for tests in self.alternatives)

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "any", [document_of_command(tests) for tests in self.alternatives]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCommandTest:
    """What follows does not hold for the command, or for some program in it."""

    tests: CommandTests

    def proven(self, text: str, words: tuple[str, ...]) -> bool:
        """Return whether it surely does not: an option between the words is a doubt."""
        program = Program(words=words, text=text)
        return (
            not are_proven(self.tests, text, words)
            and _are_seen(self.tests, text, program) is False
        )

    def seen(self, text: str, program: Program) -> Truth:
        """Return whether it does not."""
        return negated(_are_seen(self.tests, text, program))

    def document(self) -> tuple[str, Json]:
        """Return it as it is written."""
        return "not", document_of_command(self.tests)


def are_proven(tests: CommandTests, text: str, words: tuple[str, ...]) -> bool:
    """Return whether all tests hold for a text that is one command of these plain words."""
    return all(test.proven(text, words) for test in tests)


def are_seen(tests: CommandTests, sight: Sight) -> Truth:
    """Return whether one program in the commands of a request passes all the tests."""
    found: Truth = some(
        _are_seen(tests, text, program)
        for text, script in zip(sight.subject.commands, sight.scripts, strict=True)
        for program in script.programs
    )
    if found is False and any(script.doubts for script in sight.scripts):
        return None
    if found is False and sight.subject.is_windows:
        return False if all(map(is_plain_anywhere, sight.subject.commands)) else None
    return found


def document_of_command(tests: CommandTests) -> Json:
    """Return the tests as they are written; one equality is its text alone."""
    if len(tests) == 1 and isinstance(tests[0], Is):
        return tests[0].text
    return dict(test.document() for test in tests)


def sequences(program: Program) -> Iterator[tuple[str | None, ...]]:
    """Yield the words a program may be known by: alone, under each wrapper, by its name alone.

    Some systems find a program by its name in letters of any size, or without its `.exe`.
    """
    for place in range(len(program.wrappers) + 1):
        words = (*program.wrappers[place:], *program.words)
        if not words:
            continue
        yield words
        first = words[0] or ""
        for name in {first.rpartition("/")[2], name_of(first)} - {first}:
            yield (name, *words[1:])


def known_as(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the words as they are written, and with the name alone of a program's path."""
    first = words[0]
    bare = first.rpartition("/")[2]
    return (words,) if bare in {"", first} else (words, (bare, *words[1:]))


def texts_known_as(text: str) -> tuple[str, ...]:
    """Return a command as it is written, and with the name alone of its program's path."""
    first, blank, rest = text.partition(" ")
    return tuple(f"{words[0]}{blank}{rest}" for words in known_as((first,)))


def _are_seen(tests: CommandTests, text: str, program: Program) -> Truth:
    return every(test.seen(text, program) for test in tests)


def _begin_with(words: Words, wanted: Words) -> Truth:
    """Return whether the words begin so.

    A word that is not known may be none, one or several. An option before a word that is wanted
    may carry a value, so that what stands behind it may be that word.
    """
    for place, word in enumerate(wanted):
        if place >= len(words):
            return False
        given = words[place]
        if given is None:
            return None
        if given != word:
            is_option = place > 0 and given.startswith("-")
            return None if is_option and _follow(words[place:], wanted[place:]) else False
    return True


def _follow(words: Words, wanted: Words) -> bool:
    """Tell whether the wanted words stand among the words in their order, or may."""
    rest = iter(words)
    return all(any(word is None or word == one for word in rest) for one in wanted)


def _are_words(words: Words, wanted: Words) -> Truth:
    """Return whether the words are these; words that are not known may be any."""
    if None not in words:
        return tuple(words) == tuple(wanted)
    first = words.index(None)
    last = list(reversed(words)).index(None)
    is_open = words[:first] == wanted[:first] and (
        not last or words[len(words) - last :] == wanted[len(wanted) - last :]
    )
    return None if is_open else False
