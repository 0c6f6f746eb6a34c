"""What a list of waiting asks offers for each row, and which rows one answer may be for.

A list shows a line of an ask, its card all of it. So a row is approved from the list only where
there is nothing more to see to: low risk, one person, one tap.
"""

from collections.abc import Sequence
from typing import Final

from bot.core.approval import Approval, Kind
from bot.core.risk import Level

# So many waiting asks of one key are a burst that a person can look through; more are a flood,
# and what floods is approved one by one, from cards.
MOST_PENDING: Final = 20


def is_flood(pending_of_key: int, most: int = MOST_PENDING) -> bool:
    """Tell whether so many asks of one key, waiting at once, are more than anybody looks at."""
    return pending_of_key > most


def may_answer_in_list(approval: Approval) -> bool:
    """Tell whether a row has its own buttons, and not only the one that opens its card."""
    return (
        approval.is_pending
        and approval.kind is Kind.ACTION
        and approval.risk.level is Level.LOW
        and not approval.always_asks
        and approval.routing.confirm is None
        and approval.number is None
        and not approval.routing.require_reason
    )


def may_approve_in_list(approval: Approval, *, is_flooded: bool) -> bool:
    """Tell whether a row may be approved without opening its card; `is_flooded` by its key."""
    return may_answer_in_list(approval) and not (is_flooded or approval.crowded)


def are_one_batch(approvals: Sequence[Approval]) -> bool:
    """Tell whether one answer may be for all of these: one key, one type, all low risk."""
    return (
        len(approvals) > 1
        and all(map(may_answer_in_list, approvals))
        and len({(one.key_id, one.agent, one.action.action_type) for one in approvals}) == 1
    )


def batches(approvals: Sequence[Approval]) -> tuple[tuple[int, ...], ...]:
    """Return the places of the rows that one answer may be for, together, in their order."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for place, one in enumerate(approvals):
        if may_answer_in_list(one):
            key = (one.key_id, one.agent, one.action.action_type)
            found.setdefault(key, []).append(place)
    return tuple(tuple(places) for places in found.values() if len(places) > 1)
