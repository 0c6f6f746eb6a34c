"""AskUserQuestion, ExitPlanMode and Elicitation: answers in the form that the agent reads."""

import pytest

from bot.core.approval import Kind
from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import PLAN, QUESTIONS, before, elicitation, permission
from tests.world import World


def decision(reply):
    return reply["hookSpecificOutput"]["decision"]


async def test_answers_go_back_in_the_whole_input(world: World, agent: Agent):
    held, asked = await agent.asks(permission("AskUserQuestion", QUESTIONS))
    assert asked.kind is Kind.QUESTION
    assert [one.multiple for one in asked.questions] == [False, True]

    response = await world.decide(asked.id, answers=["B", ["A", "B"]])
    assert response.status == 200, await response.text()

    answers = {
        "Which database should we use?": "Postgres",
        "Which features do you want?": "Auth, Cache",
    }
    expected = {"behavior": "allow", "updatedInput": {**QUESTIONS, "answers": answers}}
    assert decision(await held) == expected


async def test_an_answer_in_words_goes_back_as_it_is(world: World, agent: Agent):
    one = {"questions": QUESTIONS["questions"][:1]}
    held, asked = await agent.asks(permission("AskUserQuestion", one))

    await world.decide(asked.id, answers=["DuckDB, I think"])

    answers = decision(await held)["updatedInput"]["answers"]
    assert answers == {"Which database should we use?": "DuckDB, I think"}


async def test_before_the_tool_it_is_answered_as_well(world: World, agent: Agent):
    one = {"questions": QUESTIONS["questions"][:1]}
    held, asked = await agent.asks(before("AskUserQuestion", one))

    await world.decide(asked.id, answers=["A"])

    said = (await held)["hookSpecificOutput"]
    answers = {"Which database should we use?": "SQLite"}
    assert said["permissionDecision"] == "allow"
    assert said["updatedInput"] == {**one, "answers": answers}


async def test_no_answer_is_a_denial_that_says_so(world: World, agent: Agent):
    held, asked = await agent.asks(permission("AskUserQuestion", QUESTIONS))

    await world.decide(asked.id, "denied")

    words = "admin through the API: no answer to this; go on without it, or ask otherwise."
    assert decision(await held) == {"behavior": "deny", "message": words}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"questions": []},
        {"questions": [{"question": ""}]},
        {"questions": ["Which?"]},
        {"questions": QUESTIONS["questions"][:1] * 2},
        {"questions": [{"question": "Which?", "options": [{"label": 1}]}]},
    ],
)
async def test_questions_that_no_card_can_ask_stay_at_the_terminal(agent: Agent, given):
    assert await agent.send(permission("AskUserQuestion", given)) == {}
    await agent.pending(0)


async def test_a_plan_is_allowed_with_its_input(world: World, agent: Agent):
    held, asked = await agent.asks(permission("ExitPlanMode", PLAN))
    assert asked.action.preview == PLAN["plan"]
    assert asked.action.title == "Plan: Plan"

    await world.decide(asked.id)

    assert decision(await held) == {"behavior": "allow", "updatedInput": PLAN}


async def test_a_denied_plan_goes_on_with_the_persons_words(world: World, agent: Agent):
    held, asked = await agent.asks(permission("ExitPlanMode", PLAN))

    await world.decide(asked.id, "denied", note="write the tests first")

    assert decision(await held) == {"behavior": "deny", "message": "write the tests first"}


async def test_a_plan_takes_no_standing_approval(world: World, agent: Agent):
    _, asked = await agent.asks(permission("ExitPlanMode", {}))

    assert (await world.decide(asked.id, scope="always")).status == 422
    assert (await world.decide(asked.id, scope="session")).status == 422


# Elicitation

FORM = {
    "type": "object",
    "properties": {
        "ok": {"type": "boolean", "title": "Go on?"},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "kind": {"type": "string", "enum": ["a", "b"], "enumNames": ["Alpha", "Beta"]},
        "note": {"type": "string", "maxLength": 20},
    },
    "required": ["ok", "count", "kind"],
}


