"""A person at a terminal: a real pseudo-terminal with a command in it."""

import asyncio
import os
import pty
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.daemon import ROOT

PATIENCE = 60.0
# A shell's background jobs ignore interrupts, and hand that on to what they start.
_COMMAND = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "import sys; from bot.command import main; sys.exit(main(sys.argv[1:]))"
)


class Typist:
    """Runs `ok2run` with some words in a terminal, reads what it shows and types answers."""

    def __init__(self, *words: str, directory: Path, environment: Mapping[str, str]) -> None:
        self._words = words
        self._directory = directory
        paths = [ROOT, ROOT / "web" / "client", *filter(None, sys.path)]
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, dict.fromkeys(paths))),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            **environment,
        }
        self._read = 0
        self._shown = ""
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._master, slave = pty.openpty()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _COMMAND,
            *self._words,
            env=self._environment,
            cwd=self._directory,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        asyncio.get_running_loop().add_reader(self._master, self._take)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            print(f"--- the terminal\n{self.screen}")
        asyncio.get_running_loop().remove_reader(self._master)
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        os.close(self._master)

    @property
    def screen(self) -> str:
        """Everything shown so far, without colours."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._shown).replace("\r\n", "\n")

    async def sees(self, pattern: str) -> re.Match[str]:
        """Wait for this on the screen, behind what was seen before."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := re.compile(pattern).search(self.screen, self._read)):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{pattern!r} was not shown:\n{self.screen}") from None
        self._read = found.end()
        return found

    def types(self, line: str) -> None:
        """Type a line, and Enter."""
        os.write(self._master, f"{line}\n".encode())

    def interrupts(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def ends_input(self) -> None:
        """Press Ctrl-D at the beginning of a line."""
        os.write(self._master, b"\x04")

    async def ends(self) -> int:
        """Wait for the command to end; return its exit code."""
        async with asyncio.timeout(PATIENCE):
            code = await self._process.wait()
        self._take()
        return code

    def _take(self) -> None:
        try:
            os.set_blocking(self._master, False)
            self._shown += os.read(self._master, 65536).decode("utf-8", "replace")
        except BlockingIOError:
            return
        except OSError:  # the other side is closed
            asyncio.get_running_loop().remove_reader(self._master)
        self._news.set()
