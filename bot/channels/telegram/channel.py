"""Telegram as a channel of the gate: cards and files out, edits to them, and small messages."""

import asyncio
import json
from dataclasses import replace

from aiogram import Bot
from aiogram.methods import DeleteMessage
from aiogram.types import (
    ForceReply,
    MessageEntity,
)
from pydantic import ValidationError

from bot.channels.telegram import cards, sheets
from bot.channels.telegram import reminder as reminders
from bot.channels.telegram.cards import Message
from bot.channels.telegram.details import File, attachment, details
from bot.channels.telegram.fault import (
    CALL_ERRORS,
    is_gone,
    is_too_old,
)
from bot.channels.telegram.offer import offer_message
from bot.channels.telegram.pacing import Pacing
from bot.channels.telegram.prompt import PLACEHOLDER, prompt
from bot.channels.telegram.readers import Readers
from bot.channels.telegram.sending import Sender, Spot
from bot.channels.telegram.standing import Standing
from bot.channels.telegram.topics import NoThreads, Threads
from bot.core.approval import Approval
from bot.core.card import Face
from bot.core.offer import Offer
from bot.gate.channel import Card, CardKind, ChannelError, Sheet, Target


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
        self._threads = threads or NoThreads()
        self._sender = Sender(bot, pacing, standing or Standing())

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
            return await self._sender.send(card.target, message, Spot(card.beside), markup=markup)
        if card.kind is CardKind.REMINDER:
            reader = await self._readers.at(card.target)
            reminder = replace(reminders.reminder(approval, reader), silent=silent)
            return await self._sender.send(card.target, reminder, Spot(card.beside))
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
        await self._sender.edit(card.target, int(card.message), message)

    async def show_sheet(self, sheet: Sheet, content: object) -> str:
        """Post a sheet, or edit it where it was posted; return the message's number."""
        message = sheets.message(sheet, content, await self._readers.at(sheet.target))
        if sheet.message is None:
            thread = None if sheet.thread is None else int(sheet.thread)
            spot = Spot(thread=thread)
            return await self._sender.send(sheet.target, message, spot, markup=message.markup)
        await self._sender.edit(sheet.target, int(sheet.message), message)
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
                raise self._sender.fault(card.target, error) from error
            shown = reminders.over(approval, await self._readers.at(card.target))
            await self._sender.edit(card.target, int(card.message), shown)

    def needs_attachment(self, approval: Approval) -> bool:
        """Tell whether a card cannot show it whole in some language, so that a file follows."""
        return any(cards.needs_attachment(approval, reader) for reader in self._readers.every())

    async def attach(self, card: Card, approval: Approval) -> None:
        """Send the whole text as a file in reply to the card."""
        reader = await self._readers.at(card.target)
        file = await asyncio.to_thread(attachment, approval, reader)
        await self._sender.send_file(card.target, file, reader, card.message)

    async def say(self, target: Target, body: str) -> None:
        """Send a small message; `body` is what `spoken` made."""
        try:
            said = json.loads(body)
            entities = [MessageEntity.model_validate(one) for one in said.get("entities", ())]
            message = Message(text=said["text"], entities=tuple(entities), silent=said["silent"])
            reply_to = said.get("reply_to")
        except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
            raise ChannelError("this message is not one of ours", permanent=True) from error
        await self._sender.send(target, message, Spot(reply_to))

    async def _post_details(self, card: Card, approval: Approval) -> str:
        reader = await self._readers.at(card.target)
        told = await asyncio.to_thread(details, approval, reader)
        if isinstance(told, File):
            return await self._sender.send_file(card.target, told, reader, card.beside)
        message = Message.of(told, reader, silent=True)
        return await self._sender.send(card.target, message, Spot(card.beside))

    async def _post_card(self, card: Card, agent: str, message: Message) -> str:
        """Send a card into its agent's topic; a reply stays where that is which it replies to."""
        if card.beside is not None:
            return await self._sender.send(
                card.target, message, Spot(card.beside), markup=message.markup
            )
        try:
            thread = await self._threads.of(card.target, agent)
        except CALL_ERRORS as error:
            raise self._sender.fault(card.target, error) from error

        async def forget() -> None:
            await self._threads.failed(card.target, agent)

        spot = Spot(thread=thread)
        return await self._sender.send(
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
