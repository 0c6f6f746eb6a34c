"""What a command line endangers: every command in it, looked through wrappers and scripts.

To refuse by: a wrapped program is looked for at each word after the wrapper, and what cannot be
followed is itself a danger.
"""

import re
from dataclasses import dataclass, field
from itertools import chain, takewhile

from bot.core.command_line import Command, read
from bot.core.danger import Danger
from bot.core.danger_table import BY_PROGRAM
from bot.core.database import CLIENTS, dangers_in_statements
from bot.core.feed import fed_by, given_words, is_fed_from_afar, name_of
from bot.core.given_code import (
    codes_given,
    dangers_of_feeding,
    is_interpreter,
    scripts_given,
    scripts_within,
)
from bot.core.inline_code import dangers_in_code
from bot.core.place import Place, operands
from bot.core.program import dangers_of_program
from bot.core.program_file import find_starts
from bot.core.program_table import (
    EXECUTING,
    FETCHERS,
    FINDERS,
    KEYWORDS,
    KILLERS,
    LEAKING,
    LISTS,
    LOOKUPS,
    RUN_BY_NAME,
    SENDERS,
    SHELLS,
    SOURCING,
    STEERING,
    WRAPPERS,
    WRAPPING,
)
from bot.core.prose import UNMISTAKABLE, commands_in_prose
from bot.core.risk_file import (
    dangers_of_files,
    dangers_of_removal,
    dangers_of_scripts,
    dangers_of_variables,
    may_name_files,
)
from bot.core.windows import POWERSHELLS, dangers_in_windows
from bot.core.wrapper import inner_of

_DEPTH = 4  # scripts within scripts that are still read
_LOOK = 16  # words after a wrapper that may be the wrapped program
_COMMANDS = 1_000  # commands of a script that are judged

_OPENING = frozenset({"do", "{"})
_NOT_A_NAME = re.compile(r"[$`*?{]|^$")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=")
_GATE_SETTING = re.compile(
    r"\b(?:APPROVAL_(?:GATE_URL|API_KEYS?|TG_CHAT_ID|CHANNEL|SESSION_ID|EMAIL)|OK2RUN_[A-Z]"
    r"|AGENTGATE_(?:URL|API_KEY)|ALLOWED_USER_IDS)"
)
_GATE_NAME = re.compile(
    r"(?:^|[/@:=])(?:ok2run|agentgate)(?:$|[-_.@:])|:8000(?:/tcp)?$|^8000/tcp$"
)


def dangers_in_line(text: str, cwd: str | None) -> set[Danger]:
    """Return the dangers of a command line or script as a POSIX shell would run it."""
    return _dangers(text, cwd, depth=0, judged=set())


def _dangers(text: str, cwd: str | None, *, depth: int, judged: set[str]) -> set[Danger]:
    """Return the dangers of a script at this depth; what is in `judged` is not judged again."""
    found: set[Danger] = set()
    if "IFS" in text:
        found.add(Danger.UNREADABLE)
        text = text.replace("${IFS}", " ").replace("$IFS", " ")
    if _GATE_SETTING.search(text):
        found.add(Danger.GATE)
    reading = read(text)
    if reading.is_doubtful:
        found.add(Danger.UNREADABLE)
    line = _Line(
        place=Place(cwd=cwd, here=cwd),
        depth=depth,
        judged=judged,
        names_files=may_name_files(text, cwd),
        found=found,
    )
    if len(reading.commands) > _COMMANDS:
        found.add(Danger.TOO_LONG)
    for command in reading.commands[:_COMMANDS]:
        line.judge(command)
    return found | dangers_of_scripts(text, [name_of(one.first) for one in reading.commands])


def dangers_in_prose(text: str, cwd: str | None) -> set[Danger]:
    """Return the unmistakable dangers of commands that stand in a text of any kind."""
    found: set[Danger] = set()
    for line in commands_in_prose(text):
        found |= dangers_in_line(line, cwd) & UNMISTAKABLE
    return found


