"""What everybody outside saw of a run, and what the gate has kept: values for the checker."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.approval import Approval, State
from bot.core.audit import Entry, Head
from bot.core.decision import Scope
from bot.core.grant import Grant
from bot.gate.channel import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """An ask that the gate has taken: its idempotency key is its title too.

    Until `not_before` the asker was told that nothing was kept.
    """

    key: str
    id: str
    digest: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """How an approval stood in some answer, which was asked for and came at these instants."""

    id: str
    state: State
    by: str | None = None
    code: str | None = None
    via: str | None = None
    at: int | None = None
    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An end that its maker was told to be theirs; `who` is the audit's word for them."""

    id: str
    state: State
    who: str
    scope: Scope = Scope.ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An outcome that the gate has taken."""

    id: str
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A receipt that an agent, `who` in the audit's word, got for the digest it would run."""

    id: str
    receipt: str
    digest: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A tap or a reply. `shown` is the bot's answer to a tap; a reply has no handle."""

    update: int
    person: int
    chat: int
    message: int
    confirmed: bool
    handle: str | None = None
    shown: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A card in a chat as people see it at the end; `handle` is its secret when it was posted."""

    chat: int
    number: int
    handle: str
    text: str
    labels: tuple[str, ...]
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that was seen from outside; `approvers` are the Telegram ids that may decide."""

    approvers: frozenset[int]
    creates: tuple[Create, ...] = ()
    reads: tuple[Read, ...] = ()
    claims: tuple[Claim, ...] = ()
    reports: tuple[Report, ...] = ()
    receipts: tuple[Received, ...] = ()
    presses: tuple[Press, ...] = ()
    messages: tuple[Message, ...] = ()
    starts: tuple[datetime, ...] = ()
    errors: tuple[str, ...] = ()
    over: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All that is in the database; `asks` has (idempotency key, approval id)."""

    approvals: tuple[Approval, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    entries: tuple[Entry, ...] = ()
    head: Head = field(default_factory=Head)
    updates: frozenset[int] = frozenset()
    cards: tuple[Card, ...] = ()
    grants: tuple[Grant, ...] = ()
    owed: tuple[str, ...] = ()
