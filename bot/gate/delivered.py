"""What is kept of deliveries: what went out, what waits, what never will; one transaction each."""

from datetime import datetime

from bot.core.approval import Approval
from bot.core.audit import Record
from bot.core.burst import FEW
from bot.gate import mail_trouble, sheets
from bot.gate.channel import EMAIL, Card, CardKind, ChannelError, Delivery, Target, Task
from bot.gate.debt import DIGEST, SHOWING, another_of, edit_of, removal_of
from bot.gate.digest import listed_instead
from bot.gate.events import Event, Owed
from bot.gate.remind import is_outdated
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


def removed(tx: Transaction, *, delivery: Delivery, card: Card) -> Steps[Done[None]]:
    """Forget the message that was taken away."""
    yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
    yield from tx.cards.taken_down(card.id)
    return Done(value=None)


def first_due(tx: Transaction, *, lane: Target, now: datetime) -> Steps[tuple[Delivery, ...]]:
    """Return what a target is owed first."""
    return (yield from tx.outbox.due(lane, now, limit=1))


def card_and_approval(tx: Transaction, *, id: str) -> Steps[tuple[Card, Approval] | None]:
    """Find a card and what it shows."""
    card = yield from tx.cards.get(id)
    if card is None:
        return None
    approval = yield from tx.approvals.get(card.approval_id)
    return None if approval is None else (card, approval)


def settled(tx: Transaction, *, delivery: Delivery) -> Steps[Done[None]]:
    """Strike off what was delivered."""
    yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
    return Done(value=None)


def posted(
    tx: Transaction,
    *,
    delivery: Delivery,
    card: Card,
    approval: Approval,
    message: str,
    attach: bool,
    now: datetime,
) -> Steps[Done[None]]:
    """Keep the reference; owe what changed while the message was on its way."""
    card_now = yield from _keep_message(tx, card, message)
    yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
    events: tuple[Event, ...] = ()
    if card.target.channel == EMAIL:
        events = yield from mail_trouble.worked(tx, card.target.address, now=now)
    approval_now = yield from tx.approvals.get(approval.id)
    if attach:
        yield from tx.outbox.owe(
            Delivery(
                id=f"{card.id}:attach",
                task=Task.ATTACH,
                target=card.target,
                card_id=card.id,
                priority=delivery.priority,
                created_at=now,
                due_at=now,
            )
        )
    if card.kind in SHOWING and (
        card_now.face_revision != card.face_revision
        or (approval_now is not None and approval_now.revision != approval.revision)
    ):
        yield from tx.outbox.owe(edit_of(card_now.id, card.target, now))
    is_reminder = card.kind is CardKind.REMINDER
    if is_reminder and (approval_now is None or is_outdated(card_now, approval_now)):
        yield from tx.outbox.owe_once(removal_of(card_now, now))
    return Done(value=None, events=(Owed(due_at=now), *events))


def _keep_message(tx: Transaction, card: Card, message: str) -> Steps[Card]:
    """Save the message as this card; as a copy where a tap on an earlier message was first.

    That one was sent before a crash, and not known until somebody tapped it.
    """
    card_now = (yield from tx.cards.get(card.id)) or card
    if card_now.message in {None, message}:
        yield from tx.cards.posted(card.id, message)
        return card_now
    known = yield from tx.cards.by_message(card.target, message)
    if known is not None:
        return known
    copy = another_of(card_now, message)
    yield from tx.cards.add(copy)
    return copy


def postponed(
    tx: Transaction, *, delivery: Delivery, due_at: datetime, attempts: int, fault: str
) -> Steps[Done[None]]:
    """Owe it until later."""
    yield from tx.outbox.postpone(delivery.id, due_at=due_at, attempts=attempts, fault=fault)
    return Done(value=None, events=(Owed(due_at=due_at),))


def given_up(
    tx: Transaction, *, delivery: Delivery, error: ChannelError, now: datetime
) -> Steps[Done[None]]:
    """Owe it no more, and keep that in the audit."""
    yield from tx.outbox.give_up(delivery.id, fault=error.fault)
    card = (yield from tx.cards.get(delivery.card_id)) if delivery.card_id is not None else None
    events: tuple[Event, ...] = ()
    if card is not None and card.kind is CardKind.CARD and card.target.channel != EMAIL:
        yield from tx.outbox.hasten(card.approval_id, now)
        events = (Owed(due_at=now),)
    if delivery.sheet_id is not None:
        events += yield from sheets.given_up(tx, id=delivery.sheet_id, now=now)
    if delivery.target.channel == EMAIL:
        address = delivery.target.address
        events += yield from mail_trouble.failed(tx, address, fault=error.fault, now=now)
    record = Record(
        kind="delivery.failed",
        at=now,
        actor=f"channel:{delivery.target.channel}",
        approval_id=None if card is None else card.approval_id,
        facts={"task": delivery.task, "to": delivery.target.address, "fault": error.fault},
    )
    return Done(value=None, audit=(record,), events=events)


def owe_unposted(
    tx: Transaction, *, target: Target, now: datetime, mark: str, handle: str
) -> Steps[Done[None]]:
    """Owe anew what a target has not got of what is pending, as after it was out of reach.

    What its digest shows it has; more than a few are shown in a new one, with this handle.
    """
    is_listed = any(sheet.kind == DIGEST for sheet in (yield from tx.sheets.open_in(target)))
    cards = []
    for card in (yield from tx.cards.unposted_in(target)):
        if card.held_at is not None and is_listed:
            continue
        approval = yield from tx.approvals.get(card.approval_id)
        if approval is not None and approval.is_pending and approval.copy_of is None:
            cards.append(card)
    if len(cards) > FEW:
        yield from listed_instead(tx, target, cards, id=mark, handle=handle, now=now)
    else:
        for card in cards:
            yield from tx.outbox.owe(_post_again(card, target, now, mark=mark))
    return Done(value=None, events=(Owed(due_at=now),))


def _post_again(card: Card, target: Target, now: datetime, *, mark: str) -> Delivery:
    return Delivery(
        id=f"{card.id}:{mark}",
        task=Task.POST,
        target=target,
        card_id=card.id,
        created_at=now,
        due_at=now,
    )


def moved(tx: Transaction, *, before: Target, after: Target, now: datetime) -> Steps[Done[None]]:
    """Follow a chat to its new address, and post there anew what waits."""
    posted = yield from tx.cards.posted_in(before)
    yield from tx.cards.moved(before, after)
    for card in posted:
        approval = yield from tx.approvals.get(card.approval_id)
        if approval is not None and approval.is_pending:
            yield from tx.outbox.owe(_post_again(card, after, now, mark=after.address))
    yield from sheets.owe_open(tx, after, now=now)
    record = Record(
        kind="chat.moved",
        at=now,
        actor=f"channel:{before.channel}",
        facts={"before": before.address, "after": after.address},
    )
    return Done(value=None, audit=(record,), events=(Owed(due_at=now),))
