"""Every command of the bot, one line each: what it is for, and who may use it.

From this come the lists that Telegram shows beside the text field, and that of /help.
"""

from dataclasses import dataclass
from typing import Final

from bot.core.people import Role
from bot.locales import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command by its name; `least` is the role that it takes, None for anybody at all."""

    name: str
    summary: str
    least: Role | None = None


TABLE: Final = (
    Entry(name="start", summary=N_("who you are here")),
    Entry(name="pending", summary=N_("what waits for an answer"), least=Role.VIEWER),
    Entry(name="grants", summary=N_("standing approvals, and revoking them"), least=Role.VIEWER),
    Entry(name="history", summary=N_("what has ended; words after it search"), least=Role.VIEWER),
    Entry(
        name="history",
        summary=N_("what has ended; /history WORDS looks for them"),
        least=Role.VIEWER,
    ),
    Entry(
        name="pause",
        summary=N_("hold every ask; /pause 2h ends by itself"),
        least=Role.APPROVER,
    ),
    Entry(name="resume", summary=N_("let what is held go on"), least=Role.APPROVER),
    Entry(
        name="snooze",
        summary=N_("hand every ask back to its terminal; /snooze 30m"),
        least=Role.APPROVER,
    ),
    Entry(
        name="rules", summary=N_("what is allowed, asked and denied by rule"), least=Role.APPROVER
    ),
    Entry(name="suggest", summary=N_("rules that your answers suggest"), least=Role.APPROVER),
    Entry(
        name="settings", summary=N_("your language, time zone and quiet hours"), least=Role.VIEWER
    ),
    Entry(name="language", summary=N_("the language I speak to you"), least=Role.VIEWER),
    Entry(name="timezone", summary=N_("the zone of your times"), least=Role.VIEWER),
    Entry(name="quiet", summary=N_("your quiet hours"), least=Role.VIEWER),
    Entry(
        name="code",
        summary=N_("a code that lets a browser decide behind a mail's link"),
        least=Role.APPROVER,
    ),
    Entry(name="pair", summary=N_("let somebody in"), least=Role.OWNER),
    Entry(name="people", summary=N_("who is here, and who goes"), least=Role.OWNER),
    Entry(name="id", summary=N_("your numeric id")),
    Entry(name="help", summary=N_("what I do, and these commands")),
)
NAMES: Final = frozenset(entry.name for entry in TABLE)


def entries_for(role: Role | None) -> tuple[Entry, ...]:
    """Return the commands that somebody of this role may use; None is a stranger."""
    return tuple(
        entry
        for entry in TABLE
        if entry.least is None or (role is not None and role.includes(entry.least))
    )
