"""A burst of mails is one list: no address gets more than a few mails a minute.

When a mail falls due and a few went to its address within a minute, or more than a few are due at
once, as after the mail server was down, its card is held back for a list, which goes out when the
minute is over. What is of high risk has its own mail all the same. The list is a sheet: it is
mailed once, tells what waits, with a link each, and what has ended, and is closed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.approval import Approval
from bot.core.burst import CALM, FEW
from bot.core.risk import Level
from bot.gate import lost
from bot.gate.channel import Card, Delivery, Sheet, Task
from bot.gate.debt import edit_of, show_of
from bot.gate.events import Owed
from bot.gate.sheet import STALE, Opening, Press, Showing, State
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

KIND: Final = "mail_list"
LISTED: Final = 30
_LAST: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A card that was held back, and how its approval stands."""

    card: Card
    approval: Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class MailList:
    """What one list tells: `rows`, and how many `more` there is no room for."""

    rows: tuple[Row, ...]
    held: tuple[Card, ...]
    at: datetime

    @property
    def more(self) -> int:
        """How many wait beside those listed."""
        return len(self.held) - len(self.rows)


def gathered(
    tx: Transaction,
    *,
    delivery: Delivery,
    card: Card,
    approval: Approval,
    now: datetime,
    few: int = FEW,
) -> Steps[Done[bool]]:
    """Tell whether a list shows a mail that has fallen due, and strike it off then."""
    is_urgent = approval.is_pending and approval.risk.level.rank >= Level.HIGH.rank
    if is_urgent:
        return Done(value=False)
    lists = yield from tx.sheets.open_in(card.target)
    known = next((sheet for sheet in lists if sheet.kind == KIND), None)
    mailbox = yield from tx.mailboxes.get(card.target.address)
    is_recent = mailbox is not None and now - mailbox.window_from < CALM
    sent = mailbox.sent if mailbox is not None and is_recent else 0
    due = yield from tx.outbox.due(card.target, now, limit=few + 1)
    if known is None and sent + sum(one.task is Task.POST for one in due) <= few:
        return Done(value=False)
    yield from tx.cards.held(card.id, now)
    yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
    if known is not None:
        return Done(value=True)
    at = mailbox.window_from + CALM if mailbox is not None and sent else now
    sheet = Sheet(
        id=f"mails:{delivery.id}:{delivery.revision}",
        kind=KIND,
        target=card.target,
        handle=f"mails:{delivery.id}",
        person=None,
        made_at=now,
        touched_at=now,
    )
    yield from tx.sheets.add(sheet)
    yield from tx.outbox.owe(show_of(sheet, at, priority=_LAST))
    return Done(value=True, events=(Owed(due_at=at),))


def sent(tx: Transaction, sheet: Sheet, listed: MailList, message: str) -> Steps[tuple[Owed, ...]]:
    """Keep that the list was mailed in the place of these cards' own mails."""
    yield from tx.sheets.close(sheet.id, listed.at)
    states = {row.card.id: row.approval for row in listed.rows}
    owed: tuple[Owed, ...] = ()
    for card in listed.held:
        yield from tx.cards.posted(card.id, message)
        yield from tx.cards.released(card.id, beside=card.beside)
        before = states.get(card.id)
        after = yield from tx.approvals.get(card.approval_id)
        if after is not None and not after.is_pending and (before is None or before.is_pending):
            yield from tx.outbox.owe(edit_of(card.id, card.target, listed.at))
            owed = (Owed(due_at=listed.at),)
    return owed


class MailListKind:
    """The list of a burst of mails; it has no buttons, and nobody asks for one."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return nothing: no command opens one."""
        yield from ()
        return {}

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return what was held back and is still worth telling; an empty one is closed."""
        held = []
        rows = []
        for card in (yield from tx.cards.held_mails(sheet.target)):
            approval = yield from tx.approvals.get(card.approval_id)
            if approval is None or not (approval.is_pending or lost.tells(card)):
                yield from tx.cards.released(card.id, beside=card.beside)
                continue
            held.append(card)
            rows.append(Row(card=card, approval=approval))
        if not rows:
            yield from tx.sheets.close(sheet.id, now)
        rows.sort(key=_order)
        listed = MailList(rows=tuple(rows[:LISTED]), held=tuple(held), at=now)
        return Showing(content=listed)

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Take no press: there are no buttons."""
        yield from ()
        return Done(value=STALE)

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Give up what it would have told: the address takes no mail."""
        for card in (yield from tx.cards.held_mails(sheet.target)):
            yield from tx.cards.released(card.id, beside=card.beside)


def _order(row: Row) -> tuple[bool, int, datetime]:
    """Put what waits first, and of that the most dangerous, then the oldest."""
    approval = row.approval
    return not approval.is_pending, -approval.risk.level.rank, approval.created_at
