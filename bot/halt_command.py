"""`ok2run pause`, `ok2run resume` and `ok2run snooze`: a running gate halted over its API."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bot.core.halt import read_end
from bot.policy_client import run_in_gate
from ok2run.terminal import print_line
from ok2run.wire import Json, Wire

_MEANINGS: Final = {
    "pause": "Hold every ask of the running gate: nothing is allowed until it is resumed.",
    "resume": "End a pause or a snooze; what was held is judged anew.",
    "snooze": "Hand every ask that people would get back to its terminal.",
}
# Any instant will do: only how long it is counts, and a time of day is not taken here.
_THEN: Final = datetime(2000, 1, 1, tzinfo=UTC)


def main(name: str, arguments: Sequence[str]) -> int:
    """Run one of the three; return 0, 1 for a refusal, 2 for a wrong use, 5 where unreachable."""
    parser = argparse.ArgumentParser(
        prog=f"ok2run {name}",
        description=_MEANINGS[name],
        epilog="It speaks to the gate of APPROVAL_GATE_URL with ADMIN_API_KEY.",
    )
    if name == "pause":
        parser.add_argument("--status", action="store_true", help="only tell how it stands")
        parser.add_argument("span", metavar="TIME", nargs="?", help="as in 2h")
    elif name == "snooze":
        parser.add_argument("span", metavar="TIME", help="as in 30m or 2h")
    try:
        parsed = parser.parse_args(list(arguments))
        span = None if name == "resume" or parsed.span is None else _seconds(parsed.span)
        if span == 0:
            parser.error(f"{parsed.span} is no time: write it as 30m, 2h or 1h30m, at most 7d")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    if name == "resume":
        return run_in_gate(lambda wire: _told(wire.call("POST", "/v1/resume")))
    if name == "pause" and parsed.status:
        return run_in_gate(lambda wire: _told(wire.call("GET", "/v1/pause")))
    body: Json = {} if span is None else {"for_sec": span}

    def halt(wire: Wire) -> None:
        _told(wire.call("POST", f"/v1/{name}", body=body))

    return run_in_gate(halt)


def _seconds(words: str) -> int:
    """Return how many seconds that is; 0 where it can't be read."""
    until = None if ":" in words else read_end(words, now=_THEN, zone=UTC)
    return 0 if until is None else int((until - _THEN).total_seconds())


def _told(standing: Json) -> None:
    """Print how the gate stands now."""
    if standing.get("paused"):
        word = "Paused"
    elif standing.get("snoozed"):
        word = "Snoozed"
    else:
        word = ""
    held = f" Held: {standing.get('held')}." if standing.get("held") else ""
    if not word:
        print_line(f"The gate is neither paused nor snoozed.{held}")
        return
    until = standing.get("until")
    end = (
        f"until {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC"
        if isinstance(until, int)
        else "until resumed"
    )
    print_line(f"{word} by {standing.get('by')}, {end}.{held}")
