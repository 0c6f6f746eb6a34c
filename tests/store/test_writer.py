"""Many requests, one transaction, one sync; a bad one falls alone."""

import asyncio
import threading

import pytest

from bot.core.approval import decided
from bot.core.audit import verify
from bot.core.errors import Busy, InvalidAsk, KeyReused
from bot.gate.events import Owed
from bot.gate.steps import Done
from bot.store import open_store
from bot.store.engine import Conflict, StoreFull, StoreLost
from bot.store.line import MOST_AT_ONCE
from tests.builders import NOW, a_decision, an_approval
from tests.store.kit import a_record, adding, all_entries, start, watched_store


def an_ended():
    """An approval of which a second row is refused: only pending ones share their codes."""
    return decided(an_approval(), a_decision())


async def is_kept(store, approval):
    return await store.read(lambda tx: tx.approvals.get(approval.id)) is not None


async def behind_a_held_commit(store, engine, tasks, *units):
    """Queue the units while another commit is under way, so that they make one batch."""
    engine.hold()
    first = await start(tasks, store.write(adding(an_approval())))
    await engine.arrived.wait()
    started = await start(tasks, *(store.write(each) for each in units))
    engine.writes = 0
    engine.is_open.set()
    await asyncio.gather(*first)
    return await asyncio.gather(*started)


async def test_what_queues_during_a_commit_goes_into_the_next_one_together(store, engine):
    approvals = [an_approval() for _ in range(100)]

    async with asyncio.TaskGroup() as tasks:
        await behind_a_held_commit(store, engine, tasks, *(adding(each) for each in approvals))

    assert engine.writes == 1
    assert [await is_kept(store, each) for each in approvals] == [True] * 100


async def test_a_batch_is_no_longer_than_it_may_be(store, engine):
    units = [adding(an_approval()) for _ in range(2 * MOST_AT_ONCE + 1)]

    async with asyncio.TaskGroup() as tasks:
        await behind_a_held_commit(store, engine, tasks, *units)

    assert engine.writes == 3


async def test_a_lone_caller_is_served_at_once(store, engine):
    for _ in range(5):
        await store.write(adding(an_approval()))

    assert engine.writes == 5


async def test_a_refusal_before_any_write_costs_no_other_commit(store, engine):
    good = [an_approval(), an_approval()]
    taken = an_approval()
    await store.write(adding(taken))

    def refuses(tx):
        yield from tx.approvals.get(taken.id)
        raise KeyReused("used before")

    async with asyncio.TaskGroup() as tasks:
        answers = await behind_a_held_commit(
            store, engine, tasks, adding(good[0]), refuses, adding(good[1])
        )

    assert engine.writes == 1
    assert isinstance(answers[1], KeyReused)
    assert [await is_kept(store, each) for each in good] == [True, True]


@pytest.mark.parametrize("error", [KeyReused("too late"), RuntimeError("a bug")])
async def test_what_a_unit_wrote_before_it_fell_is_undone_alone(store, engine, error):
    bad, before, after = an_approval(), an_approval(), an_approval()
    runs = 0

    def falls(tx):
        nonlocal runs
        runs += 1
        yield from tx.approvals.add(bad)
        raise error

    async with asyncio.TaskGroup() as tasks:
        answers = await behind_a_held_commit(
            store,
            engine,
            tasks,
            adding(before, audit=(a_record("one"),)),
            falls,
            adding(after, audit=(a_record("two"),)),
        )

    assert answers == [None, error, None]
    assert [await is_kept(store, each) for each in (before, bad, after)] == [True, False, True]
    assert runs == 2
    entries = await store.read(all_entries)
    assert [entry.record.kind for entry in entries] == ["one", "two"]


async def test_a_row_that_is_there_already_falls_alone(store, engine):
    first, other = an_ended(), an_approval()

    async with asyncio.TaskGroup() as tasks:
        answers = await behind_a_held_commit(
            store, engine, tasks, adding(first), adding(first), adding(other)
        )

    assert answers[0] is None
    assert isinstance(answers[1], Conflict)
    assert answers[2] is None
    assert await is_kept(store, other)


