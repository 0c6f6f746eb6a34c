"""Approvals, the asks behind them, and grants, as Protocols."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.core.approval import Approval, Outcome, State
from bot.core.grant import Grant
from bot.core.receipt import Claim
from bot.core.revocation import Revocation
from bot.gate.channel import Target
from bot.gate.steps import Steps

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some of a listing, newest first; `cursor` gets the next, or is None at the end."""

    items: tuple[T, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What a new approval met, so that most need look for nothing.

    `alike` counts the others that are pending of the same key, session and digest, copies aside;
    `grants` tells whether its key has a grant for its type that was not revoked, `denied` whether
    a person has just denied the same, `halt` whether the gate is paused or snoozed. `crowd` is 0
    where little else of its key waits, 1 where that has just become too much, 2 where it was
    before.
    """

    alike: int
    grants: bool
    denied: bool = False
    crowd: int = 0
    halt: bool = False


class Approvals(Protocol):
    """Approvals, whole."""

    def add(self, approval: Approval, *, crowd: int = ...) -> Steps[Met | None]:
        """Save a new approval and tell what it met; None where its short code is taken.

        With `crowd` others of its key that wait, it is marked as crowded.
        """

    def crowd(self, approval: Approval) -> Steps[tuple[Approval, ...]]:
        """Mark as crowded what waits of the same key but for this one; return what was not."""

    def approved_by(self, identity: str, *, since: datetime) -> Steps[int]:
        """Count the actions that somebody approved after this instant, copies aside."""

    def due(self, now: datetime, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what is pending and due a reminder or an escalation, earliest first."""

    def next_due(self) -> Steps[datetime | None]:
        """Return the earliest instant at which one falls due."""

    def nudge(self, after: Approval, *, before: Approval) -> Steps[bool]:
        """Save who was reminded and asked, only where it is pending and as it was before."""

    def denied_alike(self, approval: Approval, *, since: datetime) -> Steps[Approval | None]:
        """Return what a person denied last of the same key and digest after this instant."""

    def repeat(self, id: str) -> Steps[Approval]:
        """Count one ask more that its denial was for; return it as it is then."""

    def join(self, id: str, leader_id: str) -> Steps[None]:
        """Make it a copy of that one."""

    def get(self, id: str) -> Steps[Approval | None]:
        """Find one by its id."""

    def by_code(self, short_code: str) -> Steps[Approval | None]:
        """Find the pending one that has this short code."""

    def rule(self, after: Approval) -> Steps[None]:
        """Save its ruling, only where it is pending."""

    def finish(self, ended: Approval) -> Steps[bool]:
        """Save an end, only where the row is still pending; tell whether this was it."""

    def vote(self, after: Approval) -> Steps[bool]:
        """Save its votes, only where it is pending and nothing else changed; tell whether so."""

    def report(self, id: str, outcome: Outcome, *, revision: int) -> Steps[bool]:
        """Save the outcome, only where there is none yet; tell whether this was it."""

    def claim(self, id: str, claim: Claim, *, at: datetime) -> Steps[bool]:
        """Save the claim, only of an approved action that has none; tell whether this was it."""

    def claim_of(self, id: str) -> Steps[Claim | None]:
        """Return what it was claimed with, or None."""

    def revoke(
        self, grant_id: str, revocation: Revocation, *, id: str | None
    ) -> Steps[tuple[str, ...]]:
        """Save that the grant was taken back that they made, this one too; return their ids."""

    def lead(self, after: Approval) -> Steps[bool]:
        """Save that it leads its copies, only where it is pending and nothing else changed."""

    def follow(self, leader: str, *, before: str) -> Steps[None]:
        """Make the pending copies of the one before those of this leader, but for itself."""

    def copies(self, leader: str) -> Steps[tuple[Approval, ...]]:
        """Return the pending copies of a leader, oldest first."""

    def leaders(self, approval: Approval, *, full: int, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what is pending of the same key, session and digest, latest first.

        Those are no copies, and have fewer than `full`.
        """

    def shown(self, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what waits and is no copy, oldest first."""

    def waiting(
        self, target: Target | None, *, beyond: Approval | None, limit: int, older: bool = False
    ) -> Steps[tuple[Approval, ...]]:
        """Return what waits and is no copy, oldest first: what comes after this one, or before it.

        With a target only what has a card there.
        """

    def count_waiting(
        self, target: Target | None, *, before: Approval | None
    ) -> Steps[tuple[int, int, int]]:
        """Return how many of those wait, are of high risk or worse, and are older than this."""

    def pending_of(self, key_id: str, *, most: int) -> Steps[int]:
        """Return how many of a key's wait, copies aside; it counts no further than `most`."""

    def pending_by_key(self) -> Steps[tuple[tuple[str, int], ...]]:
        """Return how many of each key's wait, copies aside."""

    def listing(
        self,
        *,
        key_id: str | None,
        state: State | None,
        session_id: str | None,
        limit: int,
        cursor: str | None,
    ) -> Steps[Page[Approval]]:
        """Return approvals, newest first. Raises InvalidAsk for a cursor it did not make."""

    def ended(self, *, words: str, skip: int, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what has ended, the latest first; with words only what says them.

        Words are looked for in titles, previews, agents, types and notes of the newest of all.
        """

    def allowed_by(self, grant_id: str, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what a grant has let pass, newest first."""

    def overdue(self, now: datetime, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return pending approvals whose deadline has come, earliest first."""

    def next_deadline(self) -> Steps[datetime | None]:
        """Return the earliest deadline of what is pending."""


class Idempotency(Protocol):
    """Which asks were taken under which idempotency key."""

    def find(self, key_id: str, key: str) -> Steps[tuple[str, str] | None]:
        """Return (fingerprint, approval id) kept for this key."""

    def add(
        self, key_id: str, key: str, *, fingerprint: str, approval_id: str, at: datetime
    ) -> Steps[None]:
        """Keep it."""


class Grants(Protocol):
    """Standing approvals."""

    def candidates(self, approval: Approval, now: datetime) -> Steps[tuple[Grant, ...]]:
        """Return grants in force for this key, type and directory.

        Those that count no uses come first, then Always before Session.
        """

    def make(self, grant: Grant) -> Steps[Grant]:
        """Save it, or bring back the one of the same reach; return the one in force.

        One that is in force and has a clock or a count begins anew with those of this one.
        """

    def used(self, id: str, at: datetime) -> Steps[Grant | None]:
        """Count one use, only where it is in force then; return it as it stands after, or None."""

    def get(self, id: str) -> Steps[Grant | None]:
        """Find one by its id."""

    def listing(self, *, key_id: str | None, now: datetime) -> Steps[tuple[Grant, ...]]:
        """Return grants in force, newest first."""

    def revoke(self, id: str, at: datetime) -> Steps[bool]:
        """End it, only where it is in force; tell whether this was it."""
