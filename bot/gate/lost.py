"""A card whose message can't be edited any more is shown in another one.

Somebody deleted it, or the channel refuses to change it. What waits is posted anew, as a card
like any other. What has ended is told once, in reply to where the card was: the message that tells
it is a copy of the card, which follows later changes, but is not replaced again. So a chat in
which nothing can be edited gets two messages of what has ended, and not one a change.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.core.approval import Approval
from bot.core.audit import Record
from bot.gate.channel import Card, CardKind, ChannelError, Delivery
from bot.gate.debt import post_of
from bot.gate.events import Owed
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

_TELLS: Final = ":told"


def replaced(
    tx: Transaction, *, delivery: Delivery, card: Card, error: ChannelError, now: datetime
) -> Steps[Done[None]]:
    """Strike off the edit that was refused, and owe a message in the place of the lost one."""
    yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
    known = yield from tx.cards.get(card.id)
    approval = yield from tx.approvals.get(card.approval_id)
    if known is None or approval is None or known.message != card.message:
        return Done(value=None)
    yield from tx.cards.taken_down(card.id)
    is_owed = yield from _owe_another(tx, known, approval, now, is_gone=error.gone)
    record = Record(
        kind="card.lost",
        at=now,
        actor=f"channel:{card.target.channel}",
        approval_id=card.approval_id,
        facts={"to": card.target.address, "fault": error.fault, "replaced": is_owed},
    )
    return Done(value=None, audit=(record,), events=(Owed(due_at=now),) if is_owed else ())


def told_anew(
    tx: Transaction, *, delivery: Delivery, card: Card, now: datetime
) -> Steps[Done[None]]:
    """Strike off an edit that its channel does not make, and owe the end's own message once."""
    yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
    approval = yield from tx.approvals.get(card.approval_id)
    told = replace(card, id=f"{card.id}{_TELLS}", message=None, beside=card.message)
    if approval is None or approval.is_pending or card.kind is not CardKind.CARD or tells(card):
        return Done(value=None)
    if (yield from tx.cards.get(told.id)) is not None:
        return Done(value=None)
    yield from tx.cards.add(told)
    yield from tx.outbox.owe(post_of(told, approval, now, id=f"{told.id}:post"))
    return Done(value=None, events=(Owed(due_at=now),))


def tells(card: Card) -> bool:
    """Tell whether a card is the message that tells the end in another's place."""
    return card.id.endswith(_TELLS)


def _owe_another(
    tx: Transaction, card: Card, approval: Approval, now: datetime, *, is_gone: bool
) -> Steps[bool]:
    """Owe the message that shows it instead; tell whether that takes one."""
    if card.kind is not CardKind.CARD or (yield from _is_shown_elsewhere(tx, card)):
        return False
    if approval.is_pending:
        post = post_of(card, approval, now, id=f"{card.id}:after:{card.message}")
        yield from tx.outbox.owe_once(post)
        return True
    beside = None if is_gone else card.message
    told = replace(card, id=f"{card.id}{_TELLS}", message=None, beside=beside)
    if tells(card) or (yield from tx.cards.get(told.id)) is not None:
        return False
    yield from tx.cards.add(told)
    yield from tx.outbox.owe(post_of(told, approval, now, id=f"{told.id}:post"))
    return True


def _is_shown_elsewhere(tx: Transaction, card: Card) -> Steps[bool]:
    """Tell whether another message in the same chat shows it; that one is edited by itself."""
    copies = yield from tx.cards.of(card.approval_id)
    return any(
        other.id != card.id
        and other.kind is CardKind.CARD
        and other.target == card.target
        and other.message is not None
        for other in copies
    )
