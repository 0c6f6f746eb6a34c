"""What a model says in a scripted conversation, whatever it is told."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """The model wants a tool."""

    tool: str
    arguments: Json = field(default_factory=dict)

    @property
    def written(self) -> str:
        """Return the arguments as the model writes them."""
        return json.dumps(self.arguments)


@dataclass(frozen=True, slots=True)
class Say:
    """The model talks, and its turn is over."""

    text: str


Turn: TypeAlias = tuple[Call | Say, ...]
Reading: TypeAlias = Callable[[str], Turn]
"""A turn that hangs on what the model has read so far."""

ENDED: Turn = (Say("There is nothing more in the script."),)


@dataclass(slots=True)
class Script:
    """A model's turns, one for each answer that stands in the conversation already.

    A turn is found by what the agent sends, so that an agent which asks again is told the same.
    """

    turns: tuple[Turn | Reading, ...] = ()

    def plays(self, *turns: Turn | Reading | Call | Say) -> None:
        """Take the place of what was there."""
        self.turns = tuple((turn,) if isinstance(turn, Call | Say) else turn for turn in turns)

    def turn(self, answered: int, read: str) -> Turn:
        """Return what comes after so many answers, to a model that has read this."""
        if answered >= len(self.turns):
            return ENDED
        turn = self.turns[answered]
        return turn(read) if callable(turn) else turn
