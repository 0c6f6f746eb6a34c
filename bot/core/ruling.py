"""What a rule says about one approval that people are asked, kept with it from its first hour.

Later changes of the policy change nothing about what was asked before.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.routing import Routing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Which rule has people asked, why, and how; `because` is the rule's own words.

    Without a `rule` it only says how people were to be asked, as of what a snooze hands back.
    Where it is strict, no grant satisfies it, so none is offered. `named` are the ids of those
    whom the rule's names meant when it was asked, so that nobody takes over a name later.
    `escalated` says who else was asked at `escalated_at`, by name; they are among `named` too.
    """

    rule: str
    because: str | None = None
    is_strict: bool = False
    named: tuple[str, ...] = ()
    escalated: tuple[str, ...] = ()
    escalated_at: datetime | None = None
    routing: Routing = field(default_factory=Routing)
