"""The line that a person at the terminal reads while the gate is asked."""

import sys
from contextlib import suppress

from ok2run.answer import Json
from ok2run.errors import GateError
from ok2run.terminal import Progress
from ok2run.wire import Wire

_PLACES = {
    "telegram": "in Telegram",
    "email": "by mail",
    "slack": "in Slack",
    "discord": "in Discord",
}


def progress(wire: Wire, approval: Json, ends: float) -> Progress:
    """Return the line for a pending ask; `ends` is the wait's end on the monotonic clock.

    Where it was asked is looked up only for a terminal: elsewhere the line is written once.
    """
    id = str(approval["approval_id"])
    words = f"waiting for approval {approval.get('short_code') or id}"
    if sys.stderr.isatty():
        words += _asked(wire, approval, id)
    return Progress(words, ends, sys.stderr)


def _asked(wire: Wire, approval: Json, id: str) -> str:
    if approval.get("queued_quiet_hours"):
        return " · asked after quiet hours"
    with suppress(GateError):  # an older gate tells nothing of it
        found = wire.run(wire.exchange.audit(id)).get("entries")
        for entry in found if isinstance(found, list) else []:
            if isinstance(entry, dict) and entry.get("kind") == "approval.asked":
                return _places(entry.get("facts"))
    return ""


def _places(facts: object) -> str:
    asked = facts.get("asked") if isinstance(facts, dict) else None
    channels = [str(one).partition(":")[0] for one in asked] if isinstance(asked, list) else []
    places = [_PLACES[name] for name in dict.fromkeys(channels) if name in _PLACES]
    return f" · asked {' and '.join(places)}" if places else " · it waits on the queue page"
