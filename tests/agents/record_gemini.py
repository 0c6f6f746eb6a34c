"""What Gemini CLI sends without a terminal."""

from pathlib import Path

from tests.agents.fence import Fence
from tests.agents.gemini import Gemini, command_hooks
from tests.agents.gemini_api import GeminiApi
from tests.agents.hook_peer import HookPeer
from tests.agents.script import Call, Json, Say

_EVENTS = ("BeforeAgent", "BeforeTool", "AfterTool", "AfterAgent")


async def gemini(home: Path) -> list[Json]:
    """Let Gemini CLI run commands, write a file, and change it."""
    async with GeminiApi() as model, Fence() as fence, HookPeer() as peer:
        agent = Gemini(home, model_url=model.url, environment=fence.environment)
        agent.takes(command_hooks(f"curl -s -d @- {peer.url}", *_EVENTS))
        file = f"{agent.project}/a.py"
        model.script.plays(
            Call("run_shell_command", {"command": "touch new.txt", "description": "Make it"}),
            Call("run_shell_command", {"command": "exit 3"}),
            Call("write_file", {"file_path": file, "content": "a = 1\n"}),
            Call(
                "replace",
                {
                    "file_path": file,
                    "instruction": "Make it two",
                    "old_string": "a = 1",
                    "new_string": "a = 2",
                },
            ),
            Call("read_file", {"file_path": file}),
            Say("All done."),
        )
        async with agent.does("do it all", "--approval-mode", "yolo") as run:
            await run.ends()
        assert not fence.attempts, fence.attempts
        return peer.events
