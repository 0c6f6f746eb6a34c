"""What an approval's cards are owed: to be posted, and to be edited when it shows differently."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.approval import Approval
from bot.core.risk import Level
from bot.gate.channel import Card, CardKind, Delivery, Sheet, Target, Task
from bot.gate.events import Owed
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

AT_ONCE: Final = 0
# In the face of a card that is mailed only where nobody answers elsewhere: after so many ms.
MAILED_AFTER: Final = "mailed_after"
# The kind of sheet that stands for the cards that a burst would take.
DIGEST: Final = "digest"
SOON: Final = 4
# What shows how an approval stands, and is edited when that changes.
SHOWING: Final = frozenset({CardKind.CARD, CardKind.OFFER})
_PRIORITY: Final = {Level.CRITICAL: 1, Level.HIGH: 2, Level.NORMAL: 3, Level.LOW: 4}


def post_of(card: Card, approval: Approval, now: datetime, *, id: str) -> Delivery:
    """Return the delivery, of this id, that shows a pending approval; risk goes first."""
    return Delivery(
        id=id,
        task=Task.POST,
        target=card.target,
        card_id=card.id,
        priority=_PRIORITY[approval.risk.level],
        created_at=now,
        due_at=now,
    )


def edit_of(card_id: str, target: Target, now: datetime, priority: int = SOON) -> Delivery:
    """Return the edit owed to a card; there is one a card, renewed as often as needed."""
    return Delivery(
        id=f"{card_id}:edit",
        task=Task.EDIT,
        target=target,
        card_id=card_id,
        priority=priority,
        created_at=now,
        due_at=now,
    )


def show_of(sheet: Sheet, now: datetime, priority: int = SOON) -> Delivery:
    """Return what a sheet is owed: to be posted, or edited to how things are when it is shown.

    There is one a sheet, renewed as often as needed.
    """
    return Delivery(
        id=f"{sheet.id}:sheet",
        task=Task.SHEET,
        target=sheet.target,
        sheet_id=sheet.id,
        priority=priority,
        created_at=now,
        due_at=now,
    )


def removal_of(card: Card, now: datetime) -> Delivery:
    """Return what takes a card's message away; there is one a card."""
    return Delivery(
        id=f"{card.id}:remove",
        task=Task.REMOVE,
        target=card.target,
        card_id=card.id,
        created_at=now,
        due_at=now,
    )


def owe_edits(
    tx: Transaction, approval: Approval, *, now: datetime, priority: int = SOON
) -> Steps[tuple[Owed, ...]]:
    """Owe an edit to all that shows it, posted cards and sheets; return what others hear of it.

    Once it has ended, reminders of it are taken away.

    A copy that is still being posted is compared with the approval once it is, and edited then.
    """
    owed: tuple[Owed, ...] = ()
    for card in (yield from tx.cards.of(approval.id)):
        if card.message is None:
            continue
        if card.kind in SHOWING:
            yield from tx.outbox.owe(edit_of(card.id, card.target, now, priority))
            owed = (Owed(due_at=now),)
        elif card.kind is CardKind.REMINDER and not approval.is_pending:
            yield from tx.outbox.owe_once(removal_of(card, now))
            owed = (Owed(due_at=now),)
    for sheet in (yield from tx.sheets.showing(approval.id)):
        yield from tx.outbox.owe(show_of(sheet, now))
        owed = (Owed(due_at=now),)
    return owed


def owe_posts(tx: Transaction, approval: Approval, *, now: datetime) -> Steps[tuple[Owed, ...]]:
    """Owe the cards that were kept back while another's showed the approval too.

    Where a digest shows what waits in a chat, it shows this one as well.
    """
    owed: tuple[Owed, ...] = ()
    for card in (yield from tx.cards.of(approval.id)):
        if card.kind is not CardKind.CARD or card.message is not None:
            continue
        sheets = yield from tx.sheets.open_in(card.target)
        digest = next((sheet for sheet in sheets if sheet.kind == DIGEST), None)
        if digest is not None:
            yield from tx.cards.held(card.id, now)
            yield from tx.outbox.owe(show_of(digest, now))
        else:
            post = post_of(card, approval, now, id=f"{card.id}:lead")
            after = timedelta(milliseconds=json.loads(card.face).get(MAILED_AFTER, 0))
            due_at = max(now, approval.created_at + after)
            yield from tx.outbox.owe(replace(post, due_at=due_at))
            owed = (*owed, Owed(due_at=due_at))
            continue
        owed = (*owed, Owed(due_at=now))
    return owed


def another_of(card: Card, message: str) -> Card:
    """Return another message that shows what the card shows; its id follows from both."""
    return replace(card, id=f"{card.id}:{message}", message=message)
