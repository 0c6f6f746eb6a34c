"""How long a hook is held, and what its agent is told where nobody decides."""

import asyncio

from bot.core.approval import State
from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import before, permission
from tests.world import ADMIN_KEY, OTHER_KEY, World


async def state(world: World, id: str) -> State:
    async with asyncio.timeout(10):
        while (found := await world.gate.any(id)).is_pending:
            await asyncio.sleep(0.005)
    return found.state


async def test_the_answer_comes_ten_seconds_before_the_agents_limit(world, agent: Agent, clock):
    held, asked = await agent.asks(permission(), limit=120)
    assert (asked.expires_at - asked.created_at).total_seconds() == 110

    clock.advance(seconds=108)
    await agent.pending(1)
    assert not held.done()
    clock.advance(seconds=1)

    assert await held == {}
    ended = await world.gate.any(asked.id)
    assert ended.end_reason == "nobody answered in time; the terminal asks"
    assert ended.state is State.WITHDRAWN


async def test_without_a_limit_it_is_claude_codes_own_600_seconds(agent: Agent):
    _, asked = await agent.asks(permission())

    assert (asked.expires_at - asked.created_at).total_seconds() == 590


async def test_what_is_no_limit_counts_as_none(world: World, agent: Agent):
    for number, limit in enumerate(("-1", "nan", "soon", "inf"), start=1):
        hook = permission(prompt_id=f"p{number}")
        agent.hold(hook, limit=limit)
        waiting = await agent.pending(number)
        last = await world.gate.any(waiting[-1]["approval_id"])
        assert (last.expires_at - last.created_at).total_seconds() == 590


async def test_a_rule_has_nobody_wait_for_longer_than_the_agent(world: World, agent: Agent):
    rules = [{"match": {"action": "Bash"}, "decision": "ask", "expires_in": "2h"}]
    await world.call("POST", "/v1/policies", key=ADMIN_KEY, json={"name": "p", "rules": rules})

    _, asked = await agent.asks(permission(), limit=100)

    assert (asked.expires_at - asked.created_at).total_seconds() == 90


async def test_who_hangs_up_withdraws(world: World, agent: Agent):
    request = world.tasks.create_task(agent.send(permission()))
    (found,) = await agent.pending()

    request.cancel()

    assert await state(world, found["approval_id"]) is State.WITHDRAWN
    ended = await world.gate.any(found["approval_id"])
    assert ended.end_reason == "answered at the terminal, or the agent went away"


async def test_the_same_hook_again_joins_the_one_that_waits(world: World, agent: Agent):
    first, asked = await agent.asks(permission())
    second = agent.hold(permission())
    await agent.held(2)
    await agent.pending(1)

    await world.decide(asked.id)

    assert await first == await second
    assert (await first)["hookSpecificOutput"]["decision"] == {"behavior": "allow"}


async def test_who_hangs_up_leaves_it_to_another_that_joined(world: World, agent: Agent):
    request = world.tasks.create_task(agent.send(permission()))
    (found,) = await agent.pending()
    held = agent.hold(permission())
    await agent.held(2)

    request.cancel()
    await agent.held(1)
    assert (await world.decide(found["approval_id"])).status == 200

    assert (await held)["hookSpecificOutput"]["decision"] == {"behavior": "allow"}


async def test_another_keys_same_hook_is_another_ask(world: World, agent: Agent):
    await agent.asks(permission())

    await Agent(world, key=OTHER_KEY).asks(permission())

    await agent.pending(1)


async def test_another_prompts_same_call_is_another_ask(agent: Agent):
    await agent.asks(permission())

    agent.hold(permission(prompt_id="another"))

    await agent.pending(2)


async def test_while_it_is_snoozed_the_terminal_asks(world: World, agent: Agent):
    await world.call("POST", "/v1/snooze", key=ADMIN_KEY, json={"for_sec": 600})

    assert await agent.send(permission()) == {}


async def test_while_it_is_paused_a_hook_is_held_until_its_time_is_up(world, agent: Agent, clock):
    await world.call("POST", "/v1/pause", key=ADMIN_KEY, json={})
    held, _ = await agent.asks(permission(), limit=60)

    clock.advance(seconds=49)

    assert await held == {}


async def test_who_only_watches_keeps_no_card_of_an_agent_that_hung_up(world, agent: Agent):
    request = world.tasks.create_task(agent.send(permission()))
    (found,) = await agent.pending()
    id = found["approval_id"]
    watching = world.tasks.create_task(world.read(id, key=ADMIN_KEY, query="?wait=60"))
    await agent.held(2)

    request.cancel()

    assert await state(world, id) is State.WITHDRAWN
    assert (await watching)["status"] == "withdrawn"


async def test_who_only_watches_keeps_no_card_whose_time_is_up(world, agent: Agent, clock):
    held, asked = await agent.asks(permission(), limit=120)
    world.tasks.create_task(world.read(asked.id, key=ADMIN_KEY, query="?wait=600"))
    await agent.held(2)

    clock.advance(seconds=109)

    assert await held == {}
    assert (await world.gate.any(asked.id)).state is State.WITHDRAWN


async def test_where_no_answer_is_a_denial_the_card_does_not_send_anybody_to_the_terminal(
    world: World, clock
):
    held, asked = await Agent(world, name="codex").asks(before(), limit=60)

    clock.advance(seconds=49)

    assert "deny" in str(await held)
    ended = await world.gate.any(asked.id)
    assert ended.end_reason == "nobody answered in time; the agent was told no"


async def test_a_stop_of_the_gate_hands_back_and_leaves_no_card(world: World, agent: Agent):
    held, asked = await agent.asks(permission())

    world.gate.stop_waiting()

    assert await held == {}
    ended = await world.gate.any(asked.id)
    assert ended.end_reason == "the gate was stopped; the terminal asks"
    assert ended.state is State.WITHDRAWN