async def test_several_bad_ones_fall_each_alone(store, engine):
    good = [an_ended() for _ in range(20)]
    units = []
    for n, each in enumerate(good):
        units.append(adding(each))
        if n % 5 == 0:
            units.append(adding(each))

    async with asyncio.TaskGroup() as tasks:
        answers = await behind_a_held_commit(store, engine, tasks, *units)

    assert sum(isinstance(answer, Conflict) for answer in answers) == 4
    assert [await is_kept(store, each) for each in good] == [True] * 20


async def test_a_batch_that_fails_as_a_whole_is_run_again_one_by_one(store, engine):
    approvals = [an_approval() for _ in range(3)]
    engine.faults.append(StoreFull("no room for all of it"))
    engine.hold()

    async with asyncio.TaskGroup() as tasks:
        started = await start(tasks, *(store.write(adding(each)) for each in approvals))
        engine.is_open.set()

    assert [task.result() for task in started] == [None] * 3
    assert engine.writes == 4


async def test_a_database_that_is_gone_refuses_all_at_once(store, engine):
    engine.faults.append(StoreLost("gone"))
    engine.hold()

    async with asyncio.TaskGroup() as tasks:
        started = await start(tasks, *(store.write(adding(an_approval())) for _ in range(3)))
        engine.is_open.set()

    assert [type(task.result()) for task in started] == [StoreLost] * 3
    assert engine.writes == 1


async def test_a_unit_that_forgets_its_done_falls_alone(store, engine):
    other = an_approval()

    async with asyncio.TaskGroup() as tasks:
        answers = await behind_a_held_commit(
            store, engine, tasks, lambda tx: tx.approvals.get("appr_none"), adding(other)
        )

    assert isinstance(answers[0], AttributeError)
    assert await is_kept(store, other)


async def test_an_audit_record_that_has_no_hash_falls_with_its_unit(store, engine):
    bad, good = an_approval(), an_approval()
    half = a_record("half", facts={"text": "\ud800"})

    async with asyncio.TaskGroup() as tasks:
        answers = await behind_a_held_commit(
            store,
            engine,
            tasks,
            adding(bad, audit=(a_record("whole"), half)),
            adding(good, audit=(a_record("good"),)),
        )

    assert isinstance(answers[0], InvalidAsk)
    assert not await is_kept(store, bad)
    entries = await store.read(all_entries)
    assert [entry.record.kind for entry in entries] == ["good"]
    assert verify(entries) is None


async def test_the_unit_of_a_caller_who_went_away_is_kept(store, engine):
    left, stayed = an_approval(), an_approval()
    engine.hold()

    async with asyncio.TaskGroup() as tasks:
        gone, still_there = await start(
            tasks, store.write(adding(left)), store.write(adding(stayed))
        )
        await engine.arrived.wait()
        gone.cancel()
        engine.is_open.set()
        await still_there

    assert gone.cancelled()
    assert await is_kept(store, left)
    assert await is_kept(store, stayed)


async def test_listeners_hear_before_callers_go_on_and_only_of_what_is_kept(store, engine):
    heard = []
    store.on_committed(lambda events: heard.append(("events", *events)))
    bad = an_ended()
    await store.write(adding(bad))

    async def write(name, event, approval):
        try:
            await store.write(adding(approval, events=(event,)))
        finally:
            heard.append(name)

    one, two, three = Owed(due_at=NOW), Owed(due_at=NOW.replace(hour=13)), Owed(due_at=NOW)
    engine.hold()
    async with asyncio.TaskGroup() as tasks:
        await start(
            tasks,
            write("one", one, an_approval()),
            write("two", two, an_approval()),
        )
        await engine.arrived.wait()
        engine.is_open.set()
    with pytest.raises(Conflict):
        await write("three", three, bad)

    assert heard == [("events", one, two), "one", "two", "three"]


async def test_a_listener_that_fails_harms_nobody(store, caplog):
    heard = []

    def broken(events):
        raise RuntimeError("a bug in a listener")

    store.on_committed(broken)
    store.on_committed(heard.extend)
    event = Owed(due_at=NOW)

    await store.write(adding(an_approval(), events=(event,)))
    await store.write(adding(an_approval(), events=(event,)))

    assert heard == [event, event]
    assert "a listener failed" in caplog.text


