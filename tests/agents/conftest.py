"""What a real agent is tested with, and the table at the end of a run."""

import os
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests.agents.claude_code import ClaudeCode
from tests.agents.fence import Fence
from tests.agents.gate import GateProcess
from tests.agents.gemini_api import GeminiApi
from tests.agents.messages_api import MessagesApi
from tests.agents.responses_api import ResponsesApi
from tests.agents.table import Case, printed

_PROPERTY = "agents_case"
_SCREENS = "OK2RUN_AGENTS_SCREENS"


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    """Note what was seen, for the table; the screens go where a variable says."""
    return Case(name=request.node.name.removeprefix("test_").replace("_", " "))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hand the case on with the report, which may come from another process."""
    report = yield
    if call.when == "call" and isinstance(case := item.funcargs.get("case"), Case):
        report.user_properties.append((_PROPERTY, case.row))
        if folder := os.environ.get(_SCREENS):
            name = "-".join(case.name.split())
            text = f"{case.screen or case.shown}\n\n--- the gate recorded: {case.recorded}\n"
            Path(folder, f"{name}.txt").write_text(text)
    return report


@pytest.fixture
async def fence() -> AsyncIterator[Fence]:
    """Keep the agent on this machine; that it tried to leave is a failure."""
    async with Fence() as found:
        yield found
    assert not found.attempts, f"it wanted to reach {found.attempts}"


@pytest.fixture
async def claude() -> AsyncIterator[MessagesApi]:
    async with MessagesApi() as found:
        yield found


@pytest.fixture
async def openai() -> AsyncIterator[ResponsesApi]:
    async with ResponsesApi() as found:
        yield found


@pytest.fixture
async def google() -> AsyncIterator[GeminiApi]:
    async with GeminiApi() as found:
        yield found


@pytest.fixture
def settings() -> dict[str, str]:
    """What the gate is told besides; a module may say it otherwise."""
    return {}


@pytest.fixture
async def gate(tmp_path: Path, settings: dict[str, str]) -> AsyncIterator[GateProcess]:
    async with GateProcess(tmp_path / "gate", **settings) as found:
        yield found


@pytest.fixture
def agent(home: Path, gate: GateProcess, claude: MessagesApi, fence: Fence) -> ClaudeCode:
    """A Claude Code that asks the gate, with the usual settings."""
    environment = {**fence.environment, **gate.environment}
    found = ClaudeCode(home, model_url=claude.url, environment=environment)
    found.takes(gate.claude_settings())
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home for an agent; it is made by whoever moves in."""
    return tmp_path / "ana"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for each case: what the terminal showed, what the gate recorded."""
    rows = [
        (*value, outcome)
        for outcome in ("passed", "failed", "xfailed", "xpassed")
        for report in terminalreporter.stats.get(outcome, ())
        for name, value in report.user_properties
        if name == _PROPERTY
    ]
    if rows:
        terminalreporter.section("agents")
        terminalreporter.write(printed(rows))
