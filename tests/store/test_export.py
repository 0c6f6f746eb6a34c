"""An export: one snapshot, beside whoever uses the database, in a file that is whole."""

import os
import re
import stat

import pytest

from bot.store import sqlite_path
from bot.store.engine import StoreDamaged, StoreError
from bot.store.export import export_gate
from bot.store.import_ import import_gate
from bot.store.transfer import TransferError
from tests.postgres import fetch
from tests.store.moving import a_gate, alter, go_on, is_empty, live, losing, rows_of, tables_in


async def test_an_export_leaves_the_database_file_as_it_is(sqlite_url, file, clock):
    async with a_gate(sqlite_url, clock) as world:
        await live(world)
        database = sqlite_path(sqlite_url)
        log = database.with_name(f"{database.name}-wal")
        while_running = database.read_bytes(), log.read_bytes()

        await export_gate(sqlite_url, file, stop=go_on)

        assert (database.read_bytes(), log.read_bytes()) == while_running
    while_stopped = database.read_bytes()

    await export_gate(sqlite_url, file.with_name("again"), stop=go_on)

    assert database.read_bytes() == while_stopped
    assert file.with_name("again").read_bytes() == file.read_bytes()


async def test_what_a_killed_daemon_left_in_the_log_is_exported(sqlite_url, file, tmp_path, clock):
    async with a_gate(sqlite_url, clock) as world:
        await live(world)
        killed = tmp_path / "killed"
        killed.mkdir()
        database = sqlite_path(sqlite_url)
        for part in ("", "-wal"):
            beside = database.with_name(f"{database.name}{part}")
            (killed / f"ok2run.db{part}").write_bytes(beside.read_bytes())
        await export_gate(sqlite_url, file, stop=go_on)

    await export_gate(str(killed / "ok2run.db"), tmp_path / "killed.jsonl", stop=go_on)

    assert (tmp_path / "killed.jsonl").read_bytes() == file.read_bytes()


async def test_a_database_that_is_not_there_is_not_made(tmp_path, file):
    with pytest.raises(StoreError, match="There is no database"):
        await export_gate(str(tmp_path / "data" / "none.db"), file, stop=go_on)

    assert [*tmp_path.iterdir()] == []


async def test_an_empty_database_is_told_and_left_empty(empty, file):
    url = empty("postgresql")

    with pytest.raises(StoreError, match="holds no gate"):
        await export_gate(url, file, stop=go_on)

    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    assert await fetch(url, tables) == []
    assert not file.exists()


async def test_a_server_that_has_no_such_database_is_told(postgres, file):
    url = re.sub(r"/postgres$", "/none", postgres.url)

    with pytest.raises(StoreError, match=r'none can\'t be read.*database "none" does not exist'):
        await export_gate(url, file, stop=go_on)


@pytest.mark.parametrize("content", [b"", b"no database at all, and of some length" * 99])
async def test_a_file_that_is_no_gate_is_told(tmp_path, file, content):
    (tmp_path / "some.db").write_bytes(content)

    with pytest.raises(StoreError, match=r"some\.db (holds no gate|can't be read)"):
        await export_gate(str(tmp_path / "some.db"), file, stop=go_on)

    assert (tmp_path / "some.db").read_bytes() == content
    assert not file.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM schema_version", "Start ok2run once"),
        ("INSERT INTO schema_version VALUES (9999, 'future')", "A newer ok2run made this"),
    ],
)
async def test_another_schema_is_not_exported(database_url, known, file, change, words):
    await alter(database_url, change)

    with pytest.raises(StoreError, match=words):
        await export_gate(database_url, file, stop=go_on)

    assert not [path for path in file.parent.iterdir() if "export" in path.name]
    assert not file.exists()


async def test_the_file_is_for_nobody_elses_eyes_whatever_the_umask(
    database_url, known, file, tmp_path
):
    before = os.umask(0)
    try:
        await export_gate(database_url, file, stop=go_on)
    finally:
        os.umask(before)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


async def test_a_file_that_is_there_is_never_replaced(database_url, known, file, tmp_path):
    file.write_text("mine")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")

    for taken in (file, link, tmp_path):
        with pytest.raises(TransferError, match="is there already"):
            await export_gate(database_url, taken, stop=go_on)

    assert file.read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


async def test_a_file_that_comes_meanwhile_is_not_replaced_either(database_url, known, file):
    def come():
        file.write_text("mine")
        return False

    with pytest.raises(TransferError, match="is there already"):
        await export_gate(database_url, file, stop=come)

    assert file.read_text() == "mine"
    assert not [path for path in file.parent.iterdir() if path.name.startswith(".")]


async def test_a_place_that_takes_no_file_is_told(database_url, known, tmp_path):
    with pytest.raises(TransferError, match="can't be written: No such file or directory"):
        await export_gate(database_url, tmp_path / "none" / "gate.jsonl", stop=go_on)


async def test_an_export_that_is_stopped_leaves_nothing(database_url, known, file):
    with pytest.raises(TransferError, match="Stopped"):
        await export_gate(database_url, file, stop=lambda: True)

    assert not file.exists()
    assert not [path for path in file.parent.iterdir() if path.name.startswith(".")]


async def test_a_broken_chain_is_exported_told_and_not_imported(
    database_url, known, file, another
):
    await alter(database_url, "UPDATE audit SET actor = 'key:other' WHERE seq = 7")

    done = await export_gate(database_url, file, stop=go_on)

    assert done.broken is not None
    assert done.broken.seq == 7
    assert "changed" in done.broken.fault
    with pytest.raises(TransferError, match="broken at entry 7"):
        await import_gate(another, file, stop=go_on)
    assert await is_empty(another)


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("UPDATE audit SET facts = 'no json' WHERE seq = 3", 3),
        ("UPDATE audit SET facts = '[1]' WHERE seq = 3", 3),
        ("UPDATE audit SET at = 9223372036854775807 WHERE seq = 3", 3),
        ("UPDATE audit_head SET seq = seq + 1", None),
    ],
)
async def test_whatever_breaks_the_chain_the_rows_are_exported(
    database_url, known, file, change, seq
):
    last = (await rows_of(database_url, "SELECT MAX(seq) FROM audit"))[0][0]
    await alter(database_url, change)

    done = await export_gate(database_url, file, stop=go_on)

    assert done.broken is not None
    assert done.broken.seq == (seq or last + 1)
    assert len(tables_in(file.read_bytes())["audit"]) == last - ("DELETE" in change)


async def test_a_value_that_no_column_may_hold_is_damage(sqlite_url, file, clock):
    async with a_gate(sqlite_url, clock) as world:
        await live(world)
    await alter(sqlite_url, "UPDATE approvals SET title = X'00ff'")

    with pytest.raises(StoreError, match=r"approvals\.title is a text") as caught:
        await export_gate(sqlite_url, file, stop=go_on)

    assert isinstance(caught.value.__cause__, StoreDamaged)
    assert not file.exists()


async def test_a_lost_connection_begins_the_export_anew(postgres_url, file, tmp_path, clock):
    async with a_gate(postgres_url, clock) as world:
        await live(world)
    await export_gate(postgres_url, file, stop=go_on)

    await export_gate(postgres_url, tmp_path / "again", stop=losing(postgres_url, "reader"))

    assert (tmp_path / "again").read_bytes() == file.read_bytes()
