"""What happened, handed on after COMMIT: waiters wake, timers set, the outbox moves."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.core.approval import Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A new approval waits for somebody."""

    approval: Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An approval reached its end, at once or later."""

    approval: Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """An outcome was reported."""

    approval: Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Something is due in the outbox at this instant or later."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltChanged:
    """The gate was paused, snoozed (until this instant, where there is one) or resumed."""

    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesChanged:
    """The database's policies are others now; what is judged by has to follow."""


Event: TypeAlias = Asked | Ended | Reported | Owed | HaltChanged | PoliciesChanged
