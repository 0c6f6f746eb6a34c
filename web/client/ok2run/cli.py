"""The agent's commands: ask, wait, read, decide; results on stdout, everything else on stderr.

Exit codes: 0 approved as asked (or the gate did what was wanted), 3 denied, 4 not approved in time
(expired, withdrawn, still pending), 5 gate not reached, 2 usage, 1 any other refusal. An approval
that changes what was asked exits 3 as well: what was asked must not run.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ok2run.terminal import Progress, print_line, say
from ok2run.verdict import answers, decided, verdict

if TYPE_CHECKING:
    from ok2run.wire import GateUnreachable, Json, Refused, Wire

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
    "hook": ("ok2run.hook", "hand a coding agent's hook to the gate: stdin to stdout"),
    "config": ("ok2run.config_command", "show and keep the settings of the agent's side"),
    "connect": ("ok2run.connect.command", "have a coding agent ask the gate, by its own settings"),
}
DEFAULT_WAIT = 3600  # seconds; also the gate's own default life of an approval
GRACE = 5  # seconds in which the gate may still tell of an expiry that falls on the wait's end
PREVIEW_LIMIT = 1024 * 1024  # bytes, what the gate takes at most
EXIT_CODES = {"approved": 0, "denied": 3, "expired": 4, "withdrawn": 4, "pending": 4}
USAGE, REFUSED, CHANGED, UNREACHABLE, INTERRUPTED = 2, 1, 3, 5, 130


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
    from ok2run.wire import GateUnreachable, Misconfigured, Refused

    run: Callable[[argparse.Namespace], int] = arguments.run
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
    request.add_argument("--params", metavar="JSON", type=_json_object, help="an object")
    request.add_argument("--urgency", choices=("low", "normal", "high", "critical"))
    request.add_argument("--reason", help="why, in the agent's own words")
    _add_asking(request)
    request.set_defaults(run=_request)

    ask = make["ask"]
    ask.description = "Ask a question and wait. stdout is the answer, a line for each option."
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument(
        "--option", action="append", required=True, metavar="TEXT", help="give it for each option"
    )
    ask.add_argument("--multiple", action="store_true", help="several options may be chosen")
    _add_asking(ask)
    ask.set_defaults(run=_ask)

    status = make["status"]
    status.description = "Show one approval. Exit code 0 means that it could be read."
    status.add_argument("id", metavar="ID")
    status.set_defaults(run=_status)

    listing = make["list"]
    listing.add_argument(
        "--status", choices=("pending", "approved", "denied", "expired", "withdrawn")
    )
    listing.add_argument("--limit", type=_positive, metavar="N")
    listing.add_argument("--session", metavar="ID")
    listing.set_defaults(run=_list)

    for name, decision in (("approve", "approved"), ("deny", "denied")):
        make[name].add_argument("id", metavar="ID")
        make[name].add_argument("--reason", help="the agent reads it")
        make[name].set_defaults(run=_decide, decision=decision)
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
    parser.add_argument("--expires", type=_positive, metavar="SECS", help="the approval's life")
    parser.add_argument(
        "--wait",
        type=_seconds,
        metavar="SECS",
        default=DEFAULT_WAIT,
        help="how long to wait (3600); 0 prints the id and 'pending' at once and exits 4, "
        "because nothing is approved yet",
    )


def _request(arguments: argparse.Namespace) -> int:
    preview = arguments.preview
    if preview == "-":
        content = sys.stdin.buffer.read(PREVIEW_LIMIT + 1)
        if len(content) > PREVIEW_LIMIT:
            return _fail("the preview is larger than 1 MiB", USAGE)
        preview = content.decode("utf-8", "replace")
    approval = _ask_and_wait(
        arguments,
        action_type=arguments.action,
        title=arguments.title or arguments.action,
        preview=preview,
        params=arguments.params,
        urgency=arguments.urgency,
        reason=arguments.reason,
        can_show_number=True,
    )
    status, change = str(approval["status"]), decided(approval, "override")
    if not arguments.json:
        print_line(str(approval["verdict"]) if status != "pending" else _pending(approval))
        if change:
            print_line(f"run this instead: {change}")
    return CHANGED if status == "approved" and change else EXIT_CODES.get(status, REFUSED)


def _ask(arguments: argparse.Namespace) -> int:
    approval = _ask_and_wait(
        arguments,
        action_type="question",
        title=arguments.question,
        preview="",
        options=arguments.option,
        multiple=arguments.multiple,
    )
    status = str(approval["status"])
    if not arguments.json:
        if status == "pending":
            print_line(_pending(approval))
        else:
            say(str(approval["verdict"]))
        if status == "approved":
            # A gate of the older kind tells the answer as the note alone.
            for answer in answers(approval) or [decided(approval, "note") or ""]:
                print_line(answer)
    return EXIT_CODES.get(status, REFUSED)


def _ask_and_wait(arguments: argparse.Namespace, **fields: object) -> "Json":
    """Ask, wait as long as was said, and return the approval with a `verdict` in words."""
    wire = _open()
    common = {
        "session_id": arguments.session or os.environ.get("APPROVAL_SESSION_ID") or "",
        "cwd": _working_directory(),
        "agent": arguments.agent,
        "expires_in_sec": arguments.expires,
    }
    body = {name: value for name, value in {**common, **fields}.items() if value is not None}
    began = time.monotonic()
    life = arguments.expires or DEFAULT_WAIT
    approval = wire.create(body, trouble=_tell_trouble)
    if approval.get("confirm_number"):  # no later answer tells it
        say(f"Your number: {approval['confirm_number']} – pick it on the card")
    if approval["status"] == "pending" and arguments.wait > 0:
        wait = arguments.wait if arguments.wait < life else life + GRACE
        approval = _wait(wire, approval, wait, began + min(arguments.wait, life))
    if arguments.json:
        _print_json(approval)
    return {**approval, "verdict": verdict(approval, time.monotonic() - began)}


def _wait(wire: "Wire", approval: "Json", wait: float, ends: float) -> "Json":
    identity = str(approval["approval_id"])
    shown = approval.get("short_code") or identity
    try:
        with Progress(f"waiting for approval {shown}", ends, sys.stderr) as progress:
            found = wire.wait(identity, wait, trouble=progress.trouble)
    except KeyboardInterrupt:
        say(f"{identity} is still pending; see: ok2run status {identity}")
        raise
    if found["status"] == "pending":
        say(f"nobody answered in time; {identity} is still pending")
    return {"approval_id": identity, **found}


def _status(arguments: argparse.Namespace) -> int:
    approval = _open().get(arguments.id)
    if arguments.json:
        _print_json(approval)
        return 0
    print_line(f"{arguments.id}: {verdict(approval)}")
    for name in ("short_code", "action_type", "title", "session_id"):
        if approval.get(name):
            print_line(f"  {name}: {approval[name]}")
    change = decided(approval, "override")
    if change:
        print_line(f"  run this instead: {change}")
    for answer in answers(approval):
        print_line(f"  answer: {answer}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    found = _open().list_approvals(
        status=arguments.status, session_id=arguments.session, limit=arguments.limit
    )
    if arguments.json:
        _print_json(found)
        return 0
    approvals = found["approvals"]
    for approval in approvals if isinstance(approvals, list) else []:
        if isinstance(approval, dict):
            parts = [approval.get(name) for name in ("approval_id", "short_code", "status")]
            parts += [approval.get(name) for name in ("action_type", "title")]
            print_line("  ".join(str(part) for part in parts if part))
    if found.get("next_cursor"):
        say("there are more; raise --limit to see them")
    return 0


def _decide(arguments: argparse.Namespace) -> int:
    answer = _open().decide(arguments.id, arguments.decision, arguments.reason)
    if arguments.json:
        _print_json(answer)
    else:
        print_line(f"{arguments.id} {answer.get('status') or arguments.decision}")
    return 0


def _pending(approval: "Json") -> str:
    return f"{approval['approval_id']} pending"


def _open() -> "Wire":
    from ok2run.wire import open_wire

    return open_wire(os.environ)


def _working_directory() -> str | None:
    try:
        return os.path.realpath(os.getcwd())
    except OSError:  # it was deleted
        return None


def _tell_trouble(error: "GateUnreachable | Refused | None") -> None:
    if error is not None:
        say(f"{error} Trying again.")


def _json_object(text: str) -> "Json":
    def refuse(constant: str) -> None:
        raise argparse.ArgumentTypeError(f"{constant} is not JSON")

    try:
        value: object = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError('it must be a JSON object, as in {"env": "prod"}')
    return value


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError("it must be a whole number above 0")
    return int(text)


def _seconds(text: str) -> int:
    return 0 if text == "0" else _positive(text)


def _print_json(answer: "Json") -> None:
    print(json.dumps(answer, indent=2), flush=True)


def _fail(sentence: str, code: int) -> int:
    say(f"ok2run: {sentence}")
    return code


if __name__ == "__main__":
    sys.exit(main())
