"""What only PostgreSQL does: sessions that end, commits without an answer, the daemon's lock."""

import asyncio
import threading
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import asyncpg
import pytest

from bot.core.audit import verify
from bot.core.errors import Busy, OutcomeUnknown
from bot.gate.steps import Done
from bot.store import open_store
from bot.store.engine import StoreTaken, StoreUnsure
from tests.builders import an_approval
from tests.postgres import a_database, a_server, execute, fetch
from tests.store.kit import a_record, adding, all_entries, attempt, start
from tests.store.proxy import a_proxy

SHORT = timedelta(milliseconds=300)


@asynccontextmanager
async def a_store(url, **more):
    """A running store; however it ends is for the test to see."""
    async with open_store(url, **more) as store, asyncio.TaskGroup() as tasks:
        tasks.create_task(store.run())
        yield store
        await store.close()


@asynccontextmanager
async def a_store_that_ends(url, **more):
    """A store, and the task of its `run`, which the test expects to raise."""
    async with open_store(url, **more) as store, asyncio.TaskGroup() as tasks:
        yield store, tasks.create_task(attempt(store.run()))


async def is_kept(store, approval):
    return await store.read(lambda tx: tx.approvals.get(approval.id)) == approval


async def end_session(url, *names):
    """End the sessions of these names, as an operator or a failover does."""
    ended = await fetch(
        url,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE application_name = ANY($1) AND datname = current_database()",
        [f"ok2run {name}" for name in names],
    )
    assert len(ended) == len(names)


def leaves_of(error):
    """Return the faults that a group of them holds, of each kind the first."""
    if not isinstance(error, BaseExceptionGroup):
        return {type(error): error}
    found = {}
    for each in error.exceptions:
        found = leaves_of(each) | found
    return found


OPEN = """
SELECT 1 FROM pg_stat_activity WHERE application_name = 'ok2run writer'
AND state = 'idle in transaction' AND datname = current_database()
"""


class Gate:
    """A unit that stops between two statements until it is let on, the first time it is run."""

    def __init__(self, approval):
        self.approval = approval
        self.runs = 0
        self._arrived = threading.Event()
        self._open = threading.Event()

    def __call__(self, tx):
        self.runs += 1
        run = self.runs
        yield from tx.approvals.add(self.approval)
        if run == 1:
            self._arrived.set()
            assert self._open.wait(30)
        found = yield from tx.approvals.get(self.approval.id)
        return Done(value=(run, found), audit=(a_record("kept", approval_id=self.approval.id),))

    async def arrived(self):
        assert await asyncio.to_thread(self._arrived.wait, 30)

    def let_on(self):
        self._open.set()


async def test_a_writer_that_was_ended_while_idle_is_replaced(postgres_url):
    before, after = an_approval(), an_approval()
    async with a_store(postgres_url) as store:
        await store.write(adding(before))

        await end_session(postgres_url, "writer")
        await store.write(adding(after))

        assert [await is_kept(store, each) for each in (before, after)] == [True, True]


async def test_a_reader_that_was_ended_while_idle_is_replaced(postgres_url):
    approval = an_approval()
    async with a_store(postgres_url) as store:
        await store.write(adding(approval))
        assert await is_kept(store, approval)

        await end_session(postgres_url, "reader")

        assert await is_kept(store, approval)


async def test_a_batch_whose_session_was_ended_is_run_again_and_kept_once(postgres_url):
    gate, other = Gate(an_approval()), an_approval()
    async with a_store(postgres_url) as store, asyncio.TaskGroup() as tasks:
        started = await start(tasks, store.write(gate), store.write(adding(other)))
        await gate.arrived()

        await end_session(postgres_url, "writer")
        gate.let_on()
        answers = await asyncio.gather(*started)

        assert answers == [(2, gate.approval), None]
        assert await is_kept(store, other)
        entries = await store.read(all_entries)
        assert [entry.record.kind for entry in entries] == ["kept"]
        assert verify(entries) is None


