"""What an action says that it would run: its texts, and those among them that are commands."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from bot.core.action import Action, Json

CAP: Final = 64 * 1024  # characters read of each end of a longer text
_STRINGS: Final = 2_000  # texts of one action that are read

SHELLS: Final = frozenset({"bash", "shell", "zsh", "sh"})
_SHELL_WORDS: Final = SHELLS | {
    "exec", "execute", "command", "cmd", "terminal", "run", "tool", "in",
}  # fmt: skip
COMMAND_KEYS: Final = frozenset(
    {"command", "cmd", "script", "shell_command", "command_line", "commands"}
)
# What an agent may send beside a command and changes nothing of what runs.
BESIDE: Final = frozenset({"description", "timeout", "timeout_ms", "run_in_background"})
_UNQUOTED: Final = re.compile(r"[\w./:@%+,=-]+")
_TYPE_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An action's texts.

    `strings` are those of its parameters and of a preview that is JSON, each with the name it
    stands under; `is_cut` tells that there are more than are read. `commands` are the texts that
    a shell would get, `shown` what a card shows as the thing to be done.
    """

    is_shell: bool
    strings: tuple[tuple[str, str], ...]
    is_cut: bool
    commands: frozenset[str]
    shown: str


def type_words(action: Action) -> frozenset[str]:
    """Return the words in the action's type, in lower case."""
    return frozenset(word.lower() for word in _TYPE_WORD.findall(action.action_type[:200]))


def read_action(action: Action) -> Said:
    """Return what the action says; raises nothing."""
    words = type_words(action)
    is_shell = (
        (action.language or "").lower() in SHELLS
        or bool(words & SHELLS)
        or (words != set() and words <= _SHELL_WORDS)
    )
    within = strings_in({"preview": _as_json(action.preview)})
    strings = tuple(islice(chain(strings_in(action.params), within), _STRINGS))
    commands = {text for key, text in strings if key in COMMAND_KEYS}
    # Where nothing else says what would run, the title is all that a person sees of it.
    shown = action.preview or ("" if commands else action.title)
    if is_shell and shown:
        commands.add(shown)
    return Said(
        is_shell=is_shell,
        strings=strings,
        is_cut=len(strings) == _STRINGS,
        commands=frozenset(commands),
        shown=shown,
    )


def _as_json(text: str) -> Json:
    """Return the object or list that a text is, as some agents show what they want; else None."""
    if not text.startswith(("{", "[")):
        return None
    try:
        value: Json = json.loads(capped(text))
    except (ValueError, RecursionError):
        return None
    return value


def paths_shown(preview: str) -> Iterator[str]:
    """Yield the path that the first line of a file tool's preview names."""
    first = preview[:CAP].split("\n", 1)[0].strip()
    for word in (first, first.rpartition(" ")[2]):
        if word.startswith(("/", "~", "./", "../")) and " " not in word:
            yield word


def capped(text: str) -> str:
    """Return what is read of a text: all of it, or its two ends in two lines."""
    return text if len(text) <= 2 * CAP else f"{text[:CAP]}\n{text[-CAP:]}"


def strings_in(params: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield the texts in the parameters with the name each stands under, however deep.

    Words in a list under a command's name are yielded as the one command they make.
    """
    waiting: list[tuple[str, Json]] = list(params.items())[::-1]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping):
            waiting += list(value.items())[::-1]
        elif isinstance(value, list):
            if key in COMMAND_KEYS:
                yield key, " ".join(_quoted(word) for word in value if isinstance(word, str))
            waiting += (("word" if key in COMMAND_KEYS else key, item) for item in value[::-1])


def _quoted(word: str) -> str:
    if word and _UNQUOTED.fullmatch(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"
