"""Cursor's hooks: before commands, MCP tools, reads and any tool."""

from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.web.hooks.conftest import Agent
from tests.world import World

SILENCE = "Nobody answered at the gate in time, so this was not run."


def hook(event: str, **more: Any) -> dict[str, Any]:
    """A hook as Cursor 2 sends it."""
    return {
        "conversation_id": "c0ffee",
        "generation_id": "g-1",
        "model": "a-model",
        "hook_event_name": event,
        "cursor_version": "2.1.0",
        "workspace_roots": ["/home/ana/shop"],
        "user_email": None,
        "transcript_path": None,
        **more,
    }


SHELL = hook("beforeShellExecution", command="make deploy", cwd="/home/ana/shop/web")


@pytest.fixture
def cursor(world: World) -> Agent:
    return Agent(world, name="cursor")


async def test_a_command_is_asked_for_and_allowed(world: World, cursor: Agent):
    held, asked = await cursor.asks(SHELL)

    await world.decide(asked.id)

    assert await held == {"permission": "allow"}
    assert (asked.agent, asked.session_id) == ("cursor", "c0ffee")
    assert (asked.action.action_type, asked.action.cwd) == ("Bash", "/home/ana/shop/web")
    assert asked.action.params == {"command": "make deploy"}


async def test_a_denial_tells_person_and_agent_why(world: World, cursor: Agent):
    held, asked = await cursor.asks(SHELL)

    await world.decide(asked.id, "denied", note="wrong branch")

    assert await held == {
        "permission": "deny",
        "user_message": "wrong branch",
        "agent_message": "wrong branch",
    }


async def test_a_command_cannot_be_changed_but_a_tools_input_can(world: World, cursor: Agent):
    held, asked = await cursor.asks(SHELL)
    assert asked.action.terms is not None
    assert not asked.action.terms.replaces
    await world.decide(asked.id)
    await held
    given = {"command": "make deploy", "working_directory": "/home/ana/shop"}
    use = hook("preToolUse", tool_name="Shell", tool_input=given, tool_use_id="t1")
    held, asked = await cursor.asks(use)

    await world.decide(asked.id, override="make stage")

    changed = {"command": "make stage", "working_directory": "/home/ana/shop"}
    assert await held == {"permission": "allow", "updated_input": changed}


async def test_an_mcp_tool_is_shown_with_its_server(world: World, cursor: Agent):
    use = hook(
        "beforeMCPExecution",
        tool_name="refund",
        tool_input='{"order": "A-1"}',
        url="https://mcp.example.org",
    )

    _, asked = await cursor.asks(use)

    assert asked.action.action_type == "mcp__refund"
    assert asked.action.params == {"order": "A-1"}
    assert asked.action.context == {"server": "https://mcp.example.org"}


async def test_a_written_file_is_shown_as_such(world: World, cursor: Agent):
    given = {"path": "/home/ana/shop/new.py", "contents": "x = 1\n"}

    _, asked = await cursor.asks(hook("preToolUse", tool_name="Write", tool_input=given))

    assert (asked.action.action_type, asked.action.title) == ("Write", "Write new.py")
    assert asked.action.params == {"file_path": "/home/ana/shop/new.py", "content": "x = 1\n"}


async def test_silence_asks_where_cursor_can_ask(world: World, cursor: Agent, clock: FakeClock):
    held, _ = await cursor.asks(SHELL, limit=30)

    clock.advance(seconds=25)

    assert await held == {"permission": "ask"}


async def test_silence_denies_where_cursor_cannot_ask(
    world: World, cursor: Agent, clock: FakeClock
):
    use = hook("preToolUse", tool_name="Delete", tool_input={"path": "/home/ana/shop/a"})
    held, _ = await cursor.asks(use, limit=30)

    clock.advance(seconds=25)

    reply = await held
    assert reply["permission"] == "deny"
    assert reply["agent_message"] == SILENCE


@pytest.mark.parametrize(
    "other",
    [
        hook("afterShellExecution", command="ls", output="a", duration=12),
        hook("afterFileEdit", file_path="/home/ana/a", edits=[]),
        hook("stop", status="completed"),
    ],
)
async def test_what_asks_nothing_is_answered_at_once(cursor: Agent, other: Any):
    assert await cursor.send(other) == {}
