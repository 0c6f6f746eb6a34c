"""What a command is fed: the words and the programs of what is piped in or runs inside it."""

from collections.abc import Iterator
from itertools import islice

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
    for at in islice(_sources(command), _CHAIN):
        words += [word for one in (at, *at.inner) for word in one.words]
    return words


def fed_by(command: Command) -> Danger | None:
    """Return the danger of running what is piped in or made by inner commands."""
    sources = islice(_sources(command), _CHAIN)
    names = {
        name_of(word)
        for at in (command, *sources)
        for giver in (*at.inner, *([at] if at is not command else []))
        for word in giver.words[:_LOOK]
    }
    if names & FETCHERS:
        return Danger.NETWORK_CODE
    is_hidden = is_fed_from_afar(command) or not names.isdisjoint(DECODERS)
    return Danger.HIDDEN_CODE if is_hidden else None


def is_fed_from_afar(command: Command) -> bool:
    """Tell whether more commands stand before it in its pipe than are followed back."""
    return next(islice(_sources(command), _CHAIN, None), None) is not None


def _sources(command: Command) -> Iterator[Command]:
    """Yield what is piped in, what is piped into that, and so on."""
    at = command.source
    while at is not None:
        yield at
        at = at.source
