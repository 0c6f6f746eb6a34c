"""The message that reminds a person of a card above it: one line, and no buttons."""

from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.cards import Message, headline
from bot.channels.telegram.stamp import stamp
from bot.channels.telegram.text import Reader, fill
from bot.core.approval import Approval
from bot.core.card import Face


def reminder(approval: Approval, reader: Reader) -> Message:
    """Return what rings again for an approval that waits: what it is and until when."""
    template = reader.gettext("⏰ {what} · expires {time} · {code}")
    time = reader.countdown(approval.expires_at, near=approval.created_at)
    what, code = headline(approval, Face(), reader), Code(approval.short_code)
    return Message.of(fill(template, what=what, time=time, code=code), reader)


def over(approval: Approval, reader: Reader) -> Message:
    """Return what stands in place of a reminder that is too old to be taken away."""
    told = stamp(approval, reader)
    words = told[0] if told else Text(reader.gettext("⏰ A later message reminds of this."))
    return Message.of(words, reader)
