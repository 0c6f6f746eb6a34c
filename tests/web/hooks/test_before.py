"""PreToolUse: the same decisions in its own words, and no card for what only reads."""

from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import BASH, before
from tests.world import ADMIN_KEY, World


def said(reply):
    told = dict(reply["hookSpecificOutput"])
    assert told.pop("hookEventName") == "PreToolUse"
    return told


ASK = {
    "hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "ask"},
}


async def rule(world: World, **rule) -> None:
    body = {"name": "p", "rules": [rule]}
    answer = await world.call("POST", "/v1/policies", key=ADMIN_KEY, json=body)
    assert answer.status == 200, await answer.text()


async def test_an_approval_allows(world: World, agent: Agent):
    held, asked = await agent.asks(before())

    await world.decide(asked.id)

    assert said(await held) == {"permissionDecision": "allow"}


async def test_a_note_with_an_approval_reaches_the_agent(world: World, agent: Agent):
    held, asked = await agent.asks(before())

    await world.decide(asked.id, note="tell me the result")

    words = "admin approved this with a note: tell me the result"
    assert said(await held) == {"permissionDecision": "allow", "additionalContext": words}


async def test_a_denial_brings_its_reason(world: World, agent: Agent):
    held, asked = await agent.asks(before())

    await world.decide(asked.id, "denied", note="not today")

    expected = {"permissionDecision": "deny", "permissionDecisionReason": "not today"}
    assert said(await held) == expected


async def test_a_changed_command_goes_back_in_the_whole_input(world: World, agent: Agent):
    held, asked = await agent.asks(before())

    await world.decide(asked.id, override="echo hi")

    changed = {**BASH, "command": "echo hi"}
    assert said(await held) == {"permissionDecision": "allow", "updatedInput": changed}


async def test_nobodys_answer_has_the_terminal_ask(world: World, agent: Agent, clock):
    held, asked = await agent.asks(before(), limit=60)

    clock.advance(seconds=49)

    assert await held == ASK
    ended = await world.gate.any(asked.id)
    assert (ended.state, ended.end_reason) == (
        "withdrawn",
        "nobody answered in time; the terminal asks",
    )


async def test_who_only_reads_is_not_asked_about(world: World, agent: Agent):
    given = {"file_path": "/home/ana/shop/README.md"}

    assert await agent.send(before("Read", given)) == {}

    await agent.pending(0)


async def test_a_rule_may_deny_what_only_reads(world: World, agent: Agent):
    await rule(world, match={"action": "Read"}, decision="deny", because="private")

    reply = await agent.send(before("Read", {"file_path": "/home/ana/shop/secret.md"}))

    assert said(reply) == {"permissionDecision": "deny", "permissionDecisionReason": "private"}


async def test_a_rule_may_ask_about_what_only_reads(world: World, agent: Agent):
    await rule(world, match={"action": "Read"}, decision="ask")

    held, asked = await agent.asks(before("Read", {"file_path": "/home/ana/shop/a.md"}))
    await world.decide(asked.id)

    assert said(await held) == {"permissionDecision": "allow"}


async def test_what_cannot_be_kept_is_handed_back(agent: Agent):
    assert await agent.send(before(given={"command": "ls", "timeout": 2**60})) == ASK
    assert await agent.send(before(given={"command": "ls \0"})) == ASK
