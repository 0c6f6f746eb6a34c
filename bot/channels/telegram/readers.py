"""For whom a message is written: each person's own language and zone, remembered for a while."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from aiogram.types import Message, User

from bot.channels.telegram import identity
from bot.channels.telegram.text import BotName, Reader
from bot.core.errors import GateError
from bot.core.preference import Preferences
from bot.gate.channel import Target
from bot.gate.events import Event, PreferencesChanged
from bot.gate.preference import PeoplePreferences
from bot.gate.press import Person
from bot.locales import LANGUAGES, translator
from bot.locales.preferred import Usual

log = logging.getLogger(__name__)

_MOST_KEPT: Final = 1000


class Readers:
    """Makes the reader of a chat, and of a person, from what is preferred there.

    A group reads the usual language in the usual zone, whoever is in it.
    """

    def __init__(self, preferences: PeoplePreferences, usual: Usual) -> None:
        self._preferences = preferences
        self._usual = usual
        self._kept: OrderedDict[Target, Preferences] = OrderedDict()
        self._changes = 0
        self.bot = BotName()

    def notice(self, events: Sequence[Event]) -> None:
        """Forget what is kept once somebody prefers something else."""
        if any(isinstance(event, PreferencesChanged) for event in events):
            self._changes += 1
            self._kept.clear()

    async def at(self, target: Target) -> Reader:
        """Return who reads what is sent to a chat. Raises Busy."""
        is_group = target.address.startswith("-")
        return self._reader(None if is_group else await self._preferred_at(target))

    async def of(self, person: Target, *, heard: str | None = None) -> Reader:
        """Return the reader of an answer to a person, wherever they are.

        `heard` is the language tag that their channel says now. A store that does not answer
        leaves the usual language.
        """
        try:
            preferences = await self._preferred_at(person)
        except GateError as error:
            log.warning("telegram: a person's language is not known: %s", error)
            preferences = None
        return self._reader(preferences, heard)

    async def hear(self, person: Target, tag: str | None) -> None:
        """Remember which language Telegram says an approver's is, where that is new."""
        if tag is None:
            return
        try:
            preferences = await self._preferred_at(person)
            if preferences is not None and preferences.heard_language != tag:
                await self._preferences.hear_language(person, tag)
        except GateError as error:
            log.warning("telegram: a person's language is not remembered: %s", error)

    async def hearing(self, person: Person, user: User | None) -> Reader:
        """Return the reader of what only this person sees; remember their language."""
        tag = user.language_code if user is not None else None
        if person.may_act:
            await self.hear(person.address, tag)
        return await self.of(person.address, heard=tag)

    async def answering(self, message: Message, person: Person) -> Reader:
        """Return the reader of an answer in a message's chat: of the person, or of the group."""
        reader = await self.hearing(person, message.from_user)
        if message.chat.type == "private":
            return reader
        return await self.at(identity.chat_target(message.chat.id))

    def every(self) -> tuple[Reader, ...]:
        """Return a reader of each language, in the usual zone."""
        return tuple(self._made(language, self._usual.timezone) for language in LANGUAGES)

    def _reader(self, preferences: Preferences | None, heard: str | None = None) -> Reader:
        return self._made(
            self._usual.language_for(preferences, heard), self._usual.timezone_for(preferences)
        )

    def _made(self, language: str, timezone: tzinfo) -> Reader:
        return Reader(
            language=language, translator=translator(language), timezone=timezone, bot=self.bot
        )

    async def _preferred_at(self, target: Target) -> Preferences | None:
        if target in self._kept:
            self._kept.move_to_end(target)
            return self._kept[target]
        changes = self._changes
        found = await self._preferences.at(target)
        # A stranger may become an approver; and what was read before a change must not outlive it.
        if found is not None and changes == self._changes:
            self._kept[target] = found
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found
