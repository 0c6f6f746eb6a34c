"""`ok2run connect AGENT`: edits the agent's own settings, says what it did, and undoes it."""

import argparse
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ok2run.config import Misconfigured, api_key, environment, gate_url, read
from ok2run.connect import claude_code, codex, codex_trust, opencode
from ok2run.connect.agents import AGENTS, Agent
from ok2run.connect.choice import Choice, Setup, Unsuitable
from ok2run.connect.edit import connected, disconnected
from ok2run.connect.kept import CannotEdit, Kept, load, restore, store
from ok2run.terminal import print_line, say
from ok2run.wire import Wire

FAILED, USAGE = 1, 2
NAMES = (*AGENTS, opencode.AGENT)


def main(argv: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else USAGE
    try:
        choice = _choice(arguments)
        if arguments.agent == opencode.AGENT:
            _plugin(choice, arguments)
        else:
            _hooks(choice, arguments)
    except Unsuitable as error:
        say(f"ok2run: {error}")
        return USAGE
    except (CannotEdit, Misconfigured) as error:
        say(f"ok2run: {error}")
        return FAILED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ok2run connect",
        description="Have a coding agent ask the gate: put the gate's hooks into its settings.",
        epilog="Only the gate's own entries change; a backup is kept beside the file.",
    )
    parser.add_argument("agent", metavar="AGENT", choices=NAMES, help=", ".join(NAMES))
    parser.add_argument(
        "--print", action="store_true", dest="shows", help="show the file, and write nothing"
    )
    parser.add_argument("--remove", action="store_true", help="take the gate's entries out again")
    parser.add_argument("--scope", choices=("user", "project"), default="user")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="instead of the usual file")
    parser.add_argument(
        "--command",
        action="store_true",
        help="claude-code: run `ok2run hook` instead of calling the gate over HTTP",
    )
    parser.add_argument(
        "--pre-tool-use",
        action="store_true",
        help="claude-code, codex: ask before every call that changes something, also where the "
        "agent would not ask itself (auto mode, headless)",
    )
    parser.add_argument(
        "--write-key",
        action="store_true",
        help="claude-code: write the key into the settings, for their owner alone",
    )
    return parser


def _choice(arguments: argparse.Namespace) -> Choice:
    environ = environment(os.environ)
    agent = arguments.agent
    if (arguments.command or arguments.write_key) and agent != claude_code.AGENT:
        raise Unsuitable("--command and --write-key are for claude-code.")
    if arguments.pre_tool_use and agent not in (claude_code.AGENT, codex.AGENT):
        raise Unsuitable("--pre-tool-use is for claude-code and codex.")
    url, key = gate_url(environ), api_key(environ)
    if not arguments.remove:
        Wire(url, key or "k")  # an address or a key that nothing can use is told here
    return Choice(
        home=_home(environ),
        here=Path.cwd(),
        environ=os.environ,
        url=url,
        key=key,
        is_project=arguments.scope == "project",
        settings=arguments.settings,
        as_command=arguments.command,
        pre_tool_use=arguments.pre_tool_use,
        write_key=arguments.write_key,
    )


