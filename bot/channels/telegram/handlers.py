"""What comes in from Telegram: taps on buttons, replies to cards, commands.

A handler is done when what it did is durable; what it shows for that goes out beside it.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from aiogram import Bot, Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message, Update, User
from aiogram.utils.formatting import Text

from bot.channels.telegram import commands, identity, preference, sheets, welcome
from bot.channels.telegram.answers import Answer, answer_to_tap, answer_to_words
from bot.channels.telegram.callbacks import unpack, unpack_offer
from bot.channels.telegram.command_table import NAMES
from bot.channels.telegram.fault import CALL_ERRORS, channel_error
from bot.channels.telegram.pacing import Pacing
from bot.channels.telegram.readers import Readers
from bot.channels.telegram.rules_text import TAKES_LONG, RulesText, prepared
from bot.channels.telegram.text import Reader
from bot.core.pairing import code_in
from bot.core.people import Approver
from bot.core.preference import InvalidPreference
from bot.core.spoken import spoken_in
from bot.gate.channel import Update as Seen
from bot.gate.press import Effect, Person, Place, Reaction
from bot.gate.service import Gate

log = logging.getLogger(__name__)

Spawn: TypeAlias = Callable[[Coroutine[object, object, None]], object]

_ANSWER_SECONDS: Final = 5
_STRANGER_PAUSE: Final = timedelta(seconds=5)
_MOST_STRANGERS: Final = 1000


class Handlers:
    """Turns updates into calls of the gate."""

    def __init__(
        self, gate: Gate, *, bot: Bot, readers: Readers, pacing: Pacing, spawn: Spawn
    ) -> None:
        self._gate = gate
        self._bot = bot
        self._readers = readers
        self._pacing = pacing
        self._spawn = spawn
        self._rules = RulesText(gate, bot=bot)
        self._strangers: dict[str, datetime] = {}
        self.username: str | None = None

    def learn_name(self, username: str) -> None:
        """Take the bot's own name: for commands in groups, and for links to it."""
        self.username = username
        self._readers.bot.username = username or None

    def router(self) -> Router:
        """Return the aiogram router that leads here."""
        router = Router(name="ok2run")
        router.callback_query.register(self.on_tap)
        router.message.register(self.on_message)
        return router

    async def on_tap(self, query: CallbackQuery, event_update: Update) -> None:
        """Do what the tap means, then tell what came of it."""
        person = identity.of_query(query)
        if (on_sheet := sheets.unpack(query.data)) is not None:
            handle, wanted = on_sheet
            came_to = await self._gate.sheets.press(
                handle,
                wanted,
                person=person,
                place=identity.place_of_query(query),
                update=_update(event_update),
            )
            await self._gate.policies.follow()
            reader = await self._reader_of(person, query.from_user)
            said = sheets.answer_to_press(came_to, person, reader)
            self._spawn(self._answer(query.id, said))
            return
        pressed, offered = unpack(query.data), unpack_offer(query.data)
        if offered is not None:
            handle, verb = offered
            reaction = await self._gate.press_offer(
                handle,
                verb,
                person=person,
                place=identity.place_of_query(query),
                update=_update(event_update),
            )
        elif pressed is None:
            reaction = Reaction(effect=Effect.UNKNOWN)
        else:
            handle, button = pressed
            reaction = await self._gate.press(
                handle,
                button,
                person=person,
                place=identity.place_of_query(query),
                update=_update(event_update),
            )
        reader = await self._reader_of(person, query.from_user)
        answer = answer_to_tap(reaction, person, reader)
        self._spawn(self._answer(query.id, answer))

    async def on_message(self, message: Message, event_update: Update) -> None:
        """Take a reply to a card or a command; say what words alone are good for."""
        person = identity.of_message(message)
        if message.text is None:
            if message.document is not None and await self._took_rules(
                message, person, event_update
            ):
                return
            await self._ask_for_text(message, person, event_update)
            return
        command = commands.command_in(message.text)
        is_ours = command is not None and command.name in NAMES
        if await self._follow_code(message, message.text, person, event_update):
            return
        if self._is_reply_to_us(message) and not is_ours:
            reaction = await self._answer_words(message, message.text, person, event_update)
            if reaction.effect is not Effect.NOT_A_CARD:
                await self._tell_writer(message, person, reaction, event_update)
                return
            if await self._took_rules(message, person, event_update):
                return
        if not person.may_act:
            return
        is_private = message.chat.type == "private"
        if command is not None and command.bot not in {None, self._own_name()}:
            return
        if command is not None and command.name == "start" and (code := code_in(command.words)):
            await self._let_in(code, message, person, event_update)
            return
        approver = await self._gate.approver_at(person.address)
        if approver is not None and is_private and command is not None:
            await self._gate.show_again(person.address)
        if approver is not None and command is not None and command.name in sheets.COMMANDS:
            opening = self._open(sheets.COMMANDS[command.name], command, message, event_update)
            if command.name in TAKES_LONG:
                self._spawn(opening)
            else:
                await opening
            return
        reader = await self._reader_in(message, person)
        said = await self._said(command, person, approver, message, reader)
        if said is not None and (approver is not None or (is_private and self._is_due(person))):
            await self._say(message, said, _answer_to(event_update))

    async def _let_in(
        self, code: str, message: Message, person: Person, event_update: Update
    ) -> None:
        """Take a pairing code, in a private chat only."""
        answer, reader = _answer_to(event_update), await self._reader_in(message, person)
        if message.chat.type != "private":
            if self._is_due(person):
                await self._say(message, welcome.not_here(reader), answer)
            return
        paired = await self._gate.people.pair(code, person=person, update=_update(event_update))
        if paired.person is not None or self._is_due(person):
            await self._say(message, welcome.let_in(paired, reader), answer)

    async def _open(
        self, kind: str, command: commands.Command, message: Message, event_update: Update
    ) -> None:
        await self._gate.sheets.open(
            kind,
            person=identity.of_message(message),
            target=identity.chat_target(message.chat.id),
            update=_update(event_update),
            words=await prepared(self._gate, kind, command.words),
            thread=identity.topic_of(message),
        )

    async def _took_rules(self, message: Message, person: Person, event_update: Update) -> bool:
        """Put rules on trial that came in reply to the list of rules; tell whether it was that.

        That takes a while, in which taps are not to wait.
        """
        is_rules = await self._rules.is_meant(message, person)
        if is_rules:
            self._spawn(self._try_rules(message, person, _answer_to(event_update)))
        return is_rules

    async def _try_rules(self, message: Message, person: Person, update: Seen) -> None:
        reader = await self._reader_in(message, person)
        said = await self._rules.take(message, person, update, reader)
        if said is not None:
            await self._say(message, said, update)

    async def _ask_for_text(self, message: Message, person: Person, event_update: Update) -> None:
        """Tell an approver whose reply is a picture or a sticker that only text is read."""
        if not (self._is_reply_to_us(message) and person.may_act):
            return
        if await self._gate.approver_at(person.address) is not None:
            reader = await self._reader_in(message, person)
            words = reader.gettext("I read only text: write your answer as a reply.")
            await self._say(message, Text(words), _answer_to(event_update))

    async def _follow_code(
        self, message: Message, text: str, person: Person, event_update: Update
    ) -> bool:
        """Follow an approver's `yes CODE` or `no CODE reason`; tell whether it was one."""
        spoken = spoken_in(text)
        if spoken is None or not person.may_act:
            return False
        if await self._gate.approver_at(person.address) is None:
            return False
        place = self._replied_place(message)
        if place.message is not None and not self._is_reply_to_us(message):
            return False
        reaction = await self._gate.answer_code(
            spoken, person=person, place=place, update=_update(event_update)
        )
        if reaction.effect is Effect.NO_SUCH_CODE and place.message is not None:
            return False  # a question may be answered so
        if reaction.effect is not Effect.NO_SUCH_CODE or message.chat.type == "private":
            await self._tell_writer(message, person, reaction, event_update)
        return True

    async def _answer_words(
        self, message: Message, text: str, person: Person, event_update: Update
    ) -> Reaction:
        return await self._gate.answer_words(
            text,
            said=str(message.message_id),
            person=person,
            place=self._replied_place(message),
            update=_update(event_update),
        )

    @staticmethod
    def _replied_place(message: Message) -> Place:
        replied = identity.replied(message)
        return Place(
            target=identity.chat_target(message.chat.id),
            message=str(replied.message_id) if replied is not None else None,
        )

    async def _tell_writer(
        self, message: Message, person: Person, reaction: Reaction, event_update: Update
    ) -> None:
        """Answer a reply; strangers in groups get nothing."""
        if reaction.effect is Effect.STRANGER and message.chat.type != "private":
            return
        words = answer_to_words(reaction, person, await self._reader_in(message, person))
        if words:
            await self._say(message, Text(words), _answer_to(event_update))

    async def _said(
        self,
        command: commands.Command | None,
        person: Person,
        approver: Approver | None,
        message: Message,
        reader: Reader,
    ) -> Text | None:
        """Return what a message is answered with, or None for silence."""
        id = person.address.address
        name = command.name if command is not None else None
        if name == "id":
            return commands.your_id(id, message.chat.id, reader)
        if approver is None:
            return welcome.stranger(id, reader) if name in {"start", "help"} else None
        is_private = message.chat.type == "private"
        if command is not None and name in preference.NAMES and is_private:
            return await self._preferred(command, approver, message, reader)
        match name:
            case "start":
                return welcome.hello(person.name, approver.role, reader)
            case "help":
                return commands.help_text(approver.role, reader)
            case "language" | "timezone" | "quiet" | "settings":
                return Text(reader.gettext("Ask me that in our own chat."))
            case None if is_private:
                return Text(
                    reader.gettext(
                        "Words alone decide nothing: tap a button, reply to a card, or write "
                        "“yes” or “no” and its five-letter code."
                    )
                )
            case _:
                return None

    async def _preferred(
        self, command: commands.Command, approver: Approver, message: Message, reader: Reader
    ) -> Text:
        """Change what a person prefers, where they say so; tell what holds now."""
        try:
            change = await asyncio.to_thread(preference.change_in, command.name, command.words)
            after = await self._gate.preferences.of(approver.id)
            if change is not None:
                after = await self._gate.preferences.change(approver, change)
        except InvalidPreference as error:
            return preference.refused(error, reader)
        now = self._gate.clock.now()
        reader = await self._readers.of(identity.chat_target(message.chat.id))
        if command.name == preference.SETTINGS:
            return preference.settings(after, reader, now)
        return preference.told(command.name, after, reader, now, is_changed=change is not None)

    async def _reader_of(self, person: Person, user: User | None) -> Reader:
        """Return the reader of what only this person sees; remember their language."""
        tag = user.language_code if user is not None else None
        if person.may_act:
            await self._readers.hear(person.address, tag)
        return await self._readers.of(person.address, heard=tag)

    async def _reader_in(self, message: Message, person: Person) -> Reader:
        """Return the reader of an answer in a message's chat: of the person, or of the group."""
        reader = await self._reader_of(person, message.from_user)
        if message.chat.type == "private":
            return reader
        return await self._readers.at(identity.chat_target(message.chat.id))

    async def _say(self, message: Message, text: Text, update: Seen) -> None:
        chat = identity.chat_target(message.chat.id)
        reader = await self._readers.of(chat)
        body = commands.spoken(text, reader, reply_to=message.message_id, silent=True)
        await self._gate.say(chat, body, update=update)

    async def _answer(self, query_id: str, answer: Answer) -> None:
        """Show the answer to a tap; a failure changes nothing, for the decision is made."""
        call = AnswerCallbackQuery(
            callback_query_id=query_id, text=answer.text or None, show_alert=answer.is_alert
        )
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._pacing.answer()
                await self._bot(call)
        except CALL_ERRORS as error:
            log.debug("telegram: a tap stayed unanswered: %s", channel_error(error).fault)

    def _is_reply_to_us(self, message: Message) -> bool:
        replied = identity.replied(message)
        author = replied.from_user if replied is not None else None
        return author is not None and author.id == self._bot.id

    def _own_name(self) -> str | None:
        return self.username.lower() if self.username is not None else None

    def _is_due(self, person: Person) -> bool:
        """Tell whether this stranger was not answered a moment ago."""
        now = self._gate.clock.now()
        recent = {
            address: at for address, at in self._strangers.items() if now - at < _STRANGER_PAUSE
        }
        address = person.address.address
        if address in recent or len(recent) >= _MOST_STRANGERS:
            return False
        self._strangers = {**recent, address: now}
        return True


def _update(event: Update) -> Seen:
    return Seen(channel=identity.CHANNEL, id=event.update_id)


def _answer_to(event: Update) -> Seen:
    """Return the number under which an update is answered, once, beside what it did."""
    return Seen(channel=f"{identity.CHANNEL}.answer", id=event.update_id)
