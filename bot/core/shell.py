"""What a command line really runs: every program in it, and why there may be more.

To allow, only `plain` counts, and it rests on the text's own bytes: a parser and a shell may
disagree. The programs and the doubts are there to refuse and to explain. Shells of the family of
bash and zsh are meant; the context (files, variables, settings of programs) is not seen, so that
even a plain command means what its surroundings make of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.core.git_loophole import scripts_of_git
from bot.core.loophole import doubts_of_program, language_of
from bot.core.program_table import names
from bot.core.shell_command import Command, read_commands
from bot.core.shell_tree import LENGTH, NOT_SHELL, TOO_LONG
from bot.core.shell_word import value_of
from bot.core.wrapper import INPUT, Inner, Run, inner_of, name_of
from bot.core.wrapper_table import SHELLS

_PLAIN_LENGTH = 512
_PROGRAMS = 400  # that are collected
_WORDS = 300  # of one program that are looked at
_ALL_WORDS = 2_000  # of all programs together
_DEPTH = 8  # programs within programs, scripts within scripts
_CHARACTERS = 2 * LENGTH  # of all scripts together
_NODES = 3_000  # of all scripts together
_PIECES = 100  # of a text that is not followed
_PIECE = 40  # words of such a piece

# Words that no shell changes. At a word's beginning, zsh expands `=`.
_PLAIN = re.compile(r"[\w./:@%+,-][\w./=:@%+,-]*(?: [\w./:@%+,-][\w./=:@%+,-]*)*", re.ASCII)
_PLAIN_NAME = re.compile(r"(?=.*[A-Za-z])\w[\w.+-]*", re.ASCII)
_STRANGE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffc"
    r"\U000e0000-\U000e0fff]"
)
_BREAKS = re.compile(r"[\n;&|(){}`]")
_KEYWORDS = names(
    "if then else elif fi do done case esac while until for select in function { } [[ ]]"
)
_PREFIX = re.compile(r"[A-Za-z_]\w*\+?=.*|!|if|then|else|elif|do|while|until|time", re.DOTALL)
# What a shell does itself, and would do otherwise afterwards.
_BUILTINS = names(
    ". : alias bg bind break builtin caller cd chdir command compgen complete compopt continue"
    " declare dirs disable disown emulate enable eval exec exit export fc fg float functions"
    " getopts hash help history integer jobs kill let local logout mapfile popd printf pushd read"
    " readarray readonly return set setopt shift shopt source suspend times trap typeset ulimit"
    " umask unalias unfunction unhash unset unsetopt vared wait whence zcompile zmodload zstyle"
    " noglob nocorrect repeat foreach end coproc time"
)
STRANGE = "It has control, invisible or look-alike blank characters in it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One simple command, as it is written or as another one runs it.

    A word is None where it is not known before it runs. `text` is what stands in the line;
    `wrappers` are the names it runs under, outermost first; `reads` and `writes` are the files of
    its redirections.
    """

    words: tuple[str | None, ...]
    text: str
    wrappers: tuple[str, ...] = ()
    assignments: tuple[tuple[str, str | None], ...] = ()
    reads: tuple[str | None, ...] = ()
    writes: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a command line runs.

    `programs` are all that were found, a wrapper's own and those under it; `doubts` are sentences
    why there may be more; `plain` are the words where it is proven to be one command of plain
    words, None otherwise.
    """

    programs: tuple[Program, ...]
    doubts: tuple[str, ...]
    plain: tuple[str, ...] | None


@lru_cache(maxsize=256)
def read_script(text: str) -> Script:
    """Read a command line or a script; raises nothing, and its work is bounded."""
    reader = _Reader()
    reader.read(text, (), 0)
    return Script(
        programs=tuple(reader.programs),
        doubts=tuple(reader.doubts),
        plain=_plain_words(text, reader.programs),
    )


def plain_words(text: str) -> tuple[str, ...] | None:
    """Return the words of one command that no shell changes, None for anything else."""
    return read_script(text).plain


def _plain_words(text: str, programs: list[Program]) -> tuple[str, ...] | None:
    if len(text) > _PLAIN_LENGTH or not _PLAIN.fullmatch(text):
        return None
    words = tuple(text.split(" "))
    name = name_of(words[0])
    stands_alone = len(programs) == 1 and programs[0] == Program(words=words, text=text)
    if not stands_alone or not _PLAIN_NAME.fullmatch(words[0]):
        return None
    is_other = name in SHELLS or name in _BUILTINS or name in _KEYWORDS or language_of(name)
    return None if is_other or inner_of(words) is not None else words


class _Reader:
    """A script while the programs in it are collected."""

    __slots__ = ("_characters", "_nodes", "_words", "doubts", "programs")

    def __init__(self) -> None:
        self._characters = _CHARACTERS
        self._nodes = _NODES
        self._words = _ALL_WORDS
        self.programs: list[Program] = []
        self.doubts: dict[str, None] = {}

    def read(self, text: str, wrappers: tuple[str, ...], depth: int) -> None:
        """Collect the programs of a text that a shell runs."""
        self._characters -= len(text)
        if _STRANGE.search(text):
            self._doubt([STRANGE])
            text = text.replace("\0", "\n").replace("\r", "\n")
        if self._characters < 0 or self._nodes < 0 or depth > _DEPTH:
            self._doubt([TOO_LONG])
            self._read_pieces(text[:LENGTH], wrappers)
            return
        reading = read_commands(text)
        self._nodes -= reading.nodes
        self._doubt(sorted(reading.doubts))
        for command in reading.commands:
            self._take(command, wrappers, depth)
        if not reading.doubts.isdisjoint((NOT_SHELL, TOO_LONG)):
            self._read_pieces(text[:LENGTH], wrappers)

    def _read_pieces(self, text: str, wrappers: tuple[str, ...]) -> None:
        """Take what stands between operators for programs, where the grammar is not followed."""
        for piece in _BREAKS.split(text)[:_PIECES]:
            words = [value_of(word.strip("'\"")) for word in piece.split(maxsplit=_PIECE)]
            while words and words[0] is not None and _PREFIX.fullmatch(words[0]):
                words.pop(0)
            if words:
                self._add(Program(words=tuple(words), text=piece.strip(), wrappers=wrappers))

    def _add(self, program: Program) -> bool:
        if len(self.programs) >= _PROGRAMS:
            self._doubt([TOO_LONG])
            return False
        self.programs.append(program)
        return True

    def _take(self, command: Command, wrappers: tuple[str, ...], depth: int) -> None:
        words = tuple(map(value_of, command.sources))
        program = Program(
            words=words,
            text=command.text,
            wrappers=wrappers,
            assignments=command.assignments,
            reads=command.redirects.reads,
            writes=command.redirects.writes,
        )
        if words and words[0] in _KEYWORDS and words[0] != "[[":
            self._doubt([NOT_SHELL])
        if self._add(program):
            self._follow(program, command, depth)

    def _follow(self, program: Program, command: Command, depth: int) -> None:
        """Doubt a program as far as it deserves, and collect what it runs."""
        words = program.words[:_WORDS]
        self._words -= len(words)
        if self._words < 0 or len(program.words) > _WORDS:
            self._doubt([TOO_LONG])
        if self._words < 0:
            return
        self._doubt(doubts_of_program(words, program.assignments, is_fed=command.is_fed))
        name = name_of(words[0] or "") if words else ""
        under = (*program.wrappers, name)
        inner = inner_of(words)
        if name == "git":
            inner = Inner(scripts=tuple(scripts_of_git(words[1:])))
        if inner is None:
            return
        self._doubt(inner.doubts)
        scripts = inner.scripts
        if inner.reads_input:
            bodies = command.redirects.bodies
            scripts = tuple(body for body in bodies if body is not None)
            if not bodies or None in bodies:
                self._doubt([INPUT.format(name)])
        for script in scripts:
            self.read(script, under, depth + 1)
        for run in inner.runs:
            if depth >= _DEPTH:
                self._doubt([TOO_LONG])
            elif run.words:
                self._run(run, inner, command, program, depth + 1)

    def _run(self, run: Run, inner: Inner, command: Command, around: Program, depth: int) -> None:
        sources = command.sources[run.at :] if run.at >= 0 else ()
        program = Program(
            words=run.words,
            text=" ".join(sources) or around.text,
            wrappers=(*around.wrappers, name_of(around.words[0] or "")),
            assignments=inner.assignments,
            reads=around.reads,
            writes=around.writes,
        )
        if self._add(program) and not run.is_guess:
            self._follow(program, replace(command, sources=sources), depth)

    def _doubt(self, sentences: Iterable[str]) -> None:
        self.doubts.update(dict.fromkeys(sentences))
