"""The texts in an action: which of them are command lines, and whether a shell takes them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from bot.core.action import Action, Json

CAP = 64 * 1024  # characters read of each end of a longer text
_STRINGS = 2_000  # texts of one action that are read
_TYPE = 200  # characters of a type that are read

SHELLS = frozenset({"bash", "shell", "zsh", "sh"})
# What takes command lines of another grammar, by its words or its language.
_WINDOWS_LANGUAGES = frozenset(
    {"powershell", "pwsh", "ps1", "ps", "cmd", "bat", "batch", "batchfile", "dos", "console"}
)
_WINDOWS_TYPES = re.compile(
    r"(?:.*[^a-z])?(?:power[_-]?shell|pwsh|cmd[._-]?exe|command[_-]?prompt|windows[_-]?cmd"
    r"|cmd[_-]?shell|wincmd)(?:[^a-z].*)?|cmd|bat|batch",
    re.DOTALL,
)
_SHELL_WORDS = SHELLS | {"exec", "execute", "command", "cmd", "terminal", "run", "tool", "in"}
COMMAND_KEYS = frozenset({"command", "cmd", "script", "shell_command", "command_line", "commands"})
# What an agent may send beside a command and changes nothing of what runs.
BESIDE = frozenset({"description", "timeout", "timeout_ms", "run_in_background"})
_UNQUOTED = re.compile(r"[\w./:@%+,=-]+")
_TYPE_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What an action says in words.

    `strings` are its texts, each with the name it stands under; `shown` is what a person sees of
    it; `commands` are the command lines among them, each once. `is_windows` says that not a POSIX
    shell takes them but PowerShell or cmd. `is_cut` says that there are more.
    """

    strings: tuple[tuple[str, str], ...]
    shown: str
    commands: tuple[str, ...]
    is_shell: bool
    is_windows: bool
    is_cut: bool


def texts_of(action: Action) -> Texts:
    """Return the texts of an action, at most 2,000; raises nothing."""
    words = type_words(action.action_type)
    language = (action.language or "").lower()
    is_windows = is_windows_shell(action.action_type, language)
    is_shell = not is_windows and (
        language in SHELLS or bool(words & SHELLS) or (words != set() and words <= _SHELL_WORDS)
    )
    within = _as_json(action.preview)
    texts = _strings(action.params)
    if within is not None:
        texts = chain(texts, _strings({"preview": within}))
    strings = tuple(islice(texts, _STRINGS))
    commands = [text for key, text in strings if key in COMMAND_KEYS]
    # Where nothing else says what would run, the title is all that a person sees of it.
    shown = action.preview or ("" if commands else action.title)
    if (is_shell or is_windows) and shown:
        commands.append(shown)
    return Texts(
        strings=strings,
        shown=shown,
        commands=tuple(dict.fromkeys(commands)),
        is_shell=is_shell,
        is_windows=is_windows,
        is_cut=len(strings) == _STRINGS,
    )


def is_windows_shell(action_type: str, language: str) -> bool:
    """Tell whether an action of this type is a line of PowerShell or cmd, not of a POSIX shell."""
    if language in _WINDOWS_LANGUAGES:
        return True
    return _is_windows_type(action_type[:_TYPE])


# There are few types, and every ask has one of them.


@lru_cache(maxsize=256)
def _is_windows_type(action_type: str) -> bool:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", action_type).lower()
    return _WINDOWS_TYPES.fullmatch(name) is not None


def type_words(action_type: str) -> frozenset[str]:
    """Return the words an action's type is made of, in small letters."""
    return _type_words(action_type[:_TYPE])


@lru_cache(maxsize=256)
def _type_words(action_type: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _TYPE_WORD.findall(action_type))


def capped(text: str) -> str:
    """Return the text, or both ends of a very long one."""
    return text if len(text) <= 2 * CAP else f"{text[:CAP]}\n{text[-CAP:]}"


def paths_shown(preview: str) -> Iterator[str]:
    """Yield the path that the first line of a file tool's preview names."""
    first = preview[:CAP].split("\n", 1)[0].strip()
    for word in (first, first.rpartition(" ")[2]):
        if word.startswith(("/", "~", "./", "../")) and " " not in word:
            yield word


def _as_json(text: str) -> Json:
    """Return the object or list that a text is, as some agents show what they want; else None."""
    if not text.startswith(("{", "[")):
        return None
    try:
        value: Json = json.loads(capped(text))
    except (ValueError, RecursionError):
        return None
    return value


def _strings(params: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
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
