"""`ok2run code` and `ok2run devices`: browsers that decide behind mails' links, over the API."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from bot.policy_client import run_in_gate
from ok2run.terminal import print_line
from ok2run.wire import Json, Wire

_EPILOG: Final = "It speaks to the gate of APPROVAL_GATE_URL with ADMIN_API_KEY."


def code(arguments: Sequence[str]) -> int:
    """Print a code; return 0, 1 for a refusal, 2 for a wrong use, 5 where unreachable."""
    parser = argparse.ArgumentParser(
        prog="ok2run code",
        description="Tell a code that lets a browser decide for a mail address.",
        epilog=_EPILOG,
    )
    parser.add_argument("address", metavar="ADDRESS", help="an approver's mail address")
    try:
        parsed = parser.parse_args(list(arguments))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    address: str = parsed.address

    def tell(wire: Wire) -> None:
        answer = wire.call("POST", "/v1/devices/code", body={"address": address})
        digits = str(answer.get("code"))
        print_line(f"{digits[:3]} {digits[3:]}")
        print_line("Type it within 10 minutes on the page behind the mail's link; it works once.")

    return run_in_gate(tell)


def devices(arguments: Sequence[str]) -> int:
    """List browsers, or revoke one; return the exit code as `code` does."""
    parser = argparse.ArgumentParser(
        prog="ok2run devices",
        description="List the browsers that decide behind mails' links, or revoke one.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "words",
        metavar="list | revoke ID",
        nargs="*",
        help="every browser in force, as without a word; or let one decide no more, at once",
    )
    try:
        words: list[str] = parser.parse_args(list(arguments)).words
        if words not in ([], ["list"]) and (len(words) != 2 or words[0] != "revoke"):
            parser.error("say  list , or  revoke  and the id that the list tells")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    if words[:1] != ["revoke"]:
        return run_in_gate(_list)
    id = words[1]

    def take(wire: Wire) -> None:
        wire.call("DELETE", f"/v1/devices/{quote(id, safe='')}")
        print_line("Revoked: that browser decides no more.")

    return run_in_gate(take)


def _list(wire: Wire) -> None:
    found = wire.call("GET", "/v1/devices").get("devices")
    listed = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if not listed:
        print_line("No browser decides behind a mail's link.")
    for one in listed:
        print_line(
            f"{one.get('id')}  {one.get('address')}  {one.get('name')}, "
            f"last used {_day(one, 'used_at')}, until {_day(one, 'expires_at')}"
        )


def _day(one: Json, field: str) -> str:
    at = one.get(field)
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}" if isinstance(at, int) else "?"
