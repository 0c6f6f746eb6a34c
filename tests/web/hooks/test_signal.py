"""What other hooks tell: cards answered at the terminal end, and outcomes find their approval."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.approval import Approval, State
from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import (
    after,
    before,
    failed,
    notification,
    permission,
    prompt,
    session_end,
    stop,
)
from tests.world import OTHER_KEY, World


async def ended(world: World, asked: Approval) -> Approval:
    async with asyncio.timeout(10):
        while (found := await world.gate.any(asked.id)).is_pending:
            await asyncio.sleep(0.005)
    return found


async def test_a_call_that_has_run_was_answered_at_the_terminal(world: World, agent: Agent):
    held, asked = await agent.asks(permission())

    assert await agent.send(after()) == {}

    assert await held == {}
    found = await ended(world, asked)
    assert (found.state, found.end_reason) == (State.WITHDRAWN, "answered at the terminal")


async def test_another_call_leaves_the_card(world: World, agent: Agent):
    _, asked = await agent.asks(permission())

    await agent.send(after(given={"command": "ls"}))
    await agent.send(after(session_id="another"))
    await agent.send(notification())

    assert (await world.gate.any(asked.id)).is_pending


async def test_another_key_ends_nothing(world: World, agent: Agent):
    _, asked = await agent.asks(permission())
    other = Agent(world, key=OTHER_KEY)

    for hook in (after(), stop(), prompt(), session_end()):
        assert await other.send(hook) == {}

    assert (await world.gate.any(asked.id)).is_pending


@pytest.mark.parametrize(
    ("hook", "why"),
    [
        (stop(), "the agent's turn is over"),
        (prompt(), "the terminal went on"),
        (session_end(), "its session has ended"),
    ],
)
async def test_a_session_that_goes_on_ends_all_that_waits_of_it(world, agent: Agent, hook, why):
    _, asked = await agent.asks(permission())
    agent.hold(permission(session_id="another"))
    await agent.pending(2)

    assert await agent.send(hook) == {}

    found = await ended(world, asked)
    assert (found.state, found.end_reason) == (State.WITHDRAWN, why)
    await agent.pending(1)


async def test_an_outcome_finds_the_approval(world: World, agent: Agent):
    held, asked = await agent.asks(permission())
    await world.decide(asked.id)
    await held

    assert await agent.send(after()) == {}

    outcome = (await world.gate.any(asked.id)).outcome
    assert outcome is not None
    assert (outcome.exit_code, outcome.summary) == (None, None)
    assert outcome.took == timedelta(milliseconds=116)


@pytest.mark.parametrize(
    ("error", "code", "summary"),
    [
        ("Exit code 2\nmake: *** no rule\nmore", 2, "failed: make: *** no rule"),
        ("Exit code 1", 1, "failed"),
        ("\n  no such tool", None, "failed: no such tool"),
        ("Exit code 1\n\0odd", 1, "failed: odd"),
    ],
)
async def test_a_failure_is_told_in_a_line(world, agent: Agent, error, code, summary):
    held, asked = await agent.asks(permission())
    await world.decide(asked.id)
    await held

    assert await agent.send(failed(error)) == {}

    outcome = (await world.gate.any(asked.id)).outcome
    assert (outcome.exit_code, outcome.summary) == (code, summary)


async def test_a_changed_command_that_has_run_finds_its_approval(world, agent: Agent):
    held, asked = await agent.asks(permission())
    await world.decide(asked.id, override="echo changed")
    changed = (await held)["hookSpecificOutput"]["decision"]["updatedInput"]

    await agent.send(after(given=changed))

    assert (await world.gate.any(asked.id)).outcome is not None


async def test_the_same_call_twice_reports_each_to_its_own_approval(world, agent: Agent):
    ids = []
    for use in ("toolu_01", "toolu_02"):
        held = agent.hold(before(use=use))
        (waiting,) = await agent.pending()
        ids.append(waiting["approval_id"])
        await world.decide(waiting["approval_id"])
        await held

    await agent.send(after(use="toolu_02"))

    assert (await world.gate.any(ids[0])).outcome is None
    assert (await world.gate.any(ids[1])).outcome is not None


async def test_an_outcome_is_told_once(world: World, agent: Agent):
    held, asked = await agent.asks(permission())
    await world.decide(asked.id)
    await held
    await agent.send(after())

    assert await agent.send(failed("Exit code 1")) == {}

    assert (await world.gate.any(asked.id)).outcome.summary is None


async def test_outcomes_find_their_approval_after_a_restart(build):
    first = await build()
    agent = Agent(first)
    held, asked = await agent.asks(permission())
    await first.decide(asked.id)
    await held

    second = await build(exclusive=False)
    await Agent(second).send(after())

    assert (await second.gate.any(asked.id)).outcome is not None


async def test_what_nobody_asked_about_is_answered_at_once(agent: Agent):
    odd = {**after(given={"command": "ls", "timeout": 2**60})}

    for hook in (after(), odd, failed("x"), stop(), {**after(), "tool_input": None}):
        assert await agent.send(hook) == {}
