"""Gemini CLI's hooks: its tools in the words of every policy, and its decision."""

from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.web.hooks.conftest import Agent
from tests.world import World


def before(tool: str = "run_shell_command", given: Any = None, **more: Any) -> dict[str, Any]:
    """BeforeTool as Gemini CLI 0.61 sends it."""
    return {
        "session_id": "9f1c",
        "transcript_path": "/home/ana/.gemini/tmp/shop/chats/9f1c.json",
        "cwd": "/home/ana/shop",
        "hook_event_name": "BeforeTool",
        "timestamp": "2026-11-21T10:00:00.000Z",
        "tool_name": tool,
        "tool_input": given or {"command": "make deploy", "description": "Deploy the shop"},
        **more,
    }


@pytest.fixture
def gemini(world: World) -> Agent:
    return Agent(world, name="gemini")


async def test_a_command_is_asked_for_and_allowed(world: World, gemini: Agent):
    held, asked = await gemini.asks(before())

    await world.decide(asked.id)

    assert await held == {"decision": "allow"}
    assert (asked.agent, asked.session_id) == ("gemini", "9f1c")
    assert asked.action.action_type == "Bash"
    assert asked.action.preview == "make deploy"
    assert asked.action.reason == "Deploy the shop"


async def test_a_denial_brings_the_reason_to_the_agent(world: World, gemini: Agent):
    held, asked = await gemini.asks(before())

    await world.decide(asked.id, "denied", note="wrong branch")

    assert await held == {"decision": "deny", "reason": "wrong branch"}


async def test_a_changed_command_goes_back_in_the_whole_input(world: World, gemini: Agent):
    given = {"command": "make deploy", "is_background": False}
    held, asked = await gemini.asks(before(given=given))

    await world.decide(asked.id, override="make stage")

    changed = {"command": "make stage", "is_background": False}
    assert await held == {
        "decision": "allow",
        "hookSpecificOutput": {"hookEventName": "BeforeTool", "tool_input": changed},
    }


async def test_silence_is_a_denial_since_its_own_dialog_may_not_come_up(
    world: World, gemini: Agent, clock: FakeClock
):
    held, _ = await gemini.asks(before(), limit=30)

    clock.advance(seconds=25)

    assert await held == {
        "decision": "deny",
        "reason": "Nobody answered at the gate in time, so this was not run.",
    }


async def test_a_command_runs_in_the_folder_that_it_names(world: World, gemini: Agent):
    given = {"command": "make", "dir_path": "../lib", "is_background": True}

    _, asked = await gemini.asks(before(given=given))

    assert asked.action.cwd == "/home/ana/lib"
    assert asked.action.params == {"command": "make", "run_in_background": True}


async def test_an_edit_and_a_file_are_shown_as_such(world: World, gemini: Agent):
    edit = {
        "file_path": "/home/ana/shop/app.py",
        "instruction": "Name the port",
        "old_string": "8000",
        "new_string": "PORT",
    }
    _, asked = await gemini.asks(before("replace", edit))
    assert (asked.action.action_type, asked.action.title) == ("Edit", "Edit app.py")
    assert asked.action.reason == "Name the port"
    assert "-8000" in asked.action.preview

    await world.decide(asked.id)
    given = {"file_path": "/home/ana/shop/new.py", "content": "x = 1\n"}
    _, asked = await gemini.asks(before("write_file", given))
    assert (asked.action.action_type, asked.action.title) == ("Write", "Write new.py")
    assert asked.action.params == given


async def test_an_mcp_tool_carries_its_servers_name(world: World, gemini: Agent):
    context = {"server_name": "shop", "tool_name": "refund", "command": "shop-mcp"}

    _, asked = await gemini.asks(before("mcp_shop_refund", {"order": "A-1"}, mcp_context=context))

    assert asked.action.action_type == "mcp__shop__refund"
    assert asked.action.title == "shop: refund"
    assert asked.action.params == {"order": "A-1"}


@pytest.mark.parametrize("event", ["AfterTool", "AfterAgent", "SessionStart", "Notification"])
async def test_what_asks_nothing_is_answered_at_once(gemini: Agent, event: str):
    assert await gemini.send({**before(), "hook_event_name": event}) == {}
