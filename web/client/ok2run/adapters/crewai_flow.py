"""CrewAI's flows: a person's feedback comes from the gate."""

import json
from typing import Any

from ok2run import Gate


class GateFeedback:
    """A provider for `@human_feedback(provider=GateFeedback(gate))`; the outcomes are options.

    An ask that nobody answers raises, so that the flow does not go on.
    """

    def __init__(self, gate: Gate, *, wait: int = 3600) -> None:
        self._gate = gate
        self._wait = wait

    def request_feedback(self, context: Any, flow: Any) -> str:
        """Ask what CrewAI asks, and return the answer's words."""
        output = context.method_output
        shown = output if isinstance(output, str) else json.dumps(output, default=str, indent=2)
        options = list(context.emit or ())
        return self._gate.ask(context.message, options, wait=self._wait, preview=shown).text
