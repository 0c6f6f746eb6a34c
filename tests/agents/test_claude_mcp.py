"""`ok2run mcp` in Claude Code: its permission prompts, its model's questions and commands."""

import importlib.util
import json
from pathlib import Path

import pytest

from tests.agents.claude_code import ClaudeCode
from tests.agents.gate import ADMIN_KEY, GateProcess
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [
    pytest.mark.agents,
    CLAUDE_CODE.skips,
    pytest.mark.skipif(
        importlib.util.find_spec("mcp") is None, reason="no mcp: pip install '.[mcp]'"
    ),
]

TOUCH = Call("Bash", {"command": "touch new.txt", "description": "Make a file"})
DONE = Say("All done.")
PROMPTS = ("--permission-prompt-tool", "mcp__ok2run__approve")


@pytest.fixture(params=["stdio", "http"])
def server(
    request: pytest.FixtureRequest, agent: ClaudeCode, gate: GateProcess
) -> tuple[str, ...]:
    """Return the words that start Claude Code with the gate's tools, and without its hooks."""
    agent.takes({}, permissions={"allow": ["mcp__ok2run"]})
    by_command = {
        "command": str(gate.command),
        "args": ["mcp"],
        "env": dict(gate.environment),
    }
    by_address = {
        "type": "http",
        "url": f"{gate.daemon.url}/mcp",
        "headers": {"Authorization": f"Bearer {gate.environment['APPROVAL_API_KEY']}"},
    }
    assert ADMIN_KEY not in json.dumps([by_command, by_address])
    file = Path(agent.home, "mcp.json")
    one = by_command if request.param == "stdio" else by_address
    file.write_text(json.dumps({"mcpServers": {"ok2run": one}}))
    return ("--mcp-config", str(file), "--strict-mcp-config")


async def test_its_permission_prompts_come_to_the_phone(
    agent: ClaudeCode,
    gate: GateProcess,
    claude: MessagesApi,
    case: Case,
    server: tuple[str, ...],
):
    other = Call("Bash", {"command": "touch other.txt", "description": "Make another"})
    claude.script.plays(TOUCH, other, DONE)

    async with agent.does("make them", *server, *PROMPTS) as run:
        first = await gate.card("touch new.txt", buttons=True)
        assert not agent.has("new.txt")
        await gate.taps("✅ Approve", first)
        second = await gate.card("touch other.txt", buttons=True)
        await gate.denies(second, "one is enough")
        await run.ends()

    case.told(claude.results, "one is enough")
    case.recorded = await gate.recorded()
    assert agent.has("new.txt")
    assert not agent.has("other.txt")


async def test_its_model_asks_and_is_answered(
    agent: ClaudeCode,
    gate: GateProcess,
    claude: MessagesApi,
    case: Case,
    server: tuple[str, ...],
):
    asked = {"question": "Which database?", "options": ["SQLite", "PostgreSQL"]}
    claude.script.plays(Call("mcp__ok2run__ask_user", asked), DONE)

    async with agent.does("ask me", *server) as run:
        card = await gate.card("Which database?", buttons=True)
        await gate.taps("PostgreSQL", card)
        await run.ends()

    case.told(claude.results, "PostgreSQL")
    case.recorded = await gate.recorded()


@pytest.mark.parametrize("server", ["stdio"], indirect=True)
async def test_a_command_runs_just_as_it_was_approved(
    agent: ClaudeCode,
    gate: GateProcess,
    claude: MessagesApi,
    case: Case,
    server: tuple[str, ...],
):
    wanted = {"command": "echo was approved", "cwd": str(agent.project)}
    claude.script.plays(Call("mcp__ok2run__execute_approved", wanted), DONE)

    async with agent.does("run it", *server) as run:
        card = await gate.card("echo was approved", buttons=True)
        await gate.taps("✅ Approve", card)
        await run.ends()

    case.told(claude.results, "was approved")
    case.recorded = await gate.recorded()
