"""What goes wrong inside never lets an agent run, and never leaves it without an answer."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable

import pytest

from tests.fakes.clock import FakeClock
from tests.web.api.test_store_faults import disk
from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import after, before, elicitation, permission, prompt, stop
from tests.world import World

Fill = Callable[[World], Awaitable[None]]
__all__ = ["disk"]
ASK = {"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "ask"}}
LONG = {"command": "echo " + "x" * 300_000}


async def test_with_a_full_disk_the_terminal_asks(
    world: World, agent: Agent, disk: tuple[Fill, Fill]
):
    fill, free = disk
    await fill(world)

    assert await agent.send(permission(given=LONG)) == {}
    assert await agent.send(before(given=LONG)) == ASK
    for hook in (after(given=LONG), stop(), prompt()):
        assert await agent.send(hook) == {}
    await free(world)

    await agent.pending(0)


async def test_a_card_goes_once_the_disk_has_room_where_its_agent_has_hung_up(
    world: World, agent: Agent, clock: FakeClock, disk: tuple[Fill, Fill]
):
    fill, free = disk
    request = world.tasks.create_task(agent.send(permission()))
    (found,) = await agent.pending()
    await agent.held(1)
    await fill(world)

    request.cancel()
    await agent.held(0)
    await free(world)

    async with asyncio.timeout(10):
        while (kept := await world.gate.any(found["approval_id"])).is_pending:
            clock.advance(seconds=1)
            await asyncio.sleep(0.005)
    assert kept.end_reason == "answered at the terminal, or the agent went away"


async def test_a_hook_handed_back_with_the_gate_at_fault_leaves_no_card(
    world: World, agent: Agent, clock: FakeClock, disk: tuple[Fill, Fill]
):
    fill, free = disk
    held, asked = await agent.asks(permission(), limit=60)
    await fill(world)

    clock.advance(seconds=49)
    assert await held == {}
    await free(world)

    async with asyncio.timeout(10):
        while (await world.gate.any(asked.id)).is_pending:
            clock.advance(seconds=1)
            await asyncio.sleep(0.005)


async def test_what_is_odd_inside_a_hook_is_handed_back(agent: Agent):
    for given in (None, [], "ls", 7):
        held = agent.hold({**permission(), "tool_input": given, "prompt_id": repr(given)})
        (waiting,) = await agent.pending()
        await agent.world.call("DELETE", f"/v1/approvals/{waiting['approval_id']}")
        assert await held == {}
    assert await agent.send({**permission(), "tool_name": 7}) == {}
    assert await agent.send({**elicitation({}), "requested_schema": []}) == {}
    assert await agent.send({**permission(), "hook_event_name": ["Stop"]}) == {}


NAMELESS = [
    ("claude-code", "PreToolUse", "ask"),
    ("codex", "PreToolUse", "deny"),
    ("gemini", "BeforeTool", "deny"),
    ("copilot", "preToolUse", "ask"),
    ("copilot", "permissionRequest", "deny"),
    ("cursor", "preToolUse", "deny"),
    ("opencode", "tool.execute.before", "deny"),
]


@pytest.mark.parametrize(("name", "event", "word"), NAMELESS)
async def test_a_tool_without_a_name_is_never_let_pass(
    world: World, name: str, event: str, word: str
):
    for tool in (None, 7, ""):
        hook = {"hook_event_name": event, "tool_name": tool, "session_id": "s"}
        assert f'"{word}"' in json.dumps(await Agent(world, name=name).send(hook))


@pytest.mark.parametrize(("name", "event", "word"), NAMELESS)
async def test_an_input_of_another_form_is_shown_whole(
    world: World, name: str, event: str, word: str
):
    agent = Agent(world, name=name)
    for odd in ("rm -rf /home/ana", ["rm", "-rf"], 7):
        hook = {"hook_event_name": event, "tool_name": "Odd", "session_id": "s", "timestamp": 1}
        held, asked = await agent.asks({**hook, "tool_input": odd, "tool_use_id": repr(odd)})

        assert asked.action.params == {"input": odd}
        assert json.loads(asked.action.preview) == {"input": odd}

        await world.decide(asked.id, "denied")
        await held


async def test_a_command_that_is_no_text_is_shown_as_it_is(world: World):
    hook = {"hook_event_name": "beforeShellExecution", "command": ["rm", "-rf", "x"]}

    _, asked = await Agent(world, name="cursor").asks(hook)

    assert asked.action.params == {"command": ["rm", "-rf", "x"]}
    assert '"-rf"' in asked.action.preview


async def test_too_large_a_hook_is_413(world: World):
    body = io.BytesIO(json.dumps(permission(given={"command": "x" * 2**20})).encode())
    headers = {"Content-Type": "application/json"}

    answer = await world.call("POST", "/v1/hooks/claude-code", data=body, headers=headers)

    assert answer.status == 413