def elicited(reply):
    said = dict(reply["hookSpecificOutput"])
    assert said.pop("hookEventName") == "Elicitation"
    return said


async def test_a_form_is_filled_in_as_its_schema_says(world: World, agent: Agent):
    held, asked = await agent.asks(elicitation(FORM))
    assert (asked.action.title, asked.action.preview) == ("elic: Please confirm", "Please confirm")

    await world.decide(asked.id, answers=["A", "3", "B", "fine"])

    content = {"ok": True, "count": 3, "kind": "b", "note": "fine"}
    assert elicited(await held) == {"action": "accept", "content": content}


async def test_a_field_that_may_be_left_out_is(world: World, agent: Agent):
    held, asked = await agent.asks(elicitation(FORM))

    await world.decide(asked.id, answers=["B", "3", "A", "(leave it empty)"])

    content = {"ok": False, "count": 3, "kind": "a"}
    assert elicited(await held) == {"action": "accept", "content": content}


async def test_what_does_not_fit_the_schema_is_refused_at_once(world: World, agent: Agent):
    _, asked = await agent.asks(elicitation(FORM))

    refused = await world.decide(asked.id, answers=["A", "many", "B", "fine"])

    assert refused.status == 422
    assert (await refused.json())["detail"] == "Write a whole number, like 3."
    assert (await world.gate.any(asked.id)).is_pending


async def test_a_denied_form_is_declined(world: World, agent: Agent):
    held, asked = await agent.asks(elicitation(FORM))

    await world.decide(asked.id, "denied")

    assert elicited(await held) == {"action": "decline"}


@pytest.mark.parametrize(
    ("letter", "said"),
    [("A", {"action": "accept", "content": {}}), ("B", {"action": "decline"})],
)
async def test_a_form_without_fields_is_accepted_or_declined(world, agent: Agent, letter, said):
    held, asked = await agent.asks(elicitation({"type": "object", "properties": {}}))

    await world.decide(asked.id, answers=[letter])

    assert elicited(await held) == said


async def test_several_of_a_list_are_ticked(world: World, agent: Agent):
    items = {"type": "string", "enum": ["red", "green", "blue"]}
    schema = {"type": "object", "properties": {"colours": {"type": "array", "items": items}}}
    held, asked = await agent.asks(elicitation({**schema, "required": ["colours"]}))

    await world.decide(asked.id, answers=["red", "blue"])

    assert elicited(await held)["content"] == {"colours": ["red", "blue"]}


@pytest.mark.parametrize(
    "hook",
    [
        elicitation({"type": "object", "properties": {n: {"type": "boolean"} for n in "abcde"}}),
        elicitation({"type": "object", "properties": {"a": {"type": "object"}}}),
        elicitation({"type": "object", "properties": {"a": {"type": "string", "format": "x"}}}),
        elicitation({"type": "object", "properties": {"a": {"type": "string", "pattern": "x"}}}),
        elicitation({"type": "object", "properties": {"a": {"enum": [1]}}}),
        elicitation({"type": "array"}),
        {**elicitation(FORM), "mode": "url", "url": "https://example.org"},
    ],
)
async def test_a_form_that_no_card_can_ask_for_stays_at_the_terminal(agent: Agent, hook):
    assert await agent.send(hook) == {}


async def test_a_form_filled_in_at_the_terminal_ends_its_card(world: World, agent: Agent):
    held, _ = await agent.asks(elicitation(FORM))
    result = {**elicitation(FORM), "hook_event_name": "ElicitationResult", "action": "accept"}

    assert await agent.send(result) == {}

    assert await held == {}


async def test_questions_answered_at_the_terminal_end_their_card(world: World, agent: Agent):
    held, _ = await agent.asks(permission("AskUserQuestion", QUESTIONS))
    given = {**QUESTIONS, "answers": {"Which database should we use?": "SQLite"}}

    done = {**before("AskUserQuestion", given), "hook_event_name": "PostToolUse"}
    assert await agent.send(done) == {}

    assert await held == {}
