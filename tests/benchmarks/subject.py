"""The servers whose rates are compared; all of them run, and take turns."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import postgres
from tests.benchmarks.delay import Delay
from tests.benchmarks.process import a_server, commits_to
from tests.daemon import Daemon
from tests.postgres import OwnServer, a_database, fetch

FLOOR: Final = "floor"
ENGINES: Final = ("sqlite", "postgres")

_SETTINGS: Final = {"shared_buffers": "128MB"}  # PostgreSQL's default; tests want less
# The next number of a transaction; only those that write take one.
_NUMBER: Final = "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A server that is measured.

    `commits` tells how many transactions it wrote so far, `syncs` how many syncs were delayed;
    the first number wraps at 2**32. `version` is that of a database that is a server of its own.
    """

    server: Daemon
    commits: Callable[[], int] | None = None
    syncs: Callable[[], int] | None = None
    version: str | None = None


@asynccontextmanager
async def subjects(directory: Path, *, delayed: bool) -> AsyncIterator[dict[str, Subject]]:
    """Start the floor, and the daemon on each engine, by name; with delays also once more each."""
    async with AsyncExitStack() as stack:
        floor = await stack.enter_async_context(a_server(directory / FLOOR, floor=True))
        found = {FLOOR: Subject(server=floor)}
        for slow in (False, True) if delayed else (False,):
            for engine, start in zip(ENGINES, (_on_sqlite, _on_postgres), strict=True):
                name = named(engine, delayed=slow)
                place = directory / name
                place.mkdir()
                delay = Delay(place) if slow else None
                found[name] = await stack.enter_async_context(start(place, delay))
        yield found


def named(engine: str, *, delayed: bool) -> str:
    """Return the name of the subject on this engine."""
    return f"{engine}-delayed" if delayed else engine


@asynccontextmanager
async def _on_sqlite(directory: Path, delay: Delay | None) -> AsyncIterator[Subject]:
    before = () if delay is None else delay.words
    async with a_server(directory / "daemon", before=before) as server:
        yield Subject(
            server=server,
            commits=lambda: commits_to(server.database),
            syncs=None if delay is None else delay.count,
        )


@asynccontextmanager
async def _on_postgres(directory: Path, delay: Delay | None) -> AsyncIterator[Subject]:
    with _a_postgres(directory / "server", delay) as database, a_database(database) as url:
        async with a_server(
            directory / "daemon", DATABASE_URL=url, SECRET_KEY_FILE="secret.key"
        ) as server:
            yield Subject(
                server=server,
                commits=lambda: int(postgres.run(fetch(url, _NUMBER))[0][0]),
                syncs=None if delay is None else delay.count,
                version=str(postgres.run(fetch(url, "SHOW server_version"))[0][0]),
            )


@contextmanager
def _a_postgres(directory: Path, delay: Delay | None) -> Iterator[OwnServer]:
    """Start a PostgreSQL whose data lie here, on the disk that is measured."""
    directory.mkdir()
    server = OwnServer(directory, **_SETTINGS)
    server.make()
    try:
        server.start(*(() if delay is None else delay.words))
        yield server
    finally:
        server.stop()
