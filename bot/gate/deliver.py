"""The outbox loop: claim, post or edit, back off, give up on permanent faults.

Every target is a lane of its own: its deliveries go out one after the other, by priority, and what
holds one lane up holds up no other. In a lane, what failed before comes after what is new, so that
one bad delivery stays one. A delivery is struck off only after the channel took it, so a
crash in between sends it again: a card may come twice, never not at all.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Final, TypeAlias

from bot.core.approval import Approval
from bot.core.burst import FEW
from bot.core.errors import GateError
from bot.gate import lost, mail_list, mail_trouble, sheets
from bot.gate.alarm import Alarm
from bot.gate.channel import EMAIL, Card, CardKind, Channel, ChannelError, Delivery, Target, Task
from bot.gate.delivered import (
    card_and_approval,
    first_due,
    given_up,
    moved,
    posted,
    postponed,
    removed,
    settled,
)
from bot.gate.events import Event, Owed
from bot.gate.ports import Clock, Store
from bot.gate.quiet import QUIET_HOURS, arrival_of
from bot.gate.remind import is_outdated

log = logging.getLogger(__name__)

Spawn: TypeAlias = Callable[[Coroutine[object, object, None]], object]

_FIRST_RETRY: Final = timedelta(seconds=1)
_LONGEST_RETRY: Final = timedelta(minutes=5)
_LONGEST_HOLD: Final = timedelta(seconds=30)
_MOST_ATTEMPTS: Final = 30


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after this many failed attempts: 1 s, doubled up to 5 min."""
    return min(_FIRST_RETRY * (1 << min(attempts - 1, 20)), _LONGEST_RETRY)


