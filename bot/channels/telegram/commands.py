"""The commands of the bot, and what it says to them."""

import json
import re
from dataclasses import dataclass
from typing import Final

from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.text import Reader, fill, lines

NAMES: Final = frozenset({"start", "help", "id"})
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


def spoken(text: Text, *, reply_to: int | None = None, silent: bool = False) -> str:
    """Return a small message as it lies in the outbox until `TelegramChannel.say` sends it."""
    words, entities = text.render()
    return json.dumps(
        {
            "text": words,
            "entities": [entity.model_dump(exclude_none=True, mode="json") for entity in entities],
            "reply_to": str(reply_to) if reply_to is not None else None,
            "silent": silent,
        }
    )


def stranger(id: str, reader: Reader) -> Text:
    """Return what somebody who may not decide is told: their id, and nothing else."""
    return fill(
        reader.gettext(
            "I don't know you. Your id is {id}. If this is your gate, put that id into "
            "ALLOWED_USER_IDS on its machine and restart it, or ask its owner to."
        ),
        id=Code(id),
    )


def hello(name: str, reader: Reader) -> Text:
    """Return the first words to an approver."""
    return Text(
        reader.gettext(
            "Hello {name}. When an agent asks for something, I show you a card here; "
            "tap a button, and it goes on. /help says more."
        ).format(name=name)
    )


def help_text(reader: Reader) -> Text:
    """Return what the bot does in four lines, then the commands."""
    return Text(
        reader.gettext(
            "Agents ask me before they do something; I ask you, with a card.\n"
            "✅ allows this one, ❌ refuses it. 🔁 and ♾ allow its kind until it is revoked.\n"
            "Questions have a button for each answer; reply to the card to use your own words.\n"
            "No answer is never a yes: what nobody decides expires and is denied.\n"
            "\n"
            "/pending – what waits for an answer\n"
            "/history – what has ended; add words to look for\n"
            "/pause, /resume – hold every ask, and let them go on; /pause 2h ends by itself\n"
            "/snooze 30m – hand every ask back to its terminal for a while\n"
            "/rules – what is allowed, asked and denied by rule; /suggest – rules to add\n"
            "/grants – what is allowed without asking, and to revoke it\n"
            "/id – your numeric id\n"
            "/help – this"
        )
    )


def your_id(id: str, chat_id: int, reader: Reader) -> Text:
    """Return a person's id, and that of the chat where it is another."""
    words = [fill(reader.gettext("Your id is {id}."), id=Code(id))]
    if str(chat_id) != id:
        words.append(fill(reader.gettext("This chat's id is {id}."), id=Code(str(chat_id))))
    return lines(words)