async def test_a_batch_that_the_server_was_tired_of_is_run_again_and_kept_once(postgres_url):
    name = urlsplit(postgres_url).path.strip("/")
    await execute(
        postgres_url, f"ALTER DATABASE {name} SET idle_in_transaction_session_timeout = '100ms'"
    )
    gate = Gate(an_approval())
    async with a_store(postgres_url) as store, asyncio.TaskGroup() as tasks:
        (writing,) = await start(tasks, store.write(gate))
        await gate.arrived()
        async with asyncio.timeout(20):
            while await fetch(postgres_url, OPEN):
                await asyncio.sleep(0.01)

        gate.let_on()

        assert await writing == (2, gate.approval)
        assert await is_kept(store, gate.approval)


@pytest.mark.parametrize(("cut", "runs"), [("after", 1), ("before", 2)])
async def test_a_commit_without_an_answer_is_looked_up_and_kept_once(postgres_url, cut, runs):
    approval, ran = an_approval(), []

    def work(tx):
        ran.append(approval.id)
        yield from tx.approvals.add(approval)
        found = yield from tx.approvals.get(approval.id)
        return Done(value=(len(ran), found), audit=(a_record("kept"),))

    async with a_proxy(postgres_url) as proxy, a_store(proxy.url) as store:
        proxy.cut = cut

        answer = await store.write(work)

        assert proxy.cuts == 1
        assert answer == (runs, approval)
        assert await is_kept(store, approval)
        entries = await store.read(all_entries)
        assert [entry.record.kind for entry in entries] == ["kept"]


@pytest.mark.parametrize("cut", ["after", "before"])
async def test_a_commit_that_cannot_be_looked_up_ends_the_process(postgres_url, cut):
    approval = an_approval()
    async with a_proxy(postgres_url) as proxy:
        shared = {"exclusive": False, "busy_timeout": SHORT}
        async with a_store_that_ends(proxy.url, **shared) as (store, running):
            await store.write(adding(an_approval()))
            proxy.cut, proxy.after_the_cut = cut, proxy.down

            answer = await attempt(store.write(adding(approval)))

            assert isinstance(answer, OutcomeUnknown)
            assert set(leaves_of(await running)) == {StoreUnsure}
            assert isinstance(await attempt(store.write(adding(an_approval()))), Busy)

    async with a_store(postgres_url) as store:
        assert await is_kept(store, approval) == (cut == "after")


async def test_a_commit_is_not_looked_up_on_a_server_that_has_crashed_since():
    """The number of a transaction that left no trace goes to another, which is committed."""
    approval = an_approval()
    # What is not committed is written late here, so that the crash forgets it.
    with a_server(wal_writer_delay="10s") as server, a_database(server) as url:
        async with (
            a_proxy(url) as proxy,
            a_store_that_ends(proxy.url, busy_timeout=timedelta(seconds=30)) as (store, running),
            asyncio.TaskGroup() as tasks,
        ):
            await store.write(adding(an_approval()))
            proxy.cut, proxy.is_silent = "before", True
            proxy.after_the_cut = proxy.let_nobody_in

            (writing,) = await start(tasks, store.write(adding(approval)))
            async with asyncio.timeout(20):
                while not proxy.cuts:
                    await asyncio.sleep(0.001)
            server.kill()
            await asyncio.to_thread(server.start)
            await execute(url, *["SELECT pg_current_xact_id()"] * 20)
            await proxy.up()

            assert isinstance(await writing, OutcomeUnknown)
            assert set(leaves_of(await running)) == {StoreTaken}
        async with a_store(url) as store:
            assert not await is_kept(store, approval)


