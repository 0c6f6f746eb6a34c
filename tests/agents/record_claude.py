"""What Claude Code sends while it uses its tools, asks, plans, and waits in vain."""

import asyncio
from pathlib import Path

from tests.agents.asked import ANSWERS, QUESTIONS, writes_plan
from tests.agents.claude_code import ClaudeCode, http_hooks
from tests.agents.fence import Fence
from tests.agents.hook_peer import HookPeer
from tests.agents.messages_api import MessagesApi
from tests.agents.script import Call, Json, Say


def allowed(event: Json) -> Json:
    """Return the answer that lets Claude Code do it, if it waits for one."""
    if event["hook_event_name"] != "PermissionRequest":
        return {}
    decision: Json = {"behavior": "allow"}
    if event["tool_name"] == "AskUserQuestion":
        decision["updatedInput"] = {**event["tool_input"], "answers": ANSWERS}
    if event["tool_name"] == "ExitPlanMode":
        decision["updatedInput"] = event["tool_input"]
    return {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": decision}}


async def _at_once(event: Json) -> Json:
    return allowed(event)


async def _never(event: Json) -> Json:
    if event["hook_event_name"] == "PermissionRequest":
        await asyncio.Event().wait()
    return {}


async def claude_code(home: Path) -> list[Json]:
    """Let Claude Code use its tools, ask, plan, and wait in vain."""
    async with MessagesApi() as model, Fence() as fence, HookPeer(_at_once) as peer:
        agent = ClaudeCode(home, model_url=model.url, environment=fence.environment)
        agent.takes(http_hooks(peer.url, "PermissionRequest", "PreToolUse"))
        model.script.plays(
            Call("Bash", {"command": "touch new.txt", "description": "Make a file"}),
            Call("Write", {"file_path": f"{agent.project}/a.py", "content": "a = 1\n"}),
            Call(
                "Edit",
                {
                    "file_path": f"{agent.project}/a.py",
                    "old_string": "a = 1",
                    "new_string": "a = 2",
                },
            ),
            Call("Bash", {"command": "touch b && exit 3", "description": "Fail"}),
            Call("AskUserQuestion", {"questions": QUESTIONS}),
            Say("All done."),
        )
        async with agent.terminal("--permission-mode", "manual") as terminal:
            await terminal.enters("do it all")
            await terminal.shows("All done")
            await terminal.enters("/exit")
            await terminal.shows("Resume this session")
        model.script.plays(
            writes_plan,
            Call("ExitPlanMode"),
            Say("Planned."),
        )
        async with agent.terminal("--permission-mode", "plan") as terminal:
            await terminal.enters("plan it")
            await terminal.shows("Planned")
        peer.judge = _never
        model.script.plays(Call("Bash", {"command": "touch c", "description": "Wait"}))
        async with agent.terminal("--permission-mode", "manual") as terminal:
            await terminal.enters("wait")
            await terminal.shows("Do you want to proceed")
            async with asyncio.timeout(30):
                while not peer.named("Notification"):
                    await asyncio.sleep(0.2)
            await terminal.presses("Escape")
            await terminal.hides("Do you want to proceed")
        assert not fence.attempts, fence.attempts
        return peer.events
