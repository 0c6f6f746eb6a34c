"""`ok2run connect`: what it writes gates the real agent, and taking it out leaves no trace."""

import os
from pathlib import Path
from typing import Protocol

import pytest

from tests.agents.claude_code import ClaudeCode
from tests.agents.codex import Codex
from tests.agents.copilot import Copilot
from tests.agents.fence import Fence
from tests.agents.gate import GateProcess
from tests.agents.gemini import Gemini
from tests.agents.gemini_api import GeminiApi
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE, CODEX, COPILOT, GEMINI, Package
from tests.agents.responses_api import ResponsesApi
from tests.agents.run import Ran, Run, running
from tests.agents.script import Call, Say, Script
from tests.agents.table import Case

pytestmark = pytest.mark.agents

DONE = Say("All done.")


class Model(Protocol):
    """A stand-in for any agent's model."""

    script: Script

    @property
    def results(self) -> list[str]: ...


def around(gate: GateProcess, fence: Fence, package: Package) -> dict[str, str]:
    """Return what an agent has around it where the command is on its PATH."""
    folders = (str(gate.command.parent), str(package.path.parent), os.environ["PATH"])
    return {**fence.environment, **gate.environment, "PATH": os.pathsep.join(folders)}


async def connects(
    agent: ClaudeCode | Codex | Copilot | Gemini, gate: GateProcess, *words: str
) -> Ran:
    line = (gate.command, "connect", *words)
    async with running(*line, environment=agent.environment, directory=agent.project) as run:
        ran = await run.ends()
    assert ran.code == 0, ran.errors
    return ran


async def is_denied_from_the_phone(run: Run, gate: GateProcess, model: Model, case: Case) -> None:
    card = await gate.card("touch new.txt", buttons=True)
    await gate.denies(card, "wrong folder, use build")
    await run.ends()
    case.told(model.results, "wrong folder, use build")
    case.recorded = await gate.recorded()


@CLAUDE_CODE.skips
async def test_claude_code_as_connect_sets_it_up(
    home: Path, gate: GateProcess, claude: MessagesApi, fence: Fence, case: Case
):
    agent = ClaudeCode(home, model_url=claude.url, environment=around(gate, fence, CLAUDE_CODE))
    agent.takes({"permissions": {"allow": ["Bash"]}})
    settings = home / ".claude" / "settings.json"
    before = settings.read_bytes()
    claude.script.plays(Call("Bash", {"command": "touch new.txt"}), DONE)

    await connects(agent, gate, "claude-code", "--pre-tool-use")
    async with agent.does("make it") as run:
        await is_denied_from_the_phone(run, gate, claude, case)
    assert not agent.has("new.txt")

    await connects(agent, gate, "claude-code", "--remove")
    assert settings.read_bytes() == before


@CODEX.skips
async def test_codex_as_connect_sets_it_up(
    home: Path, gate: GateProcess, openai: ResponsesApi, fence: Fence, case: Case
):
    fence.lets_try("raw.githubusercontent.com")
    agent = Codex(home, model_url=openai.url, environment=around(gate, fence, CODEX))
    settings = home / ".codex" / "config.toml"
    before = settings.read_bytes()
    openai.script.plays(Call("exec_command", {"cmd": "touch new.txt"}), DONE)

    await connects(agent, gate, "codex", "--pre-tool-use")
    async with agent.does("make it") as run:
        await is_denied_from_the_phone(run, gate, openai, case)
    assert not agent.has("new.txt")

    await connects(agent, gate, "codex", "--remove")
    assert settings.read_bytes() == before
    assert not (home / ".codex" / "hooks.json").exists()


@GEMINI.skips
async def test_gemini_as_connect_sets_it_up(
    home: Path, gate: GateProcess, google: GeminiApi, fence: Fence, case: Case
):
    agent = Gemini(home, model_url=google.url, environment=around(gate, fence, GEMINI))
    settings = home / ".gemini" / "settings.json"
    before = settings.read_bytes()
    google.script.plays(Call("run_shell_command", {"command": "touch new.txt"}), DONE)

    await connects(agent, gate, "gemini")
    async with agent.does("make it", "--approval-mode", "yolo") as run:
        await is_denied_from_the_phone(run, gate, google, case)
    assert not agent.has("new.txt")

    await connects(agent, gate, "gemini", "--remove")
    assert settings.read_bytes() == before


@COPILOT.skips
@pytest.mark.parametrize("words", [(), ("--allow-all-tools",)], ids=["asking", "all allowed"])
async def test_copilot_as_connect_sets_it_up(
    home: Path,
    gate: GateProcess,
    claude: MessagesApi,
    fence: Fence,
    case: Case,
    words: tuple[str, ...],
):
    agent = Copilot(home, model_url=claude.url, environment=around(gate, fence, COPILOT))
    claude.script.plays(Call("bash", {"command": "touch new.txt"}), DONE)

    await connects(agent, gate, "copilot")
    async with agent.does("make it", *words) as run:
        await is_denied_from_the_phone(run, gate, claude, case)
    assert not agent.has("new.txt")

    await connects(agent, gate, "copilot", "--remove")
    assert not list((home / ".copilot").rglob("ok2run*.json"))
