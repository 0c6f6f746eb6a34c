"""The test's side of `forker`: a launch that takes a fraction of a second."""

import asyncio
import json
import os
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.daemon import PATIENCE, ROOT


class Forked:
    """A daemon that the forker made and reaps."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def end(self, code: int) -> None:
        self.returncode = code
        self._ended.set()


class Forker:
    """Asks for daemons; each is a child of the forker, and a stranger to this process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._asked: deque[asyncio.Future[Forked]] = deque()
        self._running: dict[int, Forked] = {}
        self.ready = asyncio.Event()

    async def launch(
        self, environment: Mapping[str, str], directory: Path, *, out: Path, err: Path
    ) -> Forked:
        """Fork a daemon."""
        assert self._process.stdin is not None
        order = {
            "environment": dict(environment),
            "directory": str(directory),
            "out": str(out),
            "err": str(err),
        }
        future: asyncio.Future[Forked] = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            return await future

    async def listen(self) -> None:
        """Hear what the forker reports, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "forked" in said:
                forked = Forked(said["forked"])
                self._running[forked.pid] = forked
                self._asked.popleft().set_result(forked)
            elif "ended" in said:
                self._running.pop(said["ended"]).end(said["code"])
            else:
                self.ready.set()


@asynccontextmanager
async def preloaded() -> AsyncIterator[Forker]:
    """Run a forker; what it forked is killed at the end."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "web" / "client")))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.forker",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths},
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    forker = Forker(process)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(forker.listen())
        try:
            async with asyncio.timeout(PATIENCE):
                await forker.ready.wait()
            yield forker
        finally:
            process.stdin.close()
            await process.wait()