async def test_a_server_that_is_away_too_long_is_busy_and_nothing_is_kept(postgres_url, caplog):
    during, after = an_approval(), an_approval()
    async with (
        a_proxy(postgres_url) as proxy,
        a_store(proxy.url, exclusive=False, busy_timeout=SHORT) as store,
    ):
        await store.write(adding(an_approval()))
        proxy.down()

        with pytest.raises(Busy) as raised:
            await store.write(adding(during))

        assert not isinstance(raised.value, OutcomeUnknown)
        assert "were not kept" in caplog.text
        await proxy.up()
        await store.write(adding(after))
        assert [await is_kept(store, each) for each in (during, after)] == [False, True]


async def test_a_server_that_comes_back_in_time_is_waited_for(postgres_url):
    approval = an_approval()
    async with (
        a_proxy(postgres_url) as proxy,
        a_store(proxy.url, exclusive=False, busy_timeout=timedelta(seconds=30)) as store,
        asyncio.TaskGroup() as tasks,
    ):
        proxy.down()

        (writing,) = await start(tasks, store.write(adding(approval)))
        await asyncio.sleep(0.2)
        assert not writing.done()
        await proxy.up()

        assert await writing is None
        assert await is_kept(store, approval)


async def test_a_lost_lock_ends_the_process_and_what_it_was_about_to_keep(postgres_url):
    held, queued, late = Gate(an_approval()), an_approval(), an_approval()
    async with a_store_that_ends(postgres_url) as (store, running), asyncio.TaskGroup() as tasks:
        (writing,) = await start(tasks, store.write(held))
        await held.arrived()
        (waiting,) = await start(tasks, store.write(adding(queued)))
        await end_session(postgres_url, "owner", "writer")

        async with a_store(postgres_url) as successor:
            mine = an_approval()
            await successor.write(adding(mine))
            held.let_on()

            assert isinstance(await writing, OutcomeUnknown)
            assert isinstance(await waiting, Busy)
            assert set(leaves_of(await running)) == {StoreTaken}
            assert isinstance(await attempt(store.write(adding(late))), Busy)
            gone = (held.approval, queued, late)
            assert [await is_kept(successor, each) for each in gone] == [False] * 3
            assert await is_kept(successor, mine)


async def test_a_lost_lock_ends_a_process_that_waits_for_the_server(postgres_url):
    approval = an_approval()
    async with a_store_that_ends(postgres_url) as (store, running):
        other = await asyncpg.connect(postgres_url)
        await other.execute("BEGIN; LOCK TABLE approvals")
        async with asyncio.TaskGroup() as tasks:
            (writing,) = await start(tasks, store.write(adding(approval)))
            async with asyncio.timeout(20):
                while not await fetch(postgres_url, "SELECT 1 FROM pg_locks WHERE NOT granted"):
                    await asyncio.sleep(0.01)
            await end_session(postgres_url, "owner")

            assert isinstance(await writing, OutcomeUnknown)
            assert set(leaves_of(await running)) == {StoreTaken}
        await other.close()

        async with a_store(postgres_url) as successor:
            assert not await is_kept(successor, approval)


async def test_an_idle_process_ends_when_its_lock_is_lost(postgres_url):
    async with a_store_that_ends(postgres_url) as (_, running):
        await end_session(postgres_url, "owner")

        faults = leaves_of(await running)

        assert set(faults) == {StoreTaken}
        assert "was lost with its connection" in faults[StoreTaken].sentence
        async with a_store(postgres_url):
            pass


async def test_an_epoch_that_is_over_keeps_nothing_more(postgres_url):
    before, after = an_approval(), an_approval()
    async with a_store_that_ends(postgres_url) as (store, running):
        await store.write(adding(before))
        await execute(postgres_url, "UPDATE audit_head SET epoch = epoch + 1")

        answer = await attempt(store.write(adding(after, audit=(a_record("kept"),))))

        assert isinstance(answer, OutcomeUnknown)
        assert set(leaves_of(await running)) == {StoreTaken}
    async with a_store(postgres_url) as store:
        assert [await is_kept(store, each) for each in (before, after)] == [True, False]
        assert await store.read(all_entries) == ()
