"""Claude Code asks, plans, and is stopped: what Ana says on her phone is what its model reads."""

import pytest

from tests.agents.asked import QUESTIONS, writes_plan
from tests.agents.claude_code import ClaudeCode
from tests.agents.gate import GateProcess
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [pytest.mark.agents, CLAUDE_CODE.skips]

MANUAL = ("--permission-mode", "manual")
PLAN = ("--permission-mode", "plan")
DATABASE, FEATURES = QUESTIONS
TOUCH = Call("Bash", {"command": "touch new.txt", "description": "Make a file"})
DONE = Say("All done.")


def asks(*questions: object) -> Call:
    return Call("AskUserQuestion", {"questions": list(questions)})


async def test_questions_are_answered_by_buttons_one_and_several(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(asks(DATABASE, FEATURES), DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("ask me")
        await terminal.shows("Which database should we use")
        card = await gate.card("Which database should we use?", buttons=True)
        await gate.taps("PostgreSQL", card)
        await gate.sees("Which features do you want?", card)
        await gate.taps("Auth", card)
        await gate.taps("Mail", card)
        await gate.taps("Done", card)
        case.saw(await terminal.shows("All done"), "PostgreSQL")
        case.recorded = await gate.recorded()

    (told,) = claude.results
    assert '"Which database should we use?"="PostgreSQL"' in told
    assert '"Which features do you want?"="Auth, Mail"' in told


async def test_a_question_is_answered_in_words(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(asks(DATABASE), DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("ask me")
        card = await gate.card("Which database should we use?", buttons=True)
        await gate.ana.reply(card, "DuckDB, in a file")
        case.saw(await terminal.shows("All done"), "DuckDB, in a file")
        case.recorded = await gate.recorded()

    assert '"Which database should we use?"="DuckDB, in a file"' in claude.results[0]


async def test_a_question_answered_at_the_terminal_is_withdrawn(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(asks(DATABASE), DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("ask me")
        await terminal.shows("Which database should we use")
        card = await gate.card("Which database should we use?", buttons=True)
        await terminal.presses("Enter")
        case.saw(await terminal.shows("All done"), "SQLite")
        await gate.sees("Withdrawn", card)
        case.recorded = await gate.recorded()

    assert '"Which database should we use?"="SQLite"' in claude.results[0]


async def test_a_plan_is_approved_on_the_phone(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(writes_plan, Call("ExitPlanMode"), DONE)

    async with agent.terminal(*PLAN) as terminal:
        await terminal.enters("plan it")
        card = await gate.card("do the thing", buttons=True)
        await gate.taps("✅ Approve", card)
        case.saw(await terminal.shows("All done"), "Approved Claude's plan")
        case.recorded = await gate.recorded()

    assert "approved" in claude.results[-1].lower()


async def test_a_plan_denied_in_words_is_planned_again(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(writes_plan, Call("ExitPlanMode"), DONE)

    async with agent.terminal(*PLAN) as terminal:
        await terminal.enters("plan it")
        card = await gate.card("do the thing", buttons=True)
        await gate.denies(card, "smaller steps, please")
        screen = await terminal.shows("All done")
        case.saw(screen, "plan mode on")
        case.recorded = await gate.recorded()

    assert "smaller steps, please" in claude.results[-1]


async def test_a_plan_approved_at_the_terminal_is_withdrawn(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(writes_plan, Call("ExitPlanMode"), DONE)

    async with agent.terminal(*PLAN) as terminal:
        await terminal.enters("plan it")
        await terminal.shows("Would you like to proceed")
        card = await gate.card("do the thing", buttons=True)
        await terminal.presses("Enter")
        case.saw(await terminal.shows("All done"), "Approved Claude's plan")
        await gate.sees("Withdrawn", card)
        case.recorded = await gate.recorded()


async def test_deny_and_stop_gives_the_prompt_back(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        card = await gate.card("touch new.txt", buttons=True)
        await gate.taps("⏹ Deny and stop", card)
        case.saw(await terminal.shows("Interrupted"), "Interrupted")
        case.recorded = await gate.recorded()

    assert len(claude.requests) == 1
    assert not agent.has("new.txt")


async def test_deny_and_stop_ends_a_run_without_a_terminal(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.taps("⏹ Deny and stop", card)
        ran = await run.ends()

    case.shown = f"exit {ran.code}, {ran.json['terminal_reason']}"
    case.recorded = await gate.recorded()
    assert (ran.code, ran.json["subtype"]) == (1, "error_during_execution")
    assert len(claude.requests) == 1
    assert not agent.has("new.txt")
