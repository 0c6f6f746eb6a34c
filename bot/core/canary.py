"""The harmless call by which `ok2run doctor` proves that a coding agent's hook gates.

A hook that carries it is denied by a rule that is built in: nobody is asked, and it is audited.
What its agent then reads can have come from a gate only, not from a hook that failed.
"""

import re
from typing import Final

from bot.core.action import Action
from bot.core.policy import Judgement, Verdict

WORDS: Final = "This gate saw the canary of ok2run doctor and denied it; nobody was asked."
_COMMAND: Final = re.compile(r"ok2run-canary [0-9a-f]{16,64}")

CANARY: Final = Judgement(
    verdict=Verdict.DENY,
    policy="built in",
    name="the canary of ok2run doctor",
    because=WORDS,
    is_strict=True,
)


def is_canary(action: Action) -> bool:
    """Return whether the action is the canary: a command that no system has, and nothing else."""
    command = action.params.get("command")
    return (
        action.action_type == "Bash"
        and isinstance(command, str)
        and _COMMAND.fullmatch(command) is not None
    )
