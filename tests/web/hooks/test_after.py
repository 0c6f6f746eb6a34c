"""What the other agents' hooks tell afterwards, and the tools that nobody is asked about."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.core.approval import Approval, State
from tests.web.hooks.conftest import Agent
from tests.world import ADMIN_KEY, World

GIVEN = {"command": "make deploy"}
CODEX = {"session_id": "s", "tool_name": "Bash", "tool_input": GIVEN, "tool_use_id": "call_1"}
GEMINI = {"session_id": "s", "tool_name": "run_shell_command", "tool_input": GIVEN}
CURSOR = {"conversation_id": "s", "generation_id": "g", "command": "make deploy"}
OPENCODE = {"session_id": "s", "call_id": "1", "tool_name": "bash", "tool_input": GIVEN}
GEMINI_FAILURE = {"tool_response": {"error": {"message": "no rule\n to make"}}}
CURSOR_USE = {
    "conversation_id": "s",
    "generation_id": "g",
    "tool_name": "Shell",
    "tool_input": GIVEN,
    "tool_use_id": "t",
}


def named(event: str, *parts: dict[str, Any]) -> dict[str, Any]:
    hook: dict[str, Any] = {"hook_event_name": event}
    for part in parts:
        hook |= part
    return hook


# agent · before · after · the turn's end · what its failure says · how long it took
CASES = [
    ("codex", named("PreToolUse", CODEX), named("PostToolUse", CODEX), "Stop", None, None),
    (
        "gemini",
        named("BeforeTool", GEMINI, {"timestamp": "2026-11-21T10:00:00.000Z"}),
        named("AfterTool", GEMINI, GEMINI_FAILURE),
        "AfterAgent",
        "failed: no rule to make",
        None,
    ),
    (
        "cursor",
        named("beforeShellExecution", CURSOR),
        named("afterShellExecution", CURSOR, {"output": "", "duration": 1200}),
        "stop",
        None,
        timedelta(milliseconds=1200),
    ),
    (
        "cursor",
        named("preToolUse", CURSOR_USE),
        named("postToolUseFailure", CURSOR_USE, {"error_message": "exit 2"}),
        "sessionEnd",
        "failed: exit 2",
        None,
    ),
    (
        "opencode",
        named("tool.execute.before", OPENCODE),
        named("tool.execute.after", OPENCODE),
        "session.idle",
        None,
        None,
    ),
]


async def ended(world: World, asked: Approval) -> Approval:
    async with asyncio.timeout(10):
        while (found := await world.gate.any(asked.id)).is_pending:
            await asyncio.sleep(0.005)
    return found


@pytest.mark.parametrize(("name", "before", "after", "end", "summary", "took"), CASES)
async def test_an_outcome_finds_its_approval(
    world: World, name: str, before: Any, after: Any, end: str, summary: Any, took: Any
):
    agent = Agent(world, name=name)
    held, asked = await agent.asks(before)
    await world.decide(asked.id)
    await held

    assert await agent.send(after) == {}

    outcome = (await world.gate.any(asked.id)).outcome
    assert outcome is not None
    assert (outcome.summary, outcome.took) == (summary, took)


@pytest.mark.parametrize(("name", "before", "after", "end", "summary", "took"), CASES)
async def test_a_card_that_was_answered_at_the_terminal_is_withdrawn(
    world: World, name: str, before: Any, after: Any, end: str, summary: Any, took: Any
):
    agent = Agent(world, name=name)
    _, asked = await agent.asks(before)

    await agent.send(after)

    found = await ended(world, asked)
    assert (found.state, found.end_reason) == (State.WITHDRAWN, "answered at the terminal")


@pytest.mark.parametrize(("name", "before", "after", "end", "summary", "took"), CASES)
async def test_a_turn_that_is_over_ends_what_waits_of_it(
    world: World, name: str, before: Any, after: Any, end: str, summary: Any, took: Any
):
    agent = Agent(world, name=name)
    _, asked = await agent.asks(before)

    assert await agent.send({**after, "hook_event_name": end}) == {}

    assert (await ended(world, asked)).state is State.WITHDRAWN


async def test_the_outcome_of_a_changed_command_finds_its_approval(world: World):
    agent = Agent(world, name="opencode")
    held, asked = await agent.asks(named("tool.execute.before", OPENCODE))
    await world.decide(asked.id, override="make stage")
    reply = await held

    changed = {"tool_input": reply["tool_input"], "call_id": "none"}
    await agent.send(named("tool.execute.after", OPENCODE, changed))

    assert (await world.gate.any(asked.id)).outcome is not None


READS = [
    ("codex", named("PreToolUse", CODEX, {"tool_name": "Read"}), {}),
    ("gemini", named("BeforeTool", GEMINI, {"tool_name": "read_file"}), {}),
    ("gemini", named("BeforeTool", GEMINI, {"tool_name": "ask_user"}), {}),
    (
        "cursor",
        named("beforeReadFile", CURSOR, {"file_path": "/home/ana/a", "content": "x"}),
        {"permission": "allow"},
    ),
    (
        "opencode",
        named("tool.execute.before", OPENCODE, {"tool_name": "read"}),
        {"decision": "allow"},
    ),
]


@pytest.mark.parametrize(("name", "hook", "reply"), READS)
async def test_nobody_is_asked_about_what_only_reads(
    world: World, name: str, hook: Any, reply: Any
):
    assert await Agent(world, name=name).send(hook) == reply


@pytest.mark.parametrize(("name", "hook", "reply"), READS)
async def test_a_rule_may_deny_what_only_reads(world: World, name: str, hook: Any, reply: Any):
    names = ["Read", "ask_user"]
    rules = [{"match": {"action": {"in": names}}, "decision": "deny", "because": "not here"}]
    await world.call("POST", "/v1/policies", key=ADMIN_KEY, json={"name": "p", "rules": rules})

    assert "not here" in str(await Agent(world, name=name).send(hook))
