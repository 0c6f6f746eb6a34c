"""What a command does with the files that it names, as they are seen from where it runs."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from bot.core.command_line import Command
from bot.core.danger import Danger, dangers_of_path
from bot.core.path import is_credential, is_gate, is_start_up, joined
from bot.core.place import has_option, is_program_folder
from bot.core.program_table import READERS, SHELLS, SOURCING, WRAPPERS, names

# A move to another folder may make any relative name one of these.
_MOVES = re.compile(r"\b(?:cd|pushd|chdir)\s")
_GATE_FOLDER = re.compile(
    r"(?:^|[/~])\.(?:claude|codex|gemini|cursor|copilot|opencode|qwen)/?$|(?:^|/)opencode/?$"
)
_GATE_HINT = re.compile(r"\.(?:claude|codex|gemini|cursor|copilot|opencode|qwen)\b|/opencode\b")
_PROGRAMS = re.compile(r"/s?bin/|~/bin/|\.pth\b|customize\.py")
_REMOVERS = names("rm mv rmdir trash rimraf shred chmod chown unlink del-cli srm tar zip ln")
_GIT_WRITES = names("checkout restore rm mv clean apply stash reset")
_PACKAGE = re.compile(r"\bpackage\.json\b")
_INSTALL_SCRIPT = re.compile(r"\b(?:(?:pre|post)install|prepare|prepublish(?:Only)?|prepack)\b")
_INSTALL_READERS = READERS | names("npm yarn pnpm node-gyp") - names("node")
_SECRET_VARIABLE = re.compile(
    r"\$\{?!?\w{0,60}(?:TOKEN|SECRET|PASSW(?:OR)?D|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL"
    r"|AUTH_KEY|DATABASE_URL)\w{0,40}",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(_SECRET_VARIABLE.pattern.removeprefix(r"\$\{?!?"), re.IGNORECASE)
_SHOWING = names("echo printf print")
_SHORT: Final = 500  # characters of a directory that is remembered


def may_name_files(text: str, cwd: str | None) -> bool:
    """Tell whether a line may name files that matter, by its own words or by where it runs."""
    within = f"{cwd or ''}/x"
    return (
        _may_name(text)
        or (_is_telling(within) if len(within) <= _SHORT else _may_name(within))
        or _PROGRAMS.search(text) is not None
    )


def _may_name(text: str) -> bool:
    return (
        is_credential(text)
        or is_start_up(text)
        or is_gate(text)
        or _MOVES.search(text) is not None
        or _GATE_HINT.search(text) is not None
    )


# Agents ask again and again from the same few directories.
_is_telling = lru_cache(maxsize=256)(_may_name)


def dangers_of_files(command: Command, words: Sequence[str], here: str | None) -> set[Danger]:
    """Return the dangers of what a command reads and writes by its words and redirections."""
    found: set[Danger] = set()
    for path in command.writes:
        found |= _dangers_of(path, here, is_written=True)
        if is_program_folder(joined(here or ".", path)):
            found.add(Danger.START_UP)
    for path in command.reads:
        found |= _dangers_of(path, here, is_written=False)
    name = words[0].rsplit("/", 1)[-1].lower().removesuffix(".exe") if words else ""
    is_written = name not in READERS or (name == "git" and not _GIT_WRITES.isdisjoint(words[1:4]))
    if name == "sed":
        is_written = has_option(words, "i", "--in-place")
    runs_text = name in WRAPPERS or name in SHELLS or name in SOURCING
    for word in words[1:]:
        if runs_text or " " not in word:
            found |= _dangers_of(word, here, is_written=is_written)
    return found | dangers_of_removal(words, here)


def dangers_of_removal(words: Sequence[str], here: str | None) -> set[Danger]:
    """Return the danger of removing or moving a whole folder that makes agents ask."""
    name = words[0].rsplit("/", 1)[-1].lower() if words else ""
    seen = (joined(here or ".", word) for word in words[1:]) if name in _REMOVERS else ()
    return {Danger.GATE} if any(map(_GATE_FOLDER.search, seen)) else set()


def dangers_of_scripts(text: str, programs: Sequence[str]) -> set[Danger]:
    """Return the danger of a line that writes what a package runs when it is installed."""
    if not (_PACKAGE.search(text) and _INSTALL_SCRIPT.search(text)):
        return set()
    return {Danger.START_UP} if any(name not in _INSTALL_READERS for name in programs) else set()


def dangers_of_variables(command: Command, words: Sequence[str]) -> set[Danger]:
    """Return the danger of printing secrets from the environment, or handing it on whole."""
    name = words[0].rsplit("/", 1)[-1] if words else ""
    if name in _SHOWING and any(map(_SECRET_VARIABLE.search, words[1:])):
        return {Danger.CREDENTIALS}
    if name == "printenv" and any(map(_SECRET_NAME.search, words[1:])):
        return {Danger.CREDENTIALS}
    dumped = _is_dump(words) and command.writes
    handed = command.source is not None and _is_dump(command.source.words)
    within = any(_is_dump(inner.words) for inner in command.inner)
    return {Danger.CREDENTIALS} if dumped or handed or within else set()


def _is_dump(words: Sequence[str]) -> bool:
    """Tell whether the words print the whole environment."""
    bare = [word for word in words[1:] if word not in {"-0", "--null", "-p", "-x", "-px", "-xp"}]
    name = words[0].rsplit("/", 1)[-1] if words else ""
    return not bare and name in {"env", "printenv", "set", "export", "declare", "typeset"}


def _dangers_of(path: str, here: str | None, *, is_written: bool) -> set[Danger]:
    found = dangers_of_path(path, is_written=is_written)
    for seen in _seen_from(path, here):
        found |= dangers_of_path(seen, is_written=is_written)
    return found


def _seen_from(path: str, here: str | None) -> Iterator[str]:
    if here not in {None, "."} and not path.startswith("-"):
        yield joined(here or ".", path)
