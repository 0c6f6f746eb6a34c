"""Telegram's webhook and its set-up; an update is answered 200 only after it is durable."""

import hmac

from aiohttp import web
from pydantic_core import from_json

from bot.core.errors import ChannelOff, InvalidAsk
from bot.core.people import Right
from bot.gate.channel import ChannelError
from web.api.models import WebhookGone, WebhookSet
from web.errors import refusal
from web.keys import TELEGRAM, TelegramSide
from web.operation import Call, Nothing, operation, read_body

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name


async def receive(request: web.Request) -> web.Response:
    """Take one update from Telegram."""
    telegram = _on(request)
    given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, telegram.webhook_secret.encode()):
        return refusal(403, "Invalid webhook secret", "not_allowed")
    content = await read_body(request)
    try:
        update = from_json(content)
    except ValueError:
        update = None
    if isinstance(update, dict):
        await telegram.receive(update)
    return web.json_response({"ok": True})


@operation("Switch the bot to its webhook", right=None, answer=WebhookSet, refuses=(400, 422, 502))
async def set_up(call: Call[Nothing, Nothing]) -> web.Response:
    """Tell Telegram where to send updates; may be called again."""
    telegram = _on(call.request)
    try:
        url, answer = await telegram.use_webhook()
    except InvalidAsk as error:
        return refusal(400, error.sentence, "no_public_url")
    except ChannelError as error:
        return refusal(502, f"Telegram refused: {error.fault}", "telegram_refused")
    return web.json_response({"webhook_url": url, "telegram_response": dict(answer)})


@operation(
    "Switch the bot back to polling", right=Right.ADMIN, answer=WebhookGone, refuses=(422, 502)
)
async def remove(call: Call[Nothing, Nothing]) -> web.Response:
    """Remove the webhook; the bot fetches its updates itself from now on."""
    try:
        answer = await _on(call.request).use_polling()
    except ChannelError as error:
        return refusal(502, f"Telegram refused: {error.fault}", "telegram_refused")
    return web.json_response({"telegram_response": dict(answer)})


def _on(request: web.Request) -> TelegramSide:
    telegram = request.app[TELEGRAM]
    if telegram is None:
        raise ChannelOff("Telegram is off here; set TELEGRAM_BOT_TOKEN and restart.")
    return telegram
