"""What only SQLite does: the file, its lock, its faults and what they leave."""

import asyncio
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.audit import verify
from bot.core.errors import Busy, InvalidAsk, OutcomeUnknown
from bot.store import open_engine, open_store, sqlite_path
from bot.store.engine import StoreError, StoreFull, StoreUnsure
from bot.store.lock import FileLock
from bot.store.migrate import migrate, migrations
from bot.store.store import SqlStore
from tests.builders import an_action, an_approval
from tests.store.kit import a_record, adding, all_entries, start

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def a_store(path, busy_timeout=timedelta(seconds=5)):
    """A running store with the plain engine at hand."""
    engine = await open_engine(str(path), exclusive=True, busy_timeout=busy_timeout)
    store = SqlStore(engine)
    try:
        await migrate(engine, migrations())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(store.run())
            yield store, engine
            await store.close()
    finally:
        await store.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ok2run.db"


def a_big_approval():
    return an_approval(action=an_action(preview="x" * 300_000))


async def is_kept(store, approval):
    return await store.read(lambda tx: tx.approvals.get(approval.id)) == approval


async def pragma(link, name):
    return await link.hop(lambda connection: connection.execute(f"PRAGMA {name}").fetchone()[0])


def limit_pages(number):
    return lambda connection: connection.execute(f"PRAGMA max_page_count = {number}").fetchone()


async def test_every_commit_is_synced_and_keys_are_checked(path):
    async with a_store(path) as (_, engine):
        assert await pragma(engine._writing, "journal_mode") == "wal"
        assert await pragma(engine._writing, "synchronous") == 2
        assert await pragma(engine._writing, "foreign_keys") == 1
        assert await pragma(engine._writing, "busy_timeout") == 5000


async def test_the_reader_neither_writes_nor_checkpoints(path):
    async with a_store(path) as (_, engine):
        assert await pragma(engine._reading, "query_only") == 1
        assert await pragma(engine._reading, "wal_autocheckpoint") == 0
        with pytest.raises(StoreError):
            await engine._reading.hop(lambda c: c.execute("DELETE FROM approvals"))


async def test_a_new_file_and_its_folders_are_for_nobody_elses_eyes(tmp_path):
    path = tmp_path / "one" / "two" / "ok2run.db"

    async with open_store(f"sqlite:///{path}"):
        for each, mode in (
            (path, 0o600),
            (path.with_name("ok2run.db-wal"), 0o600),
            (path.with_name("ok2run.db.lock"), 0o600),
            (path.parent, 0o700),
            (path.parent.parent, 0o700),
        ):
            assert stat.S_IMODE(each.stat().st_mode) == mode


async def test_closing_leaves_the_database_in_its_one_file(path):
    approval = an_approval()
    async with a_store(path) as (store, _):
        await store.write(adding(approval))

    assert not path.with_name("ok2run.db-wal").exists()
    async with a_store(path) as (store, _):
        assert await is_kept(store, approval)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////srv/ok2run.db", "/srv/ok2run.db"),
        ("sqlite:///data/ok2run.db", f"{Path.cwd()}/data/ok2run.db"),
        ("/srv/a b?c#d.db", "/srv/a b?c#d.db"),
        ("data/ok2run.db", f"{Path.cwd()}/data/ok2run.db"),
    ],
)
def test_a_url_or_a_path_names_the_file(url, file):
    assert sqlite_path(url) == Path(file)


