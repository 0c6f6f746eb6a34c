"""Words in reply to what the bot sent: to a card, to a list of rules; and codes by themselves."""

from aiogram import Bot
from aiogram.types import Message, Update
from aiogram.utils.formatting import Text

from bot.channels.telegram import identity
from bot.channels.telegram.answers import answer_to_words
from bot.channels.telegram.readers import Readers
from bot.channels.telegram.rules_text import RulesText
from bot.channels.telegram.spawn import Spawn
from bot.channels.telegram.voice import Voice
from bot.core.spoken import spoken_in
from bot.gate.channel import Update as Seen
from bot.gate.press import Effect, Person, Reaction
from bot.gate.service import Gate


class Replies:
    """Turns words into calls of the gate."""

    def __init__(
        self, gate: Gate, *, bot: Bot, readers: Readers, voice: Voice, spawn: Spawn
    ) -> None:
        self._gate = gate
        self._bot = bot
        self._readers = readers
        self._voice = voice
        self._spawn = spawn
        self._rules = RulesText(gate, bot=bot)

    async def took(
        self, message: Message, text: str, person: Person, event_update: Update
    ) -> bool:
        """Take a reply to one of the bot's messages; tell whether it was one."""
        if not self._is_reply_to_us(message):
            return False
        reaction = await self._answer_words(message, text, person, event_update)
        if reaction.effect is not Effect.NOT_A_CARD:
            await self._tell_writer(message, person, reaction, event_update)
            return True
        return await self.took_rules(message, person, event_update)

    async def follow_code(
        self, message: Message, text: str, person: Person, event_update: Update
    ) -> bool:
        """Follow an approver's `yes CODE` or `no CODE reason`; tell whether it was one."""
        spoken = spoken_in(text)
        if spoken is None or not person.may_act:
            return False
        if await self._gate.approver_at(person.address) is None:
            return False
        place = identity.replied_place(message)
        if place.message is not None and not self._is_reply_to_us(message):
            return False
        reaction = await self._gate.chat.answer_code(
            spoken, person=person, place=place, update=identity.update_of(event_update)
        )
        if reaction.effect is Effect.NO_SUCH_CODE and place.message is not None:
            return False  # a question may be answered so
        if reaction.effect is not Effect.NO_SUCH_CODE or message.chat.type == "private":
            await self._tell_writer(message, person, reaction, event_update)
        return True

    async def took_rules(self, message: Message, person: Person, event_update: Update) -> bool:
        """Put rules on trial that came in reply to the list of rules; tell whether it was that.

        That takes a while, in which taps are not to wait.
        """
        is_rules = await self._rules.is_meant(message, person)
        if is_rules:
            self._spawn(self._try_rules(message, person, identity.answer_of(event_update)))
        return is_rules

    async def ask_for_text(self, message: Message, person: Person, event_update: Update) -> None:
        """Tell an approver whose reply is a picture or a sticker that only text is read."""
        if not (self._is_reply_to_us(message) and person.may_act):
            return
        if await self._gate.approver_at(person.address) is not None:
            reader = await self._readers.answering(message, person)
            words = reader.gettext("I read only text: write your answer as a reply.")
            await self._voice.say(message, Text(words), identity.answer_of(event_update))

    async def _answer_words(
        self, message: Message, text: str, person: Person, event_update: Update
    ) -> Reaction:
        return await self._gate.chat.answer_words(
            text,
            said=str(message.message_id),
            person=person,
            place=identity.replied_place(message),
            update=identity.update_of(event_update),
        )

    async def _tell_writer(
        self, message: Message, person: Person, reaction: Reaction, event_update: Update
    ) -> None:
        """Answer a reply; strangers in groups get nothing."""
        if reaction.effect is Effect.STRANGER and message.chat.type != "private":
            return
        words = answer_to_words(reaction, person, await self._readers.answering(message, person))
        if words:
            await self._voice.say(message, Text(words), identity.answer_of(event_update))

    async def _try_rules(self, message: Message, person: Person, update: Seen) -> None:
        reader = await self._readers.answering(message, person)
        said = await self._rules.take(message, person, update, reader)
        if said is not None:
            await self._voice.say(message, said, update)

    def _is_reply_to_us(self, message: Message) -> bool:
        replied = identity.replied(message)
        author = replied.from_user if replied is not None else None
        return author is not None and author.id == self._bot.id
