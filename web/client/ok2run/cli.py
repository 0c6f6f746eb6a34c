"""The agent's commands: ask, wait, read, decide; results on stdout, everything else on stderr.

Exit codes: 0 approved as asked (or the gate did what was wanted), 3 denied, 4 not approved in time
(expired, withdrawn, still pending), 5 gate not reached, 2 usage, 1 any other refusal. An approval
that changes what was asked exits 3 as well: what was asked must not run.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from ok2run.option import json_object, positive, seconds
from ok2run.terminal import say

COMMANDS = {
    "request": "ask for approval of an action and wait for the decision",
    "ask": "ask a question and print the answer",
    "status": "show one approval",
    "list": "list this key's approvals, newest first",
    "approve": "approve, with a key that may decide",
    "deny": "deny, with a key that may decide",
}
# What reads its own words; each is a module with `main(argv)`, imported only when it is called.
MORE_COMMANDS = {
    "run": ("ok2run.run_command", "ask, and run exactly this command once it is approved"),
    "hook": ("ok2run.hook", "hand a coding agent's hook to the gate: stdin to stdout"),
    "config": ("ok2run.config_command", "show and keep the settings of the agent's side"),
    "mcp": ("ok2run.mcp.command", "serve the gate as MCP tools over standard input and output"),
    "connect": ("ok2run.connect.command", "have a coding agent ask the gate, by its own settings"),
}
DEFAULT_WAIT = 3600  # seconds; also the gate's own default life of an approval
USAGE, REFUSED, UNREACHABLE, INTERRUPTED = 2, 1, 5, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    if words and words[0] in MORE_COMMANDS:
        from importlib import import_module

        module, _ = MORE_COMMANDS[words[0]]
        code: int = import_module(module).main(words[1:])
        return code
    try:
        arguments = _parser().parse_args(words)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else USAGE
    from importlib import import_module

    from ok2run.errors import GateUnreachable, Misconfigured, Refused

    module, name = arguments.run
    run: Callable[[argparse.Namespace], int] = getattr(import_module(f"ok2run.{module}"), name)
    try:
        return run(arguments)
    except Misconfigured as error:
        return _fail(str(error), USAGE)
    except GateUnreachable as error:
        return _fail(str(error), UNREACHABLE)
    except Refused as error:
        return _fail(str(error), REFUSED)
    except KeyboardInterrupt:
        return _fail("stopped", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read stdout is gone; what is still in the buffer must not fail at exit.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ok2run",
        description="Ask a person before acting.",
        epilog="The gate is named by APPROVAL_GATE_URL, the key by APPROVAL_API_KEY; "
        "where they are not set, `ok2run config` keeps them.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    make = {name: _add(commands, name) for name in COMMANDS}
    for name, (_, meaning) in MORE_COMMANDS.items():
        commands.add_parser(name, help=meaning)

    request = make["request"]
    request.description = (
        "Ask for approval and wait. Exit code: 0 approved as asked; 3 denied, or approved with a "
        "change; 4 expired, withdrawn or still pending; 5 the gate was not reached."
    )
    request.add_argument("action", metavar="ACTION", help="its type, such as deploy or Bash")
    request.add_argument("--title", help="one line for the person; the action where not given")
    request.add_argument("--preview", metavar="TEXT", help="what exactly will be done; - is stdin")
    request.add_argument("--params", metavar="JSON", type=json_object, help="an object")
    request.add_argument("--urgency", choices=("low", "normal", "high", "critical"))
    request.add_argument("--reason", help="why, in the agent's own words")
    _add_asking(request)
    request.set_defaults(run=("ask_command", "request"))

    ask = make["ask"]
    ask.description = "Ask a question and wait. stdout is the answer, a line for each option."
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument(
        "--option", action="append", required=True, metavar="TEXT", help="give it for each option"
    )
    ask.add_argument("--multiple", action="store_true", help="several options may be chosen")
    _add_asking(ask)
    ask.set_defaults(run=("ask_command", "ask"))

    status = make["status"]
    status.description = "Show one approval. Exit code 0 means that it could be read."
    status.add_argument("id", metavar="ID")
    status.set_defaults(run=("read_command", "status"))

    listing = make["list"]
    listing.add_argument(
        "--status", choices=("pending", "approved", "denied", "expired", "withdrawn")
    )
    listing.add_argument("--limit", type=positive, metavar="N")
    listing.add_argument("--session", metavar="ID")
    listing.set_defaults(run=("read_command", "listing"))

    for name, decision in (("approve", "approved"), ("deny", "denied")):
        make[name].add_argument("id", metavar="ID")
        make[name].add_argument("--reason", help="the agent reads it")
        make[name].set_defaults(run=("read_command", "decide"), decision=decision)
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=COMMANDS[name])
    parser.add_argument("--json", action="store_true", help="print the gate's JSON on stdout")
    return parser


def _add_asking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--session", metavar="ID", help="default: APPROVAL_SESSION_ID")
    parser.add_argument("--agent", metavar="NAME", help="the name that the card shows")
    parser.add_argument("--expires", type=positive, metavar="SECS", help="the approval's life")
    parser.add_argument(
        "--wait",
        type=seconds,
        metavar="SECS",
        default=DEFAULT_WAIT,
        help="how long to wait (3600); 0 prints the id and 'pending' at once and exits 4, "
        "because nothing is approved yet",
    )


def _fail(sentence: str, code: int) -> int:
    say(f"ok2run: {sentence}")
    return code


if __name__ == "__main__":
    sys.exit(main())
