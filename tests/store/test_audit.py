"""The chain in the database: whole after any number of writers, and what is changed is seen."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

from bot.core.audit import verify
from bot.core.errors import InvalidAsk
from bot.gate.steps import Done
from tests.builders import NOW, an_approval
from tests.store.kit import a_record, all_entries, attempt, start, unit, watched_store


def nothing(tx):
    yield from tx.approvals.next_deadline()


async def test_an_entry_comes_back_as_it_was_linked(store):
    record = a_record(
        "é",
        approval_id="appr_1",
        at=NOW + timedelta(milliseconds=1),
        facts={"deep": [1, 1.0, None, True, {"漢": "\u0000\u202e"}], "big": 2**53 - 1},
    )

    await store.write(unit(nothing, audit=(record,)))

    (entry,) = await store.read(all_entries)
    assert entry.record == record
    assert entry.seq == 1
    assert verify([entry]) is None


async def test_the_chain_is_whole_after_many_writers_some_of_whom_fall(database_url):
    chance = random.Random(1)

    async def writer(store, name):
        for n in range(20):
            records = tuple(a_record(f"{name} {n} {m}") for m in range(chance.randrange(3)))
            work = unit(nothing, audit=records)
            fault = chance.choice([None, None, RuntimeError, InvalidAsk])

            def falls(tx, work=work, fault=fault):
                yield from work(tx)
                yield from tx.approvals.add(an_approval())
                raise fault("after a write")

            answer = await attempt(store.write(falls if fault else work))
            if fault is None:
                assert answer is None
                kept.extend(record.kind for record in records)

    kept = []
    async with watched_store(database_url) as (store, _), asyncio.TaskGroup() as tasks:
        for n in range(20):
            tasks.create_task(writer(store, n))
    async with watched_store(database_url) as (store, _):
        await store.write(unit(nothing, audit=(a_record("after a restart"),)))
        entries = await store.read(all_entries)

    assert verify(entries) is None
    assert sorted(entry.record.kind for entry in entries) == sorted([*kept, "after a restart"])


async def test_entries_are_read_on_from_a_number(store):
    records = tuple(a_record(f"{n}") for n in range(5))
    await store.write(unit(nothing, audit=records))

    after = await store.read(lambda tx: tx.audit.after(2, limit=2))

    assert [entry.record.kind for entry in after] == ["2", "3"]
    assert await store.read(lambda tx: tx.audit.after(5, limit=2)) == ()


async def test_an_approvals_entries_are_its_own(store):
    mine, other = a_record("asked", approval_id="1"), a_record("asked", approval_id="2")
    ended = replace(mine, kind="ended")
    await store.write(unit(nothing, audit=(mine, other, a_record("nobody's"), ended)))

    entries = await store.read(lambda tx: tx.audit.of("1"))

    assert [entry.record for entry in entries] == [mine, ended]
    assert await store.read(lambda tx: tx.audit.has("1", "ended"))
    assert not await store.read(lambda tx: tx.audit.has("2", "ended"))


async def test_what_earlier_units_of_a_batch_left_is_found_by_later_ones(store, engine):
    def looks(tx):
        return Done(value=(yield from tx.audit.has("1", "asked")))

    engine.hold()
    async with asyncio.TaskGroup() as tasks:
        (first,) = await start(tasks, store.write(looks))
        await engine.arrived.wait()
        added, found = await start(
            tasks,
            store.write(unit(nothing, audit=(a_record("asked", approval_id="1"),))),
            store.write(looks),
        )
        engine.writes = 0
        engine.is_open.set()

    assert (first.result(), added.result(), found.result()) == (False, None, True)
    assert engine.writes == 1
