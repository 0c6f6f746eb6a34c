"""opencode's plugin: what it sends before a tool, and what it reads."""

from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.web.hooks.conftest import Agent
from tests.world import World


def before(tool: str = "bash", given: Any = None, **more: Any) -> dict[str, Any]:
    """What the plugin sends before a tool of opencode 1.18."""
    return {
        "hook_event_name": "tool.execute.before",
        "session_id": "ses_1",
        "call_id": "call_1",
        "cwd": "/home/ana/shop",
        "tool_name": tool,
        "tool_input": given or {"command": "make deploy", "description": "Deploy the shop"},
        **more,
    }


@pytest.fixture
def opencode(world: World) -> Agent:
    return Agent(world, name="opencode")


async def test_a_command_is_asked_for_and_allowed(world: World, opencode: Agent):
    held, asked = await opencode.asks(before())

    await world.decide(asked.id)

    assert await held == {"decision": "allow"}
    assert (asked.agent, asked.session_id) == ("opencode", "ses_1")
    assert (asked.action.action_type, asked.action.cwd) == ("Bash", "/home/ana/shop")


async def test_a_denial_brings_the_persons_words(world: World, opencode: Agent):
    held, asked = await opencode.asks(before())

    await world.decide(asked.id, "denied", note="wrong branch")

    assert await held == {"decision": "deny", "reason": "wrong branch"}


async def test_a_changed_command_goes_back_in_the_whole_input(world: World, opencode: Agent):
    given = {"command": "make deploy", "workdir": "/home/ana/lib", "timeout": 1000}
    held, asked = await opencode.asks(before(given=given))
    assert asked.action.cwd == "/home/ana/lib"

    await world.decide(asked.id, override="make stage")

    assert await held == {"decision": "allow", "tool_input": {**given, "command": "make stage"}}


async def test_an_edit_is_shown_as_such(world: World, opencode: Agent):
    given = {"filePath": "/home/ana/shop/app.py", "oldString": "8000", "newString": "PORT"}

    _, asked = await opencode.asks(before("edit", given))

    assert (asked.action.action_type, asked.action.title) == ("Edit", "Edit app.py")
    assert asked.action.params == {
        "file_path": "/home/ana/shop/app.py",
        "old_string": "8000",
        "new_string": "PORT",
    }


async def test_a_patch_is_an_edit_of_its_files(world: World, opencode: Agent):
    patch = "*** Begin Patch\n*** Add File: a.txt\n+one\n*** End Patch"

    _, asked = await opencode.asks(before("patch", {"patchText": patch}))

    assert (asked.action.action_type, asked.action.title) == ("Edit", "Edit a.txt")
    assert asked.action.preview == patch


async def test_silence_is_a_denial(world: World, opencode: Agent, clock: FakeClock):
    held, _ = await opencode.asks(before(), limit=30)

    clock.advance(seconds=25)

    why = "Nobody answered at the gate in time, so this was not run."
    assert await held == {"decision": "deny", "reason": why}


@pytest.mark.parametrize("event", ["tool.execute.after", "session.idle", "other"])
async def test_what_asks_nothing_is_answered_at_once(opencode: Agent, event: str):
    assert await opencode.send({**before(), "hook_event_name": event}) == {}
