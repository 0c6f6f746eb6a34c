"""Which asks are the same to a person, so that one card shows them and one answer is for all."""

from typing import Final

from bot.core.approval import Approval, Kind
from bot.core.errors import CardOutdated
from bot.core.routing import Confirm

# One answer ends them in one transaction, and a button counts them in two digits.
MOST_COPIES: Final = 49


def may_share(approval: Approval) -> bool:
    """Tell whether a card may show the approval together with others.

    Questions have cards of their own, as has what several people decide, what is confirmed by a
    number, which every agent shows its own of, and what belongs to no session.
    """
    return (
        approval.kind is Kind.ACTION
        and bool(approval.session_id)
        and not approval.is_shared
        and approval.number is None
        and approval.routing.confirm is not Confirm.NUMBER
    )


def are_alike(one: Approval, other: Approval) -> bool:
    """Tell whether the cards of two would say the same, but for their times and codes."""
    return may_share(one) and _said(one) == _said(other)


def _said(approval: Approval) -> tuple[object, ...]:
    return (
        approval.key_id,
        approval.session_id,
        approval.agent,
        approval.kind,
        approval.digest,
        approval.action,
        approval.risk,
        approval.ruling,
    )


def check_shown(approval: Approval, *, shown: int) -> None:
    """Raise CardOutdated where more copies have joined than the person's card showed."""
    if approval.copies <= shown:
        return
    if approval.copies == 1:
        raise CardOutdated("One more like it came in; the card shows both now.")
    raise CardOutdated("More like it came in; the card shows all of them now.")