@pytest.mark.parametrize("url", ["", ":memory:", "sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_a_url_that_names_no_file_is_refused(url):
    with pytest.raises(StoreError, match="database"):
        sqlite_path(url)


async def test_a_name_with_signs_of_a_uri_is_a_name_like_others(tmp_path):
    path = tmp_path / "a b?mode=ro#x%41.db"

    async with a_store(path) as (store, _):
        approval = an_approval()
        await store.write(adding(approval))
        assert await is_kept(store, approval)

    assert path.exists()


async def test_a_second_daemon_is_refused_and_the_first_goes_on(path):
    async with a_store(path) as (store, _):
        for _ in range(3):
            with pytest.raises(StoreError, match="Another ok2run uses this database"):
                async with open_store(str(path)):
                    pass

        approval = an_approval()
        await store.write(adding(approval))
        assert await is_kept(store, approval)

    async with open_store(str(path)):
        pass


async def test_who_does_not_ask_for_the_lock_may_look_beside_a_daemon(path):
    approval = an_approval()
    async with a_store(path) as (store, _):
        await store.write(adding(approval))

        async with (
            open_store(str(path), exclusive=False) as beside,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(beside.run())
            assert await is_kept(beside, approval)
            await beside.close()


DAEMON = """
import asyncio, sys
from bot.store import open_store
from tests.builders import an_approval
from tests.store.kit import a_record, unit

async def main():
    async with open_store(sys.argv[1]) as store, asyncio.TaskGroup() as tasks:
        tasks.create_task(store.run())

        async def ask():
            while True:
                approval = an_approval()
                await store.write(
                    unit(
                        lambda tx, approval=approval: tx.approvals.add(approval),
                        audit=(a_record("asked", approval_id=approval.id),),
                    )
                )
                print(approval.id, flush=True)

        for _ in range(16):
            tasks.create_task(ask())

asyncio.run(main())
"""


def acknowledged_before_the_kill(path):
    """Start a daemon, let it work, see it hold its lock, kill it."""
    with subprocess.Popen(
        [sys.executable, "-c", DAEMON, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as daemon:
        try:
            ids = [daemon.stdout.readline().strip() for _ in range(200)]
            with pytest.raises(StoreError, match="Another ok2run"):
                FileLock(path)
        finally:
            daemon.kill()
        # The last line may be cut short by the kill.
        ids += [line.strip() for line in daemon.stdout if line.endswith("\n")]
    assert daemon.returncode == -signal.SIGKILL
    return ids


async def test_a_daemon_that_was_killed_leaves_what_it_acknowledged_and_no_lock(path):
    ids = await asyncio.to_thread(acknowledged_before_the_kill, path)

    async with a_store(path) as (store, _):
        for id in ids:
            assert await store.read(lambda tx, id=id: tx.approvals.get(id)) is not None
        assert verify(await store.read(all_entries)) is None


async def test_a_full_disk_is_busy_and_nothing_is_kept(path, caplog):
    async with a_store(path) as (store, engine):
        before = an_approval()
        await store.write(adding(before))
        pages = await pragma(engine._writing, "page_count")
        await engine._writing.hop(limit_pages(pages + 4))
        big = a_big_approval()

        with pytest.raises(Busy) as raised:
            await store.write(adding(big, audit=(a_record("asked"),)))

        assert isinstance(raised.value, StoreFull)
        assert "room" in raised.value.sentence
        assert "were not kept" in caplog.text
        assert not await is_kept(store, big)
        assert await is_kept(store, before)
        assert await store.read(all_entries) == ()

        await engine._writing.hop(limit_pages(pages + 4000))
        await store.write(adding(big))
        assert await is_kept(store, big)


async def test_on_a_full_disk_what_is_small_enough_is_still_kept(path):
    async with a_store(path) as (store, engine), asyncio.TaskGroup() as tasks:
        pages = await pragma(engine._writing, "page_count")
        await engine._writing.hop(limit_pages(pages + 20))
        approvals = [an_approval(), a_big_approval(), an_approval()]

        started = await start(tasks, *(store.write(adding(each)) for each in approvals))
        answers = await asyncio.gather(*started)

        assert [type(answer) for answer in answers] == [type(None), StoreFull, type(None)]
        assert [await is_kept(store, each) for each in approvals] == [True, False, True]


async def test_a_database_that_another_program_holds_is_busy_until_it_lets_go(path):
    async with (
        a_store(path, busy_timeout=timedelta(milliseconds=20)) as (store, _),
        asyncio.TaskGroup() as tasks,
    ):
        before, during = an_approval(), an_approval()
        await store.write(adding(before))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")

        writes = (store.write(adding(each)) for each in (during, an_approval(), an_approval()))
        answers = await asyncio.gather(*await start(tasks, *writes))

        assert all(isinstance(answer, Busy) for answer in answers)
        assert await is_kept(store, before)

        other.execute("ROLLBACK")
        other.close()
        await store.write(adding(during))
        assert await is_kept(store, during)


async def test_a_disk_that_fails_while_it_saves_ends_the_store_and_the_next_one_goes_on(path):
    before, during, after = an_approval(), a_big_approval(), an_approval()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def use():
        async with a_store(path) as (store, _):
            await store.write(adding(before, audit=(a_record("before"),)))
            size = path.with_name("ok2run.db-wal").stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, hard))
            try:
                with pytest.raises(OutcomeUnknown):
                    await store.write(adding(during, audit=(a_record("during"),)))
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            await asyncio.Event().wait()

    with pytest.raises(BaseExceptionGroup) as raised:
        await use()
    assert raised.group_contains(StoreUnsure)
    async with a_store(path) as (store, _):
        await store.write(adding(after, audit=(a_record("after"),)))
        kept = [await is_kept(store, each) for each in (before, during, after)]
        assert kept == [True, False, True]
        assert verify(await store.read(all_entries)) is None


async def test_a_file_that_is_no_database_is_refused_in_words(path):
    path.write_bytes(b"This is not a database, it is a letter to my bank." * 100)

    with pytest.raises(StoreError, match="damaged, or is no SQLite database"):
        async with open_store(str(path)):
            pass

    path.unlink()
    async with open_store(str(path)):
        pass


async def test_a_damaged_database_is_refused_before_anything_is_done(path):
    async with a_store(path) as (store, _):
        for _ in range(50):
            await store.write(adding(an_approval()))
    content = bytearray(path.read_bytes())
    for place in range(8192, len(content), 4096):
        content[place : place + 16] = b"\xff" * 16
    path.write_bytes(content)

    with pytest.raises(StoreError, match=r"can't be used.*damaged"):
        async with open_store(str(path)):
            pass


async def test_a_place_that_takes_no_file_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="can't be opened"):
        async with open_store(str(tmp_path / "file" / "ok2run.db")):
            pass
    with pytest.raises(StoreError, match="can't be opened"):
        async with open_store(str(tmp_path)):
            pass


async def test_half_a_character_is_refused_and_falls_alone(path):
    async with a_store(path) as (store, _), asyncio.TaskGroup() as tasks:
        good = an_approval()
        writes = (store.write(adding(each)) for each in (an_approval(agent="\ud800"), good))
        answers = await asyncio.gather(*await start(tasks, *writes))

        assert isinstance(answers[0], InvalidAsk)
        assert answers[1] is None
        assert await is_kept(store, good)


async def test_a_number_beyond_64_bits_is_refused(path):
    async with a_store(path) as (store, _):
        with pytest.raises(InvalidAsk, match="64 bits"):
            await store.write(adding(an_approval(revision=2**63)))


async def test_a_statement_that_is_wrong_is_a_fault_of_the_program_not_busy(path):
    async with a_store(path) as (_, engine):
        with pytest.raises(StoreError) as raised:
            await engine._writing.hop(lambda connection: connection.execute("SELEKT 1"))

        assert not isinstance(raised.value, Busy)
        assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
