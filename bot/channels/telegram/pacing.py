"""Telegram's limits kept beforehand: a message a second in a chat, fewer in a group, 30 in all."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from bot.gate.ports import Clock

_MOST_CHATS: Final = 1000


async def pause(clock: Clock, delay: timedelta) -> None:
    """Return after this long."""
    over = asyncio.Event()
    timer = clock.call_later(delay, over.set)
    try:
        await over.wait()
    finally:
        timer.cancel()


class Bucket:
    """Tokens that come back with time: `burst` of them at most, `rate` a second."""

    def __init__(self, now: datetime, *, burst: float, rate: float) -> None:
        self._burst = burst
        self._rate = rate
        self._tokens = burst
        self._at = now

    def wait(self, now: datetime) -> timedelta:
        """Return how long it takes until a token is there."""
        self._fill(now)
        return timedelta(seconds=max(1 - self._tokens, 0) / self._rate)

    def take(self) -> None:
        """Take a token; after `wait` returned nothing to wait for."""
        self._tokens -= 1

    def hold(self, now: datetime, delay: timedelta) -> None:
        """Let no token be there for this long."""
        self._fill(now)
        self._tokens = min(self._tokens, 1 - delay.total_seconds() * self._rate)

    def is_full(self, now: datetime) -> bool:
        """Tell whether it has rested long enough to be forgotten."""
        self._fill(now)
        return self._tokens >= self._burst

    def _fill(self, now: datetime) -> None:
        # A wall clock that went back gives nothing; a pause is never longer for it.
        elapsed = max((now - self._at).total_seconds(), 0)
        self._tokens = min(self._tokens + elapsed * self._rate, self._burst)
        self._at = now


class Pacing:
    """Lets messages and edits go no faster than Telegram takes them.

    Known: about 1 a second in a chat (short bursts pass), 20 a minute in a group, 30 a second
    in all. What Telegram asks for beyond that (429) comes through `hold`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._all = Bucket(clock.now(), burst=5, rate=25)
        self._chats: dict[str, Bucket] = {}

    async def message(self, chat: str) -> None:
        """Return when a message or an edit may go to this chat."""
        await self._take((self._chat(chat), self._all))

    async def answer(self) -> None:
        """Return when a tap may be answered; that counts in no chat."""
        await self._take((self._all,))

    def hold(self, chat: str, delay: timedelta) -> None:
        """Send nothing to this chat for so long."""
        self._chat(chat).hold(self._clock.now(), delay)

    async def _take(self, buckets: Iterable[Bucket]) -> None:
        buckets = tuple(buckets)
        while delay := max(bucket.wait(self._clock.now()) for bucket in buckets):
            await pause(self._clock, delay)
        for bucket in buckets:
            bucket.take()

    def _chat(self, chat: str) -> Bucket:
        if chat not in self._chats:
            now = self._clock.now()
            if len(self._chats) >= _MOST_CHATS:
                rested = [name for name, one in self._chats.items() if one.is_full(now)]
                for name in rested:
                    del self._chats[name]
            is_group = chat.startswith("-")
            # Burst and a minute's tokens together make the 20 of a group's minute.
            limits = {"burst": 4.0, "rate": 16 / 60} if is_group else {"burst": 4.0, "rate": 1.0}
            self._chats[chat] = Bucket(now, **limits)
        return self._chats[chat]
