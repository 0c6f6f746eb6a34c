"""A real gate over HTTP for the client's tests, and a person who decides by key."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ok2run import AsyncGate, Gate
from tests.world import AGENT_KEY, World

Decide = Callable[..., Awaitable[None]]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("APPROVAL_", "AGENTGATE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no settings are kept"))


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[World]:
    """A whole gate on the system's clock, as its agents meet it."""
    async with World.start(f"sqlite:///{tmp_path}/gate.db") as world:
        yield world


@pytest.fixture
def url(real: World) -> str:
    return str(real.client.make_url("/")).rstrip("/")


@pytest.fixture
def gate(url: str) -> Gate:
    """What blocks: call it in a thread, since the gate runs on the test's own loop."""
    return Gate(url, AGENT_KEY, patience=2)


@pytest.fixture
def async_gate(url: str) -> AsyncGate:
    return AsyncGate(url, AGENT_KEY, patience=2)


@pytest.fixture
def decide(real: World) -> Decide:
    """Decide the next ask as soon as it is there."""

    async def next_one(decision: str = "approved", **more: Any) -> None:
        id = await pending_id(real)
        response = await real.decide(id, decision, **more)
        assert response.status == 200, await response.text()

    return next_one


async def pending_id(world: World) -> str:
    """The id of the approval that waits, once there is one."""
    return (await pending_ones(world))[0]["approval_id"]  # type: ignore[no-any-return]


async def pending_ones(world: World) -> list[dict[str, Any]]:
    for _ in range(2000):
        response = await world.call("GET", "/v1/approvals?status=pending")
        found: list[dict[str, Any]] = (await response.json())["approvals"]
        if found:
            return found
    raise AssertionError("nothing was asked")
