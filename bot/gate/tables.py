"""What a unit of work may read and write, as Protocols: one repository a noun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.core.action import Json
from bot.core.approval import Approval, Outcome, State
from bot.core.audit import Entry
from bot.core.grant import Grant
from bot.core.people import Approver, Key
from bot.core.preference import Preferences
from bot.gate.channel import Card, Delivery, Target, Update
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
    `grants` tells whether its key has a grant for its type that was not revoked.
    """

    alike: int
    grants: bool


class Approvals(Protocol):
    """Approvals, whole."""

    def add(self, approval: Approval) -> Steps[Met | None]:
        """Save a new approval and tell what it met; None where its short code is taken."""

    def join(self, id: str, leader_id: str) -> Steps[None]:
        """Make it a copy of that one."""

    def get(self, id: str) -> Steps[Approval | None]:
        """Find one by its id."""

    def finish(self, ended: Approval) -> Steps[bool]:
        """Save an end, only where the row is still pending; tell whether this was it."""

    def vote(self, after: Approval) -> Steps[bool]:
        """Save its votes, only where it is pending and nothing else changed; tell whether so."""

    def report(self, id: str, outcome: Outcome, *, revision: int) -> Steps[bool]:
        """Save the outcome, only where there is none yet; tell whether this was it."""

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


class Audit(Protocol):
    """The chain, read; the writer appends to it."""

    def of(self, approval_id: str) -> Steps[tuple[Entry, ...]]:
        """Return one approval's entries, oldest first."""

    def has(self, approval_id: str, kind: str) -> Steps[bool]:
        """Tell whether the approval has an entry of this kind."""

    def after(self, seq: int, *, limit: int) -> Steps[tuple[Entry, ...]]:
        """Return entries that follow this number, oldest first."""


class Outbox(Protocol):
    """What is owed to channels."""

    def owe(self, delivery: Delivery) -> Steps[None]:
        """Owe it; an EDIT already owed to the same card is renewed instead."""

    def lanes_due(self, now: datetime) -> Steps[tuple[Target, ...]]:
        """Return every target to which something is due, each once."""

    def due(self, target: Target, now: datetime, *, limit: int) -> Steps[tuple[Delivery, ...]]:
        """Return what is due to one target: what never failed first, by priority, then by age."""

    def settled(self, id: str, *, revision: int) -> Steps[None]:
        """Strike it off, unless it was renewed meanwhile."""

    def postpone(self, id: str, *, due_at: datetime, attempts: int, fault: str) -> Steps[None]:
        """Owe it until later."""

    def give_up(self, id: str, *, fault: str) -> Steps[None]:
        """Keep it as undeliverable; it is due no more."""

    def next_due(self, after: datetime) -> Steps[datetime | None]:
        """Return the earliest instant after this one at which something falls due."""


class Cards(Protocol):
    """Messages that show approvals."""

    def add(self, card: Card) -> Steps[None]:
        """Save a card, posted or to be posted."""

    def get(self, id: str) -> Steps[Card | None]:
        """Find one by its id."""

    def by_handle(self, handle: str) -> Steps[tuple[Card, ...]]:
        """Return the card with this secret, and further copies of it."""

    def by_message(self, target: Target, message: str) -> Steps[Card | None]:
        """Find the card that is this message."""

    def of(self, approval_id: str) -> Steps[tuple[Card, ...]]:
        """Return all copies of one approval, in the order they were made."""

    def posted(self, id: str, message: str) -> Steps[None]:
        """Keep the channel's reference."""

    def turn(self, id: str, face: str, *, face_revision: int) -> Steps[bool]:
        """Save another face, only where its revision is the next one; tell whether it was."""

    def posted_in(self, target: Target) -> Steps[tuple[Card, ...]]:
        """Return the cards that were posted to a target."""

    def unposted_in(self, target: Target) -> Steps[tuple[Card, ...]]:
        """Return the cards that a target has not got."""

    def moved(self, before: Target, after: Target) -> Steps[None]:
        """Follow a chat to its new address: cards, no longer posted, and deliveries owed."""


