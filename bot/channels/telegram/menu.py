"""The commands that Telegram shows beside the text field: each person those they may use.

A list is sent only where it differs from the one that was sent last, which is remembered by its
hash. Nothing waits for it; what fails is tried again later, and for a while only.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiogram import Bot
from aiogram.methods import DeleteMyCommands, SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeChat, BotCommandScopeDefault

from bot.channels.telegram.command_table import entries_for
from bot.channels.telegram.fault import CALL_ERRORS, channel_error
from bot.channels.telegram.pacing import Pacing
from bot.core.errors import GateError
from bot.core.people import Role
from bot.gate.events import Event, PeopleChanged
from bot.gate.ports import Clock
from bot.gate.service import Gate
from bot.locales import Translator, languages, translator

log = logging.getLogger(__name__)

_FIRST_RETRY: Final = timedelta(minutes=1)
_LONGEST_RETRY: Final = timedelta(hours=1)
_MOST_ATTEMPTS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list: for everybody or one chat, in one language; None is for all other languages."""

    chat: str | None
    language: str | None
    commands: tuple[tuple[str, str], ...]

    @property
    def sha256(self) -> str:
        """What is remembered of it."""
        return hashlib.sha256(json.dumps(self.commands).encode()).hexdigest()

    def scope(self, bot_id: int) -> str:
        """Return the name under which it is remembered."""
        return scope_name(bot_id, self.chat, self.language)


def scope_name(bot_id: int, chat: str | None, language: str | None) -> str:
    """Return the name of a scope: the bot, the chat and the language."""
    return f"{bot_id} {chat or 'default'} {language or '-'}"


def listings(people: Sequence[tuple[str, Role]]) -> tuple[Listing, ...]:
    """Return every list: that of strangers, and that of each of these chats."""
    wanted: list[tuple[str | None, Role | None]] = [(None, None), *people]
    spoken: list[tuple[str | None, Translator]] = [(None, translator(None))]
    spoken += [(name.partition("_")[0], translator(name)) for name in languages()]
    return tuple(
        Listing(
            chat=chat,
            language=language,
            commands=tuple(
                (entry.name, words.gettext(entry.summary)) for entry in entries_for(role)
            ),
        )
        for chat, role in wanted
        for language, words in spoken
    )


class Menu:
    """Keeps Telegram's lists of commands as they should be, beside everything else."""

    def __init__(self, gate: Gate, bot: Bot, pacing: Pacing, clock: Clock) -> None:
        self._gate = gate
        self._bot = bot
        self._pacing = pacing
        self._clock = clock
        self._changed = asyncio.Event()
        gate.on_committed(self._notice)

    async def run(self) -> None:
        """Send what differs, now and after each change of people; until cancelled."""
        while True:
            self._changed.clear()
            await self._insist()
            await self._changed.wait()

    async def _insist(self) -> None:
        """Try until all of it arrived, ever less often, and not for ever."""
        delay = _FIRST_RETRY
        for _ in range(_MOST_ATTEMPTS):
            if await self._update():
                return
            timer = self._clock.call_later(delay, self._changed.set)
            try:
                await self._changed.wait()
            finally:
                timer.cancel()
            self._changed.clear()
            delay = min(delay * 2, _LONGEST_RETRY)

    def _notice(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, PeopleChanged) for event in events):
            self._changed.set()

    async def _update(self) -> bool:
        """Send what differs from what was sent last; tell whether all of it arrived."""
        try:
            sent = await self._gate.people.menus()
            people = [
                (target.address, known.person.role)
                for known in self._gate.people.here
                for target in known.targets
                if target.channel == "telegram"
            ]
            wanted = {one.scope(self._bot.id): one for one in listings(people)}
            done = [
                await self._send(scope, one)
                for scope, one in wanted.items()
                if sent.get(scope) != one.sha256
            ]
            mine = f"{self._bot.id} "
            gone = [scope for scope in sent if scope.startswith(mine) and scope not in wanted]
            done += [await self._forget(scope) for scope in gone]
        except GateError as error:
            log.debug("telegram: the lists of commands wait: %s", error)
            return False
        return all(done)

    async def _send(self, scope: str, listing: Listing) -> bool:
        call = SetMyCommands(
            commands=[
                BotCommand(command=name, description=summary) for name, summary in listing.commands
            ],
            scope=_scope(listing.chat),
            language_code=listing.language,
        )
        if not await self._call(call):
            return False
        await self._gate.people.remember_menu(scope, listing.sha256)
        return True

    async def _forget(self, scope: str) -> bool:
        _, chat, language = scope.split(" ")
        call = DeleteMyCommands(
            scope=_scope(None if chat == "default" else chat),
            language_code=None if language == "-" else language,
        )
        if not await self._call(call):
            return False
        await self._gate.people.remember_menu(scope, None)
        return True

    async def _call(self, call: SetMyCommands | DeleteMyCommands) -> bool:
        try:
            await self._pacing.answer()
            await self._bot(call)
        except CALL_ERRORS as error:
            log.debug("telegram: a list of commands waits: %s", channel_error(error).fault)
            return False
        return True


def _scope(chat: str | None) -> BotCommandScopeChat | BotCommandScopeDefault:
    return BotCommandScopeDefault() if chat is None else BotCommandScopeChat(chat_id=int(chat))
