"""A hook's canary is denied by the gate itself: nobody is asked, and it is audited."""

import json

import pytest

from ok2run.connect.canary import EVENTS, hook, is_denied
from tests.web.hooks.conftest import Agent
from tests.world import AGENT_KEY, World
from web.hooks.dialects import DIALECTS

ASKS = [(agent, event) for agent in DIALECTS for event in EVENTS[agent]]


@pytest.mark.parametrize(("agent", "event"), ASKS)
async def test_every_agents_canary_is_denied_in_its_own_form(agent: str, event: str, world: World):
    asker = Agent(world, name=agent)

    answer = await asker.send(json.loads(hook(agent, event)))

    assert is_denied(json.dumps(answer).encode())
    response = await world.call("GET", "/v1/approvals", key=AGENT_KEY)
    (found,) = (await response.json())["approvals"]
    assert found["status"] == "denied"
    audit = await world.call("GET", f"/v1/approvals/{found['approval_id']}/audit", key=AGENT_KEY)
    kinds = [entry["kind"] for entry in (await audit.json())["entries"]]
    assert kinds == ["approval.asked", "approval.denied"]


async def test_an_ask_that_came_by_no_hook_is_no_canary(world: World):
    body = json.loads(hook("claude-code", "PreToolUse"))["tool_input"]

    answer = await world.ask(action_type="Bash", preview=body["command"], params=body)

    assert answer["status"] == "pending"


@pytest.mark.parametrize(
    "answer",
    [b"", b"{}", b"[]", b'{"decision": "deny"}', b'{"decision": "allow", "reason": "canary"}'],
)
def test_another_answer_proves_nothing(answer: bytes):
    assert not is_denied(answer)
