"""A gate in a file: the same from either engine, and the same gate after."""

import asyncio
import json
import sqlite3

from bot.core.audit import Head, Record, append, head_after, verify
from bot.store import open_store, sqlite_path
from bot.store.export import export_gate
from bot.store.import_ import import_gate
from bot.store.table import TABLES
from tests.builders import NOW
from tests.store.kit import all_entries
from tests.store.moving import (
    GRANTED,
    REPEATED,
    a_gate,
    engine_of,
    go_on,
    tables_in,
)
from tests.world import AGENT_KEY, ORDINARY


async def test_a_gate_goes_to_the_other_engine_and_back_byte_by_byte(
    database_url, exported, another, empty, tmp_path
):
    content = exported.read_bytes()
    assert content.isascii()
    assert all(tables_in(content)[table.name] for table in TABLES), "each table has rows"

    there = await import_gate(another, exported, stop=go_on)
    await export_gate(another, tmp_path / "there.jsonl", stop=go_on)
    back = empty(engine_of(database_url))
    await import_gate(back, tmp_path / "there.jsonl", stop=go_on)
    again = await export_gate(back, tmp_path / "back.jsonl", stop=go_on)

    assert (tmp_path / "there.jsonl").read_bytes() == content
    assert (tmp_path / "back.jsonl").read_bytes() == content
    assert there == again
    assert there.rows == sum(map(len, tables_in(content).values()))


async def test_an_empty_gate_goes_too(database_url, another, file, tmp_path):
    async with open_store(database_url):
        pass

    await export_gate(database_url, file, stop=go_on)
    await import_gate(another, file, stop=go_on)
    done = await export_gate(another, tmp_path / "again.jsonl", stop=go_on)

    assert (done.rows, done.head) == (0, Head())
    assert (tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


async def test_an_imported_gate_is_the_same_gate(known, exported, another, clock):
    await import_gate(another, exported, stop=go_on)

    async with a_gate(another, clock) as world:
        assert verify(await world.store.read(all_entries)) is None
        again = await world.call("POST", "/v1/approvals", headers=REPEATED, json=ORDINARY)
        assert (await again.json())["approval_id"] == known["pending"]
        assert (await world.ask(**GRANTED))["status"] == "approved"
        opened = await world.call("GET", known["link"], key=None)
        assert opened.status == 200
        decided = await world.decide(known["pending"], key=known["admin"])
        assert decided.status == 200, await decided.text()
        assert (await world.read(known["pending"], key=AGENT_KEY))["status"] == "approved"
        assert verify(await world.store.read(all_entries)) is None


async def test_a_gate_that_is_written_to_meanwhile_gives_one_snapshot(
    database_url, known, another, file, clock
):
    loop = asyncio.get_running_loop()
    async with a_gate(database_url, clock) as world:
        before = (await world.store.read(all_entries))[-1]

        def write_between():
            asyncio.run_coroutine_threadsafe(world.ask(title="meanwhile"), loop).result(30)
            return False

        done = await export_gate(database_url, file, stop=write_between)

        assert done.broken is None
        assert done.head == head_after(before)
        assert (await world.store.read(all_entries))[-1].seq > before.seq
        assert b"meanwhile" not in file.read_bytes()
        assert (await import_gate(another, file, stop=go_on)).head == head_after(before)
    async with a_gate(another, clock) as world:
        entries = await world.store.read(all_entries)
        assert verify(entries) is None


async def test_a_large_chain_goes_in_pages(sqlite_url, postgres_url, file, tmp_path):
    head, links = Head(), []
    for number in range(2_000):
        entry = append(head, Record(kind="asked", at=NOW, actor="key:a", facts={"n": number}))
        head = head_after(entry)
        facts = json.dumps({"n": number}, separators=(",", ":"))
        at = int(NOW.timestamp() * 1000)
        links.append((entry.seq, at, "asked", "key:a", None, facts, entry.previous, entry.hash))
    async with open_store(sqlite_url):
        pass
    database = sqlite3.connect(sqlite_path(sqlite_url))
    with database:
        database.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", links)
        database.execute("UPDATE audit_head SET seq = ?, hash = ?", (head.seq, head.hash))
    database.close()

    await export_gate(sqlite_url, file, stop=go_on)
    await import_gate(postgres_url, file, stop=go_on)
    done = await export_gate(postgres_url, tmp_path / "again", stop=go_on)

    assert (done.rows, done.head, done.broken) == (2_000, head, None)
    assert (tmp_path / "again").read_bytes() == file.read_bytes()
