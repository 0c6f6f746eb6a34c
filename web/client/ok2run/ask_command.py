"""`ok2run request` and `ok2run ask`: ask, wait, and tell the decision in words or as JSON."""

import argparse
import os
import sys
import time

from ok2run.action import destination, working_directory
from ok2run.asking import LIFE, wait_for
from ok2run.config import api_key, environment, gate_url
from ok2run.read_command import print_json
from ok2run.terminal import print_line, say
from ok2run.verdict import answers, decided, verdict
from ok2run.waiting import progress
from ok2run.wire import GateUnreachable, Json, Refused, Wire

PREVIEW_LIMIT = 1024 * 1024  # bytes, what the gate takes at most
EXIT_CODES = {"approved": 0, "denied": 3, "expired": 4, "withdrawn": 4, "pending": 4}
USAGE, REFUSED, CHANGED = 2, 1, 3


def request(arguments: argparse.Namespace) -> int:
    """Ask for approval and wait; the exit code says what came of it."""
    preview = arguments.preview
    if preview == "-":
        content = sys.stdin.buffer.read(PREVIEW_LIMIT + 1)
        if len(content) > PREVIEW_LIMIT:
            say("ok2run: the preview is larger than 1 MiB")
            return USAGE
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


def ask(arguments: argparse.Namespace) -> int:
    """Ask a question and wait; stdout is the answer."""
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


def _ask_and_wait(arguments: argparse.Namespace, **fields: object) -> Json:
    """Ask, wait as long as was said, and return the approval with a `verdict` in words."""
    settings = environment(os.environ)
    wire = Wire(gate_url(settings), api_key(settings))
    common = {
        "session_id": arguments.session or settings.get("APPROVAL_SESSION_ID") or "",
        "cwd": working_directory(),
        **destination(settings),
        "agent": arguments.agent,
        "expires_in_sec": arguments.expires,
    }
    body = {name: value for name, value in {**common, **fields}.items() if value is not None}
    began = time.monotonic()
    life = arguments.expires or LIFE
    approval = wire.create(body, trouble=tell_trouble)
    if approval.get("confirm_number"):  # no later answer tells it
        say(f"Your number: {approval['confirm_number']} – pick it on the card")
    if approval["status"] == "pending" and arguments.wait > 0:
        wait = wait_for(arguments.wait, arguments.expires)
        approval = _wait(wire, approval, wait, began + min(arguments.wait, life))
    if arguments.json:
        print_json(approval)
    return {**approval, "verdict": verdict(approval, time.monotonic() - began)}


def _wait(wire: Wire, approval: Json, wait: float, ends: float) -> Json:
    identity = str(approval["approval_id"])
    try:
        with progress(wire, approval, ends) as line:
            found = wire.wait(identity, wait, trouble=line.trouble)
    except KeyboardInterrupt:
        say(f"{identity} is still pending; see: ok2run status {identity}")
        raise
    if found["status"] == "pending":
        say(f"nobody answered in time; {identity} is still pending")
    return {"approval_id": identity, **found}


def _pending(approval: Json) -> str:
    return f"{approval['approval_id']} pending"


def tell_trouble(error: GateUnreachable | Refused | None) -> None:
    """Say that an ask did not go through yet."""
    if error is not None:
        say(f"{error} Trying again.")