async def test_the_audit_chain_is_whole_in_the_order_of_the_units(store, engine):
    async with asyncio.TaskGroup() as tasks:
        await behind_a_held_commit(
            store,
            engine,
            tasks,
            *(
                adding(an_approval(), audit=(a_record(f"{n} a"), a_record(f"{n} b")))
                for n in range(50)
            ),
        )
    await store.write(adding(an_approval(), audit=(a_record("last"),)))

    entries = await store.read(all_entries)
    expected = [f"{n} {letter}" for n in range(50) for letter in "ab"]
    assert [entry.record.kind for entry in entries] == [*expected, "last"]
    assert verify(entries) is None


async def test_units_run_off_the_loops_thread(store):
    def where(tx):
        yield from tx.approvals.next_deadline()
        return Done(value=threading.get_ident())

    assert await store.write(where) != threading.get_ident()


async def test_a_full_queue_is_busy_at_once(database_url):
    async with (
        watched_store(database_url, room=3) as (store, engine),
        asyncio.TaskGroup() as tasks,
    ):
        engine.hold()
        await start(tasks, store.write(adding(an_approval())))
        await engine.arrived.wait()
        await start(tasks, *(store.write(adding(an_approval())) for _ in range(3)))

        with pytest.raises(Busy):
            await store.write(adding(an_approval()))

        engine.is_open.set()


async def test_closing_finishes_what_is_queued_and_takes_no_more(store, engine):
    engine.hold()

    async with asyncio.TaskGroup() as tasks:
        writing = await start(tasks, *(store.write(adding(an_approval())) for _ in range(10)))
        reading = await start(tasks, store.read(lambda tx: tx.audit.has("none", "asked")))
        (closing,) = await start(tasks, store.close())
        with pytest.raises(Busy):
            await store.write(adding(an_approval()))
        with pytest.raises(Busy):
            await store.read(lambda tx: tx.approvals.next_deadline())
        engine.is_open.set()
        await closing

    assert [task.result() for task in writing] == [None] * 10
    assert [task.result() for task in reading] == [False]


async def test_a_loop_that_breaks_leaves_nobody_waiting_and_stops_the_daemon(database_url):
    class Broken(BaseException):
        pass

    async def use():
        async with watched_store(database_url) as (store, engine):
            engine.faults.append(Broken())
            engine.hold()
            async with asyncio.TaskGroup() as tasks:
                started = await start(
                    tasks, *(store.write(adding(an_approval())) for _ in range(3))
                )
                await engine.arrived.wait()
                started += await start(tasks, store.write(adding(an_approval())))
                engine.is_open.set()
                answers.extend(await asyncio.gather(*started))

    answers = []
    with pytest.raises(BaseExceptionGroup) as raised:
        await use()

    assert raised.group_contains(Broken)
    assert [type(answer) for answer in answers] == [Busy] * 4


async def test_a_store_that_never_ran_turns_its_callers_away(database_url):
    async with open_store(database_url) as store, asyncio.TaskGroup() as tasks:
        (early,) = await start(tasks, store.write(adding(an_approval())))
        await store.close()

        assert isinstance(await early, Busy)
        with pytest.raises(Busy):
            await store.write(adding(an_approval()))


async def test_a_cancelled_run_still_tells_what_was_committed(database_url):
    begun, queued = an_approval(), an_approval()
    async with open_store(database_url) as store, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(store.run())
        inside, go_on = threading.Event(), threading.Event()

        def waits(tx):
            yield from tx.approvals.add(begun)
            inside.set()
            go_on.wait()
            return Done(value="kept")

        (first,) = await start(tasks, store.write(waits))
        await asyncio.to_thread(inside.wait)
        (second,) = await start(tasks, store.write(adding(queued)))
        running.cancel()
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.sleep(0)
        go_on.set()

        assert await first == "kept"
        assert isinstance(await second, Busy)
        with pytest.raises(asyncio.CancelledError):
            await running
    async with watched_store(database_url) as (store, _):
        assert await is_kept(store, begun)
        assert not await is_kept(store, queued)
