"""What a program is told to run by its arguments: the program under `sudo`, the script of `sh -c`.

To refuse by and to explain: where a command line can't be followed, every later word is taken for
a program, and that is said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from bot.core.wrapper_table import (
    FINDERS,
    OTHER_SHELLS,
    SHELLS,
    UNFOLLOWED,
    WRAPPERS,
    Wrapper,
)

Words = Sequence[str | None]

_LOOK = 16  # words that may be the program where a wrapper is not followed
_FOUND = 8  # programs that one finder runs
_WORDS = 64  # of such a program that are kept
_EXECUTABLE = re.compile(r"\.(?:exe|cmd|bat)\Z")
_ASSIGNMENT = re.compile(r"([A-Za-z_][\w.%()-]*)\+?=(.*)", re.DOTALL)
_NUMBER = re.compile(r"-\d+")
_LISTED = re.compile(r"-[lp]*|\d*")
_BLANK = re.compile(r"\s")
_REPLACING = frozenset(("-i", "--replace"))

UNFOLLOWED_DOUBT = "It is not certain which word is the program that {} runs."
UNKNOWN_SCRIPT = "{} runs a text that is not known before."
SOURCED = "{} runs commands from a file."
INPUT = "{} runs the commands that it gets as input."
STARTING = "{} runs the commands of its start-up files first."
OTHER_SHELL = "{} reads commands by rules of its own."


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A program that is run by another: its words, and the index of the first among all."""

    words: tuple[str | None, ...]
    at: int
    is_guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """What a program is told to run."""

    runs: tuple[Run, ...] = ()
    scripts: tuple[str, ...] = ()
    assignments: tuple[tuple[str, str | None], ...] = ()
    doubts: tuple[str, ...] = ()
    reads_input: bool = False  # it is a shell that runs what it reads


def name_of(word: str) -> str:
    """Return the program that a first word names."""
    return _EXECUTABLE.sub("", re.split(r"[/\\]", word.lower())[-1])


def inner_of(words: Words) -> Inner | None:
    """Return what a program runs by its arguments, None where it is no wrapper at all."""
    name = name_of(words[0] or "") if words else ""
    if name in SHELLS:
        return _inner_of_shell(name, words)
    if name in {"eval", "trap", "source", "."}:
        return _inner_of_builtin(name, words)
    if options := FINDERS.get(name):
        return _inner_of_finder(words, options)
    if name in UNFOLLOWED:
        return _guessed(name, words, 1)
    wrapper = WRAPPERS.get(name)
    if wrapper is None:
        return None
    if not wrapper.subcommands:
        return _followed(name, words, wrapper, 1)
    for at in range(1, len(words)):
        if words[at] in wrapper.subcommands:
            return _followed(name, words, wrapper, at + 1)
        if words[at] is None:
            return _guessed(name, words, at)
    return None


@dataclass(slots=True, kw_only=True)
class _Place:
    """A wrapper's command line while it is followed."""

    words: Words
    at: int
    scripts: list[str | None] = field(default_factory=list)
    programs: list[str | None] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    assignments: list[tuple[str, str | None]] = field(default_factory=list)
    stops: bool = False

    def follow(self, option: str, glued: str | None, wrapper: Wrapper) -> None:
        """Take an option and its value, which is glued on or the next word."""
        if option in wrapper.stops:
            self.stops = True
        if option in _REPLACING and wrapper.replaces:
            self.replaced.append(glued or "{}")
        if option not in wrapper.taking:
            return
        if glued is None:
            self.at += 1
        value = glued if glued is not None else next(iter(self.words[self.at : self.at + 1]), None)
        if option in wrapper.scripts:
            self.scripts.append(value)
        elif option in wrapper.programs:
            self.programs.append(value)
        elif option in wrapper.replaces:
            self.replaced.append(value or "")


def _followed(name: str, words: Words, wrapper: Wrapper, start: int) -> Inner:
    place = _Place(words=words, at=start)
    operands = wrapper.operands
    is_open = True  # options may still come
    while place.at < len(words):
        word = words[place.at]
        if word is None:
            return _guessed(name, words, place.at)
        assignment = _ASSIGNMENT.fullmatch(word) if wrapper.assigns else None
        if is_open and word == "--":
            is_open = False
        elif is_open and word.startswith("-") and (word != "-" or word in wrapper.options):
            options = _options_of(word, wrapper)
            if options is None:
                return _guessed(name, words, place.at + 1)
            for option, glued in options:
                place.follow(option, glued, wrapper)
        elif assignment:
            place.assignments.append((assignment[1], assignment[2]))
        elif operands:
            operands -= 1
            is_open = is_open and wrapper.permutes
        else:
            break
        place.at += 1
    return _found(name, wrapper, place)


def _options_of(word: str, wrapper: Wrapper) -> list[tuple[str, str | None]] | None:
    """Return the options of a word, each with the value glued to it; None where one is unknown."""
    if word in wrapper.options:
        return [(word, None)]
    if word.startswith("--"):
        option, equals, value = word.partition("=")
        known = [name for name in wrapper.options if name.startswith(option)]
        if option not in wrapper.options and len(known) != 1:
            return None
        return [(option if option in wrapper.options else known[0], value if equals else None)]
    found: list[tuple[str, str | None]] = []
    for at in range(1, len(word)):
        letter = f"-{word[at]}"
        if letter in wrapper.taking:
            return [*found, (letter, word[at + 1 :] or None)]
        if letter not in wrapper.options:
            return [] if _NUMBER.fullmatch(word) else None
        found.append((letter, None))
    return found


