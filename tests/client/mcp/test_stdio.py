"""`ok2run mcp` as a process: only protocol on its output, and waits that outlive a gate."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ok2run.wire import Wire
from tests.daemon import Daemon
from tests.port import a_port
from tests.tool_agent import ROOT, answered, asked, over_stdio
from tests.world import ADMIN_KEY, AGENT_KEY, World

CLIENT = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "c"}}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A gate by the real time, as the other process has it: receipts hold for a minute."""
    async with World.start(str(tmp_path / "gate.db")) as world:
        yield world


def url_of(world: World) -> str:
    return str(world.client.make_url("")).rstrip("/")


def environment(world_url: str, home: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "web" / "client"),
        "HOME": str(home),
        "APPROVAL_GATE_URL": world_url,
        "APPROVAL_API_KEY": AGENT_KEY,
        **more,
    }


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_every_tool_answers_in_both_eras(world: World, tmp_path: Path, mode: str):
    async with over_stdio(url_of(world), cwd=tmp_path, mode=mode) as agent:
        tools = await agent.client.list_tools()
        asking = await agent.call("request_approval", action="deploy")
        waited = await answered(
            world, agent.call("wait_for_approval", approval_id=asking["id"]), "denied"
        )
        checked = await agent.call("check_request", approval_id=asking["id"])
        listed = await agent.call("list_requests")
        said = await answered(world, agent.call("ask_user", question="Why?"), answers=["so"])
        ran = await answered(world, agent.call("execute_approved", command="pwd"))
        prompt = agent.call("approve", tool_name="Bash", input={"command": "ls"})
        allowed = await answered(world, prompt)

    assert len(tools.tools) == 7
    assert waited["status"] == checked["status"] == "denied"
    assert [each["id"] for each in listed["approvals"]] == [asking["id"]]
    assert said["answer"] == "so"
    assert ran["stdout"] == f"{tmp_path}\n"
    assert allowed["behavior"] == "allow"
    assert any(words.startswith("waiting for a person") for words in agent.told)


async def test_its_run_is_one_session_in_its_directory(world: World, tmp_path: Path):
    async with over_stdio(url_of(world), cwd=tmp_path) as agent:
        first, second = [await agent.call("request_approval", action="a") for _ in range(2)]

    approvals = [await world.gate.any(each["id"]) for each in (first, second)]
    assert approvals[0].session_id == approvals[1].session_id
    assert approvals[0].session_id.startswith("mcp_")
    assert approvals[0].action.cwd == str(tmp_path)


async def test_a_command_does_not_see_the_agents_key(world: World, tmp_path: Path):
    async with over_stdio(url_of(world), cwd=tmp_path, COLOUR="blue") as agent:
        ran = await answered(world, agent.call("execute_approved", command="env"))

    assert "COLOUR=blue" in ran["stdout"]
    assert AGENT_KEY not in ran["stdout"]


async def test_a_probe_for_the_newer_era_without_its_envelope_falls_back(
    world: World, tmp_path: Path
):
    lines = [
        {"jsonrpc": "2.0", "id": 0, "method": "server/discover"},
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": _client()},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
        {"jsonrpc": "2.0", "id": 3, "method": "ping"},
    ]

    answers = await spoken(environment(url_of(world), tmp_path), lines, until=3)

    assert answers[0]["error"]["code"] == -32601
    assert answers[1]["result"]["protocolVersion"] == "2025-11-25"
    assert len(answers[2]["result"]["tools"]) == 7
    assert answers[3]["result"] == {}


async def test_the_newer_era_is_offered_to_its_probe(world: World, tmp_path: Path):
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    probe = {"jsonrpc": "2.0", "id": 0, "method": "server/discover", "params": {"_meta": meta}}

    answers = await spoken(environment(url_of(world), tmp_path), [probe], until=0)

    assert answers[0]["result"]["supportedVersions"] == ["2026-07-28"]


