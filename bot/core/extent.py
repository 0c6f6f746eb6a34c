"""What a standing approval covers: this command, commands that begin so, a file, a host, a type.

An action has a few extents, and a grant covers it where its own is among them. So what is offered
on a card and what is covered later come from one reading, and a kind of extent that this version
does not know covers nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.core.action import Action
from bot.core.action_text import texts_of
from bot.core.leading import leading_words
from bot.core.named import command_of, file_of, folders_of, is_in, request_of
from bot.core.shell import plain_words


class Breadth(StrEnum):
    """How wide an extent is."""

    EXACT = "exact"
    BEGINS = "begins"
    FILE = "file"
    FOLDER = "folder"
    METHOD = "method"
    HOST = "host"
    TYPE = "type"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What a grant covers of its action type; without more said, any action of that type.

    `text` is the command, the leading words, the path or the origin. `more` is a METHOD's method;
    for EXACT the SHA-256 of the other parameters that have to be the same, empty where there are
    none.
    """

    breadth: Breadth = Breadth.TYPE
    text: str = ""
    more: str = ""

    def dump(self) -> str:
        """Return the extent as a JSON array of three texts, in ASCII."""
        return json.dumps([self.breadth, self.text, self.more], separators=(",", ":"))

    @classmethod
    def load(cls, dumped: str) -> "Extent":
        """Read what `dump` wrote; what is no extent of this version is UNKNOWN."""
        try:
            breadth, text, more = json.loads(dumped)
            return cls(breadth=Breadth(breadth), text=str(text), more=str(more))
        except (ValueError, TypeError, RecursionError):
            return cls(breadth=Breadth.UNKNOWN)


ANY: Extent = Extent()


def extents_of(action: Action) -> tuple[Extent, ...]:
    """Return every extent that has the action in it, narrowest first; ANY is the last."""
    return (*_of_command(action), *_of_file(action), *_of_request(action), ANY)


def extents_to_offer(action: Action) -> tuple[Extent, ...]:
    """Return the extents that a card offers: of the folders the nearest, inside the directory."""
    offered: list[Extent] = []
    for extent in extents_of(action):
        if extent.breadth is Breadth.FOLDER:
            has_one = any(one.breadth is Breadth.FOLDER for one in offered)
            if has_one or not is_in(extent.text, action.cwd):
                continue
        offered.append(extent)
    return tuple(offered)


def _of_command(action: Action) -> Iterator[Extent]:
    command = command_of(action)
    if command is None:
        return
    yield Extent(breadth=Breadth.EXACT, text=command.text, more=command.beside)
    is_readable = not command.beside and not texts_of(action).is_windows
    words = plain_words(command.text) if is_readable else None
    leading = leading_words(words) if words is not None else None
    if leading is not None:
        yield Extent(breadth=Breadth.BEGINS, text=" ".join(leading))


def _of_file(action: Action) -> Iterator[Extent]:
    path = file_of(action)
    if path is None:
        return
    yield Extent(breadth=Breadth.FILE, text=path)
    for folder in folders_of(path):
        yield Extent(breadth=Breadth.FOLDER, text=folder)


def _of_request(action: Action) -> Iterator[Extent]:
    request = request_of(action)
    if request is None:
        return
    if request.method is not None:
        yield Extent(breadth=Breadth.METHOD, text=request.origin, more=request.method)
    yield Extent(breadth=Breadth.HOST, text=request.origin)
