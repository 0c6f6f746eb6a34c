"""The gate paused and resumed: what people do with it, and the work that follows by itself."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Final

from bot.core.approval import Approval
from bot.core.brake import Brake
from bot.core.errors import GateError
from bot.core.halt import Halt, HaltKind, checked_length
from bot.core.people import Decider
from bot.core.policy import Judgement
from bot.core.routing import addresses_for, most_cards, within
from bot.gate import halt
from bot.gate.asking import Fresh
from bot.gate.book import PolicyBook
from bot.gate.channel import Target
from bot.gate.halt import Standing
from bot.gate.halt_tables import Held
from bot.gate.ports import Clock, Ids, Store
from bot.gate.registry import Registry
from bot.gate.release import release
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

log = logging.getLogger(__name__)

AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A held approval with what the policies say of it now, and where its cards go."""

    approval: Approval
    judgement: Judgement
    targets: tuple[Target, ...]
    channel: str | None


class Halts:
    """Pause, snooze and resume; `work` does what falls due of it.

    `timezone` is the one in which times of day are meant and told.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        keys: Registry,
        *,
        book: PolicyBook,
        timezone: tzinfo,
        brake: Brake,
    ) -> None:
        self._brake = brake
        self._store = store
        self._clock = clock
        self._ids = ids
        self._registry = keys
        self._book = book
        self._working = asyncio.Lock()
        self._set_aside: set[str] = set()
        self._known: Halt | None = None
        self.timezone = timezone

    @property
    def known(self) -> Halt | None:
        """The halt in force as this process knows it, without asking the store."""
        known = self._known
        return None if known is None or known.is_over(self._clock.now()) else known

    async def standing(self) -> Standing:
        """Return whether the gate is paused or snoozed, and how much is held."""
        return await self._store.read(partial(halt.standing, now=self._clock.now()))

    async def pause(self, decider: Decider, length: timedelta | None = None) -> Standing:
        """Hold what is asked, for so long or until resumed; raises InvalidAsk, Busy."""
        return await self._begin(HaltKind.PAUSE, decider, length)

    async def snooze(self, decider: Decider, length: timedelta) -> Standing:
        """Hand back what is asked, for so long; raises InvalidAsk, Busy."""
        return await self._begin(HaltKind.SNOOZE, decider, length)

    async def _begin(self, kind: HaltKind, decider: Decider, length: timedelta | None) -> Standing:
        now = self._clock.now()
        until = None if length is None else now + checked_length(length)
        wanted = Halt(
            kind=kind, by=decider.name, identity=decider.identity, since=now, until=until
        )
        standing = await self._store.write(partial(halt.begin, halt=wanted))
        self._known = wanted
        return standing

    async def resume(self, decider: Decider) -> Standing:
        """End a pause or a snooze; return how the gate stood before. Raises Busy."""
        now = self._clock.now()
        before = await self._store.write(partial(halt.resume, decider=decider, now=now))
        self._known = None
        return before

    async def work(self) -> datetime | None:
        """End the halt whose time has come, release what is held; return when to look again.

        Raises Busy; then it is to be called again.
        """
        async with self._working:
            kept = await self._store.read(lambda tx: tx.halts.kept())
            if kept is not None and kept.is_over(self._clock.now()):
                await self._store.write(partial(halt.end_in_time, now=self._clock.now()))
                kept = None
            self._known = kept
            if kept is None or not kept.is_pause:
                await self._release_all()
            return None if kept is None else kept.until

    async def _release_all(self) -> None:
        """Release what is held, part by part, until nothing is or the gate is paused again."""
        while held := await self._next_held():
            names = await self._store.read(_names)
            for one in await asyncio.to_thread(self._judged, held, names):
                await self._release_one(one)
            log.info("%d held asks were judged anew", len(held), extra={"event": "released"})
            if (await self.standing()).is_paused:
                return

    async def _next_held(self) -> Sequence[Held]:
        limit = AT_ONCE + len(self._set_aside)
        held = await self._store.read(lambda tx: tx.held.next(limit=limit))
        return [one for one in held if one.approval.id not in self._set_aside]

    async def _release_one(self, one: _Judged) -> None:
        """Release one; what fails is set aside until the next start, and keeps up no other."""
        try:
            await self._release(one)
        except GateError:
            raise
        except Exception:
            self._set_aside.add(one.approval.id)
            log.exception(
                "a held ask could not be released; it is on the queue page",
                extra={"approval": one.approval.id},
            )

    async def _release(self, one: _Judged) -> None:
        routing = one.judgement.routing
        most = len(one.targets) + most_cards(routing.approvers, self._registry.reaches)
        await self._store.write(
            partial(
                release,
                id=one.approval.id,
                judgement=one.judgement,
                targets=one.targets,
                fresh=Fresh.draw(self._ids, short_codes=(), cards=most),
                now=self._clock.now(),
                timezone=self.timezone,
                brake=self._brake,
                fallback=self._registry.setup.fallback,
                channel=one.channel,
            )
        )

    def _judged(self, held: Sequence[Held], names: dict[str, str]) -> list[_Judged]:
        """Judge these by the policies of now, beside the loop."""
        return [self._judged_anew(one, names.get(one.approval.key_id, "")) for one in held]

    def _judged_anew(self, one: Held, agent: str) -> _Judged:
        judgement = self._book.judge(
            one.approval, agent=agent, urgency=one.urgency, channel=one.channel
        )
        reaches = self._registry.reaches
        try:
            found = addresses_for(reaches, channel=one.channel, address=one.address)
        except GateError:  # the operator has changed where agents may ask meanwhile
            found = addresses_for(reaches, channel=None, address=None)
        targets = tuple(
            Target(channel=channel, address=address)
            for channel, address in within(found, reaches, judgement.routing.channels)
        )
        return _Judged(
            approval=one.approval, judgement=judgement, targets=targets, channel=one.channel
        )


def _names(tx: Transaction) -> Steps[dict[str, str]]:
    """Return the names of the keys by their ids."""
    keys = yield from tx.keys.all()
    return {key.id: key.name for key in keys}
