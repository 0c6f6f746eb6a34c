"""The webhook: updates are posted in order, again and again until the bot answers 2xx."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram.refusal import bad
from tests.fakes.telegram.update import Pending

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

_PORTS = {443, 80, 88, 8443}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_SECRET = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where updates go, and what went wrong there last."""

    url: str
    secret: str
    max_connections: int = 40
    error: str | None = None
    error_at: datetime | None = None


def check_webhook(url: str, secret: str, max_connections: int) -> Webhook:
    """Refuse addresses and secrets that Telegram refuses; plain HTTP is for loopback only."""
    parts = urlsplit(url)
    if parts.hostname not in _LOOPBACK:
        if parts.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in _PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    if not 1 <= max_connections <= 100:
        raise bad("max_connections must be between 1 and 100")
    return Webhook(url=url, secret=secret, max_connections=max_connections)


async def push_updates(telegram: FakeTelegram) -> None:
    """Post what is pending, one at a time, for as long as the fake lives."""
    failures = 0
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        while True:
            webhook, update = await telegram.changes.until(lambda: _next(telegram), None)
            telegram.pushing = True
            error = await _post(session, webhook, update, telegram.webhook_timeout)
            telegram.pushing = False
            telegram.changes.announce()
            if error is None:
                failures = 0
                telegram.updates.confirm(update)
                continue
            webhook.error, webhook.error_at = error, telegram.now
            telegram.changes.announce()
            await asyncio.sleep(min(telegram.webhook_pause * 2**failures, 1))
            failures = min(failures + 1, 10)


def _next(telegram: FakeTelegram) -> tuple[Webhook, Pending] | None:
    telegram.updates.expire(telegram.now)
    if telegram.webhook is None or not telegram.updates.pending:
        return None
    return telegram.webhook, telegram.updates.pending[0]


async def _post(
    session: aiohttp.ClientSession, webhook: Webhook, update: Pending, seconds: float
) -> str | None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
    patience = aiohttp.ClientTimeout(total=seconds)
    body: dict[str, Any] = update.body
    try:
        async with session.post(
            webhook.url, json=body, headers=headers, timeout=patience, allow_redirects=False
        ) as answer:
            await answer.read()
            if 200 <= answer.status < 300:
                return None
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except TimeoutError:
        return "Read timeout expired"
    except aiohttp.ClientError as error:
        return f"Connection failed: {type(error).__name__}"