class People(Protocol):
    """Approvers, their addresses, and one-time links to the queue page."""

    def by_address(self, target: Target) -> Steps[Approver | None]:
        """Find the approver who has this address; disabled ones are nobody."""

    def addresses(self, channel: str) -> Steps[tuple[str, ...]]:
        """Return every enabled approver's address in a channel."""

    def put(self, approver: Approver, target: Target | None, *, source: str) -> Steps[None]:
        """Save an approver who comes from this source; enable again where disabled."""

    def keep_only(self, source: str, ids: Sequence[str]) -> Steps[None]:
        """Disable approvers of this source who are not among these."""

    def named(
        self, names: Sequence[str]
    ) -> Steps[tuple[tuple[Approver, tuple[Target, ...]], ...]]:
        """Find enabled approvers by id, address or name, with where they are reached.

        A name that two people have is nobody's.
        """

    def rename(self, id: str, name: str) -> Steps[None]:
        """Save the name a channel gave, where it differs."""

    def get(self, id: str) -> Steps[Approver | None]:
        """Find an enabled approver by id."""

    def add_link(self, token_sha256: str, *, person: str, expires_at: datetime) -> Steps[None]:
        """Save a one-time link by the hash of its token."""

    def use_link(self, token_sha256: str, *, now: datetime) -> Steps[str | None]:
        """Use it up, only where unused and unexpired; return its person."""


class PreferencesOfPeople(Protocol):
    """What people prefer, by their ids."""

    def get(self, person: str) -> Steps[Preferences]:
        """Return what a person prefers; the defaults where they said nothing."""

    def at(self, target: Target) -> Steps[Preferences | None]:
        """Return what the enabled approver at this address prefers; None for anybody else."""

    def put(self, person: str, preferences: Preferences) -> Steps[None]:
        """Save what a person prefers, over what they did before."""

    def open_cards(self, person: str) -> Steps[tuple[tuple[str, Target], ...]]:
        """Return the posted cards of what is pending at this person's own addresses, by id."""


class Keys(Protocol):
    """API keys, by their hashes."""

    def all(self) -> Steps[tuple[Key, ...]]:
        """Return every key in force."""

    def put(self, key: Key, *, source: str) -> Steps[None]:
        """Save a key that comes from this source."""

    def keep_only(self, source: str, ids: Sequence[str]) -> Steps[None]:
        """Remove keys of this source that are not among these."""

    def any_from(self, source: str) -> Steps[bool]:
        """Tell whether a key of this source exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPolicy:
    """A policy as it is kept: its document, which `read_policy` reads."""

    id: str
    name: str
    document: Mapping[str, Json]
    made_at: datetime
    changed_at: datetime


class Policies(Protocol):
    """Policies, as documents."""

    def all(self) -> Steps[tuple[KeptPolicy, ...]]:
        """Return every policy, in the order in which they were made."""

    def get(self, id: str) -> Steps[KeptPolicy | None]:
        """Find one by its id."""

    def add(self, policy: KeptPolicy) -> Steps[None]:
        """Save a new one."""

    def change(self, policy: KeptPolicy) -> Steps[None]:
        """Save it over the one of its id."""

    def remove(self, id: str) -> Steps[None]:
        """Remove it."""


class Updates(Protocol):
    """Which updates were handled."""

    def first_sight(self, update: Update, at: datetime) -> Steps[bool]:
        """Keep its number; tell whether it was new."""


class Retention(Protocol):
    """What is not kept for ever."""

    def purge(self, now: datetime) -> Steps[None]:
        """Forget handled updates, used links and idempotency keys past their time."""


class Transaction(Protocol):
    """What one unit of work may read and write."""

    @property
    def approvals(self) -> Approvals: ...  # noqa: D102  the Protocol's own words say it
    @property
    def idempotency(self) -> Idempotency: ...  # noqa: D102
    @property
    def grants(self) -> Grants: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102
    @property
    def outbox(self) -> Outbox: ...  # noqa: D102
    @property
    def cards(self) -> Cards: ...  # noqa: D102
    @property
    def people(self) -> People: ...  # noqa: D102
    @property
    def preferences(self) -> PreferencesOfPeople: ...  # noqa: D102
    @property
    def keys(self) -> Keys: ...  # noqa: D102
    @property
    def policies(self) -> Policies: ...  # noqa: D102
    @property
    def updates(self) -> Updates: ...  # noqa: D102
    @property
    def retention(self) -> Retention: ...  # noqa: D102
