"""Write down what each agent sends to its hooks: `python -m tests.agents.record claude-code`.

Names, paths and ids are made up afterwards, so that the record says nothing of this machine.
"""

import argparse
import asyncio
import json
import re
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.agents.claude_code import ClaudeCode, http_hooks
from tests.agents.fence import Fence
from tests.agents.hook_peer import HookPeer
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE, Package, version
from tests.agents.script import Call, Json, Say, Turn

RECORDED = Path(__file__).parent / "recorded"
QUESTIONS = [
    {
        "question": "Which database should we use?",
        "header": "Database",
        "multiSelect": False,
        "options": [
            {"label": "SQLite", "description": "one file"},
            {"label": "PostgreSQL", "description": "a server"},
        ],
    },
    {
        "question": "Which features do you want?",
        "header": "Features",
        "multiSelect": True,
        "options": [
            {"label": "Auth", "description": "people sign in"},
            {"label": "Cache", "description": "faster reads"},
            {"label": "Mail", "description": "it writes letters"},
        ],
    },
]
ANSWERS = {
    "Which database should we use?": "PostgreSQL",
    "Which features do you want?": "Auth, Cache",
}
_PLAN_FILE = re.compile(r"/[\w./-]+/plans/[\w-]+\.md")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def writes_plan(read: str) -> Turn:
    """Let the model write its plan where Claude Code told it to."""
    found = _PLAN_FILE.search(read)
    assert found is not None, "it was not told where to write its plan"
    return (Call("Write", {"file_path": found[0], "content": "# Plan\n1. do the thing\n"}),)


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


def anonymous(events: list[Json], home: Path) -> list[Json]:
    """Return the events as if they came from Ana's machine."""
    text = json.dumps(events)
    text = text.replace(str(home), "/home/ana")
    text = text.replace(re.sub(r"[^A-Za-z0-9]", "-", str(home)), "-home-ana")
    for number, found in enumerate(dict.fromkeys(_UUID.findall(text)), 1):
        text = text.replace(found, f"00000000-0000-4000-8000-{number:012d}")
    cleaned: list[Json] = json.loads(text)
    return cleaned


AGENTS: dict[str, tuple[Package, Callable[[Path], Awaitable[list[Json]]]]] = {
    "claude-code": (CLAUDE_CODE, claude_code),
}


async def record(name: str) -> Path:
    """Run one agent and write its file."""
    package, run = AGENTS[name]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        home = Path(place) / "ana"
        events = anonymous(await run(home), home)
    written = {"agent": name, "version": version(package), "events": events}
    file = RECORDED / f"{name}.json"
    file.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    return file


def main() -> None:
    """Record the agents named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("agent", nargs="+", choices=sorted(AGENTS))
    for name in parser.parse_args().agent:
        print(asyncio.run(record(name)))


if __name__ == "__main__":
    main()
