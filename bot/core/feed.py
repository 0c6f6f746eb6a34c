"""What a command is fed: the words and the programs of what is piped in or runs inside it."""

from bot.core.command_line import Command
from bot.core.danger import Danger
from bot.core.program_table import DECODERS, FETCHERS

_CHAIN = 16  # commands that a pipe is followed back
_LOOK = 16  # words of a giver that may name a program


def name_of(word: str) -> str:
    """Return the program a first word names."""
    return word.rsplit("/", 1)[-1].lower().removesuffix(".exe")


def given_words(command: Command) -> list[str]:
    """Return the words of what is piped in and of what runs inside the command's own."""
    words = [word for inner in command.inner for word in inner.words]
    at = command.source
    for _ in range(_CHAIN):
        if at is None:
            break
        words += [word for one in (at, *at.inner) for word in one.words]
        at = at.source
    return words


def fed_by(command: Command) -> Danger | None:
    """Return the danger of running what is piped in or made by inner commands."""
    names: set[str] = set()
    at: Command | None = command
    for _ in range(_CHAIN):
        if at is None:
            break
        for giver in (*at.inner, *([at.source] if at.source else [])):
            names.update(name_of(word) for word in giver.words[:_LOOK])
        at = at.source
    if names & FETCHERS:
        return Danger.NETWORK_CODE
    return Danger.HIDDEN_CODE if names & DECODERS else None