def _home(environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if not os.path.isabs(home):
        raise CannotEdit("there is no home directory: set HOME, or name the file by --settings")
    return Path(home)


def _hooks(choice: Choice, arguments: argparse.Namespace) -> None:
    module = AGENTS[arguments.agent]
    setup: Setup = module.setup(choice)
    kept = load(setup.path)
    if arguments.remove:
        _disconnect(choice, module, kept, setup, shows=arguments.shows)
        return
    result = connected(kept, setup)
    if arguments.shows:
        _show(setup.path, (result.text or "").replace(choice.key or "\0", "<the key>"))
        return
    if choice.settings is not None and not setup.path.parent.is_dir():
        raise CannotEdit(f"there is no folder {setup.path.parent}; make it, or name another file")
    mode_is_right = not setup.is_private or _is_private(setup.path)
    if result.changed or not mode_is_right:
        store(kept, result.text or "", private=setup.is_private)
        done = f"{module.TITLE} now asks the gate at {choice.url}, by {setup.path}."
    else:
        done = f"{module.TITLE} asks the gate already; nothing was changed in {setup.path}."
    trusted, trust = "", ""
    if module.AGENT == codex.AGENT:
        trusted, trust = codex_trust.trust(choice, setup, result.text or "")
    print_line(" ".join(filter(None, (done, trusted, *setup.notes))))
    _tell_next(arguments, module.TITLE, trust + _next(choice, setup))


def _tell_next(arguments: argparse.Namespace, title: str, first: str) -> None:
    print_line(f"Next: {first}restart {title}; then see that it is gated: ok2run doctor")
    print_line(f"To undo: {_undo(arguments)}")


def _disconnect(choice: Choice, module: Agent, kept: Kept, setup: Setup, *, shows: bool) -> None:
    result = disconnected(kept, setup.form)
    if shows:
        _show(setup.path, result.text)
        return
    if not result.changed or kept.text is None:
        print_line(f"{setup.path} holds nothing of the gate; nothing was changed")
        return
    if module.AGENT == codex.AGENT:
        for line in codex_trust.distrust(choice, setup, kept.text):
            print_line(line)
    restore(kept, result.text)
    if result.text is None:
        print_line(f"{setup.path} was the gate's alone and is removed")
    elif result.text == kept.backup:
        print_line(f"{setup.path} is again as it was, byte for byte")
    else:
        print_line(f"the gate's entries are out of {setup.path}; what else changed there stays")
    print_line(f"Next: restart {module.TITLE}; it no longer asks the gate.")


def _next(choice: Choice, setup: Setup) -> str:
    """Return what has to be done before the hooks can work."""
    if setup.key_variable is not None:
        if os.environ.get(setup.key_variable, "").strip():
            return f"keep {setup.key_variable} exported where the agent starts; "
        return f"export {setup.key_variable} where the agent starts (or --command, --write-key); "
    if not setup.reads_settings:
        return ""
    kept = read(os.environ)
    missing = [
        name
        for name, value, is_needed in (
            ("APPROVAL_GATE_URL", choice.url, choice.url != gate_url({})),
            ("APPROVAL_API_KEY", choice.key, True),
        )
        if is_needed and kept.get(name, "").rstrip("/") != value
    ] + ([] if choice.key else ["APPROVAL_API_KEY"])
    words = [f"ok2run config set {name}" for name in dict.fromkeys(missing)]
    return f"{', '.join(words)}; " if words else ""


def _plugin(choice: Choice, arguments: argparse.Namespace) -> None:
    path = opencode.place(choice)
    kept = load(path)
    if kept.text is not None and not opencode.is_ours(kept.text):
        raise CannotEdit(f"{path} is not the gate's plugin; move it away first.")
    if arguments.remove:
        if kept.text is None:
            print_line(f"{path} is not there; nothing was changed")
            return
        if arguments.shows:
            _show(path, None)
            return
        restore(kept, None)
        print_line(f"{path} is removed")
        print_line("Next: restart opencode; it no longer asks the gate.")
        return
    wanted = opencode.text()
    if arguments.shows:
        _show(path, wanted)
        return
    if kept.text == wanted:
        print_line(f"opencode asks the gate already; nothing was changed in {path}")
    else:
        store(Kept(path=path, text=None, backup=None), wanted)
        print_line(f"opencode now asks the gate at {choice.url}: {path}")
    setup = Setup(path=path, form=claude_code.FORM, entries={})
    _tell_next(arguments, opencode.TITLE, _next(choice, setup))


def _undo(arguments: argparse.Namespace) -> str:
    words = ["ok2run connect", arguments.agent, "--remove"]
    if arguments.scope == "project":
        words.append("--scope project")
    if arguments.settings is not None:
        words.append(f"--settings {shlex.quote(str(arguments.settings))}")
    return " ".join(words)


def _show(path: Path, text: str | None) -> None:
    say(f"# {path}" if text is not None else f"# {path} would not be there")
    sys.stdout.write(text or "")
    sys.stdout.flush()


def _is_private(path: Path) -> bool:
    return path.exists() and not path.stat().st_mode & 0o077
