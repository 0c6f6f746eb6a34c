"""What the older program's MCP tools answered, tool by tool, on either way to the gate."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.clock import FakeClock
from tests.tool_agent import Agent, answered, asked, beside_it, kept, over_http
from tests.world import World


@pytest.fixture(params=["beside it", "over HTTP"])
async def agent(
    request: pytest.FixtureRequest, world: World, tmp_path: Path
) -> AsyncIterator[Agent]:
    connect = beside_it(world, cwd=tmp_path) if request.param == "beside it" else over_http(world)
    async with kept(connect) as agent:
        yield agent


OLDER_ASK = {
    "action_type": "deploy",
    "title": "Deploy 1.4",
    "preview": "make deploy",
    "channel": "telegram",
}
OLDER_ANSWER = {"approval_id", "status", "auto", "expires_at", "decision"}


async def test_request_approval_answers_the_ask_at_once(agent: Agent):
    answer = await agent.call("request_approval", **(OLDER_ASK | {"channel": None}))

    assert answer.keys() >= OLDER_ANSWER
    assert answer["approval_id"].startswith("appr_")
    assert answer["id"] == answer["approval_id"]
    assert (answer["status"], answer["auto"], answer["decision"]) == ("pending", False, None)


async def test_a_channel_that_is_off_is_told(agent: Agent):
    said = await agent.fault("request_approval", **OLDER_ASK, tg_chat_id=5)

    assert said.startswith("Error: ")
    assert "telegram" in said.lower()


async def test_the_other_older_program_names_action_params_and_urgency(agent: Agent, world: World):
    answer = await agent.call(
        "request_approval", action="send_email", params={"to": "ana@example.org"}, urgency="high"
    )

    approval = await world.gate.any(answer["id"])
    assert approval.action.action_type == approval.action.title == "send_email"
    assert approval.action.params == {"to": "ana@example.org"}
    assert approval.risk.level == "high"


async def test_wait_for_approval_answers_the_read_at_its_end(agent: Agent, world: World):
    id = (await agent.call("request_approval", **(OLDER_ASK | {"channel": None})))["approval_id"]

    answer = await answered(world, agent.call("wait_for_approval", approval_id=id))

    assert answer["status"] == "approved"
    assert answer["decision"]["code"] == "1"
    assert answer["action_type"] == "deploy"
    assert {"expires_at", "session_id", "decision"} <= answer.keys()


async def test_a_denial_carries_the_reason(agent: Agent, world: World):
    id = (await agent.call("request_approval", action="deploy"))["approval_id"]

    answer = await answered(
        world, agent.call("wait_for_approval", approval_id=id), "denied", note="not on Fridays"
    )

    assert answer["status"] == "denied"
    assert answer["decision"]["note"] == "not on Fridays"
    assert answer["meaning"].endswith("They said: not on Fridays")


async def test_what_nobody_answers_expires(agent: Agent, world: World, clock: FakeClock):
    id = (await agent.call("request_approval", action="deploy", expires_in_sec=30))["approval_id"]
    await asked(world)
    clock.advance(seconds=31)

    answer = await agent.call("wait_for_approval", approval_id=id)

    assert answer["status"] == "expired"


async def test_an_unknown_id_is_told_at_once(agent: Agent):
    said = await agent.fault("wait_for_approval", approval_id="appr_" + 32 * "0")

    assert said == "Error: approval not found"


async def test_ask_user_answers_in_words(agent: Agent, world: World):
    answer = await answered(
        world,
        agent.call("ask_user", question="Which database?", options=["SQLite", "PostgreSQL"]),
        answers=["B"],
    )

    assert answer["answer"] == "PostgreSQL"
    assert answer["decision"]["note"] == "B"


async def test_ask_user_takes_several_options_and_free_text(agent: Agent, world: World):
    several = await answered(
        world,
        agent.call("ask_user", question="Which?", options=["a1", "b2", "c3"], multiple=True),
        answers=["A", "C"],
    )
    words = await answered(
        world, agent.call("ask_user", question="Why?"), answers=["because of the rain"]
    )

    assert several["answer"] == "a1, c3"
    assert words["answer"] == "because of the rain"


async def test_a_question_that_is_refused_has_no_answer(agent: Agent, world: World):
    answer = await answered(
        world, agent.call("ask_user", question="Sure?", options=["yes", "no"]), "denied"
    )

    assert answer["status"] == "denied"
    assert "answer" not in answer


async def test_execute_approved_runs_it_and_answers_its_output(
    agent: Agent, world: World, tmp_path: Path
):
    answer = await answered(
        world,
        agent.call(
            "execute_approved", command="echo out; echo err >&2; pwd; exit 3", cwd=str(tmp_path)
        ),
    )

    assert answer["status"] == "executed"
    assert answer["approval_id"].startswith("appr_")
    assert answer["exit_code"] == 3
    assert answer["stdout"] == f"out\n{tmp_path}\n"
    assert answer["stderr"] == "err\n"


async def test_execute_approved_runs_nothing_that_was_denied(
    agent: Agent, world: World, tmp_path: Path
):
    answer = await answered(
        world,
        agent.call("execute_approved", command="touch ran", cwd=str(tmp_path)),
        "denied",
    )

    assert (answer["status"], answer["error"]) == ("denied", "Not approved")
    assert answer["approval"]["status"] == "denied"
    assert not (tmp_path / "ran").exists()


async def test_check_request_and_list_requests_read(agent: Agent, world: World):
    id = (await agent.call("request_approval", action="deploy"))["approval_id"]

    one = await agent.call("check_request", approval_id=id)
    listed = await agent.call("list_requests", status="pending")

    assert (one["status"], one["id"]) == ("pending", id)
    assert [each["id"] for each in listed["approvals"]] == [id]
    assert (await agent.call("list_requests", status="denied"))["approvals"] == []
