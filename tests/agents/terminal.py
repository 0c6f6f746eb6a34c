"""A full-screen program in a terminal: what it shows now, and the keys pressed."""

import asyncio
import contextlib
import os
import re
import shlex
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.tmux import TMUX, Tmux

_PATIENCE = 60.0


class Terminal(Tmux):
    """Starts a program, waits until it is ready, and looks only at what is on the screen now."""

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str],
        line: Sequence[str],
        *,
        ready: str,
        installs: Path | None = None,
    ) -> None:
        if TMUX is None:
            pytest.skip("no tmux on this machine")
        super().__init__(directory, environment)
        self._line = line
        self._ready = ready
        self._installs = installs  # what it starts from there goes on by itself

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        try:
            await self.types(shlex.join(self._line))
            await self.shows(self._ready)
        except BaseException as error:
            await self.__aexit__(type(error), error, error.__traceback__)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing running: what the shell started may outlive its terminal."""
        shell = (await self._tmux("display-message", "-p", "#{pane_pid}")).strip()
        running = _descendants(int(shell))
        await super().__aexit__(kind, error, trace)
        if self._installs is not None:
            running += _run_from(self._installs)
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def screen(self) -> str:
        """Return what is on the screen now."""
        return await self._tmux("capture-pane", "-p")

    async def presses(self, *keys: str) -> None:
        """Press keys by tmux's names: Enter, Escape, Down, y, …."""
        for key in keys:
            await self._tmux("send-keys", key)
            await asyncio.sleep(0.05)

    async def enters(self, words: str) -> None:
        """Type words, see them stand there, and press Enter."""
        await self._tmux("send-keys", "-l", words)
        await self.shows(re.escape(words))
        await self.presses("Enter")

    async def shows(self, pattern: str, *, within: float = _PATIENCE) -> str:
        """Wait for this on the screen; return the whole screen."""
        return await self._until(pattern, there=True, within=within)

    async def hides(self, pattern: str, *, within: float = _PATIENCE) -> str:
        """Wait until this is no more on the screen; return the whole screen."""
        return await self._until(pattern, there=False, within=within)

    async def _until(self, pattern: str, *, there: bool, within: float) -> str:
        wanted = re.compile(pattern, re.MULTILINE)
        try:
            async with asyncio.timeout(within):
                while (wanted.search(screen := await self.screen()) is not None) is not there:
                    await asyncio.sleep(0.1)
                return screen
        except TimeoutError:
            said = "was not shown" if there else "did not go"
            raise AssertionError(f"{pattern!r} {said}:\n{await self.screen()}") from None


def _descendants(pid: int) -> list[int]:
    file = Path(f"/proc/{pid}/task/{pid}/children")
    children = [int(child) for child in file.read_text().split()] if file.exists() else []
    return children + [one for child in children for one in _descendants(child)]


def _run_from(folder: Path) -> list[int]:
    found = []
    for link in Path("/proc").glob("[0-9]*/exe"):
        with contextlib.suppress(OSError):  # it has ended, or is another's
            if link.readlink().is_relative_to(folder):
                found.append(int(link.parent.name))
    return found
