"""What the runs share: a wait until all is told, a look into the log."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.faults.journal import CLOCK
from tests.faults.kept import left_to_do

SETTLED_WITHIN = 120.0


async def settle(daemon: Daemon, telegram: FakeTelegram) -> None:
    """Wait until what is owed is delivered, and what ends soon has ended."""
    await telegram.delivered(SETTLED_WITHIN)
    soon = int(CLOCK.now().timestamp() * 1000) + 60_000
    async with asyncio.timeout(SETTLED_WITHIN):
        while await left_to_do(daemon.database_url, until=soon):
            await asyncio.sleep(0.1)
    await telegram.delivered(SETTLED_WITHIN)


def faults_in(
    log: str, *, but: Callable[[Mapping[str, Any]], bool] = lambda _: False
) -> tuple[str, ...]:
    """Return what the daemons logged as errors, but for those that had to be.

    The last line before a kill may be half.
    """
    found = []
    for line in log.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            if "Traceback" in line or "Error" in line:
                found.append(f"the log has {line!r}")
        else:
            if entry["level"] in {"error", "critical"} and not but(entry):
                found.append(f"the log has {line}")
    return tuple(found)
