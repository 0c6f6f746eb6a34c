"""Kills the daemon again and again, and notes what it was in the middle of."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from tests.daemon import Daemon, Launch
from tests.fakes.telegram import FakeTelegram
from tests.faults.journal import CLOCK, Journal

CHANGES = ("create", "withdraw", "outcome", "decide")


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

    async def kill(self, times: int, *, fresh: int, modes: tuple[Mapping[str, str], ...]) -> None:
        """Start and kill so many times, `fresh` of them with a new interpreter; then start."""
        by_hand = set(self.random.sample(range(times), fresh))
        for number in range(times):
            changes = modes[number * len(modes) // times]
            if number in by_hand:
                await self._once(None, changes, longest=5.0, what="of a fresh interpreter")
            else:
                await self._once(self.forked, changes, longest=1.5, what="of a forked one")
        self.journal.starts.append(CLOCK.now())
        await self.daemon.start(launch=self.forked, **modes[-1])

    async def _once(
        self, launch: Launch | None, changes: Mapping[str, str], *, longest: float, what: str
    ) -> None:
        self.journal.starts.append(CLOCK.now())
        await self.daemon.start(wait=False, launch=launch, **changes)
        if launch is not None and self.random.random() < 0.15:
            await asyncio.sleep(self.random.uniform(0, 0.3))
            what = "during start-up"
        else:
            await self.daemon.ready()
            await asyncio.sleep(self.random.uniform(0, longest))
            await self._moment()
        self._note(what)
        await self.daemon.kill()

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

    def _note(self, what: str) -> None:
        self.met["kills"] += 1
        self.met[what] += 1
        self.met["by webhook"] += self.telegram.webhook is not None
        self.met["with changes in flight"] += self._changing() > 0
        self.met["with asks in flight"] += self.journal.flying["create"] > 0
        self.met["with taps in flight"] += bool(self.telegram.updates.pending)
        self.met["with waits held"] += self.journal.flying["wait"] > 0
