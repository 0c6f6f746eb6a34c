"""What single programs do that a person would want to be asked about: tables and rules."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.core.danger import Danger
from bot.core.path import is_everything, is_outside
from bot.core.program_table import BY_PROGRAM, FIND_TESTS

_REMOTE = re.compile(r"(?:[\w.-]{1,99}@)?[\w.-]{2,99}:(?!//)|(?:rsync|sftp|s3|gs)://")
_URL = re.compile(r"(?:\w{1,9}@|-e)?(?:git\+|https?:|ssh:|git@|github:|gitlab:)", re.IGNORECASE)
_DEVICE = re.compile(r"of=/dev/(?!null\b|zero\b|stdout\b|stderr\b|tty\b)")
_CURL_DATA = re.compile(
    r"-d|-F|--data(?:-raw|-binary|-urlencode|-ascii)?(?:=|$)|--form(?:=|$)|--json(?:=|$)"
)
_CURL_FILE = re.compile(r"=[@<]|^\w+@")
_HARD = re.compile(r"--har?")  # git takes shortened options
_MODE = 40  # characters of a mode that are read
_OPENS = re.compile(
    r"[0-7]?[0-7]{2}[2367]|[2-7][0-7]{3}|[a-z]*[oa][a-z]*\+[a-z]*w|[ugao]*\+[rwx]*s|\+w"
)
_GIT_CODE = re.compile(
    r"(?:core\.(?:fsmonitor|sshcommand|pager|editor|hookspath|gitproxy)|alias\.|pager\.|filter\.|gpg"
    r"|diff\.|merge\.|credential\.|include|url\.|sequence\.|protocol\.)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command runs: the working directory, and where `cd` went from there (or None)."""

    cwd: str | None
    moved: str | None = "."

    def is_outside(self, path: str) -> bool:
        """Tell whether the path may lie outside the working directory."""
        return is_outside(path, self.cwd, self.moved)


Arguments = Sequence[str]
Rule = Callable[[Arguments, Place], Danger | None]


def has_option(arguments: Arguments, letters: str, *names: str) -> bool:
    """Tell whether an option is among the arguments: a letter of a bundle, or a long name.

    A long name may be shortened, as most programs allow, to no less than four letters.
    """
    for argument in arguments:
        if argument.startswith("--"):
            given = argument.partition("=")[0]
            if any(given == name or (len(given) > 5 and name.startswith(given)) for name in names):
                return True
        elif argument.startswith("-") and any(letter in argument for letter in letters):
            return True
    return False


def operands(arguments: Arguments) -> list[str]:
    """Return the arguments that are no options, and all after `--`."""
    if "--" in arguments:
        at = list(arguments).index("--")
        return [*operands(arguments[:at]), *arguments[at + 1 :]]
    return [argument for argument in arguments if not argument.startswith("-")]


def deleted(paths: Arguments, place: Place) -> Danger | None:
    """Return the danger of deleting these trees; none named means any."""
    if any(is_everything(path) for path in paths):
        return Danger.WIPES
    if not paths or any(place.is_outside(path) for path in paths):
        return Danger.DELETES
    return None


def _rm(arguments: Arguments, place: Place) -> Danger | None:
    if not has_option(arguments, "rR", "--recursive"):
        return None
    return deleted(operands(arguments), place)


def _rimraf(arguments: Arguments, place: Place) -> Danger | None:
    return deleted(operands(arguments), place)


def _find(arguments: Arguments, place: Place) -> Danger | None:
    if "-delete" not in arguments:
        return None
    starts = find_starts(arguments)
    if any(argument in FIND_TESTS for argument in arguments):
        # With a test, the directory itself is an ordinary start: what is below it is deleted.
        starts = [path for path in starts if path.rstrip("/") not in {".", place.cwd}] or ["x"]
    return deleted(starts, place)


def find_starts(arguments: Arguments) -> list[str]:
    """Return where a find begins."""
    starts = []
    for argument in arguments:
        if argument.startswith(("-", "(", "!")) and argument not in {"-L", "-H", "-P"}:
            break
        starts.append(argument)
    return starts or ["."]


