"""A form of an MCP server, in Claude Code: filled in on the phone, or declined there."""

import json
import sys
from pathlib import Path

import pytest

from tests.agents import form_server
from tests.agents.claude_code import ClaudeCode
from tests.agents.gate import GateProcess
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [pytest.mark.agents, CLAUDE_CODE.skips]

BOOK = Call("mcp__form__book")
DONE = Say("All done.")


@pytest.fixture
def server(agent: ClaudeCode, gate: GateProcess) -> tuple[str, ...]:
    """Return the words that start Claude Code with the server; it may use it without asking."""
    agent.takes(gate.claude_settings("Elicitation"), permissions={"allow": ["mcp__form"]})
    command = {"command": sys.executable, "args": [form_server.__file__]}
    file = Path(agent.home, "mcp.json")
    file.write_text(json.dumps({"mcpServers": {"form": command}}))
    return ("--mcp-config", str(file), "--strict-mcp-config")


async def test_a_form_is_filled_in_on_the_phone(
    agent: ClaudeCode,
    gate: GateProcess,
    claude: MessagesApi,
    case: Case,
    server: tuple[str, ...],
):
    claude.script.plays(BOOK, DONE)

    async with agent.does("book it", *server) as run:
        card = await gate.card("Place", buttons=True)
        await gate.taps("Oslo", card)
        await gate.sees("Nights", card)
        await gate.ana.reply(card, "3")
        await run.ends()

    case.told(claude.results, '"action": "accept"')
    case.recorded = await gate.recorded()
    filled = json.loads(claude.results[-1].splitlines()[0])
    assert filled["content"] == {"place": "Oslo", "nights": 3}


async def test_a_form_is_declined_on_the_phone(
    agent: ClaudeCode,
    gate: GateProcess,
    claude: MessagesApi,
    case: Case,
    server: tuple[str, ...],
):
    claude.script.plays(BOOK, DONE)

    async with agent.does("book it", *server) as run:
        card = await gate.card("Place", buttons=True)
        await gate.taps("❌ Deny", card)
        await run.ends()

    case.told(claude.results, '"action": "decline"')
    case.recorded = await gate.recorded()
