"""Copilot CLI asks through `ok2run hook copilot`, before a tool or where it would ask itself."""

from pathlib import Path

import pytest

from tests.agents.copilot import Copilot, command_hooks
from tests.agents.fence import Fence
from tests.agents.gate import GateProcess
from tests.agents.messages_api import MessagesApi
from tests.agents.package import COPILOT
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [pytest.mark.agents, COPILOT.skips]

TOUCH = Call("bash", {"command": "touch new.txt", "description": "Make a file"})
DONE = Say("All done.")


@pytest.fixture(params=["preToolUse", "permissionRequest", "PreToolUse"])
async def copilot(
    request: pytest.FixtureRequest,
    home: Path,
    gate: GateProcess,
    claude: MessagesApi,
    fence: Fence,
) -> Copilot:
    environment = {**fence.environment, **gate.environment}
    found = Copilot(home, model_url=claude.url, environment=environment)
    command = f"{gate.command} hook copilot --limit 600 --event EVENT"
    found.takes(command_hooks(command, request.param, "postToolUse"))
    return found


async def test_an_approved_command_runs_in_copilot(
    copilot: Copilot, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with copilot.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        assert not copilot.has("new.txt")
        await gate.taps("✅ Approve", card)
        await run.ends()

    case.told(claude.results, "completed with exit code 0")
    case.recorded = await gate.recorded()
    assert copilot.has("new.txt")


async def test_a_denial_brings_anas_words_to_copilot(
    copilot: Copilot, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with copilot.does("make it", "--allow-all-tools") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.denies(card, "wrong folder, use build")
        await run.ends()

    case.told(claude.results, "wrong folder, use build")
    case.recorded = await gate.recorded()
    assert not copilot.has("new.txt")


@pytest.mark.parametrize("copilot", ["preToolUse"], indirect=True)
async def test_copilot_runs_another_command_in_its_place(
    copilot: Copilot, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with copilot.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.replaces(card, "touch other.txt && echo changed")
        await run.ends()

    case.told(claude.results, "changed")
    case.recorded = await gate.recorded()
    assert copilot.has("other.txt")
    assert not copilot.has("new.txt")


async def test_copilot_runs_nothing_while_the_gate_is_down(
    copilot: Copilot, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)
    await gate.daemon.kill()

    async with copilot.does("make it", "--allow-all-tools") as run:
        await run.ends()

    case.told(claude.results, "the gate does not answer")
    case.recorded = "nothing: the daemon was down"
    assert not copilot.has("new.txt")


@pytest.mark.parametrize("copilot", ["permissionRequest"], indirect=True)
async def test_copilot_is_stopped_with_a_denial(
    copilot: Copilot, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)

    async with copilot.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.taps("⏹ Deny and stop", card)
        ran = await run.ends()

    case.shown = f"exit {ran.code}: {ran.output}"
    case.recorded = await gate.recorded()
    assert len(claude.requests) == 1
    assert not copilot.has("new.txt")
