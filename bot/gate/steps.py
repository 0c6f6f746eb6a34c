"""Use cases as generators: what they yield, are sent and leave.

A use case yields statements that a repository made, is sent their rows, and returns what it found
or did. So it needs no engine and no loop, and a test drives it with lists.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from bot.core.audit import Record
from bot.gate.events import Event

T = TypeVar("T")


Scalar: TypeAlias = str | int | None
Row: TypeAlias = Sequence[Scalar]
Rows: TypeAlias = Sequence[Row]
# A statement and its parameters; or those of each time that it is to run, for no rows.
Call: TypeAlias = tuple[object, Mapping[str, Scalar] | Sequence[Mapping[str, Scalar]]]
Steps: TypeAlias = Generator[Call, Rows, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[T]):
    """What a writing use case leaves: its value, what the audit keeps, what others hear of it."""

    value: T
    audit: tuple[Record, ...] = ()
    events: tuple[Event, ...] = ()
