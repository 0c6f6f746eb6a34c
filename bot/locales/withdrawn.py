"""Why an ask was taken back, in a reader's language where the words are the gate's own."""

from typing import Final

from bot.core.approval import Approval
from bot.locales import N_
from bot.locales.audience import Audience

# What hooks and other callers keep as reasons, and what their agent was told then. They are kept
# in English, for every reader and for the log; an agent's own words are shown as they are.
_OWN: Final = frozenset(
    {
        N_("answered at the terminal"),
        N_("answered at the terminal, or the agent went away"),
        N_("its session has ended"),
        N_("nobody answered in time"),
        N_("the agent went away"),
        N_("the agent was told no"),
        N_("the agent's turn is over"),
        N_("the gate had a fault"),
        N_("the gate was started anew, and its agent did not ask again"),
        N_("the gate was stopped"),
        N_("the terminal asks"),
        N_("the terminal went on"),
    }
)


def why_withdrawn(approval: Approval, audience: Audience) -> str:
    """Return why it was taken back; empty where nobody said."""
    parts = (approval.end_reason or "").split("; ")
    if not _OWN.issuperset(parts):
        return approval.end_reason or ""
    return "; ".join(audience.gettext(part) for part in parts)
