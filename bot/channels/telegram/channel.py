"""Telegram as a channel of the gate: cards and files out, edits to them, and small messages."""

import asyncio
import json
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
from aiogram.methods import DeleteMessage, EditMessageText, SendDocument, SendMessage
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from aiogram.types import Message as SentMessage
from pydantic import ValidationError

from bot.channels.telegram import cards, sheets
from bot.channels.telegram import reminder as reminders
from bot.channels.telegram.cards import Message
from bot.channels.telegram.details import File, attachment, details
from bot.channels.telegram.fault import (
    CALL_ERRORS,
    accepted_message,
    channel_error,
    is_gone,
    is_of_topic,
    is_too_old,
    is_unchanged,
    may_pass_plainly,
)
from bot.channels.telegram.hearing import Hearing
from bot.channels.telegram.keyboard import plain
from bot.channels.telegram.offer import offer_message
from bot.channels.telegram.pacing import Pacing
from bot.channels.telegram.prompt import PLACEHOLDER, prompt
from bot.channels.telegram.readers import Readers
from bot.channels.telegram.standing import Standing
from bot.channels.telegram.text import Reader
from bot.channels.telegram.topics import NoThreads, Threads
from bot.core.approval import Approval
from bot.core.card import Face
from bot.core.offer import Offer
from bot.gate.channel import Card, CardKind, ChannelError, Sheet, Target

log = logging.getLogger(__name__)

