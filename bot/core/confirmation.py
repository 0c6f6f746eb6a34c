"""What approving takes besides the first press: nothing, a second one, or the agent's number."""

from bot.core.approval import Approval, Kind
from bot.core.decision import Choice
from bot.core.errors import NumberMissing
from bot.core.risk import Level
from bot.core.routing import Confirm


def wants_number(approval: Approval) -> bool:
    """Tell whether it is to be approved by a number, if its agent can show one."""
    if approval.kind is not Kind.ACTION:
        return False
    return approval.routing.confirm is Confirm.NUMBER or approval.risk.level is Level.CRITICAL


def confirmation(approval: Approval) -> Confirm | None:
    """Return what approving takes besides; a tap where a number is wanted and none shown."""
    if approval.kind is not Kind.ACTION:
        return None
    if approval.number is not None:
        return Confirm.NUMBER
    is_dangerous = approval.risk.level.rank >= Level.HIGH.rank
    if is_dangerous or approval.crowded or approval.routing.confirm is not None:
        return Confirm.TAP
    return None


def is_wrong_number(approval: Approval, choice: Choice) -> bool:
    """Tell whether the choice approves with a number that is not the agent's.

    Raises NumberMissing where it approves without one that is needed.
    """
    if approval.number is None or not choice.approve:
        return False
    if choice.number is None:
        raise NumberMissing(
            "Approving this takes the number that the agent shows.", place=("number",)
        )
    return choice.number != approval.number.right
