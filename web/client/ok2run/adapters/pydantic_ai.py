"""Pydantic AI: deferred tools are asked for at the gate, and questions answered there."""

import asyncio
from typing import Any

from pydantic_ai import Agent, DeferredToolRequests, DeferredToolResults
from pydantic_ai.messages import ToolCallPart
from pydantic_ai.tools import ToolApproved, ToolDenied

from ok2run import AsyncGate


async def run(gate: AsyncGate, agent: Agent[Any, Any], prompt: Any, **options: Any) -> Any:
    """Run an agent with DeferredToolRequests among its outputs until it waits for nobody."""
    result = await agent.run(prompt, **options)
    while isinstance(asked := result.output, DeferredToolRequests):
        if any(asked.kind(call.tool_call_id) == "external" for call in asked.calls):
            raise ValueError("a call waits for a result that no person gives")
        approvals = await asyncio.gather(*(_approve(gate, call) for call in asked.approvals))
        answers = await asyncio.gather(*(_question(gate, call) for call in asked.calls))
        results = DeferredToolResults(approvals=dict(approvals), calls=dict(answers))
        more = {**options, "message_history": result.all_messages()}
        result = await agent.run(deferred_tool_results=results, **more)
    return result


async def _approve(gate: AsyncGate, call: ToolCallPart) -> tuple[str, Any]:
    leave = await gate.tool_call(call.tool_name, call.args_as_dict())
    if not leave.allowed:
        return call.tool_call_id, ToolDenied(leave.reason)
    other = dict(leave.arguments) if leave.changed else None
    return call.tool_call_id, ToolApproved(override_args=other)


async def _question(gate: AsyncGate, call: ToolCallPart) -> tuple[str, Any]:
    args = call.args_as_dict()
    question, options = str(args.get("question", call.tool_name)), args.get("options") or []
    return call.tool_call_id, (await gate.ask(question, list(map(str, options)))).text
