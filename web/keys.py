"""What handlers find in the application."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Final, Protocol, TypeAlias

from aiohttp import web

from bot.gate.service import Gate
from web.hooks.dialect import Manner

Spawn: TypeAlias = Callable[[Coroutine[object, object, None]], object]


class TelegramSide(Protocol):
    """The bot, as far as HTTP has to do with it."""

    @property
    def webhook_secret(self) -> str:
        """What Telegram sends in its header."""

    @property
    def trouble(self) -> str | None:
        """What keeps the bot from working, or None."""

    @property
    def is_token_refused(self) -> bool:
        """Tell whether Telegram refuses the bot's token, until a restart."""

    async def receive(self, update: Mapping[str, object]) -> None:
        """Handle one update; returns once it is durable. Raises Busy."""

    async def use_webhook(self) -> tuple[str, Mapping[str, object]]:
        """Switch to the webhook; return its address and what Telegram answered.

        Raises InvalidAsk without a public address, ChannelError where Telegram refuses.
        """

    async def use_polling(self) -> Mapping[str, object]:
        """Switch back to polling; return what Telegram answered. Raises ChannelError."""


ALLOW_REVEAL: Final = web.AppKey("allow_reveal", bool)
HOOK_MANNER: Final = web.AppKey("hook_manner", Manner)
GATE: Final = web.AppKey("gate", Gate)
READING_LIMIT: Final = web.AppKey("reading_limit", float)
SPAWN: Final[web.AppKey[Spawn]] = web.AppKey("spawn")
TELEGRAM: Final[web.AppKey[TelegramSide | None]] = web.AppKey("telegram")
