"""The first words to people: who they are here now, or that a code did not let them in."""

from typing import Final

from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.text import Reader, fill
from bot.core.pairing import LOCKED_FOR, MOST_FAILURES
from bot.core.people import Role
from bot.gate.pairing import Entrance, Paired
from bot.locales import N_

_PAIRED: Final = {
    Role.OWNER: N_("You are now an owner of this gate. /help says what you can do here."),
    Role.APPROVER: N_(
        "You are now an approver of this gate. When an agent asks for something, I show you a "
        "card here; tap a button, and it goes on. /help says more."
    ),
    Role.VIEWER: N_(
        "You may now look at what waits here; others decide. /pending shows it, /help says more."
    ),
}
_HELLO: Final = {
    Role.OWNER: N_(
        "Hello {name}. You are an owner of this gate. When an agent asks for something, I show "
        "you a card here; tap a button, and it goes on. /help says more."
    ),
    Role.APPROVER: N_(
        "Hello {name}. When an agent asks for something, I show you a card here; "
        "tap a button, and it goes on. /help says more."
    ),
    Role.VIEWER: N_(
        "Hello {name}. You may look at what waits here; others decide. /pending shows it, "
        "/help says more."
    ),
}
_STILL: Final = {
    Role.OWNER: N_("You are an owner here already. I left the code as it is."),
    Role.APPROVER: N_("You are an approver here already. I left the code as it is."),
    Role.VIEWER: N_("You may look here already. I left the code as it is."),
}


def stranger(id: str, reader: Reader) -> Text:
    """Return what somebody who is not known is told: their id, and nothing else."""
    return fill(
        reader.gettext(
            "I don't know you. Your id is {id}. If this is your gate, run {command} on its "
            "machine, or ask its owner for a code."
        ),
        id=Code(id),
        command=Code("ok2run setup"),
    )


def hello(name: str, role: Role, reader: Reader) -> Text:
    """Return the first words to somebody who is known."""
    return Text(reader.gettext(_HELLO[role]).format(name=name))


def let_in(paired: Paired, reader: Reader) -> Text:
    """Return what an attempt with a code came to; the same for every code that is no good."""
    person = paired.person
    if paired.entrance is Entrance.REFUSED or person is None:
        return _refused(reader)
    if paired.entrance is Entrance.NOT_NEEDED:
        return Text(reader.gettext(_STILL[person.role]))
    if paired.is_first_run:
        return Text(
            reader.gettext("You are now the owner of this gate. Here is a test card: tap it.")
        )
    return Text(reader.gettext(_PAIRED[person.role]))


def not_here(reader: Reader) -> Text:
    """Return what a code in a group is answered with."""
    return Text(
        reader.gettext(
            "Send me that in our own chat, not here: whoever reads a code can use it. I did "
            "nothing with it."
        )
    )


def _refused(reader: Reader) -> Text:
    minutes = round(LOCKED_FOR.total_seconds() / 60)
    template = reader.gettext(
        "That code is no good: it is wrong, used, or too old. Ask for a new one. After {n} wrong "
        "ones I take none from you for {minutes} minutes."
    )
    return Text(template.format(n=MOST_FAILURES, minutes=minutes))
