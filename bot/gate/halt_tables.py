"""What a unit of work may read and write of halts and of what they hold, as Protocols."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.approval import Approval
from bot.core.halt import Halt
from bot.core.risk import Level
from bot.gate.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An approval that a pause holds, with what it takes to judge and address it anew."""

    approval: Approval
    urgency: Level
    channel: str | None
    address: str | None


class Halts(Protocol):
    """The one halt that there may be."""

    def current(self, now: datetime) -> Steps[Halt | None]:
        """Return the halt in force."""

    def kept(self) -> Steps[Halt | None]:
        """Return the halt that was not ended, also one whose time has come."""

    def put(self, halt: Halt) -> Steps[None]:
        """Save it, in the place of any before."""

    def remove(self) -> Steps[bool]:
        """End it; tell whether there was one."""


class HeldAsks(Protocol):
    """Which approvals were asked while the gate was paused, and have no cards yet."""

    def add(
        self, approval: Approval, *, urgency: Level, channel: str | None, address: str | None
    ) -> Steps[None]:
        """Hold it."""

    def has(self, approval_id: str) -> Steps[bool]:
        """Tell whether it is held."""

    def next(self, *, limit: int) -> Steps[tuple[Held, ...]]:
        """Return what is held, the most dangerous first, then the oldest."""

    def count(self) -> Steps[int]:
        """Return how many that are held still wait for an answer."""

    def drop(self, approval_id: str) -> Steps[bool]:
        """Hold it no more; tell whether it was held."""
