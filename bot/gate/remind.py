"""Who has not answered is reminded, and further people are asked – one transaction each.

What is due follows from the approval (`bot.core.due`); what was done is saved with what is owed
for it, so a restart neither forgets nor repeats a reminder.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.core import routing
from bot.core.approval import Approval
from bot.core.audit import Record
from bot.core.due import escalated, escalation_time, reminded, reminders_due
from bot.core.routing import Escalation, Reach, within
from bot.gate.channel import EMAIL, Card, CardKind, Target
from bot.gate.debt import owe_edits, post_of, removal_of
from bot.gate.entry import escalated_record
from bot.gate.events import Event, Owed
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

_PERSON: Final = "person:"


def nudge(
    tx: Transaction,
    *,
    id: str,
    reaches: Mapping[str, Reach],
    cards: Sequence[tuple[str, str, str]],
    now: datetime,
) -> Steps[Done[None]]:
    """Do what is due of an approval now; `cards` are ids drawn for those of further people."""
    before = yield from tx.approvals.get(id)
    if before is None or not before.is_pending or now >= before.expires_at:
        return Done(value=None)
    after = reminded(before, max(before.reminded, reminders_due(before, now)))
    at = escalation_time(after)
    people: tuple[tuple[str, str], ...] = ()
    targets: tuple[Target, ...] = ()
    if at is not None and at <= now and after.routing.escalate is not None:
        people, targets = yield from _further(tx, after.routing.escalate, reaches)
        names = [name for _, name in people] or list(dict.fromkeys(t.channel for t in targets))
        after = escalated(after, people=[one for one, _ in people], names=names, at=now)
    if not (yield from tx.approvals.nudge(after, before=before)):
        return Done(value=None)  # somebody was first; what is due then is looked at again
    events: list[Event] = []
    records: tuple[Record, ...] = ()
    halt = yield from tx.halts.current(now)
    is_snoozed = halt is not None and not halt.is_pause
    if after.reminded > before.reminded and not is_snoozed:
        events += yield from _remind(tx, after, now)
    if after.ruling != before.ruling:
        posted = yield from _ask_further(tx, after, targets, cards, now)
        events += yield from owe_edits(tx, after, now=now)
        events.append(Owed(due_at=now))
        records = (escalated_record(after, posted, now),)
    return Done(value=None, audit=records, events=tuple(events))


def most_cards(escalation: Escalation | None, reaches: Mapping[str, Reach]) -> int:
    """Return how many cards asking further people takes at most, an address a channel each."""
    if escalation is None:
        return 0
    defaults = sum(len(reach.default) for reach in reaches.values())
    named = max(len(reaches), 1) * len(escalation.channels)
    return defaults + named + routing.most_cards(escalation.approvers, reaches)


def is_outdated(card: Card, approval: Approval) -> bool:
    """Tell whether a reminder is one that a later one, or the end, has made void."""
    return not approval.is_pending or json.loads(card.face)["number"] != approval.reminded


def _remind(tx: Transaction, approval: Approval, now: datetime) -> Steps[tuple[Event, ...]]:
    """Owe a reminder beside each card whose reader has not answered; take earlier ones away."""
    posted: dict[Target, Card] = {}
    for card in (yield from tx.cards.of(approval.id)):
        if card.message is None:
            continue
        if card.kind is CardKind.REMINDER:
            yield from tx.outbox.owe_once(removal_of(card, now))
        elif card.kind is CardKind.CARD:
            posted[card.target] = card
    voted = {vote.identity for vote in approval.votes}
    for target, card in posted.items():
        if target.channel == EMAIL and not approval.routing.remind:
            continue  # a mail waits where it lies, unless a rule says otherwise
        reader = (yield from tx.people.by_address(target)) if voted else None
        if reader is None or f"{_PERSON}{reader.id}" not in voted:
            reminder = Card(
                id=f"{card.id}:reminder:{approval.reminded}",
                approval_id=approval.id,
                kind=CardKind.REMINDER,
                target=target,
                handle="",
                face=json.dumps({"number": approval.reminded}),
                beside=card.message,
            )
            yield from tx.cards.add(reminder)
            yield from tx.outbox.owe(post_of(reminder, approval, now, id=f"{reminder.id}:post"))
    return (Owed(due_at=now),) if posted else ()


def _further(
    tx: Transaction, escalation: Escalation, reaches: Mapping[str, Reach]
) -> Steps[tuple[tuple[tuple[str, str], ...], tuple[Target, ...]]]:
    """Return the further people, by id and name, and where they and the channels are reached."""
    names, channels = escalation.approvers, escalation.channels
    found = (yield from tx.people.named(names)) if names else ()
    kinds = {channel.partition(":")[0] for channel in channels}
    targets = [
        target
        for _, reached in found
        for target in reached
        if target.channel in reaches and (not kinds or target.channel in kinds)
    ]
    # With people named, a channel's bare name only says by which way they are asked.
    asked = tuple(one for one in channels if not names or ":" in one)
    targets += [Target(channel=kind, address=to) for kind, to in within((), reaches, asked)]
    people = tuple((person.id, person.name) for person, _ in found)
    return people, tuple(dict.fromkeys(targets))


def _ask_further(
    tx: Transaction,
    approval: Approval,
    targets: Sequence[Target],
    cards: Sequence[tuple[str, str, str]],
    now: datetime,
) -> Steps[tuple[Target, ...]]:
    """Owe a card to each that has none; return where that is. A copy's is its leader's."""
    known = yield from tx.cards.of(approval.id)
    taken = {card.target for card in known if card.kind is CardKind.CARD}
    new = tuple(target for target in targets if target not in taken)
    if any(target.channel == EMAIL and target in taken for target in targets):
        yield from tx.outbox.hasten(approval.id, now)
    for target, (card_id, handle, delivery_id) in zip(new, cards, strict=False):
        card = Card(
            id=card_id,
            approval_id=approval.id,
            kind=CardKind.CARD,
            target=target,
            handle=handle,
        )
        yield from tx.cards.add(card)
        if approval.copy_of is None:
            yield from tx.outbox.owe(post_of(card, approval, now, id=delivery_id))
    return new
