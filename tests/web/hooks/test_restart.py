"""A gate that is started anew: hooks that come again join what waits, and no other card stays."""

import asyncio

import pytest

from bot.core.approval import State
from tests.conftest import Build
from tests.fakes.clock import FakeClock
from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import permission
from tests.world import World

AGAIN = {"Ok2run-Hook-Id": "a" * 32}


async def waits(world: World) -> str:
    """Leave a hook's ask behind, as a command that asks again does where the gate stops."""
    agent = Agent(world)
    path = "/v1/hooks/claude-code?limit=600"
    held = world.tasks.create_task(world.call("POST", path, json=permission(), headers=AGAIN))
    (found,) = await agent.pending()
    await agent.held(1)
    world.gate.stop_waiting()
    assert (await held).status == 503
    id: str = found["approval_id"]
    return id


async def ended(world: World, id: str) -> State:
    async with asyncio.timeout(10):
        while (found := await world.gate.any(id)).is_pending:
            await asyncio.sleep(0.005)
    return found.state


@pytest.fixture
async def asked(build: Build, clock: FakeClock) -> str:
    id = await waits(await build(loops=False))
    clock.advance(seconds=1)
    return id


async def test_the_hook_that_comes_again_joins_what_waits(build: Build, asked: str):
    after = await build(exclusive=False)

    held, found = await Agent(after).asks(permission())
    assert found.id == asked
    await after.decide(asked)

    assert (await held)["hookSpecificOutput"]["decision"] == {"behavior": "allow"}


async def test_what_no_hook_comes_again_for_is_withdrawn(
    build: Build, asked: str, clock: FakeClock
):
    after = await build(exclusive=False)

    clock.advance(seconds=29)
    assert (await after.gate.any(asked)).is_pending
    clock.advance(seconds=2)

    assert await ended(after, asked) is State.WITHDRAWN
    found = await after.gate.any(asked)
    assert found.end_reason == "the gate was started anew, and its agent did not ask again"


async def test_what_a_hook_has_come_again_for_stays(build: Build, asked: str, clock: FakeClock):
    after = await build(exclusive=False)
    held, _ = await Agent(after).asks(permission())

    clock.advance(seconds=31)
    await after.gate.chores()

    assert (await after.gate.any(asked)).is_pending
    await after.decide(asked)
    assert (await held)["hookSpecificOutput"]["decision"] == {"behavior": "allow"}


async def test_what_was_asked_without_a_hook_waits_on(build: Build, clock: FakeClock):
    before = await build(loops=False)
    asked = await before.ask()
    clock.advance(seconds=1)

    after = await build(exclusive=False)
    clock.advance(seconds=31)
    await after.gate.chores()

    assert (await after.gate.any(asked["approval_id"])).is_pending
