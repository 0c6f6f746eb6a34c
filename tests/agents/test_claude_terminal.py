"""Claude Code in a terminal: its dialog and Ana's card, and which of them answers first."""

import asyncio

import pytest

from tests.agents.claude_code import ClaudeCode
from tests.agents.gate import GateProcess
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [pytest.mark.agents, CLAUDE_CODE.skips]

MANUAL = ("--permission-mode", "manual")
DIALOG = r"Do you want to proceed\?"
TOUCH = Call("Bash", {"command": "touch new.txt", "description": "Make a file"})
DONE = Say("All done.")


async def test_the_phone_answers_and_the_dialog_goes(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        await terminal.shows(DIALOG)
        card = await gate.card("touch new.txt", buttons=True)
        await gate.taps("✅ Approve", card)
        case.saw(await terminal.shows("All done"), "Allowed by PermissionRequest hook")
        case.recorded = await gate.recorded()

    assert agent.has("new.txt")


async def test_a_denial_in_words_is_shown_and_reaches_the_model(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        card = await gate.card("touch new.txt", buttons=True)
        await gate.denies(card, "wrong folder, use build")
        case.saw(await terminal.shows("All done"), "wrong folder, use build")
        case.recorded = await gate.recorded()

    assert claude.results == ["wrong folder, use build"]
    assert not agent.has("new.txt")


async def test_escape_at_the_terminal_withdraws_the_card(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        await terminal.shows(DIALOG)
        card = await gate.card("touch new.txt", buttons=True)
        await terminal.presses("Escape")
        case.saw(await terminal.hides(DIALOG), "Interrupted")
        await gate.sees("Withdrawn", card)
        case.recorded = await gate.recorded()

    assert card.labels == []
    assert not agent.has("new.txt")


async def test_yes_at_the_terminal_withdraws_the_card(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        await terminal.shows(DIALOG)
        card = await gate.card("touch new.txt", buttons=True)
        await terminal.presses("Enter")
        case.saw(await terminal.shows("All done"), "Ran 1 shell command")
        await gate.sees("Withdrawn", card)
        case.recorded = await gate.recorded()

    assert card.labels == []
    assert agent.has("new.txt")


async def test_the_dialog_stays_when_the_gate_is_killed(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    second = Call("Bash", {"command": "touch second.txt", "description": "Make another"})
    claude.script.plays(TOUCH, second, DONE)

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        await terminal.shows(DIALOG)
        await gate.card("touch new.txt", buttons=True)
        await gate.daemon.kill()
        await asyncio.sleep(1)
        case.saw(await terminal.shows(DIALOG), "Do you want to proceed?")
        assert not agent.has("new.txt")
        await gate.daemon.start()
        assert await gate.recorded() == "touch new.txt: pending, None"

        await terminal.presses("Enter")  # and the next ask reaches the phone again
        again = await gate.card("touch second.txt", buttons=True)
        await gate.taps("✅ Approve", again)
        await terminal.shows("All done")
        case.recorded = " · ".join([one["status"] for one in await gate.approvals()])

    assert agent.has("new.txt")
