"""The commands of the bot, and what it says to them."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiogram.utils.formatting import Code, DateTime, Text

from bot.channels.telegram import preference
from bot.channels.telegram.cards import MARKS, place_of
from bot.channels.telegram.text import Reader, fill, line_code, lines, rendered
from bot.core.approval import Approval, Kind
from bot.locales import asked

MOST_LISTED: Final = 20
NAMES: Final = frozenset({"start", "help", "id", "pending", *preference.NAMES})
_COMMAND: Final = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w{1,64}))?(?!\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as a person wrote it, in lower case; `bot` is the one it was addressed to.

    `words` is what follows it, as it was written.
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
            "/settings – your language, time zone and quiet hours\n"
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


def pending(waiting: Sequence[Approval], reader: Reader) -> Text:
    """Return what waits, oldest first, in one line each."""
    if not waiting:
        return Text(reader.gettext("📭 Nothing waits for an answer."))
    count = reader.ngettext("📥 {n} waiting", "📥 {n} waiting", len(waiting))
    listed = [_waiting(number, one, reader) for number, one in enumerate(waiting, start=1)]
    parts = [Text(count.format(n=len(waiting))), *listed[:MOST_LISTED]]
    left = len(waiting) - MOST_LISTED
    if left > 0:
        parts.append(
            Text(reader.ngettext("… and {n} more", "… and {n} more", left).format(n=left))
        )
    return lines(parts)


def _waiting(number: int, approval: Approval, reader: Reader) -> Text:
    mark = "❓" if approval.kind is Kind.QUESTION else MARKS[approval.risk.level]
    if approval.copies:
        mark = f"{mark} {asked.mark_of(approval)}"
    place = place_of(approval)
    who = line_code(f"{approval.agent} @ {place}" if place else approval.agent, limit=50)
    said = approval.questions[0].text if approval.questions else approval.action.title
    since = DateTime(
        reader.clock(approval.created_at), unix_time=approval.created_at, date_time_format="r"
    )
    title = line_code(said, limit=60)
    return Text(
        f"{number} {mark} ", who, " ", title, " · ", Code(approval.short_code), " · ", since
    )
