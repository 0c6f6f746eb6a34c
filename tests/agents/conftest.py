"""What a real agent is tested with, and the table at the end of a run."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.agents.fence import Fence
from tests.agents.messages_api import MessagesApi
from tests.agents.table import Case, printed

_PROPERTY = "agents_case"


@pytest.fixture
def case(request: pytest.FixtureRequest, record_property: Callable[..., None]) -> Iterator[Case]:
    """Note what was seen, for the table."""
    found = Case(name=request.node.name.removeprefix("test_").replace("_", " "))
    yield found
    record_property(_PROPERTY, found.row)


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
