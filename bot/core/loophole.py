"""Why a program may run more than its line says: options, inline code, variables."""

import re
from collections.abc import Iterable, Iterator

from bot.core.git_loophole import git_doubts
from bot.core.loophole_table import (
    INTERPRETERS,
    LOOPHOLES,
    VARIABLE_BEGINNINGS,
    VARIABLE_ENDINGS,
    VARIABLES,
)
from bot.core.program_table import PRINTERS, READERS, names
from bot.core.wrapper import Words, inner_of, name_of

_VERSION = re.compile(r"(?<=[a-z])-?\d[\d.]*\Z")
_SED = re.compile(
    r"(?:^|[;{\n\d$/,!])[ \t]*[ewWrR](?:\s|$)|"
    r"[^\w\s\\][ \t]*[gpiImM\d]*[ew][gpiImM\d]*(?:\s|;|}|$)"
)
# Options that mean another program, its code or its settings, whatever the program is.
_TELLING = re.compile(
    r"--(?!no-)(?:on[-_]|pre[-_]|post[-_]|(?:[a-z0-9]{1,20}[-_]){0,4}(?:exec|execute|eval|command|cmd"
    r"|commands|script|scripts|shell|run[-_]under|wrapper|hook|hooks|plugin|plugins|interpreter"
    r"|pager|editor|browser|rsh|ssh|askpass|preprocessor|unsafe|preload|launcher|runner|loader"
    r"|require|startup|init|rcfile|config|conf|settings|pythonpath|template|tool)(?![a-z]))"
    r"[\w-]{0,30}"
)
_CODE_TEXT = re.compile(
    r"\A[!|]|`|\$\(|\b(?:system|exec\w*|p?open\d?|spawn\w*)\s*[(\"']|\bos\.(?:execute|system)"
    r"|\bwrite18\b|\A\s*(?:ba|z|da|k)?sh\s|[;|&]\s*(?:ba|z|da|k)?sh\b"
)
_SHELL_PATH = re.compile(r".*/(?:ba|z|da|k|a|c|tc|fi)?sh(?:\s|\Z)", re.DOTALL)
_SAFE_NAME = re.compile(r"[\w.+-]{1,40}")
_SHOWING = (
    READERS | PRINTERS | names("ls which type command sed awk chsh apt brew tee cp mv rm ln")
)
_SHORTEST = 4  # characters of a long option that is shortened

UNKNOWN_NAME = "The name of a program is not known before it runs."
OPTION = "{} can run other programs, or write, by what it is given ({})."
UNKNOWN_OPTION = "{} can run other programs by its options, and not all its words are known."
TEXT = "{} is given a text that looks like commands."
A_SHELL = "{} is given a shell, which it may run."
CODE = "{} is given code to run."
INPUT = "{} runs the code that it gets as input."
VARIABLE = "The variable {} changes what programs run, or how."
_NAMING = names(
    "read mapfile readarray getopts printf unset export declare typeset local readonly let wait"
)


def language_of(name: str) -> str | None:
    """Return the name by which an interpreter is listed, whatever its version."""
    if name in INTERPRETERS:
        return name
    bare = _VERSION.sub("", name)
    return bare if bare in INTERPRETERS else None


def is_steering(variable: str) -> bool:
    """Tell whether a variable changes what programs run."""
    return (
        variable in VARIABLES
        or variable.startswith(VARIABLE_BEGINNINGS)
        or variable.endswith(VARIABLE_ENDINGS)
    )


def doubts_of_program(
    words: Words, assignments: Iterable[tuple[str, str | None]], *, is_fed: bool
) -> Iterator[str]:
    """Yield why more may run than the program itself, each a sentence for a person.

    `is_fed`: something is piped or redirected in.
    """
    for variable, _ in assignments:
        if is_steering(variable):
            yield VARIABLE.format(variable)
    if not words:
        return
    if words[0] is None:
        yield UNKNOWN_NAME
        return
    name = name_of(words[0])
    arguments = words[1:]
    if name == "git":
        yield from git_doubts(arguments)
    if name in _NAMING:
        yield from _doubts_of_names(arguments)
    if name in {"sed", "gsed"}:
        yield from _doubts_of_sed(name, arguments)
    if patterns := LOOPHOLES.get(name):
        yield from _doubts_of_options(name, arguments, patterns)
    if language := language_of(name):
        yield from _doubts_of_interpreter(name, language, arguments, is_fed=is_fed)
    if inner_of(words) is None:
        yield from _doubts_of_any(name, arguments)


def _doubts_of_any(name: str, arguments: Words) -> Iterator[str]:
    """Yield why a program may run others that is in no table, or by what no row has."""
    called = name if _SAFE_NAME.fullmatch(name) else "A program"
    for argument in arguments:
        text = argument or ""
        if option := _TELLING.match(text):
            yield OPTION.format(called, option[0])
        if name not in _SHOWING and _CODE_TEXT.search(text):
            yield TEXT.format(called)
        if name not in _SHOWING and _SHELL_PATH.match(text):
            yield A_SHELL.format(called)


def _doubts_of_names(arguments: Words) -> Iterator[str]:
    for argument in arguments:
        variable = (argument or "").partition("=")[0].partition("[")[0].removesuffix("+")
        if is_steering(variable):
            yield VARIABLE.format(variable)


def _doubts_of_options(name: str, arguments: Words, patterns: Iterable[str]) -> Iterator[str]:
    given = list(arguments)
    if name.endswith("tar") and given and given[0] and not given[0].startswith("-"):
        given[0] = f"-{given[0]}"  # its letters may stand without a dash
    if None in given[: given.index("--") if "--" in given else None]:
        yield UNKNOWN_OPTION.format(name)
    for pattern in patterns:
        if any(argument is not None and _matches(argument, pattern) for argument in given):
            yield OPTION.format(name, pattern.strip("*") or "any")
            return


def _matches(argument: str, pattern: str) -> bool:
    if pattern.startswith("*"):
        return pattern[1:] in argument.lower() or pattern[1:] in argument
    if pattern.endswith("*"):
        return argument.startswith(pattern[:-1])
    option = argument.partition("=")[0]
    if pattern.startswith("--"):
        is_short = len(option) >= _SHORTEST and option.startswith("--")
        return option == pattern or (is_short and pattern.startswith(option))
    if pattern.startswith("-") and len(pattern) > len("-x"):
        return option in {pattern, f"-{pattern}"}
    if pattern.startswith("-"):
        return argument[:1] == "-" and argument[:2] != "--" and pattern[1] in option
    return argument == pattern


def _doubts_of_sed(name: str, arguments: Words) -> Iterator[str]:
    for argument in arguments:
        code = argument or ""
        if code.startswith("-"):  # an option, which may have code glued on: -nes/a/b/
            code = code.partition("=" if code.startswith("--") else "e")[2]
        if _SED.search(code):
            yield OPTION.format(name, "e, w, r")
            return


def _doubts_of_interpreter(
    name: str, language: str, arguments: Words, *, is_fed: bool
) -> Iterator[str]:
    operands = [word for word in arguments if word is None or not word.startswith("-")]
    if (
        any(
            argument is not None and _matches(argument, pattern)
            for argument in arguments
            for pattern in INTERPRETERS[language]
        )
        or None in arguments[:1]
        or (operands and operands[0] is None)
    ):
        yield CODE.format(name)
    is_asking = any(
        argument in {"--version", "-V", "-v", "--help", "-h"} for argument in arguments
    )
    if "-" in arguments or (is_fed and not operands) or not (operands or is_asking):
        yield INPUT.format(name)
