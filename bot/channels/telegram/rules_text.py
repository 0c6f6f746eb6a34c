"""Rules that a person sends to the chat, as text or as a file: fetched, read and put on trial."""

import asyncio
import io
import json
import re
from collections.abc import Sequence
from typing import Final

from aiogram import Bot
from aiogram.types import Document, Message
from aiogram.utils.formatting import Text
from aiohttp import ClientError

from bot.channels.telegram import identity
from bot.channels.telegram.fault import CALL_ERRORS
from bot.channels.telegram.text import Reader
from bot.core.errors import GateError
from bot.core.policy_document import read_policies
from bot.gate.channel import Update
from bot.gate.press import Person
from bot.gate.rules import lifting
from bot.gate.service import Gate
from bot.policy_text import ENDINGS, PolicyText, ending_of, read_text

LARGEST: Final = 64 * 1024
TAKES_LONG: Final = frozenset({"suggest"})
_FETCH_SECONDS: Final = 10
_MOST_FAULTS: Final = 50
_LOOKS_LIKE_TOML: Final = re.compile(r"^\s*(\[\[?\s*[\w\"'.-]|[\w\"'.-]+\s*=)", re.MULTILINE)


async def prepared(gate: Gate, kind: str, words: str) -> str:
    """Return the words with which a sheet of this kind is opened.

    What takes long to find out is found out here, before the transaction that opens it.
    """
    match kind:
        case "suggest":
            return json.dumps(await gate.rules.offers())
        case "rules":
            return json.dumps(gate.rules.source())
        case _:
            return words


class RulesText:
    """Takes what an approver sends in reply to their list of rules."""

    def __init__(self, gate: Gate, *, bot: Bot) -> None:
        self._gate = gate
        self._bot = bot

    async def is_meant(self, message: Message, person: Person) -> bool:
        """Tell whether it answers a list of rules of this person's."""
        replied = identity.replied(message)
        number = str(replied.message_id) if replied is not None else None
        target = identity.chat_target(message.chat.id)
        return person.may_act and await self._gate.rules.is_awaited(
            person.address, target, message=number
        )

    async def take(
        self, message: Message, person: Person, update: Update, reader: Reader
    ) -> Text | None:
        """Show what the text would do, or return what is to be said instead."""
        if message.document is None:
            text, ending = message.text or "", _ending(message.text or "")
        else:
            fetched = await self._fetched(message.document, reader)
            if isinstance(fetched, Text):
                return fetched
            text, ending = fetched
        read = await asyncio.to_thread(read_text, text, ending)
        faults = await asyncio.to_thread(_faults, read, reader)
        try:
            trial = await self._gate.rules.trial(read.document, faults=faults[:_MOST_FAULTS])
            await self._gate.sheets.open(
                "draft",
                person=person,
                target=identity.chat_target(message.chat.id),
                update=update,
                words=json.dumps(trial),
            )
        except GateError as error:
            return Text(reader.refusal(error))
        return None

    async def _fetched(self, document: Document, reader: Reader) -> tuple[str, str] | Text:
        """Return the file's text and its ending, or what to say of it."""
        ending = ending_of(document.file_name or "")
        if ending is None:
            words = reader.gettext("I read rules from files that end in {endings}.")
            return Text(words.format(endings=", ".join(ENDINGS)))
        if (document.file_size or 0) > LARGEST:
            words = reader.gettext(
                "This file is larger than 64 KiB; use ok2run policy apply on the gate's machine."
            )
            return Text(words)
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                content = await self._bot.download(document, io.BytesIO())
        except (*CALL_ERRORS, ClientError):
            words = reader.gettext("I couldn't fetch that file; send it again.")
            return Text(words)
        data = content.read(LARGEST + 1) if content is not None else b""
        try:
            return data[:LARGEST].decode(), ending
        except UnicodeDecodeError:
            return Text(reader.gettext("This file is no UTF-8 text; nothing was changed."))


def _ending(text: str) -> str:
    """Return how a message is to be read: as JSON, TOML or YAML, by what it looks like."""
    if text.lstrip().startswith("{"):
        return ".json"
    return ".toml" if _LOOKS_LIKE_TOML.search(text) else ".yaml"


def _faults(read: PolicyText, reader: Reader) -> Sequence[str]:
    """Return all that is wrong with a text, each with its line."""
    at_line = reader.gettext("line {line}: {fault}")
    if read.faults:
        return [at_line.format(line=line, fault=sentence) for line, sentence in read.faults]
    reading = read_policies(read.document)
    found = []
    for fault in reading.faults:
        line = read.line_of(fault)
        found.append(str(fault) if line is None else at_line.format(line=line, fault=fault))
    if not found and not reading.policies:
        found.append(reader.gettext("There is no [[policy]] in it."))
    lifts = reader.gettext(
        'policy "{name}", rule {number} lifts the floor, and that is never done from a chat; put '
        "the rule into a file and use {command} on the gate's machine."
    )
    found += [
        lifts.format(name=name, number=number, command="ok2run policy apply")
        for name, number in lifting(reading.policies)
    ]
    return found
