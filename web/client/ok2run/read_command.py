"""`ok2run status`, `list`, `approve` and `deny`: read approvals, and decide them."""

import argparse
import json
import os

from ok2run.terminal import print_line, say
from ok2run.verdict import answers, decided, verdict
from ok2run.wire import Json, open_wire


def status(arguments: argparse.Namespace) -> int:
    """Show one approval."""
    approval = open_wire(os.environ).get(arguments.id)
    if arguments.json:
        print_json(approval)
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


def listing(arguments: argparse.Namespace) -> int:
    """List this key's approvals."""
    found = open_wire(os.environ).list_approvals(
        status=arguments.status, session_id=arguments.session, limit=arguments.limit
    )
    if arguments.json:
        print_json(found)
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


def decide(arguments: argparse.Namespace) -> int:
    """Decide, with a key that may."""
    answer = open_wire(os.environ).decide(arguments.id, arguments.decision, arguments.reason)
    if arguments.json:
        print_json(answer)
    else:
        print_line(f"{arguments.id} {answer.get('status') or arguments.decision}")
    return 0


def print_json(answer: Json) -> None:
    """Write the gate's own JSON to stdout."""
    print(json.dumps(answer, indent=2), flush=True)  # noqa: T201  # a command line prints
