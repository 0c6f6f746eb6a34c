"""LangGraph's older `HumanInterrupt`, alone or in a list, answered with a `HumanResponse`."""

from typing import Any

from ok2run import AsyncGate


async def answer(gate: AsyncGate, value: Any) -> Any:
    """Return what the interrupt is resumed with; raises TypeError for one of another kind."""
    if isinstance(value, list):
        return [await _respond(gate, one) for one in value]
    return await _respond(gate, value)


async def _respond(gate: AsyncGate, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or "action_request" not in value:
        raise TypeError("this interrupt asks for no approval of a tool")
    action, may = value["action_request"], value["config"]
    leave = await gate.tool_call(
        action["action"], action["args"], editable=bool(may.get("allow_edit"))
    )
    if leave.changed:
        args = {"action": action["action"], "args": dict(leave.arguments)}
        return {"type": "edit", "args": args}
    if leave.allowed:
        return {"type": "accept", "args": None}
    if may.get("allow_respond"):
        return {"type": "response", "args": leave.reason}
    return {"type": "ignore", "args": None}
