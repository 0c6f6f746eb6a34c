"""What an operator may turn on: messages of a session's turns, and Claude Code's session rules."""

import pytest

from tests.agents.claude_code import ClaudeCode
from tests.agents.gate import GateProcess
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE
from tests.agents.script import Call, Say
from tests.agents.table import Case
from tests.fakes.telegram import Card

pytestmark = [pytest.mark.agents, CLAUDE_CODE.skips]

MANUAL = ("--permission-mode", "manual")


@pytest.fixture
def settings() -> dict[str, str]:
    return {"HOOK_MESSAGES": "all", "CLAUDE_CODE_SESSION_RULES": "on"}


async def test_a_dialog_that_no_card_asks_about_is_told(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(Call("Bash", {"command": "touch new.txt"}), Say("All done."))
    agent.takes(gate.claude_settings("Elicitation"))

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        case.saw(await terminal.shows("Do you want to proceed"), "Do you want to proceed?")
        message = await gate.card("waits at its terminal")

    case.recorded = message.text
    assert "claude @ shop waits at its terminal" in message.text


async def writes_two_files(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
) -> Card:
    """Let it write two files, with Session taken for the first; return the first's card."""
    first, second = (
        Call("Write", {"file_path": f"{agent.project}/{name}", "content": "1\n"})
        for name in ("a.txt", "b.txt")
    )
    claude.script.plays(first, second, Say("All done."))
    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("write both")
        card = await gate.card("a.txt", buttons=True)
        assert "🔁 Session also has claude keep, until its session ends: mode" in card.text
        await gate.takes_session(card)
        case.saw(await terminal.shows("All done"), "accept edits on")
        case.recorded = (await gate.sees("For the rest of this session", card)).splitlines()[1]
    return card


async def test_session_can_make_claude_codes_own_session_rules(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    await writes_two_files(agent, gate, claude, case)

    assert agent.has("b.txt")
    assert len(await gate.approvals()) == 1


async def test_an_approved_card_says_what_claude_code_keeps_besides(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    card = await writes_two_files(agent, gate, claude, case)

    assert "acceptEdits" in card.text
