"""What comes in from Telegram: taps on buttons, replies to cards, and here commands.

A handler is done when what it did is durable; what it shows for that goes out beside it.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from aiogram import Bot, Router
from aiogram.types import Message, Update
from aiogram.utils.formatting import Text

from bot.channels.telegram import commands, device_code, identity, preference, sheets, welcome
from bot.channels.telegram.command_table import NAMES
from bot.channels.telegram.pacing import Pacing
from bot.channels.telegram.readers import Readers
from bot.channels.telegram.replies import Replies
from bot.channels.telegram.rules_text import TAKES_LONG, prepared
from bot.channels.telegram.spawn import Spawn
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.text import Reader
from bot.channels.telegram.voice import Voice
from bot.core.pairing import code_in
from bot.core.people import Approver
from bot.core.preference import InvalidPreference
from bot.gate.press import Person
from bot.gate.service import Gate

_STRANGER_PAUSE: Final = timedelta(seconds=5)
_MOST_STRANGERS: Final = 1000


class Handlers:
    """Turns updates into calls of the gate."""

    def __init__(
        self, gate: Gate, *, bot: Bot, readers: Readers, pacing: Pacing, spawn: Spawn
    ) -> None:
        self._gate = gate
        self._readers = readers
        self._spawn = spawn
        self._voice = Voice(gate, readers)
        self._taps = Taps(gate, bot=bot, readers=readers, pacing=pacing, spawn=spawn)
        self._replies = Replies(gate, bot=bot, readers=readers, voice=self._voice, spawn=spawn)
        self._strangers: dict[str, datetime] = {}
        self.username: str | None = None

    def learn_name(self, username: str) -> None:
        """Take the bot's own name: for commands in groups, and for links to it."""
        self.username = username
        self._readers.bot.username = username or None

    def router(self) -> Router:
        """Return the aiogram router that leads here."""
        router = Router(name="ok2run")
        router.callback_query.register(self._taps.on_tap)
        router.message.register(self.on_message)
        return router

    async def on_message(self, message: Message, event_update: Update) -> None:
        """Take a reply to a card or a command; say what words alone are good for."""
        person = identity.of_message(message)
        if message.text is None:
            if message.document is not None and await self._replies.took_rules(
                message, person, event_update
            ):
                return
            await self._replies.ask_for_text(message, person, event_update)
            return
        command = commands.command_in(message.text)
        is_ours = command is not None and command.name in NAMES
        if await self._replies.follow_code(message, message.text, person, event_update):
            return
        if not is_ours and await self._replies.took(message, message.text, person, event_update):
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
            await self._gate.chat.show_again(person.address)
        if approver is not None and command is not None and command.name in sheets.COMMANDS:
            opening = self._open(sheets.COMMANDS[command.name], command, message, event_update)
            if command.name in TAKES_LONG:
                self._spawn(opening)
            else:
                await opening
            return
        reader = await self._readers.answering(message, person)
        said = await self._said(command, person, approver, message, reader)
        if said is not None and (approver is not None or (is_private and self._is_due(person))):
            await self._voice.say(message, said, identity.answer_of(event_update))

    async def _let_in(
        self, code: str, message: Message, person: Person, event_update: Update
    ) -> None:
        """Take a pairing code, in a private chat only."""
        answer, reader = (
            identity.answer_of(event_update),
            await self._readers.answering(message, person),
        )
        if message.chat.type != "private":
            if self._is_due(person):
                await self._voice.say(message, welcome.not_here(reader), answer)
            return
        paired = await self._gate.people.pair(
            code, person=person, update=identity.update_of(event_update)
        )
        if paired.person is not None or self._is_due(person):
            await self._voice.say(message, welcome.let_in(paired, reader), answer)

    async def _open(
        self, kind: str, command: commands.Command, message: Message, event_update: Update
    ) -> None:
        person = identity.of_message(message)
        await self._readers.hearing(person, message.from_user)  # in whose language it is shown
        await self._gate.sheets.open(
            kind,
            person=person,
            target=identity.chat_target(message.chat.id),
            update=identity.update_of(event_update),
            words=await prepared(self._gate, kind, command.words),
            thread=identity.topic_of(message),
        )

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
            case device_code.NAME if is_private and command is not None:
                return await device_code.told(self._gate, approver, command.words, reader)
            case "language" | "timezone" | "quiet" | "settings" | device_code.NAME:
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
