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
from bot.core.revocation import Revocation
from bot.gate.channel import Card, Delivery, Sheet, Target, Update
from bot.gate.halt_tables import Halts, HeldAsks
from bot.gate.known import Known
from bot.gate.pairing_tables import Menus, Pairings
from bot.gate.steps import Steps
from bot.gate.topic_tables import TopicTable

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
        """Owe it; an EDIT of a card, or what a sheet owes already, is renewed instead."""

    def lanes_due(self, now: datetime) -> Steps[tuple[Target, ...]]:
        """Return every target to which something is due, each once."""

    def due(self, target: Target, now: datetime, *, limit: int) -> Steps[tuple[Delivery, ...]]:
        """Return what is due to one target: what never failed first, by priority, then by age."""

    def owe_once(self, delivery: Delivery) -> Steps[None]:
        """Owe it, unless a delivery of this id was owed before."""

    def release(self, person: str, now: datetime) -> Steps[None]:
        """Make due at once what waits for a person's quiet hours to end."""

    def settled(self, id: str, *, revision: int) -> Steps[None]:
        """Strike it off, unless it was renewed meanwhile."""

    def again(self, id: str, *, revision: int, due_at: datetime) -> Steps[None]:
        """Owe it once more at that instant, unless it was renewed meanwhile."""

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

    def released(self, id: str, *, beside: str | None) -> Steps[None]:
        """Hold it back no longer; it is a reply to this message."""

    def held(self, id: str, at: datetime) -> Steps[None]:
        """Hold it back: a digest shows what it would."""

    def last_held(self, target: Target) -> Steps[datetime | None]:
        """Return when a chat's card was held back last; None where none is."""

    def held_in(self, target: Target, *, limit: int) -> Steps[tuple[Card, ...]]:
        """Return a chat's cards that are held back and whose approvals wait, earliest first."""

    def forget_held(self, target: Target) -> Steps[None]:
        """Hold none of a chat's cards back any more."""

    def taken_down(self, id: str) -> Steps[None]:
        """Forget the channel's reference: the message is no more."""

    def turn(self, id: str, face: str, *, face_revision: int) -> Steps[bool]:
        """Save another face, only where its revision is the next one; tell whether it was."""

    def posted_in(self, target: Target) -> Steps[tuple[Card, ...]]:
        """Return the cards that were posted to a target."""

    def unposted_in(self, target: Target) -> Steps[tuple[Card, ...]]:
        """Return the cards that a target has not got."""

    def moved(self, before: Target, after: Target) -> Steps[None]:
        """Follow a chat to its new address: cards and sheets, no longer posted, and deliveries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What came to a chat lately and waits, each counted no further than asked for.

    `recent` are all, `recent_of_key` those of one key; `pending_of_key` are all of that key,
    wherever. `digest` is the id of the chat's open one, `held_at` when a card was held back last.
    """

    recent: int
    recent_of_key: int
    pending_of_key: int
    digest: str | None
    held_at: datetime | None


class Sheets(Protocol):
    """Interactive messages that are no cards."""

    def burst(self, target: Target, key_id: str, *, since: datetime, most: int) -> Steps[Burst]:
        """Return what came to a chat since then; it counts no further than `most`."""

    def add(self, sheet: Sheet) -> Steps[None]:
        """Save a sheet, posted or to be posted."""

    def get(self, id: str) -> Steps[Sheet | None]:
        """Find one by its id."""

    def by_handle(self, handle: str) -> Steps[Sheet | None]:
        """Find the one with this secret."""

    def open_in(self, target: Target) -> Steps[tuple[Sheet, ...]]:
        """Return those of a chat that are not closed, in the order they were made."""

    def showing(self, approval_id: str) -> Steps[tuple[Sheet, ...]]:
        """Return those not closed that an approval's end changes.

        Their state names it, or they are a digest in a chat where it has a card.
        """

    def turn(
        self, id: str, state: Mapping[str, Json], *, revision: int, at: datetime
    ) -> Steps[bool]:
        """Save another state, only where its revision is the next one; tell whether it was."""

    def touch(self, id: str, at: datetime) -> Steps[None]:
        """Keep when it last mattered."""

    def posted(self, id: str, message: str | None) -> Steps[None]:
        """Keep the channel's reference; None where it has to be posted anew."""

    def close(self, id: str, at: datetime) -> Steps[bool]:
        """Close it, only where it is open; tell whether this was it."""


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

        A name that two people have is nobody's; viewers are not meant.
        """

    def listing(self) -> Steps[tuple[Known, ...]]:
        """Return everybody enabled, who may most first."""

    def drop(self, id: str, *, source: str) -> Steps[None]:
        """Let this source name somebody no longer; who comes from no other is disabled."""

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


class Dismissals(Protocol):
    """Suggested rules that are offered no more."""

    def all(self) -> Steps[frozenset[str]]:
        """Return the hashes of all of them."""

    def add(self, rule_sha256: str, *, name: str, identity: str, at: datetime) -> Steps[None]:
        """Keep one; again does nothing."""


class Updates(Protocol):
    """Which updates were handled."""

    def first_sight(self, update: Update, at: datetime) -> Steps[bool]:
        """Keep its number; tell whether it was new."""


class Retention(Protocol):
    """What is not kept for ever."""

    def purge(self, now: datetime) -> Steps[None]:
        """Forget handled updates, used links, idempotency keys and sheets past their time."""


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
    def sheets(self) -> Sheets: ...  # noqa: D102
    @property
    def people(self) -> People: ...  # noqa: D102
    @property
    def preferences(self) -> PreferencesOfPeople: ...  # noqa: D102
    @property
    def pairings(self) -> Pairings: ...  # noqa: D102
    @property
    def menus(self) -> Menus: ...  # noqa: D102
    @property
    def keys(self) -> Keys: ...  # noqa: D102
    @property
    def policies(self) -> Policies: ...  # noqa: D102
    @property
    def dismissals(self) -> Dismissals: ...  # noqa: D102
    @property
    def halts(self) -> Halts: ...  # noqa: D102
    @property
    def held(self) -> HeldAsks: ...  # noqa: D102
    @property
    def topics(self) -> TopicTable: ...  # noqa: D102
    @property
    def updates(self) -> Updates: ...  # noqa: D102
    @property
    def retention(self) -> Retention: ...  # noqa: D102
