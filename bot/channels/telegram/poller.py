"""Updates fetched from Telegram, one after the other; none is confirmed before it is handled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final, TypeAlias

import aiohttp

from bot.channels.telegram.standing import UNAUTHORIZED, Standing
from bot.channels.telegram.updates import ALLOWED_UPDATES
from bot.core.errors import Busy
from bot.gate.ports import Clock

log = logging.getLogger(__name__)

Receive: TypeAlias = Callable[[Mapping[str, object]], Awaitable[None]]

LONG_POLL_SECONDS: Final = 25
_ANSWER_SECONDS: Final = 15
_CONFIRM_SECONDS: Final = 2
_FIRST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(seconds=30)


class _Refused(Exception):
    """Telegram answered, but not with what was asked for."""

    def __init__(self, status: int, words: str, *, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.retry_after = retry_after


_FAULTS: Final = (aiohttp.ClientError, TimeoutError, OSError, ValueError, _Refused)


class Poller:
    """Fetches updates until stopped; it may be run again afterwards.

    `receive` takes one update as it came; it raises Busy where the same one is to come again.
    `trouble` says what keeps updates from coming, in a word or two, or is None.
    """

    def __init__(
        self,
        *,
        base: str,
        token: str,
        receive: Receive,
        clock: Clock,
        standing: Standing | None = None,
        long_poll_seconds: int = LONG_POLL_SECONDS,
    ) -> None:
        self._url = f"{base.rstrip('/')}/bot{token}"
        self._receive = receive
        self._clock = clock
        self._standing = standing or Standing()
        self._long_poll_seconds = long_poll_seconds
        self._offset = 0
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._fetching: asyncio.Timeout | None = None
        self.trouble: str | None = None

    async def run(self) -> None:
        """Fetch and hand on until stopped, or until Telegram refuses the token for good."""
        self._stopping.clear()
        self._woken.clear()
        self._ended.clear()
        try:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
                if await self._insist(lambda: self._call(session, "deleteWebhook", {})):
                    await self._poll(session)
                    await self._confirm(session)
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Finish the update in hand, confirm what was handled, and let `run` return."""
        self._stopping.set()
        self._woken.set()
        if self._fetching is not None:
            self._fetching.reschedule(asyncio.get_running_loop().time())
        await self._ended.wait()
        if self.trouble != UNAUTHORIZED:
            self.trouble = None

    async def _poll(self, session: aiohttp.ClientSession) -> None:
        while not self._stopping.is_set():
            batch: list[object] = []

            async def fetch(into: list[object] = batch) -> None:
                into[:] = await self._fetch(session)

            if not await self._insist(fetch):
                return
            before = self._offset
            for update in batch:
                if not await self._hand_on(update):
                    return
            if batch and self._offset == before:
                await self._pause(_FIRST_PAUSE)  # nothing to go on by: never in a tight circle

    async def _insist(self, work: Callable[[], Awaitable[object]]) -> bool:
        """Do it until it succeeds; tell whether it did, rather than being stopped or refused."""
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                await work()
            except _FAULTS as error:
                if self._stopping.is_set():
                    return False
                if not self._note(error):
                    return False
                asked = error.retry_after if isinstance(error, _Refused) else None
                await self._pause(timedelta(seconds=asked) if asked else pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                if self.trouble is not None:
                    log.info("telegram: updates come again", extra={"event": "polling"})
                self.trouble = None
                return True
        return False

    def _note(self, error: Exception) -> bool:
        """Log what went wrong; tell whether trying again may help."""
        status = error.status if isinstance(error, _Refused) else None
        if status == 401:
            self.trouble = UNAUTHORIZED
            self._standing.refuse()
            return False
        if status == 409:
            self.trouble = "conflict"
            log.error(
                "telegram: somebody else fetches this bot's updates (409); stop the other one",
                extra={"event": "conflict"},
            )
        else:
            # A client's error may hold the address, and the address holds the token.
            what = f"HTTP {status}" if status is not None else type(error).__name__
            self.trouble = f"no updates ({what})"
            log.warning("telegram: %s", self.trouble)
        return True

    async def _fetch(self, session: aiohttp.ClientSession) -> list[object]:
        result = await self._call(
            session,
            "getUpdates",
            {
                "offset": self._offset,
                "timeout": self._long_poll_seconds,
                "allowed_updates": list(ALLOWED_UPDATES),
            },
        )
        if not isinstance(result, list):
            raise _Refused(200, "not a list of updates")
        return result

    async def _hand_on(self, update: object) -> bool:
        """Let one update be handled, however often that takes; False where stopped before."""
        if not isinstance(update, dict) or not isinstance(number := update.get("update_id"), int):
            log.error("telegram: skipped an update without a number")
            return True
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                await self._receive(update)
            except Busy as error:
                log.warning("telegram: update %d waits: %s", number, error)
                await self._pause(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self._offset = max(self._offset, number + 1)
                return True
        return False

    async def _confirm(self, session: aiohttp.ClientSession) -> None:
        """Confirm what was handled; where that fails it comes again, and is known then."""
        if not self._offset:
            return
        try:
            async with asyncio.timeout(_CONFIRM_SECONDS):
                await self._request(
                    session, "getUpdates", {"offset": self._offset, "timeout": 0, "limit": 1}
                )
        except _FAULTS as error:
            log.debug("telegram: the last updates stay unconfirmed: %s", type(error).__name__)

    async def _call(
        self, session: aiohttp.ClientSession, method: str, params: Mapping[str, object]
    ) -> object:
        """Call a method; `stop` ends it with TimeoutError."""
        try:
            limit = self._long_poll_seconds + _ANSWER_SECONDS
            async with asyncio.timeout(limit) as self._fetching:
                return await self._request(session, method, params)
        finally:
            self._fetching = None

    async def _request(
        self, session: aiohttp.ClientSession, method: str, params: Mapping[str, object]
    ) -> object:
        patience = aiohttp.ClientTimeout(total=None, sock_connect=10)
        url = f"{self._url}/{method}"
        async with session.post(url, json=params, timeout=patience) as answer:
            body = await answer.json(content_type=None)
        if isinstance(body, dict) and body.get("ok") is True and answer.status == 200:
            return body.get("result")
        found = body.get("parameters") if isinstance(body, dict) else None
        retry_after = found.get("retry_after") if isinstance(found, dict) else None
        raise _Refused(
            answer.status,
            "refused",
            retry_after=retry_after if isinstance(retry_after, int) else None,
        )

    async def _pause(self, delay: timedelta) -> None:
        """Return after this long, or when stopped."""
        timer = self._clock.call_later(delay, self._woken.set)
        try:
            await self._woken.wait()
        finally:
            timer.cancel()
            if not self._stopping.is_set():
                self._woken.clear()
