"""`/mcp` of a whole daemon: without the package, and commands on its machine."""

import os
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.daemon import ROOT, Daemon
from tests.tool_agent import answered, over_http
from tests.world import AGENT_KEY, World

HEADERS = {
    "Authorization": f"Bearer {AGENT_KEY}",
    "Accept": "application/json, text/event-stream",
}


async def post(url: str, message: dict[str, Any]) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/mcp", json=message, headers=HEADERS) as response,
    ):
        return response.status, await response.json()


async def test_without_the_package_it_is_501_and_the_rest_works(tmp_path: Path):
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError('none', name='mcp')\n")
    path = os.pathsep.join(map(str, (tmp_path, ROOT, ROOT / "web" / "client")))
    settings = {"APPROVAL_API_KEY": AGENT_KEY, "PYTHONPATH": path}
    async with Daemon(tmp_path, **settings) as daemon, aiohttp.ClientSession() as session:
        status, answer = await post(daemon.url, {"jsonrpc": "2.0", "id": 1, "method": "ping"})
        async with session.get(f"{daemon.url}/v1/approvals", headers=HEADERS) as response:
            rest = response.status

    assert (status, answer["code"]) == (501, "mcp_not_installed")
    assert "pip install" in answer["detail"]
    assert rest == 200


async def test_the_protocol_is_not_loaded_before_somebody_speaks_it(tmp_path: Path):
    (tmp_path / "mcp.py").write_text(f"open({str(tmp_path / 'loaded')!r}, 'w')\nimport none\n")
    path = os.pathsep.join(map(str, (tmp_path, ROOT, ROOT / "web" / "client")))
    async with Daemon(tmp_path, APPROVAL_API_KEY=AGENT_KEY, PYTHONPATH=path) as daemon:
        before = (tmp_path / "loaded").exists()
        await post(daemon.url, {"jsonrpc": "2.0", "id": 1, "method": "ping"})

    assert not before
    assert (tmp_path / "loaded").exists()


async def test_a_command_on_the_gates_machine_sees_none_of_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:a-token-that-stays-here")
    async with (
        World.start(str(tmp_path / "gate.db"), mcp_execute=True) as world,
        over_http(world) as agent,
    ):
        ran = await answered(
            world, agent.call("execute_approved", command="env", cwd=str(tmp_path))
        )

    assert "PATH=" in ran["stdout"]
    assert "TELEGRAM" not in ran["stdout"]
