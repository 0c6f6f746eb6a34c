"""What is owed to chats, and the messages there, as Protocols."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.action import Json
from bot.gate.channel import Card, Delivery, Sheet, Target
from bot.gate.steps import Steps


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

    def hasten(self, approval_id: str, now: datetime) -> Steps[None]:
        """Make due at once the mails that wait for people to answer elsewhere first."""

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

    def held_mails(self, target: Target) -> Steps[tuple[Card, ...]]:
        """Return the cards that are held back for a list, earliest first, waiting or ended."""

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
