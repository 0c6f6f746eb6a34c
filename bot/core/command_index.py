"""Which of many rules a command line may fit, as the bits of one integer.

As every index it may name too many rules, never too few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.core.command_rule import (
    AnyCommandTest,
    BeginsWith,
    CommandTest,
    CommandTests,
    Is,
    Runs,
    known_as,
    sequences,
    texts_known_as,
)
from bot.core.field_index import RowSets, bits_of
from bot.core.subject import Sight

Key: TypeAlias = str | tuple[str, ...]
"""A whole text, or leading words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """One rule on commands: its number, what lets it in, and whether it needs a proof."""

    number: int
    keys: tuple[Key, ...]
    by_proof: bool


class CommandIndex:
    """The rules with a test on commands that can be looked up."""

    __slots__ = ("_first", "_lengths", "_proven", "_refusing", "_seen", "mask")

    def __init__(self, rows: Sequence[CommandRow]) -> None:
        self.mask = bits_of(row.number for row in rows)
        self._refusing = bits_of(row.number for row in rows if not row.by_proof)
        self._proven = RowSets((k, row.number) for row in rows if row.by_proof for k in row.keys)
        refusing = [(key, row.number) for row in rows if not row.by_proof for key in row.keys]
        self._seen = RowSets(refusing)
        self._first = RowSets((key[0], row) for key, row in refusing if isinstance(key, tuple))
        lengths = {len(key) for row in rows for key in row.keys if isinstance(key, tuple)}
        self._lengths = sorted(lengths)

    def bits(self, sight: Sight) -> int:
        """Return the bits of the rules that may match, or be unknown where that has a say."""
        if not sight.subject.commands:
            return 0
        try:
            return self._bits_proven(sight) | self._bits_seen(sight)
        except Exception:  # noqa: BLE001  # the rules see the same fault, and are unknown
            return self.mask

    def _bits_proven(self, sight: Sight) -> int:
        plain = sight.scripts[0].plain
        if plain is None:
            return 0
        bits = self._proven.bits(sight.subject.commands[0])
        for length in self._lengths:
            bits |= self._proven.bits(plain[:length])
        return bits

    def _bits_seen(self, sight: Sight) -> int:
        if not self._refusing:
            return 0
        bits = 0
        for text, script in zip(sight.subject.commands, sight.scripts, strict=True):
            is_hidden = any(None in one.words[:1] for one in script.programs)
            if script.doubts or sight.subject.is_windows or is_hidden:
                return self._refusing
            bits |= self._seen.bits(text)
            for program in script.programs:
                bits |= self._seen.bits(program.text)
                for words in sequences(program):
                    bits |= self._bits_of_words(words)
        return bits

    def _bits_of_words(self, words: tuple[str | None, ...]) -> int:
        within = words[1 : self._lengths[-1]] if self._lengths else ()
        if any(word is None or word.startswith("-") for word in within):
            return self._first.bits(words[0])  # what is behind such a word may be any word
        bits = 0
        for length in self._lengths:
            bits |= self._seen.bits(words[:length])
        return bits


def keys_of(tests: CommandTests) -> tuple[Key, ...] | None:
    """Return what lets a rule with these tests in, by one of them; None for any command."""
    found = (_keys_of_test(test) for test in tests)
    return next((keys for keys in found if keys is not None), None)


def _keys_of_test(test: CommandTest) -> tuple[Key, ...] | None:
    if isinstance(test, Is):
        texts = texts_known_as(test.text)
        return (*texts, *known_as(test.words)) if test.words else texts
    if isinstance(test, BeginsWith):
        return known_as(test.words)
    if isinstance(test, Runs):
        return tuple(key for name in test.names for key in known_as((name,)))
    if isinstance(test, AnyCommandTest):
        keys: list[Key] = []
        for tests in test.alternatives:
            one = keys_of(tests)
            if one is None:
                return None
            keys += one
        return tuple(keys)
    return None
