"""The daemon as a process of its own: started, killed, stopped, and started again."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeAlias, TypeVar

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0

_URL = re.compile(r"^ok2run listens on (\S+)$", re.MULTILINE)
_AGENT_KEY = re.compile(r"^Agent key, shown only now: +(\S+)$", re.MULTILINE)
_QUEUE_LINK = re.compile(r"^Queue page, for ten minutes: (\S+)$", re.MULTILINE)
_SHOWN = 6000

T = TypeVar("T")


class Process(Protocol):
    """A process that somebody started and reaps."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...


class Launch(Protocol):
    """A way to start a daemon; its standard output and error go to the two files."""

    def __call__(
        self, environment: Mapping[str, str], directory: Path, *, out: Path, err: Path
    ) -> Awaitable[Process]: ...


Look: TypeAlias = Callable[[], T | None]


async def until(look: Look[T], *, within: float = PATIENCE, wanted: str = "it") -> T:
    """Return what `look` finds; it is asked again and again, since nobody tells when it is so."""
    try:
        async with asyncio.timeout(within):
            while not (found := look()):
                await asyncio.sleep(0.005)
            return found
    except TimeoutError:
        raise AssertionError(f"waited {within:.0f} s in vain for {wanted}") from None


def command(*words: str) -> Launch:
    """Return a launch that runs these words, then an interpreter with `-m bot`."""
    return program(*words, sys.executable, "-m", "bot")


def program(*words: str) -> Launch:
    """Return a launch that runs just these words."""

    async def launch(
        environment: Mapping[str, str], directory: Path, *, out: Path, err: Path
    ) -> Process:
        with out.open("wb") as out_file, err.open("wb") as err_file:
            return await asyncio.create_subprocess_exec(
                *words,
                env=dict(environment),
                cwd=directory,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
            )

    return launch


class Daemon:
    """A daemon in a directory of its own; `settings` are its environment variables.

    It keeps everything in a file there, unless `database_url` names another place.

    As a context manager it is started at the beginning and killed at the end; where the block
    failed, what it said last is printed.
    """

    def __init__(
        self,
        directory: Path,
        *,
        launch: Launch | None = None,
        database_url: str | None = None,
        **settings: str,
    ) -> None:
        self.directory = directory
        self.settings = {"HOST": "127.0.0.1", "PORT": "0", "LOG_FORMAT": "json", **settings}
        self.database_url = database_url or str(self.database)
        if database_url is not None:
            self.settings["DATABASE_URL"] = database_url
            self.settings["SECRET_KEY_FILE"] = str(directory / "data" / "secret.key")
        self.starts = 0
        self._launch = launch or command()
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        try:
            return await self.start()
        except BaseException:
            await self._leave(failed=True)
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._leave(failed=error is not None)

    async def start(
        self, *, wait: bool = True, launch: Launch | None = None, **changes: str
    ) -> Self:
        """Start it, with some settings changed from now on; return once it listens, or at once."""
        assert not self.is_running, "it runs already"
        self.settings.update(changes)
        self.starts += 1
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'web' / 'client'}",
            **self.settings,
        }
        out, err = self._file("out"), self._file("err")
        start = launch or self._launch
        self._process = await start(environment, self.directory, out=out, err=err)
        if wait:
            await self.ready()
        return self

    async def ready(self) -> None:
        """Return once it says that it listens."""
        await until(
            lambda: _URL.search(self.output) or not self.is_running, wanted="the daemon's port"
        )
        assert _URL.search(self.output), f"it ended with {self.returncode}: {self.errors}"

    async def kill(self) -> None:
        """End it with no warning, where it has not ended already."""
        if self._process is not None and self.is_running:
            os.kill(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    async def terminate(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.signal(signal.SIGTERM)
        return await self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    async def wait(self, *, within: float = PATIENCE) -> int:
        """Return its exit code once it has ended."""
        assert self._process is not None, "it was not started"
        async with asyncio.timeout(within):
            return await self._process.wait()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def returncode(self) -> int | None:
        return None if self._process is None else self._process.returncode

    @property
    def pid(self) -> int:
        assert self._process is not None, "it was not started"
        assert self._process.returncode is None, "it has ended"
        return self._process.pid

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return self._said(_URL)

    @property
    def agent_key(self) -> str:
        """The agent key of its settings, or the one that its first start made."""
        return self.settings.get("APPROVAL_API_KEY") or self._said(_AGENT_KEY, first=True)

    @property
    def queue_link(self) -> str:
        """The one-time link to the queue page that this start printed."""
        return self._said(_QUEUE_LINK)

    @property
    def database(self) -> Path:
        """The file of the database, where it is one."""
        return self.directory / "data" / "ok2run.db"

    @property
    def output(self) -> str:
        """What this start wrote to standard output so far."""
        return _text(self._file("out"))

    @property
    def errors(self) -> str:
        """What this start wrote to standard error so far."""
        return _text(self._file("err"))

    @property
    def all_errors(self) -> str:
        """What every start wrote to standard error, in order."""
        return "".join(_text(self._file("err", start)) for start in range(1, self.starts + 1))

    def _file(self, kind: str, start: int | None = None) -> Path:
        return self.directory / f"daemon-{self.starts if start is None else start}.{kind}"

    def _said(self, pattern: re.Pattern[str], *, first: bool = False) -> str:
        found = pattern.search(_text(self._file("out", 1)) if first else self.output)
        assert found is not None, f"it did not say {pattern.pattern!r}: {self.output}"
        return found[1]

    async def _leave(self, *, failed: bool) -> None:
        if failed:
            state = "runs" if self.is_running else f"ended with {self.returncode}"
            print(f"--- the daemon {state}; start {self.starts}")
            print(self.output, self.errors[-_SHOWN:], sep="\n--- standard error\n")
        await self.kill()


def _text(file: Path) -> str:
    return file.read_text("utf-8", "replace") if file.exists() else ""
