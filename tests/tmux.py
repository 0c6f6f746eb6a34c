"""A person's shell in a real terminal: tmux, with a server of its own."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

TMUX = shutil.which("tmux")
_PATIENCE = 60.0
_SHELL = ("bash", "--norc", "--noprofile", "-i")


class Tmux:
    """A shell in a directory; what is on its screen is read, and lines are typed into it."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self._directory = directory
        self._environment = {"PS1": "$ ", "TERM": "xterm-256color", **environment}
        self._place = tempfile.TemporaryDirectory(prefix="ok2run-")  # a socket's name is short
        self._seen = 0

    async def __aenter__(self) -> Self:
        shape = ("-d", "-x", "150", "-y", "50", "-c", str(self._directory))
        await self._tmux("-f", "/dev/null", "new-session", *shape, *_SHELL)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            print(f"--- the terminal\n{await self.screen()}")
        await self._tmux("kill-server")
        self._place.cleanup()

    async def screen(self) -> str:
        """Return everything shown so far, lines that were wrapped in one."""
        return await self._tmux("capture-pane", "-p", "-J", "-S", "-")

    async def types(self, line: str) -> None:
        """Type a line, and Enter; what is shown from now on is news."""
        self._seen = len((await self.screen()).rstrip())
        await self._tmux("send-keys", "-l", line)
        await self._tmux("send-keys", "Enter")

    async def interrupts(self) -> None:
        """Press Ctrl-C."""
        await self._tmux("send-keys", "C-c")

    async def sees(self, pattern: str) -> re.Match[str]:
        """Wait for this on the screen, behind what stood there before the last line typed."""
        try:
            async with asyncio.timeout(_PATIENCE):
                wanted = re.compile(pattern, re.MULTILINE)
                while not (found := wanted.search(await self.screen(), self._seen)):
                    await asyncio.sleep(0.1)
                return found
        except TimeoutError:
            raise AssertionError(f"{pattern!r} was not shown:\n{await self.screen()}") from None

    async def _tmux(self, *words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            "tmux",
            *("-S", str(Path(self._place.name) / "tmux"), *words),
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode == 0, f"tmux {words[0]}: {err.decode()}"
        return out.decode()
