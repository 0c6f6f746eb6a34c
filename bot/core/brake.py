"""What slows people and agents down where haste would decide: counts, and what follows from them.

An approver who approves one card after the other reads none of them, and an agent that asks for
more than anybody can read may hope for that. Denials are never slowed down.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.core.approval import Approval, Kind
from bot.core.decision import Choice, Decision
from bot.core.errors import TooHasty

# So long a person's denial holds for the very same ask of the same key.
DENIED_FOR: Final = timedelta(minutes=10)
_PERSON: Final = "person:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """How much is too much: approvals of one person in a window, and what waits of one key.

    `burst` is how many cards may come to a chat in ten seconds before one list takes their place.
    """

    approvals: int = 10
    window: timedelta = timedelta(seconds=60)
    pending: int = 20
    burst: int = 3


def is_braked(approval: Approval, choice: Choice, identity: str) -> bool:
    """Tell whether this decision counts towards the brake: a person approves an action."""
    return choice.approve and approval.kind is Kind.ACTION and identity.startswith(_PERSON)


def check_haste(approval: Approval, brake: Brake, *, approved: int) -> None:
    """Raise TooHasty where so many approvals of the window leave room for no further tap."""
    if approved >= brake.approvals:
        raise TooHasty(
            approvals=approved,
            seconds=int(brake.window.total_seconds()),
            short_code=approval.short_code,
        )


def is_persons_denial(decision: Decision | None) -> bool:
    """Tell whether a person denied it, rather than a rule, a key or an earlier denial."""
    if decision is None or decision.approved:
        return False
    return (decision.approver_id or "").startswith(_PERSON)
