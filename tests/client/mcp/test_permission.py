"""Permission prompts of a client: what a person is asked, and what the client is told."""

import asyncio
import contextlib
from functools import partial
from typing import Any

import pytest

from bot.core.approval import Kind
from ok2run.mcp import permission
from ok2run.mcp.approved import Commands
from ok2run.mcp.remote import RemoteGateway
from ok2run.mcp.tools import Origin, Tools
from ok2run.mcp.waiting import Pace
from ok2run.wire import Wire
from tests.client.mcp.test_waiting import Listener
from tests.fakes.clock import FakeClock
from tests.tool_agent import Agent, answered, asked, beside_it, over_http
from tests.world import ADMIN_KEY, AGENT_KEY, World

COMMAND = {"command": "make deploy", "description": "Deploy it"}
QUESTIONS = {
    "questions": [
        {
            "question": "Which database should we use?",
            "header": "Database",
            "multiSelect": False,
            "options": [
                {"label": "SQLite", "description": "one file"},
                {"label": "Postgres", "description": "a server"},
            ],
        },
        {
            "question": "Which features do you want?",
            "header": "Features",
            "multiSelect": True,
            "options": [{"label": "Auth"}, {"label": "Cache"}, {"label": "Search"}],
        },
    ]
}
PLAN = {"plan": "# Plan\n1. do the thing\n", "planFilePath": "/home/ana/plan.md"}


def prompt(agent: Agent, tool: str, given: dict[str, Any]) -> Any:
    return agent.call("approve", tool_name=tool, input=given, tool_use_id="toolu_1")


async def test_an_approval_allows_the_input_as_it_is(world: World):
    async with beside_it(world) as agent:
        answer = await answered(world, prompt(agent, "Bash", COMMAND))

    assert answer == {"behavior": "allow", "updatedInput": COMMAND}


async def test_the_same_holds_over_http(world: World):
    async with over_http(world) as agent:
        answer = await answered(world, prompt(agent, "Bash", COMMAND))

    assert answer == {"behavior": "allow", "updatedInput": COMMAND}


async def test_the_person_sees_the_command(world: World):
    async with beside_it(world) as agent, asyncio.TaskGroup() as tasks:
        tasks.create_task(prompt(agent, "Bash", COMMAND))
        approval = await asked(world)
        await world.decide(approval.id)

    assert approval.action.action_type == "Bash"
    assert approval.action.preview == "make deploy"
    assert approval.action.title == "make deploy"
    assert approval.action.reason == "Deploy it"
    assert approval.action.params == COMMAND


async def test_a_changed_command_is_what_the_client_runs(world: World):
    async with beside_it(world) as agent:
        answer = await answered(world, prompt(agent, "Bash", COMMAND), override="make check")

    assert answer["updatedInput"] == {**COMMAND, "command": "make check"}


async def test_a_denial_carries_the_reason(world: World):
    async with beside_it(world) as agent:
        answer = await answered(
            world, prompt(agent, "Write", {"file_path": "/etc/passwd"}), "denied", note="no way"
        )

    assert answer["behavior"] == "deny"
    assert answer["message"].endswith(": no way")


async def test_questions_are_answered_by_their_texts(world: World):
    async with beside_it(world) as agent, asyncio.TaskGroup() as tasks:
        calling = tasks.create_task(prompt(agent, "AskUserQuestion", QUESTIONS))
        approval = await asked(world)
        await world.decide(approval.id, answers=["B", ["A", "B"]])

    assert approval.kind is Kind.QUESTION
    assert [question.header for question in approval.questions] == ["Database", "Features"]
    assert calling.result() == {
        "behavior": "allow",
        "updatedInput": {
            **QUESTIONS,
            "answers": {
                "Which database should we use?": "Postgres",
                "Which features do you want?": "Auth, Cache",
            },
        },
    }


async def test_a_plan_is_shown_and_approved_with_its_own_input(world: World):
    async with beside_it(world) as agent, asyncio.TaskGroup() as tasks:
        calling = tasks.create_task(prompt(agent, "ExitPlanMode", PLAN))
        approval = await asked(world)
        await world.decide(approval.id)

    assert approval.action.preview == PLAN["plan"]
    assert calling.result() == {"behavior": "allow", "updatedInput": PLAN}


async def test_what_nobody_answers_is_denied(world: World, clock: FakeClock):
    async with beside_it(world) as agent, asyncio.TaskGroup() as tasks:
        calling = tasks.create_task(prompt(agent, "Bash", COMMAND))
        await asked(world)
        clock.advance(hours=2)

    assert calling.result()["behavior"] == "deny"


