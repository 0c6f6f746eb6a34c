"""OpenAI Agents SDK: tools with `needs_approval` are asked for, then the run goes on."""

import asyncio
import json
from typing import Any

from agents import Agent, Runner, RunResult
from agents.items import ToolApprovalItem

from ok2run import AsyncGate


async def run(
    gate: AsyncGate, agent: Agent[Any], given: Any, *, wait: int = 3600, **options: Any
) -> RunResult:
    """Run an agent as `Runner.run` does; what waits for approval is asked at the gate."""
    result = await Runner.run(agent, given, **options)
    while result.interruptions:
        state = result.to_state()
        leaves = await asyncio.gather(
            # The SDK takes no other arguments, so that a change is a refusal.
            *(
                gate.tool_call(item.name or "tool", _arguments(item), wait=wait, editable=False)
                for item in result.interruptions
            )
        )
        for item, leave in zip(result.interruptions, leaves, strict=True):
            if leave.allowed:
                state.approve(item)
            else:
                state.reject(item, rejection_message=leave.reason)
        result = await Runner.run(agent, state, **options)
    return result


def _arguments(item: ToolApprovalItem) -> dict[str, object]:
    value = json.loads(item.arguments or "{}")
    return value if isinstance(value, dict) else {"arguments": value}
