"""Breaks the daemon, or what it needs, again and again, and notes what it was in the middle of."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from tests.daemon import Daemon, Launch
from tests.fakes.telegram import FakeTelegram
from tests.faults.journal import CLOCK, Journal

CHANGES = ("create", "withdraw", "outcome", "decide")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to break it; `strike` returns once the daemon has ended, or has got over it.

    `ends` says which of the two, and `early` whether it may come while the daemon starts.
    """

    name: str
    strike: Callable[["Nemesis"], Awaitable[None]]
    ends: bool
    early: bool


async def _kill(nemesis: "Nemesis") -> None:
    await nemesis.daemon.kill()


KILL = Fault(name="kills", strike=_kill, ends=True, early=True)


@dataclass(kw_only=True)
class Nemesis:
    """`forked` starts a daemon in no time; a few start as an operator does, in seconds.

    `modes` are the settings that change from one part of the run to the next.
    """

    daemon: Daemon
    forked: Launch
    telegram: FakeTelegram
    journal: Journal
    random: Random
    met: Counter[str] = field(default_factory=Counter)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)

    def was_ending_it(self, at: datetime) -> bool:
        """Tell whether the daemon was about to end then."""
        return any(began <= at <= ended for began, ended in self.outages)

    async def torment(
        self, faults: Sequence[Fault], *, fresh: int, modes: Sequence[Mapping[str, str]]
    ) -> None:
        """Strike with each, `fresh` times after a start with a new interpreter; then it runs."""
        faults = self.random.sample(faults, len(faults))
        starts = [n for n in range(len(faults)) if n == 0 or faults[n - 1].ends]
        by_hand = self.random.sample(starts, fresh)
        for number, fault in enumerate(faults):
            if number not in starts:
                what = "of one that had got over another"
                await self._work(1.5)
            elif number in by_hand:
                what = "of a fresh interpreter"
                await self._start(None, modes[number * len(modes) // len(faults)])
                await self._work(5.0)
            else:
                what = "of a forked one"
                await self._start(self.forked, modes[number * len(modes) // len(faults)])
                if fault.early and self.random.random() < 0.15:
                    what = "during start-up"
                    await asyncio.sleep(self.random.uniform(0, 0.3))
                else:
                    await self._work(1.5)
            self._note(fault, what)
            began = CLOCK.now()
            await fault.strike(self)
            if fault.ends:
                self.outages.append((began, CLOCK.now()))
        if faults[-1].ends:
            await self._start(self.forked, modes[-1])

    async def _start(self, launch: Launch | None, changes: Mapping[str, str]) -> None:
        self.journal.starts.append(CLOCK.now())
        await self.daemon.start(wait=False, launch=launch, **changes)

    async def _work(self, longest: float) -> None:
        """Let it work for some time, once it listens."""
        await self.daemon.ready()
        await asyncio.sleep(self.random.uniform(0, longest))
        await self._moment()

    async def _moment(self) -> None:
        """Return at any moment, or just after something began that a crash could tear apart."""
        aim = self.random.choice(("any", "a change", "a change", "a message"))
        sent = self._sent()
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline and not (
            aim == "any"
            or (aim == "a change" and self._changing())
            or (aim == "a message" and self._sent() > sent)
        ):
            await asyncio.sleep(0)
        await asyncio.sleep(self.random.uniform(0, 0.004))

    def _sent(self) -> int:
        return sum(len(chat.messages) for chat in self.telegram.chats.values())

    def _changing(self) -> int:
        flying = sum(self.journal.flying[what] for what in CHANGES)
        return flying + len(self.telegram.updates.pending)

    def _note(self, fault: Fault, what: str) -> None:
        self.met[fault.name] += 1
        self.met[what] += 1
        self.met["by webhook"] += self.telegram.webhook is not None
        self.met["with changes in flight"] += self._changing() > 0
        self.met["with asks in flight"] += self.journal.flying["create"] > 0
        self.met["with taps in flight"] += bool(self.telegram.updates.pending)
        self.met["with waits held"] += self.journal.flying["wait"] > 0
