"""What an agent reads as the reason of a denial: the person's words, else a sentence of ours."""

from collections.abc import Mapping
from typing import Final

from bot.core.approval import Approval
from bot.core.decision import Decision, Via

_PLACES: Final = {
    Via.TELEGRAM: " in Telegram",
    Via.WEB: " on the web page",
    Via.API: " through the API",
    Via.EMAIL: " by mail",
}

# What an agent reads where a denial is the only way to keep it from running.
UNANSWERED: Final = "Nobody answered at the gate in time, so this was not run."
UNTAKEN: Final = "The gate could not take this, so it was not run."
_WENT_ON: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("UserPromptSubmit", "userPromptSubmitted", "beforeSubmitPrompt", "BeforeAgent"),
        "the terminal went on",
    ),
    **dict.fromkeys(
        ("Stop", "AgentStop", "agentStop", "stop", "AfterAgent", "session.idle"),
        "the agent's turn is over",
    ),
    **dict.fromkeys(("SessionEnd", "sessionEnd", "session.deleted"), "its session has ended"),
}


def went_on(event: str) -> str | None:
    """Return why nothing of a session waits any more after this event; None after any other."""
    return _WENT_ON.get(event)


def why_denied(approval: Approval) -> str:
    """Return why it was denied: the words that were given, or who did it."""
    decision = approval.decision
    if decision is None:
        return "Nobody answered."
    if decision.note:
        return decision.note
    if decision.via is Via.RULE:
        return f"A rule of this gate denies it: {decision.rule}."
    return f"Denied by {who(decision)}, without a reason."


def who(decision: Decision) -> str:
    """Return who decided, and where."""
    return f"{decision.by}{_PLACES.get(decision.via, '')}"
