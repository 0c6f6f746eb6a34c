"""Waiting for a person: in slices, with a word of progress in each, through a gate's restart."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from ok2run.mcp.gateway import GateFault, Gateway, Json

HOLD = 3600.0  # seconds that a call is held for a client that is told of progress
BRIEF_HOLD = 50.0  # and for one that is not: many give a call a minute
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0  # seconds between two attempts to reach a gate


class Report(Protocol):
    """Tells the client that a call goes on."""

    @property
    def wanted(self) -> bool:
        """Tell whether the client asked to hear of progress."""

    async def __call__(self, progress: float, total: float | None, message: str) -> None:
        """Say how far it is; without a client that listens, at most keep its connection open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How waits go on: seconds of one slice, the operator's limit of a call, and the clock."""

    slice: float = 15.0
    hold: float | None = None
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    def limit(self, wanted: int | None, report: Report) -> float:
        """Return how long a call is held, given what its caller wants."""
        usual = HOLD if report.wanted else BRIEF_HOLD
        if self.hold is not None:
            return self.hold if wanted is None else min(wanted, self.hold)
        return usual if wanted is None else wanted


class Meter:
    """Reports the time that passed, always a little more than before, as the protocol wants."""

    def __init__(self, report: Report, pace: Pace, total: float) -> None:
        self._report = report
        self._clock = pace.clock
        self._began = pace.clock()
        self._total = total
        self._told = 0.0

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._began

    @property
    def left(self) -> float:
        """Seconds until the total has passed."""
        return self._total - self.passed

    async def tell(self, words: str) -> None:
        """Report how long it has been, with a word of what is waited for."""
        self._told = max(self._told + 0.001, round(self.passed, 3))
        await self._report(self._told, self._total, f"{words}, {_span(self.passed)} so far")


async def ended(
    gateway: Gateway, approval: Json, seconds: float, report: Report, pace: Pace
) -> Json:
    """Return the approval at its end, or as it stands when the time is over or the gate stops.

    A gate that does not answer is tried again until then. Raises GateFault.
    """
    identity = str(approval["approval_id"])
    meter = Meter(report, pace, seconds)
    pause = FIRST_PAUSE
    words = "waiting for a person"
    while approval["status"] == "pending" and not gateway.is_stopping and meter.left > 0:
        await meter.tell(words)
        before, slice = meter.passed, min(pace.slice, meter.left)
        try:
            approval = {"approval_id": identity, **await gateway.wait(identity, slice)}
        except GateFault as error:
            if not error.temporary or meter.left <= pause:
                raise
            words = "the gate does not answer, trying again"
            await pace.pause(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        words, pause = "waiting for a person", FIRST_PAUSE
        early = min(1.0, slice) - (meter.passed - before)
        if approval["status"] == "pending" and early > 0 and not gateway.is_stopping:
            await pace.pause(early)  # a gate that stops answers early: no hurry then
    return approval


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
