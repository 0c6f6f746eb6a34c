"""Alike asks that share one card: they join, are decided together, and leave one by one.

Whoever ends alone tells `parted`, in the same transaction: then the others' card says how many are
left, and nothing that is pending is without one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from bot.core.alike import MOST_COPIES, are_alike, may_share
from bot.core.approval import Approval, decided, expired, leading
from bot.core.audit import Record
from bot.core.decision import Decision
from bot.gate.channel import CardKind, Target
from bot.gate.debt import owe_edits, owe_posts
from bot.gate.entry import decided_record, expired_record
from bot.gate.events import Ended, Event
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

# What the audit keeps, and what others hear.
Told: TypeAlias = tuple[tuple[Record, ...], tuple[Event, ...]]

_LOOKED_AT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A leader's copies that wait, oldest first, once those whose time is up were ended.

    `audit` and `events` are of those.
    """

    copies: tuple[Approval, ...] = ()
    audit: tuple[Record, ...] = ()
    events: tuple[Event, ...] = ()


def leader_of(
    tx: Transaction, approval: Approval, targets: Sequence[Target]
) -> Steps[Approval | None]:
    """Find the pending approval whose card, in the same places, can show this new one too."""
    if not (approval.is_pending and may_share(approval)):
        return None
    found = yield from tx.approvals.leaders(approval, full=MOST_COPIES, limit=_LOOKED_AT)
    for leader in found:
        if leader.expires_at > approval.created_at and are_alike(leader, approval):
            cards = yield from tx.cards.of(leader.id)
            # What a pause held has no card yet.
            is_shown = bool(cards) or not (yield from tx.held.has(leader.id))
            shown_in = {card.target for card in cards if card.kind is CardKind.CARD}
            if is_shown and shown_in == set(targets):
                return leader
    return None


def joined(tx: Transaction, leader: Approval, *, now: datetime) -> Steps[tuple[Event, ...]]:
    """Let a leader's card show one copy more."""
    return (yield from _counted(tx, leader, leader.copies + 1, now))


def waiting(tx: Transaction, leader: Approval, *, now: datetime) -> Steps[Waiting]:
    """Return the copies that wait with a leader, and end those whose deadline has come."""
    if not leader.copies:
        return Waiting()
    live, audit, events = [], [], []
    for copy in (yield from tx.approvals.copies(leader.id)):
        if now < copy.expires_at:
            live.append(copy)
            continue
        ended = expired(copy, at=now)
        if (yield from tx.approvals.finish(ended)):
            audit.append(expired_record(ended, now))
            events.append(Ended(approval=ended))
    return Waiting(copies=tuple(live), audit=tuple(audit), events=tuple(events))


def decided_along(tx: Transaction, along: Waiting, decision: Decision) -> Steps[Told]:
    """Let the decision on a leader be that on its copies too."""
    audit, events = [*along.audit], [*along.events]
    for copy in along.copies:
        ended = decided(copy, decision)
        if (yield from tx.approvals.finish(ended)):
            audit.append(decided_record(ended, decision))
            events.append(Ended(approval=ended))
    return tuple(audit), tuple(events)


def parted(tx: Transaction, approval: Approval, *, now: datetime) -> Steps[Told]:
    """Put right what shows the others, once an approval that was pending has ended alone.

    It is given as it was before.
    """
    if approval.copy_of is not None:
        leader = yield from tx.approvals.get(approval.copy_of)
        if leader is None or not leader.is_pending:
            return (), ()
        return (), (yield from _counted(tx, leader, leader.copies - 1, now))
    left = yield from waiting(tx, approval, now=now)
    if not left.copies:
        return left.audit, left.events
    oldest, *others = left.copies
    leader = leading(oldest, copies=len(others))
    yield from _led(tx, leader)
    yield from tx.approvals.follow(leader.id, before=approval.id)
    owed = yield from owe_posts(tx, leader, now=now)
    return left.audit, (*left.events, *owed)


def _counted(
    tx: Transaction, leader: Approval, copies: int, now: datetime
) -> Steps[tuple[Event, ...]]:
    after = leading(leader, copies=copies)
    yield from _led(tx, after)
    return (yield from owe_edits(tx, after, now=now))


def _led(tx: Transaction, after: Approval) -> Steps[None]:
    if not (yield from tx.approvals.lead(after)):
        raise RuntimeError("gate: an approval read as pending was not; run the unit again")
