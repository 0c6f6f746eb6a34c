"""The topics that agents' cards go to, made where they are missing.

A chat that has no topics, or refuses one, gets its cards as before: no card waits for a topic, and
a topic that can't be used is made anew after a while. Where the answer to the making of one is
lost, another may be made, and the first stays empty.
"""

import logging
from datetime import timedelta
from typing import Final, Protocol

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import CreateForumTopic

from bot.channels.telegram.fault import channel_error
from bot.channels.telegram.pacing import Pacing
from bot.core.preview import one_line
from bot.gate.channel import Target
from bot.gate.topic import MADE_ANEW_AFTER, Topics

log = logging.getLogger(__name__)

# At most 128 characters. Source: https://core.telegram.org/bots/api#createforumtopic
_NAME_LIMIT: Final = 100
_PASSING: Final = timedelta(minutes=1)
# What refuses a topic, and no message; 404 is a server that does not know topics.
_REFUSED: Final = (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound)
_UNSURE: Final = (TelegramServerError, ClientDecodeError)


class Threads(Protocol):
    """Where in a chat an agent's cards go."""

    async def of(self, target: Target, agent: str) -> int | None:
        """Return the topic for an agent's cards, or None for the chat itself."""

    async def failed(self, target: Target, agent: str) -> None:
        """Take in that the topic took no message."""


class NoThreads:
    """Topics are off."""

    async def of(self, _target: Target, _agent: str) -> int | None:
        """Return None: all goes to the chat itself."""
        return None

    async def failed(self, _target: Target, _agent: str) -> None:
        """Do nothing."""


class TopicThreads:
    """A topic for each agent, in groups that have topics, and in private chats where they may."""

    def __init__(self, topics: Topics, bot: Bot, pacing: Pacing) -> None:
        self._topics = topics
        self._bot = bot
        self._pacing = pacing
        self.are_in_private = False

    async def of(self, target: Target, agent: str) -> int | None:
        """Return the topic for an agent's cards, made now where there is none yet.

        Raises what the call raises where Telegram is out of reach.
        """
        if not (target.address.startswith("-") or self.are_in_private):
            return None
        thread, is_wanted = await self._topics.of(target, agent)
        if thread is not None:
            return int(thread)
        return await self._make(target, agent) if is_wanted else None

    async def failed(self, target: Target, agent: str) -> None:
        """Take in that the topic took no message: the chat itself does, for a while."""
        log.warning("telegram: a topic of %s takes no messages", target.address)
        await self._topics.failed(target, agent)

    async def _make(self, target: Target, agent: str) -> int | None:
        name = one_line(agent, limit=_NAME_LIMIT) or "agent"
        await self._pacing.message(target.address)
        try:
            made = await self._bot(CreateForumTopic(chat_id=target.address, name=name))
        except TelegramRetryAfter as error:
            await self._do_without(target, agent, error, timedelta(seconds=error.retry_after))
        except _REFUSED as error:
            await self._do_without(target, agent, error, MADE_ANEW_AFTER)
        except _UNSURE as error:
            await self._do_without(target, agent, error, _PASSING)
        else:
            await self._topics.made(target, agent, str(made.message_thread_id))
            return made.message_thread_id
        return None

    async def _do_without(
        self, target: Target, agent: str, error: Exception, retry_after: timedelta
    ) -> None:
        log.info("telegram: no topic in %s: %s", target.address, channel_error(error).fault)
        await self._topics.failed(target, agent, retry_after=retry_after)
