"""Quiet hours of those who are asked: what rings, what is silent, what waits till they end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.core.approval import Approval
from bot.core.quiet import held_until, is_silent, queued_until
from bot.gate.channel import Card, CardKind, Target
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

# Why a delivery waits that nothing is wrong with; preferences that change release it.
QUIET_HOURS = "quiet hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a message reaches its reader: not before an instant, with a sound or without."""

    silent: bool
    not_before: datetime | None = None


def arrival_of(
    tx: Transaction, card: Card, approval: Approval, *, now: datetime, zone: tzinfo
) -> Steps[Arrival]:
    """Return how a message about it reaches the person whose chat this is, or a group.

    Only a card is held: what a person asks for comes at once, and a reminder has a card above it.
    """
    preferences = yield from tx.preferences.at(card.target)
    silent = is_silent(approval, preferences, now, zone=zone)
    if card.kind is not CardKind.CARD or card.beside is not None:
        return Arrival(silent=silent)
    held = held_until(approval, preferences, now, zone=zone)
    return Arrival(silent=silent, not_before=held)


def queued(
    tx: Transaction, approval: Approval, targets: Sequence[Target], *, zone: tzinfo
) -> Steps[Approval]:
    """Return a new approval with the instant at which the first of those asked hears of it."""
    held = []
    for target in targets:
        preferences = yield from tx.preferences.at(target)
        held.append(held_until(approval, preferences, approval.created_at, zone=zone))
        if held[-1] is None:
            return approval
    return replace(approval, queued_until=queued_until(held))
