"""A chat in which a message may have been sent unheard gets no other before Telegram is heard.

Telegram takes no message twice by itself: one whose answer was lost is sent again. While answers
stay away, trying it again and again would fill the chat, so something harmless is asked first.
"""

from typing import Final

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import SendChatAction
from aiohttp import ClientConnectorError

from bot.channels.telegram.fault import CALL_ERRORS

_UNHEARD: Final = (
    TelegramNetworkError,
    TelegramServerError,
    ClientDecodeError,
    OSError,
    TimeoutError,
)


class Hearing:
    """Knows the chats in which the last message may have been sent unheard."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._unheard: set[str] = set()

    def note(self, chat: str, error: BaseException) -> None:
        """Take in why a message failed; one that never reached Telegram was not sent."""
        if _is_unheard(error):
            self._unheard.add(chat)

    async def make_sure(self, chat: str) -> None:
        """Return once Telegram is heard there again; raises what the call raises while not."""
        if chat not in self._unheard:
            return
        try:
            await self._bot(SendChatAction(chat_id=chat, action="typing"))
        except CALL_ERRORS as error:
            if _is_unheard(error) or isinstance(error, TelegramRetryAfter | TelegramNetworkError):
                raise
        self._unheard.discard(chat)


def _is_unheard(error: BaseException) -> bool:
    return isinstance(error, _UNHEARD) and not isinstance(error.__cause__, ClientConnectorError)
