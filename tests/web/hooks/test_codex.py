"""Codex's hooks: what it sends, and answers in the only forms that it takes."""

from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.web.hooks.conftest import Agent
from tests.world import ADMIN_KEY, World

PATCH = """*** Begin Patch
*** Update File: src/app.py
@@
-one
+two
*** End Patch
"""


def hook(event: str, tool: str = "Bash", given: Any = None, **more: Any) -> dict[str, Any]:
    """A hook as Codex 0.169 sends it."""
    return {
        "session_id": "0199-aa",
        "turn_id": "7",
        "transcript_path": "/home/ana/.codex/sessions/0199-aa.jsonl",
        "cwd": "/home/ana/shop",
        "hook_event_name": event,
        "model": "gpt-5",
        "permission_mode": "default",
        "tool_name": tool,
        "tool_input": given or {"command": "make deploy", "description": "Deploy the shop"},
        **more,
    }


def before(given: Any = None, tool: str = "Bash", use: str = "call_1") -> dict[str, Any]:
    return hook("PreToolUse", tool, given, tool_use_id=use)


def permission(**decision: Any) -> dict[str, Any]:
    return {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": {**decision}}}


def judged(verdict: str, **more: Any) -> dict[str, Any]:
    specific = {"hookEventName": "PreToolUse", "permissionDecision": verdict, **more}
    return {"hookSpecificOutput": specific}


@pytest.fixture
def codex(world: World) -> Agent:
    return Agent(world, name="codex")


async def test_an_approval_is_a_plain_allow(world: World, codex: Agent):
    held, asked = await codex.asks(hook("PermissionRequest"))

    await world.decide(asked.id)

    assert await held == permission(behavior="allow")
    assert (asked.agent, asked.session_id) == ("codex", "0199-aa")
    assert (asked.action.action_type, asked.action.cwd) == ("Bash", "/home/ana/shop")
    assert asked.action.preview == "make deploy"
    assert asked.action.reason == "Deploy the shop"


async def test_a_denial_brings_the_persons_words_and_no_other_key(world: World, codex: Agent):
    held, asked = await codex.asks(hook("PermissionRequest"))

    await world.decide(asked.id, "denied", note="too risky")

    assert await held == permission(behavior="deny", message="too risky")


async def test_a_permission_can_neither_be_changed_nor_stopped(world: World, codex: Agent):
    _, asked = await codex.asks(hook("PermissionRequest"))

    assert asked.action.terms is not None
    assert not asked.action.terms.replaces
    assert not asked.action.terms.stops


async def test_a_permission_that_nobody_gives_is_left_to_the_prompt(
    world: World, codex: Agent, clock: FakeClock
):
    held, _ = await codex.asks(hook("PermissionRequest"), limit=30)

    clock.advance(seconds=25)

    assert await held == {}


async def test_before_a_tool_a_changed_command_goes_back_in_the_whole_input(
    world: World, codex: Agent
):
    given = {"command": "make deploy", "timeout_ms": 1000}
    held, asked = await codex.asks(before(given))

    await world.decide(asked.id, override="make deploy-staging")

    changed = {"command": "make deploy-staging", "timeout_ms": 1000}
    assert await held == judged("allow", updatedInput=changed)


async def test_before_a_tool_an_allow_and_a_denial(world: World, codex: Agent):
    held, asked = await codex.asks(before())
    await world.decide(asked.id)
    assert await held == judged("allow")

    held, asked = await codex.asks(before(use="call_2"))
    await world.decide(asked.id, "denied", note="not today")
    assert await held == judged("deny", permissionDecisionReason="not today")


async def test_before_a_tool_silence_is_a_denial_since_ask_would_run_it(
    world: World, codex: Agent, clock: FakeClock
):
    held, _ = await codex.asks(before(), limit=30)

    clock.advance(seconds=25)

    why = "Nobody answered at the gate in time, so this was not run."
    assert await held == judged("deny", permissionDecisionReason=why)


async def test_a_patch_is_an_edit_of_its_file(world: World, codex: Agent):
    _, asked = await codex.asks(before({"command": PATCH}, tool="apply_patch"))

    action = asked.action
    assert (action.action_type, action.title) == ("Edit", "Edit src/app.py")
    assert action.params == {"file_path": "src/app.py", "patch": PATCH}
    assert action.preview == PATCH
    assert action.terms is not None
    assert not action.terms.replaces


async def test_a_patch_of_several_files_names_them_all(world: World, codex: Agent):
    patch = PATCH.replace("*** End", "*** Delete File: .env\n*** End")

    _, asked = await codex.asks(before({"command": patch}, tool="apply_patch"))

    assert asked.action.title == "Edit src/app.py and 1 more"
    assert asked.action.params["file_paths"] == ["src/app.py", ".env"]


async def test_one_policy_fits_all_agents(world: World, codex: Agent):
    rules = [{"match": {"action": "Bash"}, "decision": "deny", "because": "not here"}]
    await world.call("POST", "/v1/policies", key=ADMIN_KEY, json={"name": "p", "rules": rules})
    gemini = {"tool_name": "run_shell_command", "tool_input": {"command": "ls"}}
    opencode = {"tool_name": "bash", "tool_input": {"command": "ls"}}
    cursor = {"conversation_id": "1", "command": "ls"}

    replies = [
        await codex.send(hook("PermissionRequest")),
        await Agent(world, name="gemini").send({"hook_event_name": "BeforeTool", **gemini}),
        await Agent(world, name="opencode").send(
            {"hook_event_name": "tool.execute.before", **opencode}
        ),
        await Agent(world, name="cursor").send(
            {"hook_event_name": "beforeShellExecution", **cursor}
        ),
    ]

    assert all("deny" in str(reply) and "not here" in str(reply) for reply in replies)


@pytest.mark.parametrize(
    "other",
    [hook("SessionStart"), hook("PostToolUse"), {"hook_event_name": "Stop"}, {}, []],
)
async def test_what_asks_nothing_is_answered_at_once(codex: Agent, other: Any):
    assert await codex.send(other) == {}
