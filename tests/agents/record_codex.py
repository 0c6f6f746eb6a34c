"""What Codex sends in its terminal and as `codex exec`."""

from pathlib import Path

from tests.agents.codex import Codex, command_hooks
from tests.agents.fence import Fence
from tests.agents.hook_peer import HookPeer
from tests.agents.responses_api import ResponsesApi
from tests.agents.script import Call, Json, Say

_EVENTS = ("SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse")
_PATCH = """\
apply_patch <<'EOF'
*** Begin Patch
*** Add File: notes.txt
+one
*** End Patch
EOF
"""
_ESCALATED = {"sandbox_permissions": "require_escalated", "justification": "May I make a file?"}


async def _allowed(event: Json) -> Json:
    if event["hook_event_name"] != "PermissionRequest":
        return {}
    decision = {"behavior": "allow"}
    return {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": decision}}


async def codex(home: Path) -> list[Json]:
    """Let Codex run a command outside its sandbox, patch a file, and fail, then once more."""
    async with ResponsesApi() as model, Fence() as fence, HookPeer(_allowed) as peer:
        agent = Codex(home, model_url=model.url, environment=fence.environment)
        send = f"curl -s -d @- {peer.url}"
        await agent.takes(command_hooks(send, *_EVENTS, "Stop", "SessionEnd", timeout=3))
        model.script.plays(
            Call("exec_command", {"cmd": "touch new.txt", **_ESCALATED}),
            Call("exec_command", {"cmd": _PATCH, **_ESCALATED}),
            Call("exec_command", {"cmd": "exit 3", **_ESCALATED}),
            Say("All done."),
        )
        async with agent.terminal() as terminal:
            await terminal.enters("do it all")
            await terminal.shows("All done")
        model.script.plays(Call("exec_command", {"cmd": "true"}), Say("All done."))
        async with agent.does("do it") as run:
            await run.ends()
        return peer.events
