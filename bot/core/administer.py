"""Who may change how the gate works: pause it, snooze it, change its rules."""

from bot.core.people import Approver


def may_administer(approver: Approver) -> bool:
    """Tell whether this approver may pause the gate and change its rules: today everybody may."""
    return bool(approver.id)
