"""What a person asked `ok2run connect` for, and what an agent's settings come to by it."""

import ipaddress
import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ok2run.connect.hookfile import Entries, HookFile

LIMIT = 3600  # seconds that a hook may wait for a person
REFUSE = "sh -c 'echo the approval gate was not asked >&2; exit 2'"
_PRIVATE_ENDINGS = (".local", ".lan", ".internal", ".home", ".home.arpa", ".ts.net", ".test")


class Unsuitable(Exception):
    """What was asked for does not fit this agent; the message says what does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One call of the command: where the settings are, where the gate is, and in which form."""

    home: Path
    here: Path
    environ: Mapping[str, str]
    url: str
    key: str
    is_project: bool = False
    settings: Path | None = None
    as_command: bool = False
    pre_tool_use: bool = False
    write_key: bool = False

    def place(self, user: Path, project: Path) -> Path:
        """Return the settings file: the one named, else the user's or the project's."""
        if self.settings is not None:
            return self.here / self.settings
        return self.here / project if self.is_project else user

    def folder(self, variable: str, default: str) -> Path:
        """Return an agent's own folder in the user's home, or where its variable has it."""
        named = self.environ.get(variable, "")
        return Path(named) if os.path.isabs(named) else self.home / default


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is to stand in one settings file, and what the person has to know of it."""

    path: Path
    form: HookFile
    entries: Entries
    is_private: bool = False
    reads_settings: bool = True  # whether the hook reads what `ok2run config` keeps
    key_variable: str | None = None  # the variable that the agent itself has to have
    notes: tuple[str, ...] = ()


def hook_command(
    agent: str,
    *,
    limit: int = LIMIT,
    event: str | None = None,
    shared: bool = False,
    must_answer: bool = False,
) -> str:
    """Return the command line of a hook.

    A shared file gets the bare name, others the program's own place: an agent may be started with
    another PATH. Where an agent goes on without an answer (`must_answer`), a hook that could not
    even be started is told as a refusal: exit code 2, and a reason.
    """
    program = "ok2run" if shared else _program()
    words = f"{program} hook {agent} --limit {limit}" + (f" --event {event}" if event else "")
    return f"{words} || {REFUSE}" if must_answer and os.name == "posix" else words


def is_plain(command: str, agent: str) -> bool:
    """Return whether a command line is one that is written for files that many share."""
    line = rf"ok2run hook {re.escape(agent)} --limit [0-9]+(?: --event [A-Za-z]+)?"
    return re.fullmatch(rf"{line}(?: \|\| {re.escape(REFUSE)})?", command) is not None


def _program() -> str:
    found = shutil.which("ok2run")
    if found is not None and os.path.isabs(found):
        return shlex.quote(found)
    # A hook runs in the agent's folder: without -P a module lying there would be taken for ours.
    return f"{shlex.quote(sys.executable)} -P -m ok2run.cli"


def is_reached_by_hooks(url: str) -> bool:
    """Return whether Claude Code calls this address: loopback, or public https.

    Private addresses it refuses; names that mean one by custom count as such.
    """
    address = urlsplit(url)
    host = (address.hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        is_public = "." in host and not host.endswith(_PRIVATE_ENDINGS)
        return address.scheme == "https" and is_public
    return number.is_loopback or (address.scheme == "https" and number.is_global)


def tools_but(*names: str) -> str:
    """Return a regular expression that every tool's name fits, but these few."""
    return f"^(?!(?:{'|'.join(map(re.escape, names))})$)"
