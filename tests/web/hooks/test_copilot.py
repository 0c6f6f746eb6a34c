"""Copilot CLI's hooks, in both of their spellings."""

from typing import Any

import pytest

from bot.core.approval import State
from tests.fakes.clock import FakeClock
from tests.web.hooks.conftest import Agent
from tests.world import World

GIVEN = {"command": "make deploy", "description": "Deploy the shop"}
SILENCE = "Nobody answered at the gate in time, so this was not run."


def before(tool: str = "bash", given: Any = None, **more: Any) -> dict[str, Any]:
    """preToolUse as Copilot CLI 1.0.102 sends it: without its name."""
    return {
        "sessionId": "a332cb9e",
        "timestamp": 1795301996576,
        "cwd": "/home/ana/shop",
        "toolName": tool,
        "toolArgs": given or GIVEN,
        **more,
    }


def snake(tool: str = "Bash", given: Any = None) -> dict[str, Any]:
    """PreToolUse, as an event that is registered by that name is sent."""
    return {
        "hook_event_name": "PreToolUse",
        "session_id": "a332cb9e",
        "timestamp": "2026-11-21T10:00:00.000Z",
        "cwd": "/home/ana/shop",
        "tool_name": tool,
        "tool_input": given or GIVEN,
    }


def permission() -> dict[str, Any]:
    """permissionRequest, which knows the command alone."""
    return {
        "hookName": "permissionRequest",
        "sessionId": "a332cb9e",
        "timestamp": 1795302101506,
        "cwd": "/home/ana/shop",
        "toolName": "bash",
        "toolInput": {"command": "make deploy"},
        "permissionSuggestions": [],
    }


@pytest.fixture
def copilot(world: World) -> Agent:
    return Agent(world, name="copilot")


@pytest.mark.parametrize("hook", [before(), snake(), before(given='{"command": "make deploy"}')])
async def test_a_command_is_asked_for_and_allowed(world: World, copilot: Agent, hook: Any):
    held, asked = await copilot.asks(hook)

    await world.decide(asked.id)

    assert await held == {"permissionDecision": "allow"}
    assert (asked.agent, asked.session_id) == ("copilot", "a332cb9e")
    assert (asked.action.action_type, asked.action.cwd) == ("Bash", "/home/ana/shop")
    assert asked.action.preview == "make deploy"


async def test_a_denial_brings_the_persons_words(world: World, copilot: Agent):
    held, asked = await copilot.asks(before())

    await world.decide(asked.id, "denied", note="wrong branch")

    assert await held == {
        "permissionDecision": "deny",
        "permissionDecisionReason": "wrong branch",
    }


async def test_a_changed_command_goes_back_in_the_whole_input(world: World, copilot: Agent):
    given = {**GIVEN, "mode": "async", "initial_wait": 30}
    held, asked = await copilot.asks(before(given=given))
    assert asked.action.params == {**GIVEN, "run_in_background": True, "timeout": 30}

    await world.decide(asked.id, override="make stage")

    changed = {**given, "command": "make stage"}
    assert await held == {"permissionDecision": "allow", "modifiedArgs": changed}


async def test_a_permission_is_allowed_or_denied_in_its_own_form(world: World, copilot: Agent):
    held, asked = await copilot.asks(permission())
    await world.decide(asked.id)
    assert await held == {"behavior": "allow"}

    held, asked = await copilot.asks({**permission(), "timestamp": 1795302101507})
    await world.decide(asked.id, "denied", note="not today")
    assert await held == {"behavior": "deny", "message": "not today"}


async def test_silence_brings_its_own_prompt_up(world: World, copilot: Agent, clock: FakeClock):
    held, _ = await copilot.asks(before(), limit=30)

    clock.advance(seconds=25)

    assert await held == {"permissionDecision": "ask"}


async def test_silence_denies_a_permission(world: World, copilot: Agent, clock: FakeClock):
    held, _ = await copilot.asks(permission(), limit=30)

    clock.advance(seconds=25)

    assert await held == {"behavior": "deny", "message": SILENCE}


async def test_files_are_shown_as_such(world: World, copilot: Agent):
    edit = {"path": "/home/ana/shop/app.py", "old_str": "8000", "new_str": "PORT"}
    _, asked = await copilot.asks(before("edit", edit))
    assert (asked.action.action_type, asked.action.title) == ("Edit", "Edit app.py")
    assert asked.action.params["old_string"] == "8000"

    await world.decide(asked.id)
    given = {"path": "/home/ana/shop/new.py", "file_text": "x = 1\n"}
    _, asked = await copilot.asks(before("create", given))
    assert (asked.action.action_type, asked.action.title) == ("Write", "Write new.py")


async def test_an_outcome_finds_the_permission_it_had(world: World, copilot: Agent):
    held, asked = await copilot.asks(permission())
    await world.decide(asked.id)
    await held

    result = {"resultType": "success", "textResultForLlm": "done"}
    assert await copilot.send(before(toolResult=result)) == {}

    assert (await world.gate.any(asked.id)).outcome is not None


async def test_a_turn_that_is_over_ends_what_waits(world: World, copilot: Agent):
    held, asked = await copilot.asks(before())

    await copilot.send({"sessionId": "a332cb9e", "stopReason": "end_turn"})

    assert await held == {"permissionDecision": "ask"}
    assert (await world.gate.any(asked.id)).state is State.WITHDRAWN


@pytest.mark.parametrize(
    "hook", [before("view", {"path": "/home/ana/a"}), snake("Read"), before("report_intent"), {}]
)
async def test_nobody_is_asked_about_what_only_reads(copilot: Agent, hook: Any):
    assert await copilot.send(hook) == {}
