"""The agent side's settings: the environment, else the file that `ok2run config` keeps.

The file is `ok2run/config` in the user's configuration folder: `NAME=value` a line, `#` begins a
comment. It is read at every hook, so this module loads next to nothing.
"""

import os
from collections.abc import Mapping

from ok2run.errors import Misconfigured as Misconfigured

ALIASES = {
    "APPROVAL_GATE_URL": "AGENTGATE_URL",
    "APPROVAL_API_KEY": "AGENTGATE_API_KEY",
}
NAMES = (
    "APPROVAL_GATE_URL",
    "APPROVAL_API_KEY",
    "APPROVAL_TG_CHAT_ID",
    "APPROVAL_CHANNEL",
    "APPROVAL_SESSION_ID",
)
DEFAULT_URL = "http://127.0.0.1:8000"
_LIMIT = 1024 * 1024  # bytes


def environment(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment, with what it leaves open taken from the file.

    A setting that the environment holds under its alias is not left open, an empty one is.
    Raises Misconfigured where the file is there and can't be read.
    """
    kept = read(environ)
    left = {name: value for name, value in kept.items() if not _is_set(name, environ)}
    return {**environ, **left} if left else environ


def gate_url(environ: Mapping[str, str]) -> str:
    """Return the gate's address as the given settings say it, without a slash at the end."""
    return (_first("APPROVAL_GATE_URL", environ) or DEFAULT_URL).rstrip("/")


def api_key(environ: Mapping[str, str]) -> str:
    """Return the agent's key as the given settings say it; empty where there is none."""
    return _first("APPROVAL_API_KEY", environ)


def place(environ: Mapping[str, str]) -> str | None:
    """Return where the file is kept, whether it is there or not; None without a home."""
    folder = environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(folder):  # as the XDG base directory specification wants it
        home = environ.get("HOME") or environ.get("USERPROFILE") or ""
        if not os.path.isabs(home):
            return None
        folder = os.path.join(home, ".config")
    return os.path.join(folder, "ok2run", "config")


def read(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the file's settings; none where there is no file. Raises Misconfigured."""
    path = place(environ)
    if path is None:
        return {}
    try:
        with open(path, "rb") as file:
            content = file.read(_LIMIT)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise Misconfigured(f"{path} can't be read: {error.strerror}.") from error
    try:
        return parse(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path} is not UTF-8 text; write it anew.") from error


def parse(text: str) -> dict[str, str]:
    """Return the settings in a file's text; the last line of a name counts."""
    found = {}
    for line in text.splitlines():
        name, sign, value = line.strip().partition("=")
        if sign and name.rstrip() in NAMES:
            found[name.rstrip()] = value.strip()
    return found


def _is_set(name: str, environ: Mapping[str, str]) -> bool:
    return bool(_first(name, environ))


def _first(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name) or environ.get(ALIASES.get(name, name)) or ""
    return value.strip()
