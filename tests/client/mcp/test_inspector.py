"""The official Inspector, where it is installed, over both transports.

It is `npm install -g @modelcontextprotocol/inspector@2.12.0`, or a path in MCP_INSPECTOR.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.tool_agent import ROOT, answered
from tests.world import AGENT_KEY, World

INSPECTOR = os.environ.get("MCP_INSPECTOR") or shutil.which("mcp-inspector") or ""
pytestmark = pytest.mark.skipif(not INSPECTOR, reason="the Inspector is not installed")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World.start(str(tmp_path / "gate.db")) as world:
        yield world


@pytest.fixture(params=["stdio", "http"])
def server(request: pytest.FixtureRequest, world: World) -> list[str]:
    if request.param == "http":
        header = f"Authorization: Bearer {AGENT_KEY}"
        return [str(world.client.make_url("/mcp")), "--transport", "http", "--header", header]
    settings = {
        "APPROVAL_GATE_URL": str(world.client.make_url("")).rstrip("/"),
        "APPROVAL_API_KEY": AGENT_KEY,
        "PYTHONPATH": str(ROOT / "web" / "client"),
    }
    words = [word for name, value in settings.items() for word in ("-e", f"{name}={value}")]
    return [*words, sys.executable, "-m", "ok2run.cli", "mcp"]


async def inspect(server: list[str], *words: str) -> Any:
    process = await asyncio.create_subprocess_exec(
        INSPECTOR, "--cli", *server, *words, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(120):
        out, _ = await process.communicate()
    assert process.returncode == 0, out
    return json.loads(out)


async def test_it_lists_the_tools(server: list[str]):
    listed = await inspect(server, "--method", "tools/list")

    assert len(listed["tools"]) == 7


async def test_it_asks_a_question(server: list[str], world: World):
    asking = inspect(
        server,
        *("--method", "tools/call", "--tool-name", "ask_user"),
        *("--tool-arg", "question=Which?", "--tool-arg", 'options=["SQLite","PostgreSQL"]'),
    )

    result = await answered(world, asking, answers=["B"])

    assert json.loads(result["content"][0]["text"])["answer"] == "PostgreSQL"