async def test_a_gate_that_refuses_the_key_denies(world: World):
    async with beside_it(world, key="a-wrong-key") as agent:
        answer = await prompt(agent, "Bash", COMMAND)

    assert answer == {
        "behavior": "deny",
        "message": "Nobody could be asked: Invalid API key",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"tool_name": "Bash", "input": "ls"},
        {"tool_name": "AskUserQuestion", "input": {}},
        {"tool_name": "AskUserQuestion", "input": {"questions": [{"header": "H"}]}},
        {"tool_name": "AskUserQuestion", "input": {"questions": 2 * QUESTIONS["questions"]}},
    ],
)
async def test_a_prompt_that_does_not_fit_is_denied(world: World, arguments: dict[str, Any]):
    async with beside_it(world) as agent:
        answer = await agent.call("approve", **arguments)

    assert answer["behavior"] == "deny"
    assert await world.gate.pending() == ()


async def test_a_prompt_that_is_given_up_is_withdrawn(world: World):
    async with beside_it(world) as agent:
        async with asyncio.TaskGroup() as tasks:
            calling = tasks.create_task(_let_go(prompt(agent, "Bash", COMMAND)))
            approval = await asked(world)
            calling.cancel()
        async with asyncio.timeout(30):
            while await world.gate.pending():
                await asyncio.sleep(0.01)

    assert (await world.read(approval.id))["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("tool", "given", "title", "preview"),
    [
        ("Write", {"file_path": "/a", "content": "x\ny\n"}, "Write /a", "+x\n+y\n+"),
        (
            "Edit",
            {"file_path": "/a", "old_string": "x\ny", "new_string": "x\nz"},
            "Edit /a",
            " x\n-y\n+z",
        ),
        ("WebFetch", {"url": "https://example.org"}, "WebFetch", '{\n  "url": "https'),
        ("ExitPlanMode", {}, "Leave plan mode", ""),
    ],
)
def test_a_card_shows_what_the_call_does(
    tool: str, given: dict[str, Any], title: str, preview: str
):
    body = permission.ask(tool, given)

    assert body["title"] == title
    assert preview in body["preview"]
    assert body["params"] == given


async def test_while_nobody_is_to_be_disturbed_it_is_denied_with_the_reason(world: World):
    response = await world.call("POST", "/v1/snooze", key=ADMIN_KEY, json={"for_sec": 600})
    assert response.status == 200, await response.text()

    async with beside_it(world) as agent:
        prompted = await prompt(agent, "Bash", COMMAND)
        asked_for = await agent.call("request_approval", action="deploy")

    assert "handed back: snoozed until" in prompted["message"]
    assert asked_for["meaning"].startswith("Nobody was asked (handed back")


async def test_a_question_that_is_given_up_is_withdrawn(world: World):
    async with beside_it(world) as agent:
        async with asyncio.TaskGroup() as tasks:
            calling = tasks.create_task(_let_go(agent.call("ask_user", question="Why?")))
            approval = await asked(world)
            calling.cancel()
        async with asyncio.timeout(30):
            while await world.gate.pending():
                await asyncio.sleep(0.01)

    assert (await world.read(approval.id))["status"] == "withdrawn"


def test_a_change_to_what_is_no_command_is_a_refusal_that_tells_it():
    approval = {"status": "approved", "decision": {"override": "write to /tmp"}}

    answer = permission.answer("Write", {"file_path": "/etc/passwd"}, approval)

    assert answer == {
        "behavior": "deny",
        "message": "Not as asked. The person wants this instead: write to /tmp",
    }


def test_questions_without_an_answer_are_not_allowed():
    answer = permission.answer("AskUserQuestion", QUESTIONS, {"status": "approved"})

    assert answer["behavior"] == "deny"


async def _let_go(call: Any) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await call


class Late(RemoteGateway):
    """A gate at which somebody decides just as the ask is taken back."""

    def __init__(self, world: World, decision: str) -> None:
        super().__init__(Wire(str(world.client.make_url("")).rstrip("/"), AGENT_KEY))
        self._decide = partial(world.decide, decision=decision)

    async def wait(self, id: str, seconds: float) -> dict[str, object]:
        return await self.read(id)

    async def withdraw(self, id: str) -> dict[str, object]:
        await self._decide(id)
        return await super().withdraw(id)


@pytest.mark.parametrize(("decision", "word"), [("approved", "allow"), ("denied", "deny")])
async def test_what_is_decided_just_as_the_time_is_up_counts(
    world: World, decision: str, word: str
):
    tools = Tools(
        Late(world, decision),
        origin=Origin(session_id="s1"),
        commands=Commands(environment={}, now=lambda: 0.0),
        pace=Pace(hold=0.01),
    )

    answer = await tools.call(
        "approve", {"tool_name": "Bash", "input": COMMAND, "tool_use_id": "t"}, Listener()
    )

    assert isinstance(answer.value, dict)
    assert answer.value["behavior"] == word
