"""The number is drawn as an ask comes in, where its agent can show it to a person."""

from dataclasses import replace

from bot.core.approval import Approval
from bot.core.confirmation import wants_number
from bot.core.policy import Judgement, Verdict
from bot.gate.ports import Ids
from bot.gate.submit import Ask


def numbered(approval: Approval, judgement: Judgement, ask: Ask, ids: Ids) -> Approval:
    """Return the new approval with a number to pick, where people are asked and it takes one."""
    is_asked = judgement.verdict is Verdict.ASK
    if not (ask.can_show_number and is_asked and wants_number(approval)):
        return approval
    return replace(approval, number=ids.number())
