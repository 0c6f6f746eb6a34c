"""What Copilot CLI sends without a terminal: by its own names, and by Claude Code's."""

from pathlib import Path

from tests.agents.copilot import Copilot, command_hooks
from tests.agents.fence import Fence
from tests.agents.hook_peer import HookPeer
from tests.agents.messages_api import MessagesApi
from tests.agents.script import Call, Json, Say

_OWN = (
    "sessionStart",
    "userPromptSubmitted",
    "preToolUse",
    "permissionRequest",
    "postToolUse",
    "agentStop",
    "sessionEnd",
)
_LIKE_CLAUDE = (
    "SessionStart",
    "UserPromptSubmit",
    "PreToolUse",
    "PermissionRequest",
    "PostToolUse",
    "Stop",
    "SessionEnd",
)


async def _allowed(event: Json) -> Json:
    is_asked = "permissionRequest" in (event.get("hookName"), event.get("hook_event_name"))
    is_asked = is_asked or event.get("hook_event_name") == "PermissionRequest"
    return {"behavior": "allow"} if is_asked else {}


async def copilot(home: Path) -> list[Json]:
    """Let Copilot CLI run commands and write a file, once by each kind of names."""
    async with MessagesApi() as model, Fence() as fence, HookPeer(_allowed) as peer:
        agent = Copilot(home, model_url=model.url, environment=fence.environment)
        for events in (_OWN, _LIKE_CLAUDE):
            agent.takes(command_hooks(f"curl -s -d @- {peer.url}", *events))
            name = f"{agent.project}/{events[0]}.py"
            model.script.plays(
                Call("bash", {"command": "touch new.txt", "description": "Make a file"}),
                Call("bash", {"command": "rm nothing", "description": "Fail"}),
                Call("create", {"path": name, "file_text": "a = 1\n"}),
                Call("edit", {"path": name, "old_str": "a = 1", "new_str": "a = 2"}),
                Say("All done."),
            )
            async with agent.does("do it all") as run:
                await run.ends()
        assert not fence.attempts, fence.attempts
        return peer.events
