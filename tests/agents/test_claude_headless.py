"""Claude Code without a terminal: what Ana decides on her phone is what it does."""

import pytest

from tests.agents.claude_code import ClaudeCode
from tests.agents.gate import GateProcess
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [pytest.mark.agents, CLAUDE_CODE.skips]

TOUCH = Call("Bash", {"command": "touch new.txt", "description": "Make a file"})
DONE = Say("All done.")


async def test_an_approved_command_runs(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        assert not agent.has("new.txt")
        assert await gate.taps("✅ Approve", card) == "Approved. claude goes on."
        ran = await run.ends()

    assert (ran.code, ran.json["result"]) == (0, "All done.")
    assert agent.has("new.txt")
    case.told(claude.results, "no output")
    case.recorded = await gate.recorded()
    assert case.recorded.startswith("Bash touch new.txt: approved by Ana")


async def test_a_denial_brings_anas_words_to_the_model(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.denies(card, "wrong folder, use build")
        ran = await run.ends()

    assert ran.json["result"] == "All done."
    assert not agent.has("new.txt")
    case.told(claude.results, "wrong folder, use build")
    case.recorded = await gate.recorded()
    assert claude.results == ["wrong folder, use build"]
    assert case.recorded == "Bash touch new.txt: denied by Ana, “wrong folder, use build”"


async def test_a_changed_command_runs_in_place_of_the_other(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with agent.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.replaces(card, "touch other.txt && echo changed")
        await run.ends()

    assert agent.has("other.txt")
    assert not agent.has("new.txt")
    case.told(claude.results, "changed")
    case.recorded = await gate.recorded()


async def test_what_is_always_allowed_asks_no_more_and_is_audited(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, TOUCH, DONE)

    async with agent.does("make it twice") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.taps("♾ Always", card)
        await gate.sees("♾ What may it do from now on without asking?", card)
        await gate.taps("1", card)
        await run.ends()

    first, second = await gate.approvals()
    assert (first["status"], second["status"]) == ("approved", "approved")
    assert second["decision"]["grant_id"] == first["decision"]["grant_id"]
    assert len([one for one in gate.cards if "touch new.txt" in one.text]) == 1
    case.told(claude.results, "no output")
    case.recorded = f"by a grant: {await gate.audit(second['approval_id'])}"


async def test_nothing_runs_while_the_gate_is_down(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)
    agent.takes(gate.claude_settings("PermissionRequest", "PreToolUse", on_failure="block"))
    await gate.daemon.kill()

    async with agent.does("make it") as run:
        await run.ends()

    assert not agent.has("new.txt")
    case.told(claude.results, "PreToolUse:Bash hook error")
    case.recorded = "nothing: the daemon was down"


@pytest.mark.parametrize("on_failure", ["continue", "block"])
async def test_nothing_runs_when_the_gate_is_killed_while_it_waits(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case, on_failure: str
):
    claude.script.plays(TOUCH, DONE)
    agent.takes(gate.claude_settings(on_failure=on_failure))

    async with agent.does("make it") as run:
        await gate.card("touch new.txt", buttons=True)
        await gate.daemon.kill()
        await run.ends()
    assert not agent.has("new.txt")
    await gate.daemon.start()

    (asked,) = await gate.approvals()
    case.told(claude.results, "")
    case.recorded = await gate.recorded()
    assert asked["status"] == "pending"


async def test_what_needs_no_permission_is_gated_before_its_use(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)
    settings = gate.claude_settings("PreToolUse", on_failure="block")
    agent.takes(settings, permissions={"allow": ["Bash"]})

    async with agent.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.denies(card, "not today")
        await run.ends()

    assert not agent.has("new.txt")
    case.told(claude.results, "not today")
    case.recorded = await gate.recorded()
