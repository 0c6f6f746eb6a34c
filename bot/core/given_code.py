"""What a program is given to run as a text: a shell's scripts, git's aliases, a language's code.

To refuse by: what may be such a text is taken for one.
"""

import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.core.command_line import SUBSTITUTED, Command
from bot.core.danger import Danger
from bot.core.feed import fed_by, name_of
from bot.core.git_loophole import scripts_of_git
from bot.core.place import operands
from bot.core.program_table import CODE_TAKERS, PRINTERS, SHELLS, SOURCING
from bot.core.wrapper import inner_of

_LOOK = 16  # words that may be code, or a script

_INTERPRETER = re.compile(
    r"(?:python|pypy|node|nodejs|perl|ruby|php|lua|deno|bun|pwsh|powershell|osascript|rscript)"
    r"[\d.]*"
)
_SCRIPT_OPTION = re.compile(r"-[a-zA-Z]{0,8}c[a-zA-Z]{0,8}")
_CODE_OPTION = re.compile(
    r"-[a-zA-Z]{0,6}[ceE]|-r|-Command|--(?:eval|print|command)(?:=.*)?", re.S
)
# Options whose value is a command line, whatever the program is; and shorter ones of a few.
_RUN_OPTION = re.compile(
    r"--(?:to-command|checkpoint-action|rsh|(?:use-)?compress-program|script-shell|pager|exec|pre"
    r"|command|call|init-command|extcmd|info-script|new-volume-script|unzip-command)(?:=|$)"
)
_RUN_OPTIONS = {
    "rsync": frozenset({"-e"}),
    "man": frozenset({"-P"}),
    "zip": frozenset({"-TT"}),
    "tar": frozenset({"-I", "-F"}),
    "split": frozenset({"--filter"}),
    **dict.fromkeys(("complete", "compgen", "mapfile", "readarray"), frozenset({"-C"})),
}


def is_interpreter(name: str) -> bool:
    """Tell whether the name is a language's own, of whatever version."""
    return _INTERPRETER.fullmatch(name) is not None


def scripts_given(command: Command, words: Sequence[str]) -> list[str]:
    """Return the texts that a shell runs because this program was given them."""
    name = name_of(words[0])
    inner = inner_of(words)
    scripts = [script for script in inner.scripts if script is not None] if inner else []
    if name in SHELLS:
        scripts += _after_options(words)
        if not scripts and _reads_input(words[1:]):
            scripts += _scripts_fed(command)
    elif name in SOURCING:
        scripts += _scripts_fed(command)
    elif name == "git":
        scripts += _scripts_of_git(words[1:])
    else:
        scripts += _scripts_of_options(name, words[1:])
    return list(dict.fromkeys(scripts))


def scripts_within(word: str) -> Iterator[str]:
    """Yield the scripts that a wrapper's word of several may be: whole, or an option's value."""
    yield word
    if word.startswith("-"):
        yield word[2:]
    if "=" in word:
        yield word.partition("=")[2]


def codes_given(name: str, arguments: Sequence[str]) -> Sequence[str]:
    """Return the words that are, or may be, code in a language of the program's own."""
    if name in CODE_TAKERS or (is_interpreter(name) and _has_code(arguments)):
        return arguments[:_LOOK]
    return ()


def dangers_of_feeding(
    command: Command, words: Sequence[str], scripts: Sequence[str]
) -> set[Danger]:
    """Return the dangers of running what is not in the line, or is made by other commands."""
    name, arguments = name_of(words[0]), words[1:]
    if name in SHELLS:
        return _dangers_of_shell(command, arguments, scripts)
    if name in SOURCING and command.inner:
        return {fed_by(command) or Danger.INLINE_CODE}
    if is_interpreter(name) and "-m" not in arguments[:-1]:
        return _dangers_of_interpreter(command, name, arguments)
    return set()


def _after_options(words: Sequence[str]) -> Iterator[str]:
    """Yield what stands right behind an option like `-c`, wherever that is."""
    for option, script in pairwise(words[1:]):
        if _SCRIPT_OPTION.fullmatch(option):
            yield script


def _reads_input(arguments: Sequence[str]) -> bool:
    return not operands(arguments) or "-s" in arguments or "<()" in arguments


def _scripts_fed(command: Command) -> Iterator[str]:
    """Yield what is fed: here-documents, here-strings, and what is printed."""
    source = command.source
    yield from command.body
    yield from source.body if source is not None else ()
    for giver in (*command.inner, *([source] if source is not None else [])):
        if name_of(giver.first) in PRINTERS:
            yield " ".join(giver.words[1:])
            yield from (word for word in giver.words[1:_LOOK] if " " in word)


def _scripts_of_git(arguments: Sequence[str]) -> Iterator[str]:
    yield from scripts_of_git(arguments)
    for mark, within in (("run", "bisect"), ("foreach", "submodule")):
        if within in arguments and mark in arguments:
            yield shlex.join(arguments[arguments.index(mark) + 1 :])
    for word in arguments:
        if "::" in word and " " in word:  # a transport's own program: ext::sh -c …
            yield word.partition("::")[2]


def _scripts_of_options(name: str, arguments: Sequence[str]) -> Iterator[str]:
    """Yield the command lines that a program is told to run by its options."""
    if name in {"alias", "make", "gmake"}:
        yield from (word.partition("=")[2] for word in arguments if "=" in word)
    short = _RUN_OPTIONS.get(name, frozenset())
    for option, following in pairwise((*arguments, "")):
        is_run = _RUN_OPTION.match(option) is not None or option.partition("=")[0] in short
        value = option.partition("=")[2] if "=" in option else following
        if is_run and " " in value:
            yield value.removeprefix("exec=")


def _dangers_of_shell(
    command: Command, arguments: Sequence[str], scripts: Sequence[str]
) -> set[Danger]:
    fed = fed_by(command)
    found = {fed or Danger.INLINE_CODE for script in scripts if SUBSTITUTED in script}
    if list(_after_options(("", *arguments))) or not _reads_input(arguments):
        return found
    if fed:
        return found | {fed}
    return found | ({Danger.INLINE_CODE} if command.source or command.inner else set())


def _dangers_of_interpreter(command: Command, name: str, arguments: Sequence[str]) -> set[Danger]:
    found: set[Danger] = set()
    has_code = _has_code(arguments)
    reads_code = not has_code and not [word for word in operands(arguments) if word != "-"]
    if name.startswith(("pwsh", "powershell")) and any(
        argument.lower().startswith(("-e", "-ec")) for argument in arguments
    ):
        found.add(Danger.HIDDEN_CODE)
    if has_code or (reads_code and (command.source is not None or command.body)):
        found.add(Danger.INLINE_CODE)
    if (reads_code or command.inner) and (fed := fed_by(command)):
        found.add(fed)
    return found


def _has_code(arguments: Sequence[str]) -> bool:
    is_module = "-m" in arguments[:-1]
    return not is_module and any(map(_CODE_OPTION.fullmatch, arguments))
