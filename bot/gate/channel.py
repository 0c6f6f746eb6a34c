"""What goes to people and by which way: cards, deliveries, and a channel as a Protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from bot.core.action import Json
from bot.core.approval import Approval

EMAIL: Final = "email"


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
    OFFER = "offer"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message in one chat that shows an approval.

    `handle` is the 128-bit secret in its buttons. `message` is the channel's reference once
    posted. `face` is what this copy shows beside the approval itself (a confirm row, ticked
    options), as a JSON object (`bot.core.card.Face`; an offer's is `bot.core.offer.Offer`);
    `face_revision` counts its changes. `beside` is the message that it replies to, silently: a
    prompt or the details to the card, an offer to the person's words, a card to the sheet that it
    was asked for from. `held_at` is since when a digest shows it in its place.
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
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One message with buttons that is no card, as `bot.gate.sheet` explains.

    `handle` is the 128-bit secret in its buttons; `person` the approver whose it is, None where it
    is for whoever may decide. `state` is its kind's own, `revision` counts its changes; `message`
    is the channel's reference once posted, `thread` the chat's topic in which it was asked for.
    `touched_at` is when it last mattered. A closed one has no buttons any more.
    """

    id: str
    kind: str
    target: Target
    handle: str
    person: str | None
    state: Mapping[str, Json] = field(default_factory=dict)
    message: str | None = None
    revision: int = 0
    made_at: datetime
    touched_at: datetime
    closed_at: datetime | None = None
    thread: str | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether its buttons do something."""
        return self.closed_at is None


class Task(StrEnum):
    """What a delivery does."""

    POST = "post"
    EDIT = "edit"
    ATTACH = "attach"
    SAY = "say"
    SHEET = "sheet"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something owed to a channel.

    POST, EDIT, ATTACH and REMOVE are about a card, SHEET about a sheet, to be posted or edited;
    SAY carries its text in `body`, a JSON object that the channel understands. Lower `priority`
    goes first within one target. `revision` counts how often the same debt was renewed while it
    was still owed.
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
    sheet_id: str | None = None


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
        uneditable: bool = False,
        gone: bool = False,
        tells_anew: bool = False,
    ) -> None:
        super().__init__(fault)
        self.fault = fault
        self.permanent = permanent
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.unreachable = unreachable
        self.uneditable = uneditable
        self.gone = gone
        self.tells_anew = tells_anew


class Channel(Protocol):
    """A way to show approvals to people: post, keep the reference, edit later.

    Every call raises ChannelError; permanent where trying again is no use, `retry_after` where the
    channel said when, `moved_to` where the address has changed for good, `unreachable` where
    nothing else would get through either, `uneditable` where an edit is refused for good, and a
    new message may be taken, `gone` where moreover the message is not there any more.
    `tells_anew` is of a channel that edits nothing: it tells an end in a message of its own.
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

    async def show_sheet(self, sheet: Sheet, content: object) -> str:
        """Post the sheet, or edit it where it was posted; return the message's reference.

        `content` is what its kind returned of what it shows; a closed one has no buttons.
        """

    async def say(self, target: Target, body: str) -> None:
        """Send a message that is no card; `body` is what this channel put into the outbox."""
