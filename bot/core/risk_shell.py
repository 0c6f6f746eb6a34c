"""What a command line endangers: every command in it, looked through wrappers and scripts.

To refuse by: a wrapped program is looked for at each word after the wrapper, and what cannot be
followed is itself a danger.
"""

import re
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise, takewhile

from bot.core.command_line import SUBSTITUTED, Command, read
from bot.core.danger import Danger
from bot.core.danger_table import BY_PROGRAM
from bot.core.database import CLIENTS, dangers_in_statements
from bot.core.feed import fed_by, given_words, name_of
from bot.core.inline_code import dangers_in_code
from bot.core.path import is_outside, joined
from bot.core.place import Place, operands
from bot.core.program import dangers_of_program
from bot.core.program_file import find_starts
from bot.core.program_table import (
    CODE_TAKERS,
    EXECUTING,
    FETCHERS,
    FINDERS,
    KEYWORDS,
    KILLERS,
    LEAKING,
    LISTS,
    LOOKUPS,
    PRINTERS,
    SENDERS,
    SHELLS,
    SOURCING,
    STEERING,
    WRAPPERS,
    WRAPPING,
)
from bot.core.risk_file import (
    dangers_of_files,
    dangers_of_removal,
    dangers_of_scripts,
    dangers_of_variables,
    may_name_files,
)
from bot.core.windows import POWERSHELLS, dangers_in_windows

_DEPTH = 4  # scripts within scripts that are still read
_LOOK = 16  # words after a wrapper that may be the wrapped program
_COMMANDS = 1_000  # commands of a script that are judged

_PATH = 500  # characters of a directory that is still followed
_QUOTED = 50  # commands within a text that are read
_QUOTED_LENGTH = 300

_IN_PROSE = re.compile(
    r"(?<![\w./-])(?:rm|git|curl|wget|dd|mkfs[.\w]{0,9}|terraform|kubectl|dropdb|docker|base64)[ ]"
)
_UNMISTAKABLE = frozenset(
    {
        Danger.WIPES,
        Danger.DELETES,
        Danger.REWRITES,
        Danger.NETWORK_CODE,
        Danger.HIDDEN_CODE,
        Danger.DISK,
        Danger.DATABASE,
        Danger.RESOURCES,
    }
)
_INTERPRETER = re.compile(
    r"(?:python|pypy|node|nodejs|perl|ruby|php|lua|deno|bun|pwsh|powershell|osascript|rscript)"
    r"[\d.]*"
)
_NOT_A_NAME = re.compile(r"[$`*?{]|^$")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=")
_GATE_SETTING = re.compile(
    r"\b(?:APPROVAL_(?:GATE_URL|API_KEYS?|TG_CHAT_ID|CHANNEL|SESSION_ID|EMAIL)|OK2RUN_[A-Z]"
    r"|AGENTGATE_(?:URL|API_KEY)|ALLOWED_USER_IDS)"
)
_GATE_NAME = re.compile(
    r"(?:^|[/@:=])(?:ok2run|agentgate)(?:$|[-_.@:])|:8000(?:/tcp)?$|^8000/tcp$"
)
_SCRIPT_OPTION = re.compile(r"-[a-zA-Z]{0,8}c[a-zA-Z]{0,8}")
_CODE_OPTION = re.compile(
    r"-[a-zA-Z]{0,6}[ceE]|-r|-Command|--(?:eval|print|command)(?:=.*)?", re.S
)


def dangers_in_line(text: str, cwd: str | None, *, depth: int = 0) -> set[Danger]:
    """Return the dangers of a command line or script as a POSIX shell would run it."""
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
        cwd=cwd,
        depth=depth,
        names_files=may_name_files(text, cwd),
        found=found,
        here=cwd,
    )
    if len(reading.commands) > _COMMANDS:
        found.add(Danger.TOO_LONG)
    for command in reading.commands[:_COMMANDS]:
        line.judge(command)
    return found | dangers_of_scripts(text, [name_of(one.first) for one in reading.commands])


