"""The bot's way in, chosen and changed while running: its own polling, or Telegram's webhook.

It is there before the bot is: aiogram takes seconds to import, and the port listens earlier.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from bot.channels.telegram.standing import UNAUTHORIZED
from bot.core.errors import Busy, InvalidAsk
from bot.gate.channel import ChannelError

if TYPE_CHECKING:
    from bot.channels.telegram.bot import TelegramBot

log = logging.getLogger(__name__)

Mode = Literal["polling", "webhook"]
WEBHOOK_PATH = "/v1/telegram/webhook"
_FIRST_RETRY_SECONDS = 1.0
_LONGEST_RETRY_SECONDS = 60.0


class TelegramSwitch:
    """Takes updates for the bot, by the way that is on."""

    def __init__(self, *, mode: Mode, public_url: str | None, webhook_secret: str) -> None:
        self._mode: Mode = mode
        self._public_url = public_url
        self._secret = webhook_secret
        self._bot: TelegramBot | None = None
        self._changed = asyncio.Event()
        self._stopping = False
        self._webhook_trouble: str | None = None

    @property
    def webhook_secret(self) -> str:
        """What Telegram sends in its header."""
        return self._secret

    @property
    def trouble(self) -> str | None:
        """What keeps the bot from working, or None."""
        if self._bot is None:
            return "the bot is still starting"
        if self.is_token_refused:
            return UNAUTHORIZED
        return self._webhook_trouble or self._bot.trouble

    @property
    def is_token_refused(self) -> bool:
        """Tell whether Telegram refuses the bot's token, until a restart."""
        return self._bot is not None and self._bot.standing.is_refused

    async def receive(self, update: Mapping[str, object]) -> None:
        """Handle one update that came by the webhook; raises Busy while the bot starts."""
        if self._bot is None:
            raise Busy("The bot is still starting; send the update again.")
        await self._bot.receive(dict(update))

    async def run(self, bot: "TelegramBot") -> None:
        """Serve the bot by the chosen way until stopped or cancelled."""
        self._bot = bot
        while not self._stopping:
            self._changed.clear()
            if self._mode == "webhook":
                await self._serve_by_webhook(bot)
            else:
                await self._serve_by_polling(bot)

    async def stop(self) -> None:
        """Finish the update in hand, then let `run` return."""
        self._stopping = True
        self._changed.set()
        if self._bot is not None:
            await self._bot.stop_polling()

    async def use_webhook(self) -> tuple[str, Mapping[str, object]]:
        """Switch to the webhook; return its address and what Telegram answered.

        Raises InvalidAsk without a public address, ChannelError where Telegram refuses.
        """
        if self._public_url is None:
            raise InvalidAsk("PUBLIC_URL not configured")
        bot = self._started()
        answer = await bot.set_webhook(self._webhook_url, self._secret)
        await self._change("webhook", bot)
        return self._webhook_url, answer

    async def use_polling(self) -> Mapping[str, object]:
        """Switch back to polling; return what Telegram answered. Raises ChannelError."""
        bot = self._started()
        answer = await bot.delete_webhook()
        await self._change("polling", bot)
        return answer

    @property
    def _webhook_url(self) -> str:
        return f"{self._public_url}{WEBHOOK_PATH}"

    def _started(self) -> "TelegramBot":
        if self._bot is None:
            raise ChannelError("the bot is still starting; try again in a few seconds")
        return self._bot

    async def _change(self, mode: Mode, bot: "TelegramBot") -> None:
        if self._mode != mode:
            self._mode = mode
            self._changed.set()
            await bot.stop_polling()

    async def _serve_by_polling(self, bot: "TelegramBot") -> None:
        log.info("telegram: polling for updates", extra={"event": "polling"})
        await bot.poll()
        if bot.trouble is not None:  # it gave up for good, as with a revoked token
            await self._changed.wait()

    async def _serve_by_webhook(self, bot: "TelegramBot") -> None:
        pause = _FIRST_RETRY_SECONDS
        while not self._changed.is_set():
            try:
                await bot.set_webhook(self._webhook_url, self._secret)
            except ChannelError as error:
                if self.is_token_refused:
                    await self._changed.wait()
                    break
                self._webhook_trouble = f"the webhook could not be set: {error.fault}"
                log.warning("telegram: %s; trying again in %.0f s", self._webhook_trouble, pause)
                await self._wait_for_change(pause)
                pause = min(pause * 2, _LONGEST_RETRY_SECONDS)
            else:
                self._webhook_trouble = None
                log.info("telegram: updates come by webhook", extra={"event": "webhook"})
                await self._changed.wait()
        self._webhook_trouble = None

    async def _wait_for_change(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
