"""What the README tells of agents is so: they are connected, and ask, by its own lines."""

import asyncio
import json
import os
import re
import shlex
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ok2run.connect.command import NAMES
from ok2run.mcp.definition import DEFINITIONS
from tests.daemon import ROOT, Daemon
from tests.test_daemon import KEYS, PATHS, call, ok2run
from tests.test_readme import COMMAND, section
from tests.world import ADMIN_KEY, AGENT_KEY

AGENTS = section("Connect your agent")
LINES = COMMAND.findall(AGENTS)
PENDING = "/v1/approvals?status=pending"
CONNECT = [line for line in LINES if line.startswith("connect ")]


def part(title: str) -> str:
    """Return what stands below a headline of the second rank."""
    return AGENTS.partition(f"\n### {title}\n")[2].partition("\n### ")[0]


def files(folder: Path) -> dict[str, str]:
    """Return the text of each file below a folder."""
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}


async def decide(daemon: Daemon, **decision: Any) -> str:
    """Decide what waits, or comes to; return its title."""
    async with asyncio.timeout(60):
        while not (found := (await call(daemon, "GET", PENDING))["approvals"]):
            await asyncio.sleep(0.02)
    path = f"/v1/approvals/{found[0]['approval_id']}/decision"
    await call(daemon, "POST", path, key=ADMIN_KEY, body={"decision": "approved", **decision})
    title: str = found[0]["title"]
    return title


def test_every_agent_is_connected_by_a_line_of_its_own():
    assert {shlex.split(line)[1] for line in CONNECT} == set(NAMES)


@pytest.mark.parametrize("line", CONNECT)
async def test_an_agent_is_connected_as_written_and_let_go_again(line: str, tmp_path: Path):
    words = shlex.split(line)
    given = {"HOME": str(tmp_path), "APPROVAL_API_KEY": AGENT_KEY, "PATH": "/usr/bin:/bin"}

    connected = await ok2run(*words, directory=tmp_path, **given)
    kept = files(tmp_path)
    removed = await ok2run(words[0], words[1], "--remove", directory=tmp_path, **given)

    assert (connected[0], connected[2]) == (0, "")
    assert any("/v1/hooks/" in text or " hook " in text for text in kept.values())
    assert (removed[0], removed[2]) == (0, "")
    assert files(tmp_path) == {}


async def test_the_key_is_kept_as_written(tmp_path: Path):
    (line,) = [line for line in LINES if line.startswith("config ")]
    given = {"HOME": str(tmp_path)}

    kept = await ok2run(*shlex.split(line), AGENT_KEY, directory=tmp_path, **given)
    shown = await ok2run("config", "show", directory=tmp_path, **given)

    assert kept[0] == 0, kept
    assert f"APPROVAL_API_KEY=…{AGENT_KEY[-4:]}  # from the file" in shown[1]


def test_the_plugin_is_where_the_readme_has_it():
    folder, plugin, market = re.findall(r"add (\./\S+)\n.* install (\w+)@(\w+)", AGENTS)[0]
    about = json.loads((ROOT / folder / ".claude-plugin/marketplace.json").read_text())

    assert about["name"] == market
    assert [one["name"] for one in about["plugins"]] == [plugin]


def test_every_tool_is_named():
    told = part("MCP").partition("The tools are ")[2].partition("None of them decides")[0]

    assert set(re.findall(r"`(\w+)`", told)) == {tool.name for tool in DEFINITIONS}


async def test_the_python_of_the_readme_asks_and_runs(tmp_path: Path):
    lines = part("Python and TypeScript").splitlines(keepends=True)
    block = textwrap.dedent("".join(line for line in lines if line.startswith("    ")))
    async with Daemon(tmp_path, **KEYS) as daemon:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            f"{block}\nprint(database)",
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": PATHS,
                "APPROVAL_GATE_URL": daemon.url,
                "APPROVAL_API_KEY": AGENT_KEY,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        asked = [await decide(daemon), await decide(daemon, answers=["PostgreSQL"])]
        out, _ = await process.communicate()

    assert asked == ["Mail to ana@example.org", "Which database?"]
    assert out.decode() == "sent to ana@example.org\nPostgreSQL\n"


async def test_a_command_runs_and_its_receipt_is_examined_as_written(tmp_path: Path):
    programs = tmp_path / "bin"
    programs.mkdir()
    make = programs / "make"
    make.write_text("#!/bin/sh\necho made $1\n")
    make.chmod(0o755)
    async with Daemon(tmp_path, **KEYS) as daemon:
        given = {
            "APPROVAL_GATE_URL": daemon.url,
            "APPROVAL_API_KEY": AGENT_KEY,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        }
        run, listed = COMMAND.findall(part("Command line and HTTP"))
        ran, title = await asyncio.gather(
            ok2run(*shlex.split(run), directory=tmp_path, **given), decide(daemon)
        )
        rest = [listed, *COMMAND.findall(part("Receipts"))]
        said = [await ok2run(*shlex.split(line), directory=tmp_path, **given) for line in rest]

    assert (ran[:2], title) == ((0, "made deploy\n"), "Deploy 1.4")
    assert [code for code, _, _ in said] == [0, 0, 0, 0], said
    assert "1 claim, 1 receipt verified" in said[1][1]
