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

from tests.tmux import Tmux

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
    ) -> None:
        super().__init__(directory, environment)
        self._line = line
        self._ready = ready

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.types(shlex.join(self._line))
        await self.shows(self._ready)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing running: what the shell started may outlive its terminal."""
        shell = (await self._tmux("display-message", "-p", "#{pane_pid}")).strip()
        running = _children(shell)
        await super().__aexit__(kind, error, trace)
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


def _children(pid: str) -> list[int]:
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in file.read_text().split()] if file.exists() else []
