"""What happened, handed on after COMMIT: waiters wake, timers set, the outbox moves."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.core.approval import Approval
from bot.core.people import Approver
from bot.gate.known import Known


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
class PreferencesChanged:
    """A person, by their id, prefers something else from now on."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChanged:
    """Somebody came, went, or may now do more or less; `people` is everybody as of then.

    `came` is who was let in just now.
    """

    people: tuple[Known, ...]
    came: Approver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltChanged:
    """The gate was paused, snoozed (until this instant, where there is one) or resumed."""

    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesChanged:
    """The database's policies are others now; what is judged by has to follow."""


Event: TypeAlias = (
    Asked
    | Ended
    | Reported
    | Owed
    | PreferencesChanged
    | PeopleChanged
    | HaltChanged
    | PoliciesChanged
)