class Courier:
    """Delivers what the outbox owes, a task a lane."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        channels: Mapping[str, Channel],
        spawn: Spawn,
        timezone: tzinfo = UTC,
        few_mails: int = FEW,
    ) -> None:
        self._store = store
        self._clock = clock
        self._timezone = timezone
        self._few_mails = few_mails
        self._channels = channels
        self._spawn = spawn
        self._alarm = Alarm(clock)
        self._busy: set[Target] = set()
        self._held: dict[Target, datetime] = {}
        self._lane_ended = asyncio.Event()

    def notice(self, events: Sequence[Event]) -> None:
        """Start moving when something is owed."""
        if any(isinstance(event, Owed) for event in events):
            self._alarm.ring()

    def nudge(self) -> None:
        """Look again, as after a channel was added."""
        self._alarm.ring()

    async def run(self) -> None:
        """Work until cancelled; a store that is busy is asked again."""
        while True:
            try:
                wake_at = await self._start_lanes()
            except GateError as error:
                log.warning("outbox: the store did not answer: %s", error)
                wake_at = self._clock.now() + _FIRST_RETRY
            await self._alarm.sleep_until(wake_at)

    async def flush(self) -> None:
        """Return when nothing is under way and nothing could be delivered now."""
        while not await self._is_idle():
            self._lane_ended.clear()
            self._alarm.ring()
            await self._lane_ended.wait()

    async def _is_idle(self) -> bool:
        now = self._clock.now()
        lanes = await self._store.read(lambda tx: tx.outbox.lanes_due(now))
        return not self._busy and not any(self._is_open(lane, now) for lane in lanes)

    def _is_open(self, lane: Target, now: datetime) -> bool:
        held_until = self._held.get(lane)
        return lane.channel in self._channels and (held_until is None or held_until <= now)

    async def _start_lanes(self) -> datetime | None:
        now = self._clock.now()
        lanes = await self._store.read(lambda tx: tx.outbox.lanes_due(now))
        for lane in lanes:
            if lane not in self._busy and self._is_open(lane, now):
                self._held.pop(lane, None)
                self._busy.add(lane)
                self._spawn(self._work_lane(lane))
        soonest = await self._store.read(lambda tx: tx.outbox.next_due(now))
        instants = [*self._held.values(), *([soonest] if soonest is not None else [])]
        return min(instants, default=None)

    async def _work_lane(self, lane: Target) -> None:
        try:
            while lane not in self._held:
                now = self._clock.now()
                due = await self._store.read(partial(first_due, lane=lane, now=now))
                if not due:
                    break
                await self._deliver(due[0])
        except GateError as error:
            log.warning("outbox: the store did not answer: %s", error)
            self._held[lane] = self._clock.now() + _FIRST_RETRY
        finally:
            self._busy.discard(lane)
            self._lane_ended.set()
            self._alarm.ring()

    async def _deliver(self, delivery: Delivery) -> None:
        channel = self._channels[delivery.target.channel]
        try:
            await self._hand_over(channel, delivery)
        except ChannelError as error:
            await self._refused(delivery, error)
        except GateError:
            raise
        except Exception:
            log.exception(
                "outbox: a delivery failed in its channel", extra={"delivery": delivery.id}
            )
            await self._refused(delivery, ChannelError("the channel failed"))

    async def _hand_over(self, channel: Channel, delivery: Delivery) -> None:
        if delivery.task is Task.SAY:
            await channel.say(delivery.target, delivery.body)
            await self._settle(delivery)
            return
        if delivery.task is Task.SHEET:
            await self._show_sheet(channel, delivery)
            return
        found = await self._store.read(partial(card_and_approval, id=delivery.card_id or ""))
        if found is None:
            await self._settle(delivery)
            return
        card, approval = found
        if delivery.task is Task.POST:
            await self._post(channel, delivery, card, approval)
        elif delivery.task is Task.EDIT:
            await self._edit(channel, delivery, card, approval)
        elif delivery.task is Task.REMOVE:
            if card.message is not None:
                await channel.remove(card, approval)
            await self._store.write(partial(removed, delivery=delivery, card=card))
        else:
            if approval.is_pending:
                await channel.attach(card, approval)
            await self._settle(delivery)

    async def _edit(
        self, channel: Channel, delivery: Delivery, card: Card, approval: Approval
    ) -> None:
        try:
            if card.message is not None:  # it is posted anew where its chat has moved
                await channel.edit(card, approval)
        except ChannelError as error:
            if error.tells_anew:
                now = self._clock.now()
                await self._store.write(
                    partial(lost.told_anew, delivery=delivery, card=card, now=now)
                )
                return
            if not error.uneditable:
                raise
            log.warning(
                "outbox: a card can't be edited: %s", error.fault, extra={"approval": approval.id}
            )
            await self._store.write(
                partial(
                    lost.replaced,
                    delivery=delivery,
                    card=card,
                    error=error,
                    now=self._clock.now(),
                )
            )
        else:
            await self._settle(delivery)

    async def _post(
        self, channel: Channel, delivery: Delivery, card: Card, approval: Approval
    ) -> None:
        # What was asked for from a list is shown, though it has ended.
        is_beside = card.kind is CardKind.CARD and card.beside is not None
        was_wanted = is_beside or lost.tells(card)
        is_void = card.kind is CardKind.REMINDER and is_outdated(card, approval)
        if card.message is not None or is_void or not (approval.is_pending or was_wanted):
            await self._settle(delivery)
            return
        arrival = await self._store.read(
            partial(
                arrival_of,
                card=card,
                approval=approval,
                now=self._clock.now(),
                zone=self._timezone,
            )
        )
        if arrival.not_before is not None:
            await self._store.write(
                partial(
                    postponed,
                    delivery=delivery,
                    due_at=arrival.not_before,
                    attempts=delivery.attempts,
                    fault=QUIET_HOURS,
                )
            )
            return
        if card.target.channel == EMAIL and card.kind is CardKind.CARD:
            work = partial(
                mail_list.gathered,
                delivery=delivery,
                card=card,
                approval=approval,
                now=self._clock.now(),
                few=self._few_mails,
            )
            if await self._store.write(work):
                return
        message = await channel.post(card, approval, silent=arrival.silent or lost.tells(card))
        attach = card.kind is CardKind.CARD and channel.needs_attachment(approval)
        await self._store.write(
            partial(
                posted,
                delivery=delivery,
                card=card,
                approval=approval,
                message=message,
                attach=attach,
                now=self._clock.now(),
            )
        )
        log.info("card posted", extra={"event": "posted", "approval": approval.id})

    async def _show_sheet(self, channel: Channel, delivery: Delivery) -> None:
        now = self._clock.now()
        found = await self._store.write(partial(sheets.shown, id=delivery.sheet_id or "", now=now))
        if found is None:
            await self._settle(delivery)
            return
        sheet, showing = found
        try:
            message = await channel.show_sheet(sheet, showing.content)
        except ChannelError as error:
            if not error.permanent or error.moved_to is not None or sheet.message is None:
                raise
            await self._store.write(partial(sheets.lost, delivery=delivery, sheet=sheet, now=now))
            return
        await self._store.write(
            partial(
                sheets.delivered,
                delivery=delivery,
                sheet=sheet,
                showing=showing,
                message=message,
            )
        )

    async def _settle(self, delivery: Delivery) -> None:
        await self._store.write(partial(settled, delivery=delivery))

    async def _refused(self, delivery: Delivery, error: ChannelError) -> None:
        now = self._clock.now()
        if error.moved_to is not None:
            after = Target(channel=delivery.target.channel, address=error.moved_to)
            log.warning("outbox: %s moved to %s", delivery.target.address, error.moved_to)
            await self._store.write(partial(moved, before=delivery.target, after=after, now=now))
        elif error.permanent or (
            delivery.attempts >= _MOST_ATTEMPTS and not error.unreachable and not error.retry_after
        ):
            log.error(
                "outbox: gave up a %s to %s: %s",
                delivery.task,
                delivery.target.address,
                error.fault,
                extra={"event": "undeliverable", "delivery": delivery.id},
            )
            await self._store.write(partial(given_up, delivery=delivery, error=error, now=now))
        else:
            attempts = delivery.attempts + 1
            pause = error.retry_after or backoff(attempts)
            if error.retry_after is not None:
                self._held[delivery.target] = now + error.retry_after
            elif error.unreachable:
                self._held[delivery.target] = now + min(pause, _LONGEST_HOLD)
            log.warning(
                "outbox: a %s to %s waits %.0f s: %s",
                delivery.task,
                delivery.target.address,
                pause.total_seconds(),
                error.fault,
            )
            await self._store.write(
                partial(
                    postponed,
                    delivery=delivery,
                    due_at=now + pause,
                    attempts=attempts,
                    fault=error.fault,
                )
            )
            if error.unreachable and delivery.target.channel == EMAIL:
                await self._store.write(
                    partial(mail_trouble.server_failed, fault=error.fault, now=now)
                )