T = TypeVar("T")

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a chat a message goes: in reply to a message, where that is, or into a topic."""

    reply_to: str | None = None
    thread: int | None = None


class TelegramChannel:
    """Shows approvals in chats; a message's reference is its number in the target's chat."""

    def __init__(
        self,
        bot: Bot,
        pacing: Pacing,
        readers: Readers,
        standing: Standing | None = None,
        threads: Threads | None = None,
    ) -> None:
        self._bot = bot
        self._pacing = pacing
        self._readers = readers
        self._standing = standing or Standing()
        self._threads = threads or NoThreads()
        self._hearing = Hearing(bot)

    @property
    def name(self) -> str:
        """The word for it in targets."""
        return "telegram"

    async def post(self, card: Card, approval: Approval, *, silent: bool = False) -> str:
        """Send a card, a reminder, a prompt for words, or details; return the message's number."""
        if card.kind is CardKind.DETAILS:
            return await self._post_details(card, approval)
        if card.kind is CardKind.PROMPT:
            reader = await self._readers.at(card.target)
            message = Message.of(
                prompt(approval, Face.load(card.face), reader), reader, silent=True
            )
            # In a group a reply field opens for nobody in particular; there people swipe.
            markup = ForceReply(
                selective=card.target.address.startswith("-"),
                input_field_placeholder=reader.gettext(PLACEHOLDER),
            )
            return await self._send(card.target, message, Spot(card.beside), markup=markup)
        if card.kind is CardKind.REMINDER:
            reader = await self._readers.at(card.target)
            reminder = replace(reminders.reminder(approval, reader), silent=silent)
            return await self._send(card.target, reminder, Spot(card.beside))
        message = await self._rendered(card, approval)
        # What was asked for, or what a digest made the sound of, comes without one.
        silent = message.silent or silent or card.beside is not None
        message = replace(message, silent=silent)
        return await self._post_card(card, approval.agent, message)

    async def edit(self, card: Card, approval: Approval) -> None:
        """Show the approval as it is now; a message that shows it already is left alone."""
        if card.message is None:
            raise ChannelError("the card was never posted", permanent=True)
        message = await self._rendered(card, approval)
        await self._edit(card.target, int(card.message), message)

    async def show_sheet(self, sheet: Sheet, content: object) -> str:
        """Post a sheet, or edit it where it was posted; return the message's number."""
        message = sheets.message(sheet, content, await self._readers.at(sheet.target))
        if sheet.message is None:
            thread = None if sheet.thread is None else int(sheet.thread)
            spot = Spot(thread=thread)
            return await self._send(sheet.target, message, spot, markup=message.markup)
        await self._edit(sheet.target, int(sheet.message), message)
        return sheet.message

    async def remove(self, card: Card, approval: Approval) -> None:
        """Delete a message; one of more than two days can't be, and says how things stand."""
        if card.message is None:
            return
        method = DeleteMessage(chat_id=card.target.address, message_id=int(card.message))
        await self._pacing.message(card.target.address)
        try:
            await self._bot(method)
        except CALL_ERRORS as error:
            if is_gone(error):
                return
            if not is_too_old(error):
                raise self._fault(card.target, error) from error
            shown = reminders.over(approval, await self._readers.at(card.target))
            await self._edit(card.target, int(card.message), shown)

    async def _edit(self, target: Target, number: int, message: Message) -> None:
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

    def needs_attachment(self, approval: Approval) -> bool:
        """Tell whether a card cannot show it whole in some language, so that a file follows."""
        return any(cards.needs_attachment(approval, reader) for reader in self._readers.every())

    async def attach(self, card: Card, approval: Approval) -> None:
        """Send the whole text as a file in reply to the card."""
        reader = await self._readers.at(card.target)
        file = await asyncio.to_thread(attachment, approval, reader)
        await self._send_file(card.target, file, reader, card.message)

    async def say(self, target: Target, body: str) -> None:
        """Send a small message; `body` is what `spoken` made."""
        try:
            said = json.loads(body)
            entities = [MessageEntity.model_validate(one) for one in said.get("entities", ())]
            message = Message(text=said["text"], entities=tuple(entities), silent=said["silent"])
            reply_to = said.get("reply_to")
        except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
            raise ChannelError("this message is not one of ours", permanent=True) from error
        await self._send(target, message, Spot(reply_to))

    async def _post_details(self, card: Card, approval: Approval) -> str:
        reader = await self._readers.at(card.target)
        told = await asyncio.to_thread(details, approval, reader)
        if isinstance(told, File):
            return await self._send_file(card.target, told, reader, card.beside)
        message = Message.of(told, reader, silent=True)
        return await self._send(card.target, message, Spot(card.beside))

    async def _post_card(self, card: Card, agent: str, message: Message) -> str:
        """Send a card into its agent's topic; a reply stays where that is which it replies to."""
        if card.beside is not None:
            return await self._send(card.target, message, Spot(card.beside), markup=message.markup)
        try:
            thread = await self._threads.of(card.target, agent)
        except CALL_ERRORS as error:
            raise self._fault(card.target, error) from error

        async def forget() -> None:
            await self._threads.failed(card.target, agent)

        spot = Spot(thread=thread)
        return await self._send(
            card.target, message, spot, markup=message.markup, forget_topic=forget
        )

    async def _rendered(self, card: Card, approval: Approval) -> Message:
        """Render beside the loop, which a text of a megabyte would hold up."""
        reader = await self._readers.at(card.target)
        if card.kind is CardKind.OFFER:
            offer = Offer.load(card.face)
            return await asyncio.to_thread(offer_message, approval, offer, card.handle, reader)
        face = Face.load(card.face)
        return await asyncio.to_thread(cards.card, approval, face, card.handle, reader)

    async def _send(
        self,
        target: Target,
        message: Message,
        spot: Spot,
        *,
        markup: InlineKeyboardMarkup | ForceReply | None = None,
        forget_topic: Callable[[], Awaitable[None]] | None = None,
    ) -> str:
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

    async def _send_file(
        self, target: Target, file: File, reader: Reader, reply_to: str | None
    ) -> str:
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
            raise self._fault(target, error) from error
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
                raise self._fault(target, error) from error
            log.warning("telegram: sending plainly: %s", channel_error(error).fault)
        await self._pacing.message(target.address)
        try:
            return await plain_call()
        except CALL_ERRORS as error:
            raise self._fault(target, error) from error

    def _fault(self, target: Target, error: BaseException) -> Exception:
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
