"""Taps on buttons: what each means is looked up, done, and told to whoever tapped."""

import asyncio
import logging
from typing import Final

from aiogram import Bot
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Update

from bot.channels.telegram import identity, sheets
from bot.channels.telegram.answers import Answer, answer_to_tap
from bot.channels.telegram.callbacks import unpack, unpack_offer
from bot.channels.telegram.fault import CALL_ERRORS, channel_error
from bot.channels.telegram.pacing import Pacing
from bot.channels.telegram.readers import Readers
from bot.channels.telegram.spawn import Spawn
from bot.gate.press import Effect, Reaction
from bot.gate.service import Gate

log = logging.getLogger(__name__)

_ANSWER_SECONDS: Final = 5


class Taps:
    """Turns taps into calls of the gate."""

    def __init__(
        self, gate: Gate, *, bot: Bot, readers: Readers, pacing: Pacing, spawn: Spawn
    ) -> None:
        self._gate = gate
        self._bot = bot
        self._readers = readers
        self._pacing = pacing
        self._spawn = spawn

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
                update=identity.update_of(event_update),
            )
            await self._gate.policies.follow()
            reader = await self._readers.hearing(person, query.from_user)
            said = sheets.answer_to_press(came_to, person, reader)
            self._spawn(self._answer(query.id, said))
            return
        pressed, offered = unpack(query.data), unpack_offer(query.data)
        if offered is not None:
            handle, verb = offered
            reaction = await self._gate.chat.press_offer(
                handle,
                verb,
                person=person,
                place=identity.place_of_query(query),
                update=identity.update_of(event_update),
            )
        elif pressed is None:
            reaction = Reaction(effect=Effect.UNKNOWN)
        else:
            handle, button = pressed
            reaction = await self._gate.chat.press(
                handle,
                button,
                person=person,
                place=identity.place_of_query(query),
                update=identity.update_of(event_update),
            )
        reader = await self._readers.hearing(person, query.from_user)
        answer = answer_to_tap(reaction, person, reader)
        self._spawn(self._answer(query.id, answer))

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
