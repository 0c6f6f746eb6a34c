"""What a hook costs its agent: how long the command takes to start, and to hear of a decision.

The command stands beside an empty Python program and beside a hook that looks every two seconds.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.benchmarks import wire
from tests.benchmarks.process import a_server, address_of
from tests.benchmarks.table import Figures, Row
from tests.benchmarks.wire import Talker
from tests.daemon import ROOT

_MOST_START = 60.0  # milliseconds
_NOTHING = (sys.executable, "-c", "pass")
_HOOK = (
    sys.executable,
    "-c",
    "from bot.command import main; main(['hook', 'claude-code', '--limit', '60'])",
)
_POLLER = (sys.executable, "-m", "tests.benchmarks.poller")
_SEED = 7


async def hooks(directory: Path, *, times: int, rounds: int) -> tuple[list[Row], Figures]:
    """Measure the start of the command, and the way from a decision to its end."""
    async with a_server(directory / "hooks") as server:
        address = address_of(server)
        environ = _environment(address)
        started = await asyncio.to_thread(_starts, environ, times)
        woken = await _decisions(address, environ, rounds)
    nothing, hook = (statistics.median(started[name]) for name in ("nothing", "hook"))
    held, polled = (statistics.median(woken[name]) for name in ("hook", "poller"))
    rows = [
        Row(
            what=f"hook start over python -c pass, median of {times}",
            floor=f"{nothing:.0f} ms",
            sqlite=f"+{hook - nothing:.0f} ms",
            sqlite_share=f"{hook / nothing:.1f}",
            target=f"< {_MOST_START:.0f} ms",
            is_met=hook - nothing < _MOST_START,
        ),
        Row(what=f"decision to the hook's end, median of {rounds}", sqlite=f"{held:.0f} ms"),
        Row(
            what="the same of a hook that looks every 2 s",
            sqlite=f"{polled:.0f} ms",
            sqlite_share=f"{polled / held:.0f} times",
        ),
    ]
    return rows, {"hook_start_ms": started, "decision_to_end_ms": woken}


def _environment(address: dict[str, str]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'web/client'}",
        "APPROVAL_GATE_URL": address["url"],
        "APPROVAL_API_KEY": address["key"],
    }


def _starts(environ: dict[str, str], times: int) -> dict[str, list[float]]:
    """Run both programs in turns; the hook is one that the gate answers at once."""
    took: dict[str, list[float]] = {"nothing": [], "hook": []}
    content = json.dumps(_hook("Notification", "start")).encode()
    for turn in range(times + 1):
        for name, program in (("nothing", _NOTHING), ("hook", _HOOK)):
            began = perf_counter()
            subprocess.run(program, input=content, env=environ, capture_output=True, check=True)
            if turn:  # the first one compiles
                took[name].append((perf_counter() - began) * 1000)
    return took


async def _decisions(
    address: dict[str, str], environ: dict[str, str], rounds: int
) -> dict[str, list[float]]:
    """Let both wait, decide at any instant, and take the time until each has ended."""
    chance = random.Random(_SEED)
    took: dict[str, list[float]] = {"hook": [], "poller": []}
    talker = await Talker().open(address["url"])
    for turn in range(rounds):
        pause = chance.uniform(0, 2)
        for name, program in (("hook", _HOOK), ("poller", _POLLER)):
            session = f"{name}-{turn}"
            process = await _started(program, environ, _hook("PermissionRequest", session))
            id = await _id_of(talker, address, session)
            await asyncio.sleep(pause)
            began = perf_counter()
            await talker.say(wire.decide(address["admin_key"], id))
            out, err = await process.communicate()
            took[name].append((perf_counter() - began) * 1000)
            assert b"allow" in out, err
    talker.close()
    return took


def _hook(event: str, session: str) -> dict[str, Any]:
    return {
        "session_id": session,
        "hook_event_name": event,
        "cwd": "/home/ana/shop",
        "tool_name": "Bash",
        "tool_input": {"command": "make deploy"},
    }


async def _started(
    program: Sequence[str], environ: dict[str, str], hook: dict[str, Any]
) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *program,
        cwd=ROOT,
        env=environ,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(hook).encode())
    process.stdin.write_eof()
    return process


async def _id_of(talker: Talker, address: dict[str, str], session: str) -> str:
    question = wire.request(
        "GET", f"/v1/approvals?session_id={session}&limit=1", key=address["admin_key"]
    )
    async with asyncio.timeout(30):
        while True:
            answer: dict[str, Any] = await talker.say(question)
            if answer["approvals"]:
                id: str = answer["approvals"][0]["approval_id"]
                return id
            await asyncio.sleep(0.005)
