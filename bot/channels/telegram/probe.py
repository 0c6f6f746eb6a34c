"""Single questions to the Bot API, without the bot: for the first run and the doctor.

It imports no aiogram, which takes seconds, and asks nothing twice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

_ANSWER_SECONDS: Final = 10.0


class ProbeError(Exception):
    """Telegram refused, or was not reached; the words hold no address and no token.

    `status` is that of its answer, None where there was none that can be read.
    """

    def __init__(self, words: str, *, status: int | None = None) -> None:
        super().__init__(words)
        self.status = status

    @property
    def is_wrong_token(self) -> bool:
        """Tell whether Telegram knows no bot of this token."""
        return self.status in {401, 404}


class Probe:
    """Asks one bot's server; `date` is what its clock said last."""

    def __init__(self, *, base: str, token: str) -> None:
        self._url = f"{base.rstrip('/')}/bot{token}"
        self.date: datetime | None = None

    async def ask(self, method: str, *, wait: timedelta = timedelta(), **params: object) -> object:
        """Call a method and return its result; raises ProbeError.

        `wait` is how long the method itself may hold the call.
        """
        patience = aiohttp.ClientTimeout(total=_ANSWER_SECONDS + wait.total_seconds())
        try:
            async with (
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.post(f"{self._url}/{method}", json=params, timeout=patience) as answer,
            ):
                self._note_date(answer.headers.get("Date"))
                body = await answer.json(content_type=None)
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # A client's error may hold the address, and the address holds the token.
            raise ProbeError(type(error).__name__) from None
        if isinstance(body, dict) and body.get("ok") is True and status == 200:
            return body.get("result")
        words = body.get("description") if isinstance(body, dict) else None
        raise ProbeError(str(words or f"HTTP {status}")[:200], status=status)

    async def facts(self, method: str, **params: object) -> Mapping[str, object]:
        """Call a method whose result is an object; raises ProbeError."""
        result = await self.ask(method, wait=timedelta(), **params)
        if not isinstance(result, dict):
            raise ProbeError("an answer that was not understood")
        return result

    def _note_date(self, header: str | None) -> None:
        try:
            found = parsedate_to_datetime(header) if header else None
        except ValueError:
            found = None
        if found is not None:
            self.date = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
