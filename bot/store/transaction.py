"""The tables of one database, as one unit of work sees them."""

from dataclasses import dataclass, field

from bot.store.approvals import ApprovalRows
from bot.store.audit import AuditRows
from bot.store.calls import CallRows, TurnRows
from bot.store.cards import CardRows
from bot.store.devices import DeviceRows
from bot.store.dismissals import DismissalRows
from bot.store.grants import GrantRows
from bot.store.halts import HaltRows, HeldRows
from bot.store.keys import KeyRows
from bot.store.links import LinkRows
from bot.store.mailboxes import MailboxRows
from bot.store.menus import MenuRows
from bot.store.once import IdempotencyRows, RetentionRows, UpdateRows
from bot.store.outbox import OutboxRows
from bot.store.pairings import PairingRows
from bot.store.people import PeopleRows
from bot.store.policies import PolicyRows
from bot.store.preferences import PreferenceRows
from bot.store.sheets import SheetRows
from bot.store.topics import TopicRows


@dataclass(frozen=True, slots=True)
class Tables:
    """The Transaction port; it holds no state, so every unit shares one."""

    approvals: ApprovalRows = field(default_factory=ApprovalRows)
    idempotency: IdempotencyRows = field(default_factory=IdempotencyRows)
    grants: GrantRows = field(default_factory=GrantRows)
    audit: AuditRows = field(default_factory=AuditRows)
    outbox: OutboxRows = field(default_factory=OutboxRows)
    cards: CardRows = field(default_factory=CardRows)
    sheets: SheetRows = field(default_factory=SheetRows)
    people: PeopleRows = field(default_factory=PeopleRows)
    preferences: PreferenceRows = field(default_factory=PreferenceRows)
    pairings: PairingRows = field(default_factory=PairingRows)
    links: LinkRows = field(default_factory=LinkRows)
    devices: DeviceRows = field(default_factory=DeviceRows)
    menus: MenuRows = field(default_factory=MenuRows)
    keys: KeyRows = field(default_factory=KeyRows)
    policies: PolicyRows = field(default_factory=PolicyRows)
    dismissals: DismissalRows = field(default_factory=DismissalRows)
    halts: HaltRows = field(default_factory=HaltRows)
    held: HeldRows = field(default_factory=HeldRows)
    mailboxes: MailboxRows = field(default_factory=MailboxRows)
    topics: TopicRows = field(default_factory=TopicRows)
    calls: CallRows = field(default_factory=CallRows)
    turns: TurnRows = field(default_factory=TurnRows)
    updates: UpdateRows = field(default_factory=UpdateRows)
    retention: RetentionRows = field(default_factory=RetentionRows)
