"""Where Telegram sends updates: to an address of ours, or nowhere, so that they are fetched."""

from aiogram import Bot
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.methods import DeleteWebhook, SetWebhook

from bot.channels.telegram.fault import CALL_ERRORS, channel_error
from bot.channels.telegram.standing import Standing
from bot.channels.telegram.updates import ALLOWED_UPDATES


async def set_webhook(bot: Bot, url: str, secret: str, standing: Standing) -> dict[str, object]:
    """Let Telegram send updates here; return its answer. Raises ChannelError."""
    call = SetWebhook(url=url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES))
    try:
        done = await bot(call)
    except CALL_ERRORS as error:
        if isinstance(error, TelegramUnauthorizedError):
            standing.refuse()
        raise channel_error(error) from error
    return {"ok": True, "result": done, "description": "Webhook was set"}


async def delete_webhook(bot: Bot) -> dict[str, object]:
    """Let updates be fetched; nothing that waits is lost. Raises ChannelError."""
    try:
        done = await bot(DeleteWebhook(drop_pending_updates=False))
    except CALL_ERRORS as error:
        raise channel_error(error) from error
    return {"ok": True, "result": done, "description": "Webhook was deleted"}
