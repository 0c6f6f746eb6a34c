"""What single programs do that a person would want to be asked about: tables and rules."""

import re
from itertools import pairwise

from bot.core.cloud import CLOUDS, cloud_dangers
from bot.core.danger import Danger
from bot.core.danger_table import BY_PROGRAM
from bot.core.path import is_everything
from bot.core.place import Arguments, Place, Rule, deleted, has_option, operands
from bot.core.program_file import FILE_RULES, judge_mkfs
from bot.core.program_network import NETWORK_RULES, is_address

_HARD = re.compile(r"--har?")  # git takes shortened options
_GIT_CODE = re.compile(
    r"(?:core\.(?:fsmonitor|sshcommand|pager|editor|hookspath|gitproxy)|alias\.|pager\.|filter\.|gpg"
    r"|diff\.|merge\.|credential\.|include|url\.|sequence\.|protocol\.)",
    re.IGNORECASE,
)


def _git(arguments: Arguments, place: Place) -> Danger | None:
    for option, value in pairwise(arguments):
        if option in {"-c", "--config-env"} and (_GIT_CODE.match(value) or "!" in value):
            return Danger.INLINE_CODE
    if any(argument.startswith(("--exec-path=", "--config-env=")) for argument in arguments):
        return Danger.INLINE_CODE
    if "config" in arguments and any(word.startswith("!") for word in arguments):
        return Danger.START_UP  # an alias that runs a shell
    first = 2 if "-C" in arguments or "-c" in arguments else 1
    if "restore" in arguments and "restore" in operands(arguments)[:first]:
        is_index = has_option(arguments, "S", "--staged")
        if not is_index or has_option(arguments, "W", "--worktree"):
            return Danger.DISCARDS
    if "push" in arguments:
        after = arguments[list(arguments).index("push") + 1 :]
        if has_option(after, "f", "--force", "--force-with-lease", "--force-if-includes") or any(
            argument.startswith(("+", ":")) for argument in after
        ):
            return Danger.REWRITES
        if any(map(is_address, operands(after)[:1])):
            return Danger.SENDS  # to a place that no remote of the project names
    if "reset" in arguments and any(map(_HARD.fullmatch, arguments)):
        return Danger.DISCARDS
    if "clean" in arguments and has_option(arguments, "f", "--force"):
        return Danger.DISCARDS
    if "checkout" in arguments and "--" in arguments:
        return Danger.DISCARDS
    if ("rebase" in arguments and has_option(arguments, "x", "--exec")) or "bisect" in arguments:
        return Danger.INLINE_CODE if "run" in arguments or "rebase" in arguments else None
    return None


def _pytest(arguments: Arguments, place: Place) -> Danger | None:
    """Judge the folder for temporary files, which is emptied first."""
    for option, value in zip(arguments, (*arguments[1:], ""), strict=False):
        name, is_glued, glued = option.partition("=")
        if name == "--basetemp":
            return deleted([glued if is_glued else value], place)
    return None


def _kill(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.STOPS if "-1" in arguments[1:] else None


def _crontab(arguments: Arguments, place: Place) -> Danger | None:
    return None if has_option(arguments, "l") else Danger.START_UP


def _awk(arguments: Arguments, place: Place) -> Danger | None:
    code = next(iter(operands(arguments)), "")
    return Danger.INLINE_CODE if "system(" in code or '| "' in code or '|"' in code else None


_PROGRAMS: dict[str, Rule] = {
    **FILE_RULES,
    **NETWORK_RULES,
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), _awk),
    "crontab": _crontab,
    "git": _git,
    "kill": _kill,
    "py.test": _pytest,
    "pytest": _pytest,
}


Rows = tuple[tuple[tuple[str, ...], Danger], ...]


def _by_first_word(rows: Rows) -> dict[str, list[tuple[tuple[str, ...], Danger]]]:
    found: dict[str, list[tuple[tuple[str, ...], Danger]]] = {}
    for words, danger in rows:
        found.setdefault(next(iter(words), ""), []).append((words, danger))
    return found


# The telling words of a program by the first of them, empty where its name says it all.
_ROWS = {program: _by_first_word(rows) for program, rows in BY_PROGRAM.items()}


def dangers_of_program(name: str, arguments: Arguments, place: Place) -> set[Danger]:
    """Return the dangers of one program run with these arguments."""
    found: set[Danger] = set()
    if rows := _ROWS.get(name):
        given = {*arguments, *(word.partition("=")[0] for word in arguments if "=" in word), ""}
        given |= {word.lower() for word in given if not word.startswith("-")}
        found |= {
            danger
            for word in given & rows.keys()
            for words, danger in rows[word]
            if given.issuperset(words)
        }
    if name in CLOUDS:
        found |= cloud_dangers(name, arguments)
    rule = judge_mkfs if name.startswith("mkfs") else _PROGRAMS.get(name)
    if rule is not None and (danger_found := rule(arguments, place)) is not None:
        found.add(danger_found)
        if danger_found is Danger.WIPES and not any(map(is_everything, arguments)):
            found.add(Danger.DELETES)  # a relative path, which lies outside as well
    return found