@dataclass(slots=True, kw_only=True)
class _Line:
    """A line while its commands are judged in order."""

    place: Place
    depth: int
    judged: set[str]
    names_files: bool
    found: set[Danger]
    fetched: set[str] = field(default_factory=set)

    def judge(self, command: Command) -> None:
        first, *others = _parts(command.words)
        self._judge_words(command, first)
        for words in others:
            self._judge_words(command, words)

    def _judge_words(self, command: Command, written: list[str]) -> None:
        words = self._without_prefix(written)
        if self.names_files:
            self.found |= dangers_of_files(command, words, self.place.here)
        self.found |= dangers_of_variables(command, words)
        if not words or words[0] in LISTS:
            return
        name = name_of(words[0])
        if _is_dynamic(words[0]):
            self.found.add(fed_by(command) or Danger.UNREADABLE)
        elif name in {"cd", "pushd"}:
            self.place = self.place.moved_to(words[1] if len(words) > 1 else "~")
        elif name in FINDERS:
            self._judge_find(command, words)
        elif name in WRAPPERS and not WRAPPING.get(name, frozenset(words)).isdisjoint(
            words[:_LOOK]
        ):
            self._judge_wrapped(command, words)
        if len(words) > _LOOK:
            self._judge_followed(command, words)
        self._judge_program(command, words)
        self._judge_fetched(command, words)

    def _without_prefix(self, words: list[str]) -> list[str]:
        """Return the words from the program on."""
        for at, word in enumerate(words):
            assignment = _ASSIGNMENT.match(word)
            if assignment and assignment[1] in STEERING:
                self.found.add(Danger.INLINE_CODE)
            if assignment and assignment[1] in RUN_BY_NAME:
                self._judge_script(word[assignment.end() :])
            if not assignment and word not in KEYWORDS:
                return words[at:]
        return []

    def _judge_wrapped(self, command: Command, words: list[str]) -> None:
        """Judge what may be the wrapped program: any word after the wrapper."""
        for at in range(1, min(len(words), _LOOK)):
            if " " in words[at] or "\n" in words[at]:
                for script in scripts_within(words[at]):
                    self._judge_script(script)
            else:
                self._judge_run(command, words[at:])

    def _judge_followed(self, command: Command, words: list[str]) -> None:
        """Judge what a wrapper's own options say is wrapped, however far behind it stands."""
        runs = [tuple(words)]
        for _ in range(_LOOK):
            inner = inner_of(runs.pop())
            for run in inner.runs if inner is not None else ():
                wrapped = [word or "" for word in run.words]
                if wrapped:
                    self._judge_run(command, wrapped)
                if not run.is_guess:
                    runs.append(tuple(wrapped))
            if not runs:
                return
        self.found.add(Danger.UNREADABLE)

    def _judge_run(self, command: Command, words: list[str]) -> None:
        self._judge_program(command, words)
        self.found |= dangers_of_variables(command, words)
        self.found |= dangers_of_removal(words, self.place.here)

    def _judge_find(self, command: Command, words: list[str]) -> None:
        """Judge what a find runs on what it found, which lies below its starts."""
        below = [f"{start}/x" for start in find_starts(words[1:])][:_LOOK]
        places = [at for at, word in enumerate(words) if word in EXECUTING]
        if len(places) > _LOOK:
            self.found.add(Danger.UNREADABLE)
        for at in places[:_LOOK]:
            run = list(takewhile(lambda word: word not in {";", "+"}, words[at + 1 :]))
            if run and name_of(run[0]) == "rm":
                run.insert(1, "-r")  # what it finds is all there is below
            found = (below if word == "{}" else [word] for word in run)
            self._judge_wrapped(command, ["find", *chain.from_iterable(found)])

    def _judge_program(self, command: Command, words: list[str]) -> None:
        name, arguments = name_of(words[0]), words[1:]
        self.found |= dangers_of_program(name, arguments, self.place)
        self._judge_given(command, words)
        if is_interpreter(name):
            self._judge_interpreted(command, arguments)
        if name in KILLERS and any(map(_GATE_NAME.search, [*arguments, *given_words(command)])):
            self.found.add(Danger.GATE)
        if name in KILLERS and is_fed_from_afar(command):
            self.found.add(Danger.UNREADABLE)
        if name in SENDERS and (command.source is not None or command.reads):
            self.found.add(Danger.SENDS)
        if name in FETCHERS or name in LOOKUPS:
            givers = {name_of(inner.first) for inner in command.inner}
            if givers & LEAKING or (givers and name in LOOKUPS):
                self.found.add(Danger.SENDS)

    def _judge_given(self, command: Command, words: list[str]) -> None:
        """Judge what a program is given as text: scripts, code, statements."""
        name, arguments = name_of(words[0]), words[1:]
        scripts = scripts_given(command, words)
        for script in scripts:
            self._judge_script(script)
        self.found |= dangers_of_feeding(command, words, scripts)
        for code in codes_given(name, arguments):
            self.found |= dangers_in_prose(code, self.place.cwd) | dangers_in_code(code)
        if name in CLIENTS:
            source = command.source.words if command.source else []
            body = command.source.body if command.source else []
            self.found |= dangers_in_statements(
                "\n".join([*arguments, *command.body, *source, *body])
            )
        if name in POWERSHELLS:
            self.found |= dangers_in_windows(" ".join(arguments))

    def _judge_interpreted(self, command: Command, arguments: list[str]) -> None:
        """Judge the module or the script that a language runs, as the program it is."""
        if "-m" in arguments[:-1]:
            words = arguments[arguments.index("-m") + 1 :]
            if is_interpreter(name_of(words[0])):
                self.found.add(Danger.UNREADABLE)
            else:
                self._judge_program(command, words)
            return
        scripts = operands(arguments)[:1]
        if scripts and name_of(scripts[0]) in BY_PROGRAM:
            given = arguments[arguments.index(scripts[0]) + 1 :]
            self.found |= dangers_of_program(name_of(scripts[0]), given, self.place)

    def _judge_script(self, script: str) -> None:
        if script in self.judged:
            return
        self.judged.add(script)
        if self.depth >= _DEPTH:
            self.found.add(Danger.UNREADABLE)
        else:
            deeper = self.depth + 1
            self.found |= _dangers(script, self.place.cwd, depth=deeper, judged=self.judged)

    def _judge_fetched(self, command: Command, words: list[str]) -> None:
        """Notice what is downloaded, and when that is run later in the line."""
        name = name_of(words[0])
        run = {name, *map(name_of, operands(words[1:])[:1])} if _runs_files(name) else {name}
        if self.fetched & run:
            self.found.add(Danger.NETWORK_CODE)
        if any(name_of(word) in FETCHERS for word in words[:_LOOK]):
            self.fetched |= {name_of(word) for word in (*words[1:], *command.writes)}


def _parts(words: list[str]) -> list[list[str]]:
    """Return the words, and what begins behind `do` and `{` where no `;` stands before them."""
    marks = _OPENING if words[:1] and words[0] in LISTS else _OPENING - {"do"}
    if marks.isdisjoint(words):
        return [words]
    places = [at for at, word in enumerate(words) if word in marks]
    ends = [*places[1:], len(words)]
    return [words[: places[0]], *(words[a + 1 : b] for a, b in zip(places, ends, strict=True))]


def _is_dynamic(word: str) -> bool:
    return _NOT_A_NAME.search(word.rsplit("/", 1)[-1]) is not None


def _runs_files(name: str) -> bool:
    runs = name in SHELLS or name in SOURCING or name in WRAPPERS or name == "chmod"
    return runs or is_interpreter(name)
