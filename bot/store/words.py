"""What an ended approval is found by: its words, folded, and the pattern that looks for them.

Both engines fold ASCII letters only, so it is done here, on both sides of the comparison.
"""

from typing import Final

from bot.core.approval import Approval

MOST_SEARCHED: Final = 20_000  # approvals, the newest
_LONGEST: Final = 4_000  # characters of each text
_LONGEST_PATTERN: Final = 200
_ESCAPED: Final = str.maketrans({"!": "!!", "%": "!%", "_": "!_"})


def words_of(approval: Approval) -> str:
    """Return the words by which an approval is found: title, agent, type, preview and note."""
    action, decision = approval.action, approval.decision
    texts = [action.title, approval.agent, action.action_type, action.preview]
    if decision is not None:
        texts += [decision.note or "", *(answer.custom or "" for answer in decision.answers)]
    return "\n".join(text[:_LONGEST] for text in texts if text).casefold()


def pattern_of(words: str) -> str:
    """Return the LIKE pattern, its escape `!`, of what is looked for; empty for nothing."""
    looked_for = words.strip()[:_LONGEST_PATTERN].casefold().replace("\0", "")
    return f"%{looked_for.translate(_ESCAPED)}%" if looked_for else ""
