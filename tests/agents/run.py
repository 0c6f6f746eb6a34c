"""A program without a terminal: started, waited for, and not left running."""

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.agents.script import Json

_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What it came to."""

    code: int
    output: str
    errors: str

    @property
    def json(self) -> Json:
        """Return its output, where that is JSON."""
        found: Json = json.loads(self.output)
        return found


class Run:
    """A program that runs, or has ended."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ends(self, *, within: float = _PATIENCE) -> Ran:
        """Wait for its end; return what it came to."""
        async with asyncio.timeout(within):
            out, err = await self._process.communicate()
        assert self._process.returncode is not None
        return Ran(code=self._process.returncode, output=out.decode(), errors=err.decode())

    def kill(self) -> None:
        """End it and what it started, where it has not ended."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


@asynccontextmanager
async def running(
    *words: str | Path, environment: Mapping[str, str], directory: Path
) -> AsyncIterator[Run]:
    """Run a program in a process group of its own, which ends with the block."""
    process = await asyncio.create_subprocess_exec(
        *words,
        env=environment,
        cwd=directory,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )
    run = Run(process)
    try:
        yield run
    finally:
        run.kill()