@pytest.mark.parametrize("by", [None, signal.SIGTERM, signal.SIGINT])
async def test_a_client_that_goes_takes_its_prompt_along(
    world: World, tmp_path: Path, by: signal.Signals | None
):
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": _client()},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {
                "name": "approve",
                "arguments": {"tool_name": "Bash", "input": {"command": "ls"}},
            },
        },
    ]
    leaving = spoken(environment(url_of(world), tmp_path), lines, until=None, world=world, by=by)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(leaving)
        approval = await asked(world)

    assert (await world.read(approval.id))["status"] == "withdrawn"


async def test_a_wait_outlives_the_gates_sudden_end(tmp_path: Path):
    directory = tmp_path / "gate"
    directory.mkdir()
    settings = {"APPROVAL_API_KEY": AGENT_KEY, "ADMIN_API_KEY": ADMIN_KEY, "PORT": str(a_port())}
    async with (
        Daemon(directory, **settings) as daemon,
        over_stdio(daemon.url, cwd=tmp_path) as agent,
    ):
        id = (await agent.call("request_approval", action="deploy"))["id"]
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(agent.call("wait_for_approval", approval_id=id))
            await heard(agent.told, "waiting for a person")
            await daemon.kill()
            await heard(agent.told, "the gate does not answer")
            await daemon.start()
            await asyncio.to_thread(Wire(daemon.url, ADMIN_KEY).decide, id, "approved")

    assert waiting.result()["status"] == "approved"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"APPROVAL_API_KEY": ""}, "APPROVAL_API_KEY is not set"),
        ({"APPROVAL_GATE_URL": "ftp://example.org"}, "not an http or https address"),
    ],
)
def test_settings_that_cannot_be_used_are_told(
    tmp_path: Path, changes: dict[str, str], words: str
):
    ended = run(environment("http://127.0.0.1:1", tmp_path, **changes))

    assert ended.returncode == 1
    assert words in ended.stderr
    assert ended.stdout == ""


def test_without_the_package_it_says_how_to_get_it(tmp_path: Path):
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError('none', name='mcp')\n")
    path = f"{tmp_path}{os.pathsep}{ROOT / 'web' / 'client'}"

    ended = run(environment("http://127.0.0.1:1", tmp_path, PYTHONPATH=path))

    assert ended.returncode == 1
    assert "pip install 'ok2run[mcp]'" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("word", ["0", "-5", "soon"])
def test_a_hold_that_is_no_number_is_a_usage_fault(tmp_path: Path, word: str):
    ended = run(environment("http://127.0.0.1:1", tmp_path), "--hold", word)

    assert ended.returncode == 2


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ok2run.cli", "mcp", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _client() -> dict[str, Any]:
    return {**CLIENT, "clientInfo": {"name": "client", "version": "1"}}


async def spoken(
    environment: dict[str, str],
    lines: list[dict[str, Any]],
    *,
    until: int | None,
    world: World | None = None,
    by: signal.Signals | None = None,
) -> dict[int, Any]:
    """Speak these lines, close the input once the last answer came, and return all answers.

    Every line of its standard output has to be a message. Without `until`, the input is closed
    as soon as something is asked in the world, or the process gets the signal `by` instead.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ok2run.cli",
        "mcp",
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    answers: dict[int, Any] = {}
    async with asyncio.timeout(60):
        for line in lines:
            process.stdin.write(json.dumps(line).encode() + b"\n")
        await process.stdin.drain()
        while until is not None and until not in answers:
            message = json.loads(await process.stdout.readline())
            answers[message["id"]] = message
        if world is not None:
            await asked(world)
        if by is None:
            process.stdin.close()
        else:
            process.send_signal(by)
        rest = await process.stdout.read()
        assert await process.wait() == (0 if by is None else 130)
        process.stdin.close()
    for line in rest.splitlines():
        json.loads(line)
    return answers


async def heard(told: list[str], words: str) -> None:
    async with asyncio.timeout(60):
        while not any(each.startswith(words) for each in told):
            await asyncio.sleep(0.01)
