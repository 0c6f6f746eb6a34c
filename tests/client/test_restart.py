"""A gate that is killed while it is waited for, and comes back: the decision arrives."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession

from ok2run import AsyncGate, Decision, Gate, GateUnreachable
from tests.daemon import Daemon
from tests.port import a_port
from tests.world import ADMIN_KEY, AGENT_KEY

KEYS = {"APPROVAL_API_KEY": AGENT_KEY, "ADMIN_API_KEY": ADMIN_KEY}


async def call(daemon: Daemon, method: str, path: str, body: object = None) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    async with (
        ClientSession(headers=headers) as session,
        session.request(method, f"{daemon.url}{path}", json=body) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return await answer.json()  # type: ignore[no-any-return]


async def pending_id(daemon: Daemon) -> str:
    while True:
        found = await call(daemon, "GET", "/v1/approvals?status=pending")
        approvals = found["approvals"]
        assert isinstance(approvals, list)
        if approvals:
            return str(approvals[0]["approval_id"])


async def approve(daemon: Daemon, id: str) -> None:
    await call(daemon, "POST", f"/v1/approvals/{id}/decision", {"decision": "approved"})


Ask = Callable[[str], Awaitable[Decision]]


def blocking(url: str) -> Awaitable[Decision]:
    return asyncio.to_thread(Gate(url, AGENT_KEY).request, "deploy")


def awaited(url: str) -> Awaitable[Decision]:
    return AsyncGate(url, AGENT_KEY).request("deploy")


@pytest.mark.parametrize("ask", [blocking, awaited])
async def test_a_wait_outlives_the_gate_that_it_began_with(tmp_path: Path, ask: Ask):
    port = a_port()
    async with Daemon(tmp_path, PORT=str(port), **KEYS) as daemon:
        waiting = asyncio.ensure_future(ask(daemon.url))  # noqa: TID251
        id = await pending_id(daemon)

        await daemon.kill()
        await daemon.start()
        await approve(daemon, id)

        decision = await waiting
    assert (decision.id, decision.approved) == (id, True)


async def test_a_decision_made_while_nobody_could_tell_of_it_is_kept(tmp_path: Path):
    port = a_port()
    async with Daemon(tmp_path, PORT=str(port), **KEYS) as daemon:
        gate = AsyncGate(daemon.url, AGENT_KEY, patience=0)
        pending = await gate.submit("deploy", title="Deploy", cwd="/srv")
        await approve(daemon, pending.id)
        await daemon.kill()
        with pytest.raises(GateUnreachable):
            await gate.get(pending.id)

        await daemon.start()

        decision = await gate.wait(pending.id)
        receipt = await gate.claim(pending.id)
    assert decision.approved
    assert receipt.digest == pending.digest


async def test_a_guarded_call_runs_after_the_restart_and_once(tmp_path: Path):
    port, ran = a_port(), []
    async with Daemon(tmp_path, PORT=str(port), **KEYS) as daemon:
        gate = AsyncGate(daemon.url, AGENT_KEY)

        @gate.approve("touch")
        async def touch(name: str) -> str:
            ran.append(name)
            return name

        calling = asyncio.ensure_future(touch("x"))  # noqa: TID251
        id = await pending_id(daemon)
        await daemon.kill()
        await daemon.start()
        await approve(daemon, id)

        assert await calling == "x"
    assert ran == ["x"]
