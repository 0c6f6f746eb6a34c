"""PostgreSQL: the daemon, its sessions and the server are killed again and again under load."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.daemon import until
from tests.faults.nemesis import KILL, Fault, Nemesis
from tests.faults.siege import besiege
from tests.postgres import OwnServer, a_database, a_server, fetch

# More than can have been under way when a session ended.
NEW_CREATES = 100

# A save under way when the lock went, and a read when the server did.
REFUSALS = (
    "The gate lost its database while it saved this",
    "The connection to the database was lost",
)

_END = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE application_name = $1 AND datname = current_database()
"""


@pytest.fixture
def server() -> Iterator[OwnServer]:
    """A server of the test's own, to be killed."""
    with a_server() as server:
        yield server


@pytest.fixture
def url(server: OwnServer) -> Iterator[str]:
    with a_database(server) as url:
        yield url


async def test_nothing_acknowledged_is_lost_in_20_faults(
    tmp_path: Path, server: OwnServer, url: str
) -> None:
    faults = faults_of(server, url, daemon=10, each_session=2, postmaster=4)

    await besiege(tmp_path, faults=faults, fresh=2, database_url=url, may_log=is_of_a_lost_store)


@pytest.mark.full
@pytest.mark.timeout(3600)
async def test_nothing_acknowledged_is_lost_in_200_faults(
    tmp_path: Path, server: OwnServer, url: str
) -> None:
    faults = faults_of(server, url, daemon=100, each_session=20, postmaster=40)

    await besiege(tmp_path, faults=faults, fresh=10, database_url=url, may_log=is_of_a_lost_store)


def faults_of(
    server: OwnServer, url: str, *, daemon: int, each_session: int, postmaster: int
) -> list[Fault]:
    """Return so many of each kind."""
    sessions = [
        Fault(
            name=f"{name} sessions ended",
            strike=partial(_end_session, url=url, name=f"ok2run {name}", ends=ends),
            ends=ends,
            early=False,
        )
        for name, ends in (("writer", False), ("reader", False), ("owner", True))
    ]
    server_kill = Fault(
        name="server kills", strike=partial(_kill_server, server=server), ends=True, early=True
    )
    return [KILL] * daemon + sessions * each_session + [server_kill] * postmaster


async def _end_session(nemesis: Nemesis, *, url: str, name: str, ends: bool) -> None:
    """End one of the daemon's sessions: it goes on with a new one, or ends where it must."""
    async with asyncio.timeout(20):  # a session may just be lost, and not yet opened again
        while not await fetch(url, _END, name):
            await asyncio.sleep(0.01)
    if ends:
        assert await nemesis.daemon.wait() == 1
    else:
        await _goes_on(nemesis)


async def _goes_on(nemesis: Nemesis) -> None:
    daemon, acknowledged = nemesis.daemon, nemesis.journal.acknowledged
    enough = acknowledged["creates"] + NEW_CREATES
    await until(
        lambda: acknowledged["creates"] >= enough or not daemon.is_running,
        wanted="new asks to be taken",
    )
    assert daemon.is_running, f"it ended with {daemon.returncode}: {daemon.errors[-2000:]}"


async def _kill_server(nemesis: Nemesis, *, server: OwnServer) -> None:
    """Kill it; it comes back after the daemon has ended, or meanwhile.

    A daemon that was still starting may not have noticed; that one gets no server before it ends.
    """
    was_ready = bool(nemesis.daemon.output)
    server.kill()
    if was_ready and nemesis.random.random() < 0.5:
        await asyncio.to_thread(server.start)
        assert await nemesis.daemon.wait() == 1
    else:
        assert await nemesis.daemon.wait() == 1
        await asyncio.to_thread(server.start)


def is_of_a_lost_store(entry: Mapping[str, Any]) -> bool:
    """Tell whether a daemon has to log this when its database goes."""
    told = entry["logger"], entry.get("event")
    if told == ("bot.store.batch", "store_busy"):
        return any(words in entry["message"] for words in REFUSALS)
    return told == ("bot.daemon", "store_over") and "The lock on the database" in entry["message"]
