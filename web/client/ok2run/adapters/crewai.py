"""CrewAI: a hook before each tool call.

CrewAI runs a tool whose hook has raised, so nothing is raised here. Register it after every hook
that changes a tool's input.
"""

from collections.abc import Collection

from crewai.hooks import (
    ToolCallHookContext,
    register_after_tool_call_hook,
    register_before_tool_call_hook,
)

from ok2run import Gate


def guard(gate: Gate, tools: Collection[str] | None = None) -> None:
    """Ask before these tools run, or before every one."""
    reasons: dict[int, str] = {}

    def before(context: ToolCallHookContext) -> bool | None:
        try:
            if tools is not None and not {context.tool_name, context.tool.name} & set(tools):
                return None
            leave = gate.tool_call(context.tool_name, context.tool_input)
            if leave.allowed:
                context.tool_input.update(leave.arguments)
                return None
            reasons[id(context.tool_input)] = leave.reason
        except Exception as error:  # noqa: BLE001  # see above
            reasons[id(context.tool_input)] = f"Not run: {type(error).__name__}"
        return False

    def after(context: ToolCallHookContext) -> str | None:
        return reasons.pop(id(context.tool_input), None)  # what the model is told

    register_before_tool_call_hook(before)
    register_after_tool_call_hook(after)
