"""LangChain: what `HumanInTheLoopMiddleware` asks a person, batched or not, the gate answers."""

import asyncio
from typing import Any

from langgraph.types import Command

from ok2run import AsyncGate, Denied
from ok2run.adapters import langgraph


async def invoke(gate: AsyncGate, agent: Any, given: Any, config: Any, **options: Any) -> Any:
    """Invoke an agent that has a checkpointer until it waits for nobody."""
    result = await agent.ainvoke(given, config, **options)
    while interrupts := result.get("__interrupt__"):
        answers = await asyncio.gather(*(answer(gate, one.value) for one in interrupts))
        resume = {one.id: said for one, said in zip(interrupts, answers, strict=True)}
        result = await agent.ainvoke(Command(resume=resume), config, **options)
    return result


async def answer(gate: AsyncGate, value: Any) -> Any:
    """Return what an interrupt is resumed with, LangGraph's older ones too."""
    if isinstance(value, dict) and "action_requests" in value:
        may = {one["action_name"]: one["allowed_decisions"] for one in value["review_configs"]}
        asked = (_decide(gate, one, may[one["name"]]) for one in value["action_requests"])
        return {"decisions": await asyncio.gather(*asked)}
    if isinstance(value, dict) and value.get("type") == "tool_approval":
        return await _decide(gate, value, ["approve", "edit", "reject"])
    return await langgraph.answer(gate, value)


async def _decide(gate: AsyncGate, call: Any, allowed: list[str]) -> dict[str, Any]:
    leave = await gate.tool_call(call["name"], call["args"], editable="edit" in allowed)
    if leave.changed:
        action = {"name": call["name"], "args": dict(leave.arguments)}
        return {"type": "edit", "edited_action": action}
    if not leave.allowed and "reject" not in allowed:
        raise Denied(leave.reason)
    return {"type": "approve"} if leave.allowed else {"type": "reject", "message": leave.reason}