def dangers_in_prose(text: str, cwd: str | None) -> set[Danger]:
    """Return the unmistakable dangers of commands that stand in a text of any kind."""
    found: set[Danger] = set()
    for match in islice(_IN_PROSE.finditer(text), _QUOTED):
        line = text[match.start() : match.start() + _QUOTED_LENGTH].partition("\n")[0]
        if (quote := text[max(match.start() - 1, 0)]) in "\"'`":
            line = line.partition(quote)[0]
        found |= dangers_in_line(line, cwd) & _UNMISTAKABLE
    return found


@dataclass(slots=True, kw_only=True)
class _Line:
    """A line while its commands are judged in order."""

    cwd: str | None
    depth: int
    names_files: bool
    found: set[Danger]
    moved: str | None = "."
    here: str | None = None
    fetched: set[str] = field(default_factory=set)

    def judge(self, command: Command) -> None:
        words = self._without_prefix(command.words)
        if self.names_files:
            self.found |= dangers_of_files(command, words, self.here)
        self.found |= dangers_of_variables(command, words)
        if not words or words[0] in LISTS:
            return
        name = name_of(words[0])
        if _is_dynamic(words[0]):
            self.found.add(fed_by(command) or Danger.UNREADABLE)
        elif name in {"cd", "pushd"}:
            self._move(words[1] if len(words) > 1 else "~")
        elif name in FINDERS:
            self._judge_find(command, words)
        elif name in WRAPPERS and not WRAPPING.get(name, frozenset(words)).isdisjoint(words[:4]):
            self._judge_wrapped(command, words)
        self._judge_program(command, words)
        self._judge_fetched(command, words)

    def _without_prefix(self, words: list[str]) -> list[str]:
        """Return the words from the program on."""
        for at, word in enumerate(words):
            assignment = _ASSIGNMENT.match(word)
            if assignment and assignment[1] in STEERING:
                self.found.add(Danger.INLINE_CODE)
            if not assignment and word not in KEYWORDS:
                return words[at:]
        return []

    def _judge_wrapped(self, command: Command, words: list[str]) -> None:
        """Judge what may be the wrapped program: any word after the wrapper."""
        for at in range(1, min(len(words), _LOOK)):
            if " " in words[at] or "\n" in words[at]:
                self._judge_script(words[at])
            else:
                self._judge_program(command, words[at:])
                self.found |= dangers_of_variables(command, words[at:])
                self.found |= dangers_of_removal(words[at:], self.here)

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
        place = Place(cwd=self.cwd, moved=self.moved, here=self.here)
        self.found |= dangers_of_program(name, arguments, place)
        self._judge_text(command, name, arguments)
        if name in SHELLS:
            self._judge_shell(command, arguments)
        elif name in SOURCING:
            self._judge_sourcing(command, name, arguments)
        elif _INTERPRETER.fullmatch(name):
            self._judge_interpreter(command, name, arguments)
        if name in KILLERS and any(map(_GATE_NAME.search, [*arguments, *given_words(command)])):
            self.found.add(Danger.GATE)
        if name in SENDERS and (command.source is not None or command.reads):
            self.found.add(Danger.SENDS)
        if name in FETCHERS or name in LOOKUPS:
            givers = {name_of(inner.first) for inner in command.inner}
            if givers & LEAKING or (givers and name in LOOKUPS):
                self.found.add(Danger.SENDS)

    def _judge_text(self, command: Command, name: str, arguments: list[str]) -> None:
        """Judge the statements and the code that a program is given as text."""
        if name in CLIENTS:
            source = command.source.words if command.source else []
            body = command.source.body if command.source else []
            self.found |= dangers_in_statements(
                "\n".join([*arguments, *command.body, *source, *body])
            )
        if name in CODE_TAKERS:
            for word in arguments[:_LOOK]:
                self.found |= dangers_in_prose(word, self.cwd) | dangers_in_code(word)
        if name in POWERSHELLS:
            self.found |= dangers_in_windows(" ".join(arguments))

    def _judge_shell(self, command: Command, arguments: list[str]) -> None:
        scripts = [
            script for option, script in pairwise(arguments) if _SCRIPT_OPTION.fullmatch(option)
        ]
        for script in scripts:
            self._judge_script(script)
            if SUBSTITUTED in script:
                self.found.add(fed_by(command) or Danger.INLINE_CODE)
        if scripts or (operands(arguments) and "-s" not in arguments and "<()" not in arguments):
            return
        for body in (*command.body, *(command.source.body if command.source else ())):
            self._judge_script(body)
        if fed := fed_by(command):
            self.found.add(fed)
        elif command.source is not None or command.inner:
            self.found.add(Danger.INLINE_CODE)
            if command.source is not None and name_of(command.source.first) in PRINTERS:
                self._judge_script(" ".join(command.source.words[1:]))

    def _judge_sourcing(self, command: Command, name: str, arguments: list[str]) -> None:
        if name == "eval":
            self._judge_script(" ".join(arguments))
        if command.inner:
            self.found.add(fed_by(command) or Danger.INLINE_CODE)

    def _judge_interpreter(self, command: Command, name: str, arguments: list[str]) -> None:
        if "-m" in arguments[:-1]:
            words = arguments[arguments.index("-m") + 1 :]
            if _INTERPRETER.fullmatch(name_of(words[0])):
                self.found.add(Danger.UNREADABLE)
            else:
                self._judge_program(command, words)
            return
        scripts = operands(arguments)[:1]
        if scripts and name_of(scripts[0]) in BY_PROGRAM:
            place = Place(cwd=self.cwd, moved=self.moved, here=self.here)
            given = arguments[arguments.index(scripts[0]) + 1 :]
            self.found |= dangers_of_program(name_of(scripts[0]), given, place)
        has_code = any(_CODE_OPTION.fullmatch(argument) for argument in arguments)
        reads_code = not has_code and not [a for a in operands(arguments) if a != "-"]
        if name.startswith(("pwsh", "powershell")) and any(
            argument.lower().startswith(("-e", "-ec")) for argument in arguments
        ):
            self.found.add(Danger.HIDDEN_CODE)
        if has_code:
            for word in arguments[:_LOOK]:
                self.found |= dangers_in_prose(word, self.cwd) | dangers_in_code(word)
        if has_code or (reads_code and (command.source is not None or command.body)):
            self.found.add(Danger.INLINE_CODE)
        if (reads_code or command.inner) and (fed := fed_by(command)):
            self.found.add(fed)

    def _judge_script(self, script: str) -> None:
        if self.depth >= _DEPTH:
            self.found.add(Danger.UNREADABLE)
        else:
            self.found |= dangers_in_line(script, self.cwd, depth=self.depth + 1)

    def _judge_fetched(self, command: Command, words: list[str]) -> None:
        """Notice what is downloaded, and when that is run later in the line."""
        name = name_of(words[0])
        run = {name, *map(name_of, operands(words[1:])[:1])} if _runs_files(name) else {name}
        if self.fetched & run:
            self.found.add(Danger.NETWORK_CODE)
        if any(name_of(word) in FETCHERS for word in words[:_LOOK]):
            self.fetched |= {name_of(word) for word in (*words[1:], *command.writes)}

    def _move(self, target: str) -> None:
        self._see_from(target)
        here = joined(self.moved or ".", target[:_PATH])
        is_elsewhere = here != "." and is_outside(target, self.cwd, self.moved)
        is_rooted = here.startswith(("/", "~"))
        if self.cwd and here == self.cwd.rstrip("/"):
            self.moved = "."
        elif is_elsewhere or target == "-" or len(here) > _PATH:
            self.moved = None
        else:
            self.moved = here[len(self.cwd or "") :].strip("/") if is_rooted else here

    def _see_from(self, target: str) -> None:
        """Follow a `cd` as a path; what cannot be followed is nowhere."""
        here = joined(self.here or ".", target[:_PATH])
        is_known = self.here is not None or here.startswith(("/", "~"))
        self.here = here if is_known and target != "-" and len(here) <= _PATH else None


def _is_dynamic(word: str) -> bool:
    return _NOT_A_NAME.search(word.rsplit("/", 1)[-1]) is not None


def _runs_files(name: str) -> bool:
    runs = name in SHELLS or name in SOURCING or name in WRAPPERS or name == "chmod"
    return runs or _INTERPRETER.fullmatch(name) is not None
