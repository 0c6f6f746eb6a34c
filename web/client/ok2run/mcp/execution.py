"""Running one approved command: its output bounded, its time limited, its whole group ended."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from ok2run.mcp.waiting import Meter

SHELL = "/bin/sh"
HEAD = TAIL = 16 * 1024  # bytes kept of each stream's beginning and end
READ = 64 * 1024
GRACE = 1.0  # seconds that output may still come after the shell has ended
TELL = 15.0  # seconds between two words of progress


class CannotRun(Exception):
    """The command was not started; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a command; `exit_code` is None where its time was over."""

    exit_code: int | None
    stdout: str
    stderr: str
    left_out: int
    seconds: float


class Kept:
    """The head and the tail of a stream, however long it is."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self.left_out = 0

    def take(self, content: bytes) -> None:
        """Keep what there is room for."""
        room = HEAD - len(self._head)
        self._head += content[:room]
        self._tail += content[room:]
        over = len(self._tail) - TAIL
        if over > 0:
            del self._tail[:over]
            self.left_out += over

    @property
    def text(self) -> str:
        """What was kept, with a line that says how much is missing in its midst."""
        if not self.left_out:
            return (self._head + self._tail).decode("utf-8", "replace")
        head, tail = (part.decode("utf-8", "replace") for part in (self._head, self._tail))
        return f"{head}\n[… {self.left_out} bytes left out …]\n{tail}"


async def run(
    command: str, *, cwd: str, limit: float, environment: Mapping[str, str], meter: Meter
) -> Ran:
    """Run a command line and return what became of it; raises CannotRun.

    Where the time is over, or the caller is cancelled, everything in its process group is killed.
    What it leaves in the background after its end goes on.
    """
    began = time.monotonic()
    try:
        process = await asyncio.create_subprocess_exec(
            SHELL,
            "-c",
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=READ,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise CannotRun(f"The command could not be started: {error}.") from error
    out, err = Kept(), Kept()
    is_over = False
    try:
        async with asyncio.TaskGroup() as group:
            reading = [
                group.create_task(_keep(process.stdout, out)),
                group.create_task(_keep(process.stderr, err)),
            ]
            is_over = not await _ended(process, began + limit, meter)
            if is_over:
                _kill(process)
            _, late = await asyncio.wait(reading, timeout=GRACE)
            for task in late:
                task.cancel()
    finally:
        if process.returncode is None:
            _kill(process)
    code = process.returncode
    if is_over:
        code = None
    return Ran(
        exit_code=code,
        stdout=out.text,
        stderr=err.text,
        left_out=out.left_out + err.left_out,
        seconds=time.monotonic() - began,
    )


async def _ended(process: asyncio.subprocess.Process, deadline: float, meter: Meter) -> bool:
    """Wait for the shell's end, with a word now and then; False where its time is over."""
    while (left := deadline - time.monotonic()) > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(min(TELL, left)):
                await process.wait()
                return True
        if deadline - time.monotonic() > 0:
            await meter.tell("running")
    return process.returncode is not None


async def _keep(stream: asyncio.StreamReader | None, kept: Kept) -> None:
    while stream is not None and (content := await stream.read(READ)):
        kept.take(content)


def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill everything that the shell started and that is still in its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
