"""The processes that are measured, and the load generator that measures them."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from random import SystemRandom
from time import perf_counter
from typing import Any

from tests.benchmarks import machine
from tests.benchmarks.wire import Talker, request
from tests.daemon import ROOT, Daemon, command, program
from tests.fakes.telegram import FakeTelegram

AGENT_KEY = "agent-key-of-the-benchmarks-01"
ADMIN_KEY = "admin-key-of-the-benchmarks-01"
_SETTINGS = {"APPROVAL_API_KEY": AGENT_KEY, "ADMIN_API_KEY": ADMIN_KEY}
_PERSON = 1001
_QUIET_SECONDS = 3.0
_PATIENCE = 300.0

floor_program = program(sys.executable, "-m", "tests.benchmarks.floor")


def a_server(
    directory: Path, *, floor: bool = False, before: Sequence[str] = (), **settings: str
) -> Daemon:
    """Return a daemon, with these words before its command, or the floor; not started yet."""
    directory.mkdir()
    launch = floor_program if floor else command(*before)
    return Daemon(directory, launch=launch, **{**_SETTINGS, **settings})


def address_of(server: Daemon) -> dict[str, str]:
    """Return what the load generator has to know of a server."""
    return {"url": server.url, "key": AGENT_KEY, "admin_key": ADMIN_KEY}


def commits_to(database: Path) -> int:
    """Return how many transactions were committed to SQLite's file; the number wraps at 2**32.

    SQLite counts them in the index of its log, the field iChange:
    https://www.sqlite.org/walformat.html#the_wal_index_header
    """
    with database.with_name(f"{database.name}-shm").open("rb") as index:
        return int.from_bytes(index.read(12)[8:], sys.byteorder)


async def seconds_to_answer(directory: Path) -> float:
    """Start the daemon on an empty directory; return the seconds to its first HTTP answer."""
    port = _a_port()
    server = a_server(directory, PORT=str(port))
    began = perf_counter()
    await server.start(wait=False)
    try:
        while True:
            try:
                talker = await Talker().open(f"http://127.0.0.1:{port}")
                break
            except OSError:
                assert server.is_running, server.errors
                await asyncio.sleep(0.001)
        await talker.say(request("GET", "/health", key=AGENT_KEY))
        took = perf_counter() - began
        talker.close()
        return took
    finally:
        await server.kill()


def _a_port() -> int:
    """Return a free port outside the range from which the system takes those of connections.

    In that range, one that calls until somebody listens can be connected to itself.
    """
    for port in SystemRandom().sample(range(20_000, 30_000), 100):
        with closing(socket.socket()) as attempt, suppress(OSError):
            attempt.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


async def idle_memory(directory: Path, *, telegram: bool) -> float:
    """Return the resident memory, in MB, of a daemon that has nothing to do."""
    if not telegram:
        async with a_server(directory) as server:
            await asyncio.sleep(_QUIET_SECONDS)
            return machine.resident(server.pid)
    async with FakeTelegram() as fake:
        fake.person(_PERSON, "Ana")
        server = a_server(
            directory,
            TELEGRAM_BOT_TOKEN=fake.token,
            TELEGRAM_API_BASE=fake.url,
            ALLOWED_USER_IDS=str(_PERSON),
        )
        async with server:
            await fake.wait_for_calls("getUpdates", timeout=60)
            await asyncio.sleep(_QUIET_SECONDS)
            return machine.resident(server.pid)


class LoadGenerator:
    """The process that sends requests; it does one command after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, command: str, **arguments: object) -> Any:
        """Have it do this, and return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": command, **arguments}).encode() + b"\n")
        async with asyncio.timeout(_PATIENCE):
            answer = await self._process.stdout.readline()
        assert answer, "the load generator failed"
        return json.loads(answer)


@asynccontextmanager
async def load_generator() -> AsyncIterator[LoadGenerator]:
    """Start the load generator, and end it at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.benchmarks.load",
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    try:
        yield LoadGenerator(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
