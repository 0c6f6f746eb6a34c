"""The whole way: the hook's own process, the gate, and a person's answer."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.client.hook_case import CODEX, CURSOR, GEMINI, asked, environment
from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import before, permission
from tests.world import AGENT_KEY, World


async def start(world: World, home: Path, name: str, hook: Any) -> asyncio.subprocess.Process:
    url = str(world.client.make_url("")).rstrip("/")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ok2run.hook",
        name,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(url, home, APPROVAL_API_KEY=AGENT_KEY),
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(hook).encode())
    process.stdin.write_eof()
    return process


CASES = [
    ("claude-code", permission(), "allow"),
    ("claude-code", before(), "allow"),
    ("codex", asked(CODEX, "PermissionRequest"), "allow"),
    ("codex", asked(CODEX, "PreToolUse"), "allow"),
    ("gemini", asked(GEMINI, "BeforeTool"), "allow"),
    ("cursor", asked(CURSOR, "beforeShellExecution"), "allow"),
]


@pytest.mark.parametrize(("name", "hook", "word"), CASES)
async def test_an_approval_reaches_the_agent_through_the_command(
    world: World, tmp_path: Path, name: str, hook: Any, word: str
):
    process = await start(world, tmp_path, name, hook)
    (found,) = await Agent(world).pending()

    await world.decide(found["approval_id"])
    out, err = await process.communicate()

    assert word in out.decode()
    assert (err, process.returncode) == (b"", 0)


@pytest.mark.parametrize(("name", "hook", "word"), CASES)
async def test_a_denial_reaches_the_agent_through_the_command(
    world: World, tmp_path: Path, name: str, hook: Any, word: str
):
    process = await start(world, tmp_path, name, hook)
    (found,) = await Agent(world).pending()

    await world.decide(found["approval_id"], "denied", note="wrong branch")
    out, err = await process.communicate()

    assert "deny" in out.decode()
    assert "wrong branch" in out.decode()
    assert (err, process.returncode) == (b"", 0)


async def test_a_command_that_is_killed_withdraws_its_card(world: World, tmp_path: Path):
    process = await start(world, tmp_path, "codex", asked(CODEX, "PreToolUse"))
    (found,) = await Agent(world).pending()

    os.kill(process.pid, 9)
    await process.communicate()

    async with asyncio.timeout(10):
        while (await world.gate.any(found["approval_id"])).is_pending:
            await asyncio.sleep(0.005)


async def test_a_gate_that_stops_has_the_command_ask_again(world: World, tmp_path: Path):
    hook = asked(CODEX, "PreToolUse")
    held = world.tasks.create_task(
        world.client.post(
            "/v1/hooks/codex",
            json=hook,
            headers={"Authorization": f"Bearer {AGENT_KEY}", "Ok2run-Hook-Id": "a" * 32},
        )
    )
    (found,) = await Agent(world).pending()

    world.gate.waiters.stop()

    response = await held
    assert response.status == 503
    assert (await world.gate.any(found["approval_id"])).is_pending
