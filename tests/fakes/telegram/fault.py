"""Failures that tests script, and the rate limits that can be switched on."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.fakes.telegram.refusal import Refusal, flood

_WORDS = {
    400: "Bad Request: scripted by the test",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    ),
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """One scripted failure of a method; `count` None means until healed."""

    method: str
    status: int | None = None
    retry_after: int | None = None
    description: str | None = None
    drop: bool = False
    junk: bytes | None = None
    hang: float = 0
    accepted: bool = False
    count: int | None = 1
    chat_id: int | None = None
    hits: int = 0
    _released: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def release(self) -> None:
        """End the hanging of the requests that this fault holds, now and later."""
        self._released.set()

    def heal(self) -> None:
        """Let this fault hit no further request."""
        self.count = 0
        self.release()

    async def wait(self) -> None:
        """Hang for the asked time, or until released."""
        if self.hang:
            try:
                async with asyncio.timeout(self.hang):
                    await self._released.wait()
            except TimeoutError:
                return

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Say whether the next request of this method and chat is hit."""
        return (
            self.count != 0
            and self.method.lower() in {method.lower(), "*"}
            and self.chat_id in {None, chat_id}
        )

    def hit(self) -> None:
        """Count one hit."""
        self.hits += 1
        if self.count is not None:
            self.count -= 1

    def refusal(self) -> Refusal | None:
        """Return the scripted unsuccessful answer, where there is one."""
        if self.status == 429:
            answer = flood(self.retry_after or 1)
        elif self.status is not None:
            answer = Refusal(self.status, _WORDS.get(self.status, "scripted by the test"))
            if self.retry_after:
                answer.parameters = {"retry_after": self.retry_after}
        else:
            return None
        answer.description = self.description or answer.description
        return answer


class RateLimits:
    """One message a second in a chat, 20 a minute in a group, 30 a second in all."""

    def __init__(self) -> None:
        self.enabled = False
        self._sent: dict[int | None, deque[datetime]] = defaultdict(lambda: deque(maxlen=60))

    def check(self, chat_id: int, *, in_group: bool, now: datetime) -> None:
        """Count a send, or refuse it with the pause to keep."""
        if not self.enabled:
            return
        second, minute = timedelta(seconds=1), timedelta(minutes=1)
        limits = [(chat_id, 1, second), (None, 30, second)]
        if in_group:
            limits.append((chat_id, 20, minute))
        for key, most, span in limits:
            recent = [at for at in self._sent[key] if now - at < span]
            if len(recent) >= most:
                pause = recent[-most] + span - now
                raise flood(max(1, -(-pause // second)))
        self._sent[chat_id].append(now)
        self._sent[None].append(now)
