"""Who may change how the gate works: pause it, snooze it, change its rules."""

from bot.core.people import Approver


def may_administer(approver: Approver) -> bool:
    """Tell whether this person may pause the gate and change its rules: whoever may decide."""
    return approver.may_decide
