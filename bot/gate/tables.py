"""What a unit of work may read and write, as Protocols: one repository a noun."""

from datetime import datetime
from typing import Protocol

from bot.core.audit import Entry
from bot.gate.approval_tables import Approvals, Grants, Idempotency
from bot.gate.call import CallTable, TurnTable
from bot.gate.channel import Update
from bot.gate.delivery_tables import Cards, Outbox, Sheets
from bot.gate.halt_tables import Halts, HeldAsks
from bot.gate.link_tables import Devices, Links
from bot.gate.mailbox_tables import MailboxTable
from bot.gate.pairing_tables import Menus, Pairings
from bot.gate.people_tables import Keys, People, PreferencesOfPeople
from bot.gate.policy_tables import Dismissals, Policies
from bot.gate.steps import Steps
from bot.gate.topic_tables import TopicTable


class Audit(Protocol):
    """The chain, read; the writer appends to it."""

    def of(self, approval_id: str) -> Steps[tuple[Entry, ...]]:
        """Return one approval's entries, oldest first."""

    def has(self, approval_id: str, kind: str) -> Steps[bool]:
        """Tell whether the approval has an entry of this kind."""

    def after(self, seq: int, *, limit: int) -> Steps[tuple[Entry, ...]]:
        """Return entries that follow this number, oldest first."""


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
    def links(self) -> Links: ...  # noqa: D102
    @property
    def devices(self) -> Devices: ...  # noqa: D102
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
    def mailboxes(self) -> MailboxTable: ...  # noqa: D102
    @property
    def topics(self) -> TopicTable: ...  # noqa: D102
    @property
    def calls(self) -> CallTable: ...  # noqa: D102
    @property
    def turns(self) -> TurnTable: ...  # noqa: D102
    @property
    def updates(self) -> Updates: ...  # noqa: D102
    @property
    def retention(self) -> Retention: ...  # noqa: D102