def _found(name: str, wrapper: Wrapper, place: _Place) -> Inner:
    """Return what a wrapper runs that was followed to what it runs."""
    rest = tuple(place.words[place.at :])
    doubts = []
    scripts = [script for script in place.scripts if script is not None]
    if len(scripts) < len(place.scripts):
        doubts.append(UNKNOWN_SCRIPT.format(name))
    runs = [Run(words=(program, *rest), at=-1) for program in place.programs]
    is_assigned = bool(rest) and _ASSIGNMENT.fullmatch(rest[0] or "") is not None
    if is_assigned or (wrapper.is_joined and None in rest):
        return _guessed(name, place.words, place.at)
    if wrapper.is_joined and rest:
        scripts.append(" ".join(word for word in rest if word is not None))
    elif rest and not place.stops:
        runs.append(Run(words=_given(rest, place.replaced, wrapper), at=place.at))
        if _BLANK.search(rest[0] or ""):
            scripts.append(rest[0] or "")
    return Inner(
        runs=tuple(runs),
        scripts=tuple(scripts),
        assignments=tuple(place.assignments),
        doubts=tuple(doubts),
    )


def _given(words: Words, replaced: list[str], wrapper: Wrapper) -> tuple[str | None, ...]:
    """Return a program's words as it is given them, where some come from elsewhere."""
    given = tuple(
        None if word is None or any(part in word for part in replaced) else word for word in words
    )
    return (*given, None) if wrapper.adds and not replaced else given


def _guessed(name: str, words: Words, start: int) -> Inner:
    """Return every later word as what may be run."""
    places = [
        at
        for at in range(start, len(words))
        if words[at] is None or not (words[at] or "").startswith("-")
    ]
    return Inner(
        runs=tuple(
            Run(words=tuple(words[at : at + _WORDS]), at=at, is_guess=True)
            for at in places[:_LOOK]
        ),
        scripts=tuple(word for word in islice(words, start, None) if word and _BLANK.search(word))[
            :_LOOK
        ],
        doubts=(UNFOLLOWED_DOUBT.format(name),),
    )


def _inner_of_shell(name: str, words: Words) -> Inner:
    doubts = [OTHER_SHELL.format(name)] if name in OTHER_SHELLS else []
    is_script = is_input = False
    at = 1
    while at < len(words):
        word = words[at]
        if word is None:
            return _guessed(name, words, at)
        if word in {"-", "--"} or not word.startswith(("-", "+")):
            at += word in {"-", "--"}
            break
        if word in {"--help", "--version"}:
            return Inner()
        if word in {"--rcfile", "--init-file"} or word.startswith(("--command", "--init-command")):
            doubts.append(UNKNOWN_SCRIPT.format(name))
            at += 1
        elif word == "--login":
            doubts.append(STARTING.format(name))
        elif not word.startswith("--"):
            if "l" in word or "i" in word:
                doubts.append(STARTING.format(name))
            is_script |= "c" in word and word.startswith("-")
            is_input |= "s" in word and word.startswith("-")
            at += word.count("o") + word.count("O") + word.count("C")
        at += 1
    operand = words[at] if at < len(words) else None
    if is_script:
        if operand is None:
            return Inner(doubts=(*doubts, UNKNOWN_SCRIPT.format(name)))
        return Inner(scripts=(operand,), doubts=tuple(doubts))
    if at < len(words) and not is_input:
        return Inner(doubts=(*doubts, SOURCED.format(name)))
    return Inner(doubts=tuple(doubts), reads_input=True)


def _inner_of_builtin(name: str, words: Words) -> Inner:
    if name in {"source", "."}:
        return Inner(doubts=(SOURCED.format(name),))
    known = [word for word in words[1:] if word is not None and word != "--"]
    if name == "trap":
        known = [] if known and _LISTED.fullmatch(known[0]) else known[:1]
        is_known = not words[1:2] or words[1] is not None
    else:
        is_known = None not in words
    doubts = () if is_known else (UNKNOWN_SCRIPT.format(name),)
    return Inner(scripts=(" ".join(known),) if known else (), doubts=doubts)


def _inner_of_finder(words: Words, options: frozenset[str]) -> Inner | None:
    """Return what a finder runs on what it finds, which is not known before."""
    places = [at + 1 for at, word in enumerate(words) if word in options]
    runs = []
    is_long = len(places) > _FOUND
    for at in places[:_FOUND]:
        run = list(takewhile(lambda word: word not in {";", "+"}, words[at : at + _WORDS]))
        is_long |= len(run) == _WORDS
        found = tuple(None if word is None or "{}" in word else word for word in run)
        runs.append(Run(words=found, at=-1))
    doubts = (UNFOLLOWED_DOUBT.format("find"),) if is_long else ()
    return Inner(runs=tuple(runs), doubts=doubts) if runs else None
