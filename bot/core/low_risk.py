"""The short list of what is low risk: reading, testing, listing, said in plain words."""

import re
from collections.abc import Iterable

from bot.core.action_text import BESIDE
from bot.core.path import is_credential

# Words that no shell expands, one blank between them, no variables, quotes or operators.
PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]{1,100}(?: [A-Za-z0-9_./:@%+,=-]{1,100}){0,20}")
# Options that write, run something else or read another configuration, for any of the programs.
_OTHERWISE = re.compile(
    r"-[OocCpxe]|--(?:output|ext-diff|textconv|no-index|exec|config|fix|open-files|plugin|rcfile"
    r"|rootdir|manifest|toolchain|prefix|import|write|watch|overwrite|script|eval|compress)|-exec"
    r"|-toolexec|-vettool|[A-Za-z_]\w*=|.*\.\./"
)
_COMMANDS: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split())
    for line in (
        "git status",
        "git diff",
        "git log",
        "git show",
        "git branch --list",
        "git rev-parse",
        "ls",
        "pwd",
        "cat",
        "head",
        "tail",
        "wc",
        "npm test",
        "npm run test",
        "npm run lint",
        "pytest",
        "python -m pytest",
        "cargo test",
        "cargo check",
        "go test",
        "go vet",
        "make test",
        "ruff check",
        "mypy",
        "tsc --noEmit",
    )
)
_BY_PROGRAM = {
    program: tuple(command for command in _COMMANDS if command[0] == program)
    for program, *_ in _COMMANDS
}
_READING = frozenset({"read", "glob", "grep", "ls"})
_BESIDE = BESIDE | {"command", "cmd", "workdir"}


def is_low_command(line: str) -> bool:
    """Tell whether the line is one plain command of the list, and nothing odd is in it."""
    if not PLAIN.fullmatch(line):
        return False
    words = line.split(" ")
    for command in _BY_PROGRAM.get(words[0], ()):
        if tuple(words[: len(command)]) == command:
            rest = words[len(command) :]
            return not any(_OTHERWISE.match(word) or is_credential(word) for word in rest)
    return False


def is_low(action_type: str, *, commands: Iterable[str], keys: Iterable[str]) -> bool:
    """Tell whether an action in which no danger was found is low risk.

    `commands` are its texts for a shell, `keys` the names of its parameters.
    """
    lines = list(commands)
    if not lines:
        return action_type.lower() in _READING
    return all(map(is_low_command, lines)) and _BESIDE.issuperset(keys)
