"""PermissionRequest: what a person or a rule decides, in the words that Claude Code reads."""

from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import BASH, CWD, SESSION, permission
from tests.world import ADMIN_KEY, World


def decision(reply):
    said = reply["hookSpecificOutput"]
    assert said["hookEventName"] == "PermissionRequest"
    assert set(reply) == {"hookSpecificOutput"}
    return said["decision"]


async def test_an_approval_is_a_plain_allow(world: World, agent: Agent):
    held, asked = await agent.asks(permission())

    await world.decide(asked.id)

    assert decision(await held) == {"behavior": "allow"}


async def test_a_denial_brings_the_persons_words(world: World, agent: Agent):
    held, asked = await agent.asks(permission())

    await world.decide(asked.id, "denied", note="wrong branch, use staging")

    assert decision(await held) == {"behavior": "deny", "message": "wrong branch, use staging"}


async def test_a_denial_without_words_says_who_denied(world: World, agent: Agent):
    held, asked = await agent.asks(permission())

    await world.decide(asked.id, "denied")

    message = "Denied by admin through the API, without a reason."
    assert decision(await held) == {"behavior": "deny", "message": message}


async def test_a_command_is_asked_for_as_it_is(world: World, agent: Agent):
    _, asked = await agent.asks(permission())

    action = asked.action
    assert (asked.agent, asked.session_id, action.cwd) == ("claude", SESSION, CWD)
    assert (action.action_type, action.params, action.language) == ("Bash", BASH, "bash")
    assert action.title == action.preview == BASH["command"]
    assert action.reason == "Write proof file"


async def test_a_changed_command_goes_back_in_the_whole_input(world: World, agent: Agent):
    held, asked = await agent.asks(permission())

    await world.decide(asked.id, override="echo hi > out.txt")

    changed = {**BASH, "command": "echo hi > out.txt"}
    assert decision(await held) == {"behavior": "allow", "updatedInput": changed}


async def test_session_and_always_are_the_gates_own(world: World, agent: Agent):
    held, asked = await agent.asks(permission(given={"command": "npm test"}))
    await world.decide(asked.id, scope="session")
    assert decision(await held) == {"behavior": "allow"}

    again = await agent.send(permission(given={"command": "npm test"}, prompt_id="another"))

    assert decision(again) == {"behavior": "allow"}


async def test_rules_see_the_command_and_answer_at_once(world: World, agent: Agent):
    rules = [
        {
            "match": {"action": "Bash", "command": {"begins_with": ["echo", "hi"]}},
            "decision": "allow",
        },
        {"match": {"action": "Bash"}, "decision": "deny", "because": "not here"},
    ]
    await world.call("POST", "/v1/policies", key=ADMIN_KEY, json={"name": "p", "rules": rules})

    allowed = await agent.send(permission(given={"command": "echo hi"}))
    denied = await agent.send(permission(given={"command": "make deploy"}))

    assert decision(allowed) == {"behavior": "allow"}
    assert decision(denied) == {"behavior": "deny", "message": "not here"}


async def test_an_unknown_agent_is_404(world: World):
    answer = await world.call("POST", "/v1/hooks/nobody", json=permission())

    assert answer.status == 404
    assert (await answer.json())["code"] == "not_found"


async def test_who_has_no_key_is_401_and_what_is_no_json_400(world: World):
    path = "/v1/hooks/claude-code"

    assert (await world.call("POST", path, key=None, json=permission())).status == 401
    headers = {"Content-Type": "application/json"}
    assert (await world.call("POST", path, data=b"{", headers=headers)).status == 400


async def test_what_the_gate_has_no_opinion_of_gets_an_empty_object(agent: Agent):
    for hook in ({"hook_event_name": "PreCompact"}, {}, [], "text", 7):
        assert await agent.send(hook) == {}
