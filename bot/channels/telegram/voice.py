"""What the bot says in answer to a message: short words, once an update, silently."""

from aiogram.types import Message
from aiogram.utils.formatting import Text

from bot.channels.telegram import commands, identity
from bot.channels.telegram.readers import Readers
from bot.gate.channel import Update
from bot.gate.service import Gate


class Voice:
    """Answers messages by the outbox, so that an answer outlives a restart."""

    def __init__(self, gate: Gate, readers: Readers) -> None:
        self._gate = gate
        self._readers = readers

    async def say(self, message: Message, text: Text, update: Update) -> None:
        """Reply to the message; nothing where the update was answered before. Raises Busy."""
        chat = identity.chat_target(message.chat.id)
        reader = await self._readers.of(chat)
        body = commands.spoken(text, reader, reply_to=message.message_id, silent=True)
        await self._gate.chat.say(chat, body, update=update)
