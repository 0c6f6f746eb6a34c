"""The bot put together: aiogram's parts, the channel, the handlers, the poller."""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from typing import Final

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.types import Update
from pydantic import ValidationError

from bot.channels.telegram import webhook
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.fault import CALL_ERRORS, channel_error
from bot.channels.telegram.handlers import Handlers
from bot.channels.telegram.menu import Menu
from bot.channels.telegram.pacing import Pacing, pause
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.readers import Readers
from bot.channels.telegram.spawn import Spawn
from bot.channels.telegram.standing import UNAUTHORIZED, Standing
from bot.channels.telegram.topics import TopicThreads
from bot.channels.telegram.updates import ALLOWED_UPDATES
from bot.core.errors import Busy
from bot.gate.ports import Clock
from bot.gate.service import Gate
from bot.locales import ENGLISH
from bot.locales.preferred import Usual

log = logging.getLogger(__name__)

_ATTEMPTS: Final = 3
_MOST_FAILING: Final = 1000
_LONGEST_PAUSE: Final = timedelta(minutes=5)
_REQUEST_SECONDS: Final = 30


class TelegramBot:
    """Telegram's two directions; `build` makes one without asking Telegram anything."""

    def __init__(
        self,
        *,
        bot: Bot,
        channel: TelegramChannel,
        handlers: Handlers,
        menu: Menu,
        clock: Clock,
        base: str,
        spawn: Spawn,
        standing: Standing,
        threads: TopicThreads | None = None,
    ) -> None:
        self.channel = channel
        self.standing = standing
        self._bot = bot
        self._handlers = handlers
        self._clock = clock
        self._threads = threads
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.include_router(handlers.router())
        self._failing: OrderedDict[int, int] = OrderedDict()
        self._poller = Poller(
            base=base, token=bot.token, receive=self.receive, clock=clock, standing=standing
        )
        spawn(self._learn_name())
        spawn(menu.run())

    @classmethod
    def build(
        cls,
        gate: Gate,
        *,
        token: str,
        base: str,
        spawn: Spawn,
        clock: Clock,
        timezone: tzinfo,
        language: str = ENGLISH,
        topics: bool = False,
    ) -> "TelegramBot":
        """Make the bot that talks to the server at `base`.

        People who prefer nothing else are spoken to in this language, in this zone. With `topics`
        each agent's cards have a topic of their own, where a chat has topics.
        """
        readers = Readers(gate.preferences, Usual(language=language, timezone=timezone))
        gate.on_committed(readers.notice)
        session = AiohttpSession(
            api=TelegramAPIServer.from_base(base), timeout=float(_REQUEST_SECONDS)
        )
        bot = Bot(token, session=session)
        pacing = Pacing(clock)
        standing = Standing()
        threads = TopicThreads(gate.topics, bot, pacing) if topics else None
        channel = TelegramChannel(bot, pacing, readers, standing, threads)
        handlers = Handlers(gate, bot=bot, readers=readers, pacing=pacing, spawn=spawn)
        return cls(
            bot=bot,
            channel=channel,
            handlers=handlers,
            menu=Menu(gate, bot, pacing, clock),
            clock=clock,
            base=base,
            spawn=spawn,
            standing=standing,
            threads=threads,
        )

    @property
    def username(self) -> str | None:
        """The bot's name in Telegram, once Telegram told it."""
        return self._handlers.username

    @property
    def trouble(self) -> str | None:
        """What keeps updates from coming, or None."""
        return UNAUTHORIZED if self.standing.is_refused else self._poller.trouble

    async def receive(self, raw: Mapping[str, object]) -> None:
        """Handle one update as it came; return once that is durable.

        Raises Busy where the same update is to come again. One that cannot be read, or that
        fails three times, is logged and set aside, so that others are served.
        """
        if not any(raw.get(kind) is not None for kind in ALLOWED_UPDATES):
            return
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            places = [fault["loc"] for fault in error.errors(include_input=False)]
            number = raw.get("update_id")
            log.error("telegram: update %s cannot be read, set aside: %s", number, places[:5])  # noqa: TRY400  the input may hold people's words
            return
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except Busy:
            raise
        except Exception as error:  # noqa: BLE001  it is logged, and comes again or is set aside
            self._failed(update.update_id, error)
        else:
            self._failing.pop(update.update_id, None)

    async def poll(self) -> None:
        """Fetch updates until `stop_polling`, or until Telegram refuses the token for good."""
        await self._poller.run()

    async def stop_polling(self) -> None:
        """Finish the update in hand and let `poll` return."""
        await self._poller.stop()

    async def set_webhook(self, url: str, secret: str) -> Mapping[str, object]:
        """Let Telegram send updates here; return its answer. Raises ChannelError."""
        answer = await webhook.set_webhook(self._bot, url, secret, self.standing)
        self._poller.trouble = None
        return answer

    async def delete_webhook(self) -> Mapping[str, object]:
        """Let updates be fetched; return Telegram's answer. Raises ChannelError."""
        return await webhook.delete_webhook(self._bot)

    async def close(self) -> None:
        """Close the connections to Telegram."""
        await self._bot.session.close()

    def _failed(self, number: int, error: Exception) -> None:
        """Ask for the update again, twice; then set it aside."""
        attempts = self._failing.pop(number, 0) + 1
        if attempts >= _ATTEMPTS:
            log.error("telegram: update %d set aside, it failed again", number, exc_info=error)
            return
        self._failing[number] = attempts
        if len(self._failing) > _MOST_FAILING:
            self._failing.popitem(last=False)
        log.warning("telegram: update %d failed", number, exc_info=error)
        raise Busy("An update failed; it is tried again.") from error

    async def _learn_name(self) -> None:
        """Ask Telegram for the bot's own name until it answers; commands in groups need it."""
        delay = timedelta(seconds=1)
        while self._handlers.username is None and not self.standing.is_refused:
            try:
                me = await self._bot.get_me()
                self._handlers.learn_name(me.username or "")
                if self._threads is not None:
                    self._threads.are_in_private = bool(me.has_topics_enabled)
            except TelegramUnauthorizedError:
                self.standing.refuse()
            except CALL_ERRORS as error:
                log.warning("telegram: the bot's name is not known: %s", channel_error(error))
                await pause(self._clock, delay)
                delay = min(delay * 2, _LONGEST_PAUSE)
