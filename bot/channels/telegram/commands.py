"""The commands of the bot, and what it says to them."""

import json
import re
from dataclasses import dataclass
from typing import Final

from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.command_table import entries_for
from bot.channels.telegram.text import Reader, fill, lines, rendered
from bot.core.people import Role

_COMMAND: Final = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w{1,64}))?(?!\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as a person wrote it, in lower case; `bot` is the one it was addressed to.

    `words` are what follows, as they were written.
    """

    name: str
    bot: str | None
    words: str = ""


def command_in(text: str) -> Command | None:
    """Return the command that a message begins with, or None."""
    found = _COMMAND.match(text)
    if found is None:
        return None
    bot = found["bot"].lower() if found["bot"] else None
    return Command(name=found["name"].lower(), bot=bot, words=text[found.end() :].strip())


def spoken(
    text: Text,
    reader: Reader | None = None,
    *,
    reply_to: int | None = None,
    silent: bool = False,
) -> str:
    """Return a small message as it lies in the outbox until `TelegramChannel.say` sends it."""
    words, entities = rendered(text, reader)
    return json.dumps(
        {
            "text": words,
            "entities": [entity.model_dump(exclude_none=True, mode="json") for entity in entities],
            "reply_to": str(reply_to) if reply_to is not None else None,
            "silent": silent,
        }
    )


def help_text(role: Role, reader: Reader) -> Text:
    """Return what the bot does in four lines, then the commands that this role may use."""
    about = reader.gettext(
        "Agents ask me before they do something; I ask you, with a card.\n"
        "✅ approves this one, ❌ denies it. "
        "🔁 approves its kind in this session, ♾ from now on.\n"
        "Questions have a button for each answer; reply to the card to use your own words.\n"
        "No answer is never a yes: what nobody answers expires.\n"
    )
    listed = [f"/{entry.name} – {reader.gettext(entry.summary)}" for entry in entries_for(role)]
    return lines([about, *listed])


def your_id(id: str, chat_id: int, reader: Reader) -> Text:
    """Return a person's id, and that of the chat where it is another."""
    words = [fill(reader.gettext("Your id is {id}."), id=Code(id))]
    if str(chat_id) != id:
        words.append(fill(reader.gettext("This chat's id is {id}."), id=Code(str(chat_id))))
    return lines(words)
