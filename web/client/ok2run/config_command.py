"""`ok2run config`: shows the agent side's settings and where each comes from, and keeps them."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ok2run.config import (
    ALIASES,
    DEFAULT_URL,
    NAMES,
    Misconfigured,
    environment,
    gate_url,
    parse,
    place,
    read,
)
from ok2run.file import PRIVATE, write_whole
from ok2run.terminal import print_line, say

FAILED, USAGE = 1, 2
SECRET = "APPROVAL_API_KEY"  # noqa: S105  # a variable's name
_SHOWN = 4  # characters of a key that tell it from another, and no more


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else USAGE
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except Misconfigured as error:
        say(f"ok2run: {error}")
        return FAILED
    except OSError as error:
        say(f"ok2run: {error.filename or 'the settings file'}: {error.strerror}.")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ok2run config",
        description="The agent side's settings; the environment comes first, then the file.",
        epilog=f"Settings: {', '.join(NAMES)}.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    show = commands.add_parser("show", help="show each setting and where it comes from")
    show.set_defaults(run=_show)
    change = commands.add_parser("set", help="keep a setting in the file")
    change.add_argument("name", metavar="KEY", type=_name)
    change.add_argument(
        "value",
        metavar="VALUE",
        nargs="?",
        help="without it, or as -, it is read from standard input, unseen at a terminal",
    )
    change.set_defaults(run=_set)
    remove = commands.add_parser("unset", help="take a setting out of the file")
    remove.add_argument("name", metavar="KEY", type=_name)
    remove.set_defaults(run=_unset)
    return parser


def _show(arguments: argparse.Namespace) -> int:
    del arguments
    kept, environ = read(os.environ), environment(os.environ)
    path = place(os.environ)
    print_line(f"# {path}" if path else "# there is no home directory to keep settings in")
    for name in NAMES:
        value, source = _found(name, kept, environ)
        print_line(f"{name}={_masked(name, value)}  # {source}" if value else f"# {name} not set")
    if path is not None and kept.get(SECRET) and _is_open_to_others(path):
        say(f"ok2run: others can read the key in {path}; do: chmod 600 {path}")
    return 0


def _found(name: str, kept: Mapping[str, str], environ: Mapping[str, str]) -> tuple[str, str]:
    for variable in (name, ALIASES.get(name, name)):
        value = os.environ.get(variable, "").strip()
        if value:
            return value, f"from the environment, {variable}"
    if kept.get(name):
        return kept[name], "from the file"
    if name == "APPROVAL_GATE_URL" and gate_url(environ) == DEFAULT_URL:
        return DEFAULT_URL, "not set: the default"
    return "", ""


def _masked(name: str, value: str) -> str:
    if name != SECRET:
        return value
    return f"…{value[-_SHOWN:]}" if len(value) >= 4 * _SHOWN else "…"


def _is_open_to_others(path: str) -> bool:
    return os.name == "posix" and bool(os.stat(path).st_mode & 0o077)


def _set(arguments: argparse.Namespace) -> int:
    name: str = arguments.name
    value = _value(name, arguments.value)
    _check(name, value)
    return _keep(name, value, f"{name} is kept in")


def _unset(arguments: argparse.Namespace) -> int:
    if arguments.name not in read(os.environ):
        say(f"{arguments.name} is not in the file; nothing to do")
        return 0
    return _keep(arguments.name, None, f"{arguments.name} is no longer in")


def _value(name: str, given: str | None) -> str:
    if given is not None and given != "-":
        return given.strip()
    if sys.stdin.isatty():
        return getpass.getpass(f"{name}: ").strip()
    return sys.stdin.readline().strip()


def _check(name: str, value: str) -> None:
    if not value:
        raise Misconfigured(f"{name} would be empty; to take it out: ok2run config unset {name}")
    if not value.isprintable():
        raise Misconfigured(f"{name} can't hold line ends or control characters.")
    if name in ("APPROVAL_GATE_URL", SECRET):
        from ok2run.wire import Wire

        Wire(value, "k") if name != SECRET else Wire(DEFAULT_URL, value)


def _keep(name: str, value: str | None, words: str) -> int:
    path = place(os.environ)
    if path is None:
        raise Misconfigured("there is no home directory: set HOME or XDG_CONFIG_HOME")
    read(os.environ)  # a file that can't be read is not written over
    file = Path(path)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = file.read_bytes().decode("utf-8-sig") if file.exists() else ""
    write_whole(file, with_setting(before, name, value).encode(), mode=PRIVATE)
    say(f"{words} {path}")
    return 0


def with_setting(text: str, name: str, value: str | None) -> str:
    """Return the file's text with this setting in its last line's place, else at the end.

    Other lines stay as they are; None takes the setting out.
    """
    lines = text.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if name in parse(line)]
    wanted = [] if value is None else [f"{name}={value}\n"]
    if places:
        lines[places[-1]] = "".join(wanted)
        for number in places[:-1]:
            lines[number] = ""
    else:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines += wanted
    return "".join(lines)


def _name(text: str) -> str:
    name = text.upper()
    if name not in NAMES:
        raise argparse.ArgumentTypeError(f"no such setting; there are {', '.join(NAMES)}")
    return name
