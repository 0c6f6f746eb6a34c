"""Codex asks through `ok2run hook codex`: in its terminal, and as `codex exec`."""

from pathlib import Path

import pytest

from tests.agents.codex import Codex, command_hooks
from tests.agents.fence import Fence
from tests.agents.gate import GateProcess
from tests.agents.package import CODEX
from tests.agents.responses_api import ResponsesApi
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [pytest.mark.agents, CODEX.skips]

ESCALATED = {"sandbox_permissions": "require_escalated", "justification": "May I make a file?"}
TOUCH = Call("exec_command", {"cmd": "touch new.txt"})
TOUCH_OUTSIDE = Call("exec_command", {"cmd": "touch new.txt", **ESCALATED})
DONE = Say("All done.")


@pytest.fixture
async def codex(home: Path, gate: GateProcess, openai: ResponsesApi, fence: Fence) -> Codex:
    """A Codex with the command hook before every tool and every permission."""
    fence.lets_try("raw.githubusercontent.com")  # its news, which no setting turns off
    environment = {**fence.environment, **gate.environment}
    found = Codex(home, model_url=openai.url, environment=environment)
    command = f"{gate.command} hook codex --limit 600"
    await found.takes(command_hooks(command, "PermissionRequest", "PostToolUse"))
    return found


@pytest.fixture
async def headless(codex: Codex, gate: GateProcess) -> Codex:
    """The same, gated before its tools: nothing else can gate `codex exec`."""
    command = f"{gate.command} hook codex --limit 600"
    await codex.takes(command_hooks(command, "PreToolUse", "PostToolUse"))
    return codex


async def test_an_approved_command_runs_without_a_prompt(
    codex: Codex, gate: GateProcess, openai: ResponsesApi, case: Case
):
    openai.script.plays(TOUCH_OUTSIDE, DONE)

    async with codex.terminal() as terminal:
        await terminal.enters("make it")
        card = await gate.card("touch new.txt", buttons=True)
        assert not codex.has("new.txt")
        await gate.taps("✅ Approve", card)
        case.saw(await terminal.shows("All done"), "Ran touch new.txt")
        case.recorded = await gate.recorded()

    assert codex.has("new.txt")


async def test_a_denial_brings_anas_words_to_codex(
    codex: Codex, gate: GateProcess, openai: ResponsesApi, case: Case
):
    openai.script.plays(TOUCH_OUTSIDE, DONE)

    async with codex.terminal() as terminal:
        await terminal.enters("make it")
        card = await gate.card("touch new.txt", buttons=True)
        assert "⏹ Deny and stop" not in card.labels
        await gate.denies(card, "wrong folder, use build")
        await terminal.shows("All done")
        case.told(openai.results, "wrong folder, use build")
        case.recorded = await gate.recorded()

    assert not codex.has("new.txt")


async def test_the_terminal_asks_where_the_gate_is_down(
    codex: Codex, gate: GateProcess, openai: ResponsesApi, case: Case
):
    openai.script.plays(TOUCH_OUTSIDE, DONE)
    await gate.daemon.kill()

    async with codex.terminal() as terminal:
        await terminal.enters("make it")
        case.saw(await terminal.shows("Would you like to run"), "Would you like to run")
        case.recorded = "nothing: the daemon was down"

    assert not codex.has("new.txt")


async def test_exec_runs_what_is_approved_before_its_use(
    headless: Codex, gate: GateProcess, openai: ResponsesApi, case: Case
):
    openai.script.plays(TOUCH, DONE)

    async with headless.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        assert not headless.has("new.txt")
        await gate.taps("✅ Approve", card)
        ran = await run.ends()

    assert ran.output.strip() == "All done."
    case.told(openai.results, "exited with code 0")
    case.recorded = await gate.recorded()
    assert headless.has("new.txt")


async def test_exec_tells_the_model_why_it_was_denied(
    headless: Codex, gate: GateProcess, openai: ResponsesApi, case: Case
):
    openai.script.plays(TOUCH, DONE)

    async with headless.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.denies(card, "wrong folder, use build")
        await run.ends()

    case.told(openai.results, "wrong folder, use build")
    case.recorded = await gate.recorded()
    assert not headless.has("new.txt")


async def test_exec_runs_another_command_in_its_place(
    headless: Codex, gate: GateProcess, openai: ResponsesApi, case: Case
):
    openai.script.plays(TOUCH, DONE)

    async with headless.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.replaces(card, "touch other.txt && echo changed")
        await run.ends()

    case.told(openai.results, "changed")
    case.recorded = await gate.recorded()
    assert headless.has("other.txt")
    assert not headless.has("new.txt")


async def test_exec_runs_nothing_while_the_gate_is_down(
    headless: Codex, gate: GateProcess, openai: ResponsesApi, case: Case
):
    openai.script.plays(TOUCH, DONE)
    await gate.daemon.kill()

    async with headless.does("make it") as run:
        await run.ends()

    case.told(openai.results, "blocked")
    case.recorded = "nothing: the daemon was down"
    assert not headless.has("new.txt")


async def test_exec_runs_nothing_when_the_gate_is_killed_while_it_waits(
    headless: Codex, gate: GateProcess, openai: ResponsesApi, case: Case
):
    openai.script.plays(TOUCH, DONE)

    async with headless.does("make it") as run:
        await gate.card("touch new.txt", buttons=True)
        await gate.daemon.kill()
        await run.ends()

    assert not headless.has("new.txt")
    await gate.daemon.start()
    case.told(openai.results, "blocked")
    case.recorded = await gate.recorded()
