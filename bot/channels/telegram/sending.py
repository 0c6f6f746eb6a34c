"""Messages out to Telegram: in pace, plainer where refused, never again and again."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import EditMessageText, SendDocument, SendMessage
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from aiogram.types import Message as SentMessage

from bot.channels.telegram.cards import Message
from bot.channels.telegram.details import File
from bot.channels.telegram.fault import (
    CALL_ERRORS,
    accepted_message,
    channel_error,
    is_of_topic,
    is_unchanged,
    may_pass_plainly,
)
from bot.channels.telegram.hearing import Hearing
from bot.channels.telegram.keyboard import plain
from bot.channels.telegram.pacing import Pacing
from bot.channels.telegram.standing import Standing
from bot.channels.telegram.text import Reader
from bot.gate.channel import ChannelError, Target

log = logging.getLogger(__name__)

T = TypeVar("T")

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a chat a message goes: in reply to a message, where that is, or into a topic."""

    reply_to: str | None = None
    thread: int | None = None


class Sender:
    """Sends and edits; every call raises ChannelError."""

    def __init__(self, bot: Bot, pacing: Pacing, standing: Standing) -> None:
        self._bot = bot
        self._pacing = pacing
        self._standing = standing
        self._hearing = Hearing(bot)

    async def send(
        self,
        target: Target,
        message: Message,
        spot: Spot,
        *,
        markup: InlineKeyboardMarkup | ForceReply | None = None,
        forget_topic: Callable[[], Awaitable[None]] | None = None,
    ) -> str:
        """Send a message; return its number. `forget_topic` is called where a topic refused it."""
        plain_markup = plain(markup) if isinstance(markup, InlineKeyboardMarkup) else markup

        async def send(
            shown: Message, markup: InlineKeyboardMarkup | ForceReply | None, spot: Spot
        ) -> int:
            method = SendMessage(
                chat_id=target.address,
                text=shown.text,
                entities=list(shown.entities),
                parse_mode=None,
                link_preview_options=_NO_PREVIEW,
                disable_notification=shown.silent,
                message_thread_id=spot.thread,
                reply_parameters=_reply(spot.reply_to),
                reply_markup=markup,
            )
            return await self._sent(target, self._bot(method))

        async def send_to(spot: Spot) -> int:
            return await self._call(
                target,
                lambda: send(message, markup, spot),
                lambda: send(_plainly(message), plain_markup, spot),
            )

        return await self._somewhere(target, send_to, spot, forget_topic)

    async def send_file(
        self, target: Target, file: File, reader: Reader, reply_to: str | None
    ) -> str:
        """Send a file without a sound; return the message's number."""
        caption = Message.of(file.caption, reader)

        async def send(shown: Message, spot: Spot) -> int:
            method = SendDocument(
                chat_id=target.address,
                document=BufferedInputFile(file.content, filename=file.name),
                caption=shown.text,
                caption_entities=list(shown.entities),
                parse_mode=None,
                disable_notification=True,
                disable_content_type_detection=True,
                reply_parameters=_reply(spot.reply_to),
            )
            return await self._sent(target, self._bot(method))

        async def send_to(spot: Spot) -> int:
            return await self._call(
                target, lambda: send(caption, spot), lambda: send(_plainly(caption), spot)
            )

        return await self._somewhere(target, send_to, Spot(reply_to))

    async def edit(self, target: Target, number: int, message: Message) -> None:
        """Change a message; one that shows just that already is left alone."""

        async def send(shown: Message) -> None:
            await self._bot(
                EditMessageText(
                    chat_id=target.address,
                    message_id=number,
                    text=shown.text,
                    entities=list(shown.entities),
                    parse_mode=None,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=shown.markup,
                )
            )

        try:
            await self._call(target, lambda: send(message), lambda: send(_plainly(message)))
        except _Unchanged:
            return

    async def _somewhere(
        self,
        target: Target,
        send_to: Callable[[Spot], Awaitable[int]],
        spot: Spot,
        forget_topic: Callable[[], Awaitable[None]] | None = None,
    ) -> str:
        """Send to a topic; where that is refused, to the chat itself. Return the number."""
        try:
            await self._hearing.make_sure(target.address)
        except CALL_ERRORS as error:
            raise self.fault(target, error) from error
        try:
            return str(await send_to(spot))
        except ChannelError as error:
            is_refused = isinstance(error.__cause__, TelegramBadRequest)
            if not (is_of_topic(error.__cause__) or (is_refused and spot.thread is not None)):
                raise
            log.warning("telegram: sent to the chat itself: %s", error.fault)
        number = await send_to(Spot())
        if forget_topic is not None:
            await forget_topic()
        return str(number)

    async def _sent(self, target: Target, call: Awaitable[SentMessage]) -> int:
        try:
            return (await call).message_id
        except CALL_ERRORS as error:
            number = accepted_message(error)
            if number is None:
                self._hearing.note(target.address, error)
                raise
            log.warning("telegram: sent, though the answer was not understood whole")
            return number

    async def _call(
        self,
        target: Target,
        call: Callable[[], Awaitable[T]],
        plain_call: Callable[[], Awaitable[T]],
    ) -> T:
        """Call in the chat's pace; where the form is refused, once more in a plainer one."""
        await self._pacing.message(target.address)
        try:
            return await call()
        except CALL_ERRORS as error:
            if not may_pass_plainly(error):
                raise self.fault(target, error) from error
            log.warning("telegram: sending plainly: %s", channel_error(error).fault)
        await self._pacing.message(target.address)
        try:
            return await plain_call()
        except CALL_ERRORS as error:
            raise self.fault(target, error) from error

    def fault(self, target: Target, error: BaseException) -> Exception:
        """Return what to raise for a call that failed, and take in what it means for others."""
        if is_unchanged(error):
            return _Unchanged()
        if isinstance(error, TelegramRetryAfter):
            self._pacing.hold(target.address, timedelta(seconds=error.retry_after))
        if isinstance(error, TelegramUnauthorizedError):
            self._standing.refuse()
        return channel_error(error)


class _Unchanged(Exception):
    """The message shows just that already."""


def _plainly(message: Message) -> Message:
    return replace(message, entities=(), markup=plain(message.markup))


def _reply(reply_to: str | None) -> ReplyParameters | None:
    if reply_to is None:
        return None
    return ReplyParameters(message_id=int(reply_to), allow_sending_without_reply=True)