def _git(arguments: Arguments, place: Place) -> Danger | None:
    for option, value in pairwise(arguments):
        if option in {"-c", "--config-env"} and (_GIT_CODE.match(value) or "!" in value):
            return Danger.INLINE_CODE
    if any(argument.startswith(("--exec-path=", "--config-env=")) for argument in arguments):
        return Danger.INLINE_CODE
    if "push" in arguments:
        after = arguments[list(arguments).index("push") + 1 :]
        if has_option(after, "f", "--force", "--force-with-lease", "--force-if-includes") or any(
            argument.startswith(("+", ":")) for argument in after
        ):
            return Danger.REWRITES
    if "reset" in arguments and any(map(_HARD.fullmatch, arguments)):
        return Danger.DISCARDS
    if "clean" in arguments and has_option(arguments, "f", "--force"):
        return Danger.DISCARDS
    if "checkout" in arguments and "--" in arguments:
        return Danger.DISCARDS
    if ("rebase" in arguments and has_option(arguments, "x", "--exec")) or "bisect" in arguments:
        return Danger.INLINE_CODE if "run" in arguments or "rebase" in arguments else None
    return None


def _chmod(arguments: Arguments, place: Place) -> Danger | None:
    if has_option(arguments, "R", "--recursive"):
        return Danger.PERMISSIONS
    mode = next(iter(operands(arguments)), "")[:_MODE]
    return Danger.PERMISSIONS if _OPENS.search(mode) else None


def _chown(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.PERMISSIONS if has_option(arguments, "R", "--recursive") else None


def _dd(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.DISK if any(_DEVICE.match(argument) for argument in arguments) else None


def _mkfs(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.DISK


def _curl(arguments: Arguments, place: Place) -> Danger | None:
    if has_option(arguments, "T", "--upload-file"):
        return Danger.SENDS
    for option, value in zip(arguments, (*arguments[1:], ""), strict=False):
        if _CURL_DATA.match(option):
            glued = option.partition("=")[2] if option.startswith("--") else option[2:]
            sent = glued or value
            if sent.startswith("@") or _CURL_FILE.search(sent) or "$(" in sent:
                return Danger.SENDS
    return None


def _copy(arguments: Arguments, place: Place) -> Danger | None:
    """Judge a copier by its last operand: sent elsewhere, or mirrored with deletions."""
    target = next(iter(reversed(operands(arguments))), "")
    if _REMOTE.match(target):
        return Danger.SENDS
    deletes = ("--delete", "--mirror")
    if "--del" in arguments or any(word.startswith(deletes) for word in arguments):
        return deleted([target], place)
    return None


def _copy_in_cloud(arguments: Arguments, place: Place) -> Danger | None:
    words = operands(arguments)
    if not {"cp", "sync", "mv", "copy", "rsync", "move", "copyto"} & set(words[:3]):
        return None
    return _copy(words, place)


def _netcat(arguments: Arguments, place: Place) -> Danger | None:
    return None if has_option(arguments, "z") else Danger.SENDS


def _install(arguments: Arguments, place: Place) -> Danger | None:
    """Judge an installer or runner of packages by where the package comes from."""
    options = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--registry")
    before = ("", *arguments)
    for option, argument in zip(before, arguments, strict=False):
        if _URL.match(argument) and option not in options:
            return Danger.NETWORK_CODE
    return None


def _go(arguments: Arguments, place: Place) -> Danger | None:
    runs = {"install", "run"} & set(arguments[:1])
    return Danger.NETWORK_CODE if runs and any("@" in word for word in arguments) else None


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
    **dict.fromkeys(("rm", "grm", "srm"), _rm),
    **dict.fromkeys(("rimraf", "trash", "del-cli"), _rimraf),
    **dict.fromkeys(("find", "gfind", "bfs"), _find),
    **dict.fromkeys(("chown", "chgrp", "setfacl", "chattr"), _chown),
    **dict.fromkeys(("scp", "rsync"), _copy),
    **dict.fromkeys(("aws", "gsutil", "rclone", "gcloud", "az"), _copy_in_cloud),
    **dict.fromkeys(("nc", "ncat", "netcat", "socat"), _netcat),
    **dict.fromkeys(
        ("pip", "pip3", "pipx", "uv", "uvx", "npm", "npx", "pnpm", "yarn", "bun", "bunx"), _install
    ),
    **dict.fromkeys(("poetry", "gem", "conda", "easy_install", "deno", "brew"), _install),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), _awk),
    "chmod": _chmod,
    "crontab": _crontab,
    "curl": _curl,
    "dd": _dd,
    "git": _git,
    "go": _go,
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
    found = set()
    if rows := _ROWS.get(name):
        given = {*arguments, *(word.partition("=")[0] for word in arguments if "=" in word), ""}
        found = {
            danger
            for word in given & rows.keys()
            for words, danger in rows[word]
            if given.issuperset(words)
        }
    rule = _mkfs if name.startswith("mkfs") else _PROGRAMS.get(name)
    if rule is not None and (danger_found := rule(arguments, place)) is not None:
        found.add(danger_found)
    return found
