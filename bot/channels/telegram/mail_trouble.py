"""How the message about mails that do not go out looks."""

from aiogram.utils.formatting import Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.leaf import Leaf
from bot.channels.telegram.text import Reader, fill, line_code, lines
from bot.gate.mail_trouble import MailTrouble

_FAULT_LIMIT = 200
_ADDRESS_LIMIT = 100


def leaf(trouble: MailTrouble, reader: Reader) -> Leaf:
    """Return what is wrong since when, and once it is over that too."""
    address = line_code(trouble.address, limit=_ADDRESS_LIMIT)
    if trouble.address:
        template = reader.gettext("⚠ Mails to {address} are refused since {time}: {fault}")
        advice = reader.gettext("Put the address right; what it was to get is not sent again.")
    else:
        template = reader.gettext("⚠ Mail can't be sent since {time}: {fault}")
        advice = reader.gettext(
            "Cards in Telegram are not affected. Mails that wait go out later."
        )
    told = fill(
        template,
        address=address,
        time=reader.time(trouble.since),
        fault=line_code(trouble.fault, limit=_FAULT_LIMIT),
    )
    if trouble.over is None:
        return Leaf(text=lines([told, Text(advice)]))
    over = fill(reader.gettext("✅ Mail goes out again, {time}"), time=reader.time(trouble.over))
    return Leaf(text=lines([over, told]))


def answer(_told: object, _reader: Reader) -> Answer:
    """Return nothing: it has no buttons."""
    return Answer()
