"""Gemini CLI asks through `ok2run hook gemini` before a tool; its own policy lets all through."""

from pathlib import Path

import pytest

from tests.agents.fence import Fence
from tests.agents.gate import GateProcess
from tests.agents.gemini import Gemini, command_hooks
from tests.agents.gemini_api import GeminiApi
from tests.agents.package import GEMINI
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [pytest.mark.agents, GEMINI.skips]

# Without a terminal it has no shell, unless everything is let through.
YOLO = ("--approval-mode", "yolo")
TOUCH = Call("run_shell_command", {"command": "touch new.txt", "description": "Make a file"})
DONE = Say("All done.")


@pytest.fixture
async def gemini(home: Path, gate: GateProcess, google: GeminiApi, fence: Fence) -> Gemini:
    environment = {**fence.environment, **gate.environment}
    found = Gemini(home, model_url=google.url, environment=environment)
    command = f"{gate.command} hook gemini --limit 600"
    found.takes(command_hooks(command, "BeforeTool", "AfterTool"))
    return found


async def test_an_approved_command_runs_in_gemini(
    gemini: Gemini, gate: GateProcess, google: GeminiApi, case: Case
):
    google.script.plays(TOUCH, DONE)

    async with gemini.does("make it", *YOLO) as run:
        card = await gate.card("touch new.txt", buttons=True)
        assert not gemini.has("new.txt")
        await gate.taps("✅ Approve", card)
        await run.ends()

    case.told(google.results, "Output: (empty)")
    case.recorded = await gate.recorded()
    assert gemini.has("new.txt")


async def test_a_denial_brings_anas_words_to_gemini(
    gemini: Gemini, gate: GateProcess, google: GeminiApi, case: Case
):
    google.script.plays(TOUCH, DONE)

    async with gemini.does("make it", *YOLO) as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.denies(card, "wrong folder, use build")
        await run.ends()

    case.told(google.results, "wrong folder, use build")
    case.recorded = await gate.recorded()
    assert not gemini.has("new.txt")


async def test_gemini_runs_another_command_in_its_place(
    gemini: Gemini, gate: GateProcess, google: GeminiApi, case: Case
):
    google.script.plays(TOUCH, DONE)

    async with gemini.does("make it", *YOLO) as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.replaces(card, "touch other.txt && echo changed")
        await run.ends()

    case.told(google.results, "changed")
    case.recorded = await gate.recorded()
    assert gemini.has("other.txt")
    assert not gemini.has("new.txt")


async def test_gemini_runs_nothing_while_the_gate_is_down(
    gemini: Gemini, gate: GateProcess, google: GeminiApi, case: Case
):
    google.script.plays(TOUCH, DONE)
    await gate.daemon.kill()

    async with gemini.does("make it", *YOLO) as run:
        await run.ends()

    case.told(google.results, "the gate does not answer")
    case.recorded = "nothing: the daemon was down"
    assert not gemini.has("new.txt")


async def test_gemini_runs_nothing_when_the_gate_is_killed_while_it_waits(
    gemini: Gemini, gate: GateProcess, google: GeminiApi, case: Case
):
    google.script.plays(TOUCH, DONE)

    async with gemini.does("make it", *YOLO) as run:
        await gate.card("touch new.txt", buttons=True)
        await gate.daemon.kill()
        await run.ends()

    assert not gemini.has("new.txt")
    await gate.daemon.start()
    case.told(google.results, "the gate does not answer")
    case.recorded = await gate.recorded()
