"""Reads go together, each with its own answer, over what is durable."""

import asyncio

import pytest

from bot.core.errors import NotFound
from tests.builders import an_approval
from tests.store.kit import a_record, start, unit


def finding(approval):
    return lambda tx: tx.approvals.get(approval.id)


async def test_reads_that_come_while_others_are_read_share_the_next_hop(store, engine):
    approval = an_approval()
    await store.write(unit(lambda tx: tx.approvals.add(approval)))
    engine.hold()

    async with asyncio.TaskGroup() as tasks:
        started = await start(tasks, store.read(finding(approval)))
        await engine.arrived.wait()
        started += await start(tasks, *(store.read(finding(approval)) for _ in range(50)))
        engine.is_open.set()

    assert [task.result() for task in started] == [approval] * 51
    assert engine.reads == 2


async def test_a_read_sees_what_was_written_before_it(store):
    for _ in range(20):
        approval = an_approval()
        await store.write(unit(lambda tx, approval=approval: tx.approvals.add(approval)))
        assert await store.read(finding(approval)) == approval


async def test_what_one_read_raises_is_its_own(store, engine):
    approval = an_approval()
    await store.write(unit(lambda tx: tx.approvals.add(approval)))

    def not_found(tx):
        yield from tx.approvals.get("appr_none")
        raise NotFound("no such approval")

    def broken(tx):
        yield from tx.approvals.get("appr_none")
        raise RuntimeError("a bug")

    engine.hold()
    async with asyncio.TaskGroup() as tasks:
        queries = (finding(approval), not_found, broken, finding(approval))
        reads = await start(tasks, *(store.read(query) for query in queries))
        engine.is_open.set()
        answers = await asyncio.gather(*reads)

    assert engine.reads == 1
    assert answers[0] == answers[3] == approval
    assert isinstance(answers[1], NotFound)
    assert isinstance(answers[2], RuntimeError)


async def test_a_read_that_the_engine_refuses_falls_alone(store, engine):
    approval = an_approval()
    await store.write(unit(lambda tx: tx.approvals.add(approval)))
    engine.hold()

    async with asyncio.TaskGroup() as tasks:
        queries = (
            finding(approval),
            lambda tx: tx.approvals.get("\ud800"),
            finding(approval),
        )
        reads = await start(tasks, *(store.read(query) for query in queries))
        engine.is_open.set()
        answers = await asyncio.gather(*reads)

    assert answers[0] == answers[2] == approval
    assert isinstance(answers[1], Exception)


async def test_a_read_may_not_write(store):
    approval = an_approval()

    with pytest.raises(RuntimeError, match="only reads"):
        await store.read(lambda tx: tx.approvals.add(approval))

    assert await store.read(finding(approval)) is None


async def test_all_statements_of_a_read_see_one_snapshot(store):
    approval = an_approval()
    seen = []

    def twice(tx):
        seen.append((yield from tx.approvals.get(approval.id)))
        loop.call_soon_threadsafe(between.set)
        asyncio.run_coroutine_threadsafe(written.wait(), loop).result()
        seen.append((yield from tx.approvals.get(approval.id)))

    loop = asyncio.get_running_loop()
    between, written = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.read(twice))
        await between.wait()
        await store.write(unit(lambda tx: tx.approvals.add(approval), audit=(a_record("asked"),)))
        written.set()

    assert seen == [None, None]
    assert await store.read(finding(approval)) == approval
