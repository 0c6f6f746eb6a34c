"""What goes to people and by which way: cards, deliveries, and a channel as a Protocol."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.core.approval import Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a card goes: a channel and an address in it (for Telegram a chat id, as text)."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update of a channel, by its number; seen once or not at all."""

    channel: str
    id: int


class CardKind(StrEnum):
    """What a posted message is of its approval."""

    CARD = "card"
    PROMPT = "prompt"
    DETAILS = "details"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message in one chat that shows an approval.

    `handle` is the 128-bit secret in its buttons. `message` is the channel's reference once
    posted. `face` is what this copy shows beside the approval itself (a confirm row, ticked
    options), as a JSON object (`bot.core.card.Face`); `face_revision` counts its changes. `beside`
    is the message that a prompt or the details reply to.
    """

    id: str
    approval_id: str
    kind: CardKind
    target: Target
    handle: str
    message: str | None = None
    face: str = "{}"
    face_revision: int = 0
    beside: str | None = None


class Task(StrEnum):
    """What a delivery does."""

    POST = "post"
    EDIT = "edit"
    ATTACH = "attach"
    SAY = "say"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something owed to a channel.

    POST, EDIT, ATTACH and REMOVE are about a card; SAY carries its text in `body`, a JSON object
    that the channel understands. Lower `priority` goes first within one target. `revision` counts
    how often the same debt was renewed while it was still owed.
    """

    id: str
    task: Task
    target: Target
    card_id: str | None = None
    body: str = "{}"
    priority: int = 5
    attempts: int = 0
    revision: int = 0
    created_at: datetime
    due_at: datetime


class ChannelError(Exception):
    """A channel did not take a delivery; the message is safe to log."""

    def __init__(
        self,
        fault: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        moved_to: str | None = None,
        unreachable: bool = False,
    ) -> None:
        super().__init__(fault)
        self.fault = fault
        self.permanent = permanent
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.unreachable = unreachable


class Channel(Protocol):
    """A way to show approvals to people: post, keep the reference, edit later.

    Every call raises ChannelError; permanent where trying again is no use, `retry_after` where the
    channel said when, `moved_to` where the address has changed for good, `unreachable` where
    nothing else would get through either.
    """

    @property
    def name(self) -> str:
        """The word for it in targets."""

    async def post(self, card: Card, approval: Approval, *, silent: bool = False) -> str:
        """Show the approval in a new message, maybe without a sound; return its reference."""

    async def edit(self, card: Card, approval: Approval) -> None:
        """Show the approval as it is now in the message posted before."""

    async def remove(self, card: Card, approval: Approval) -> None:
        """Take a message away; one that can't be, says in a few words that it is over."""

    def needs_attachment(self, approval: Approval) -> bool:
        """Tell whether a card cannot show it whole, so that a file follows."""

    async def attach(self, card: Card, approval: Approval) -> None:
        """Send what the card could not hold, as a file in reply to it."""

    async def say(self, target: Target, body: str) -> None:
        """Send a message that is no card; `body` is what this channel put into the outbox."""
