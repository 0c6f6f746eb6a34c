"""An import: all of what was exported, into an empty database, or nothing."""

import json
import os
import re

import pytest

from bot.store import open_store, sqlite_path
from bot.store.engine import StoreError
from bot.store.export import export_gate
from bot.store.import_ import import_gate
from bot.store.migrate import migrations
from bot.store.table import TABLES
from bot.store.transfer import TransferError
from tests.postgres import execute
from tests.store.moving import (
    a_gate,
    alter,
    changed,
    engine_of,
    go_on,
    is_empty,
    live,
    losing,
    rows_of,
    sealed,
    tables_in,
)

NEWEST = migrations()[-1].version


def put(column, value):
    def change(row):
        row[column] = value

    return change


async def test_a_lost_connection_begins_the_import_anew(postgres_url, sqlite_url, file, clock):
    async with a_gate(sqlite_url, clock) as world:
        await live(world)
    await export_gate(sqlite_url, file, stop=go_on)

    await import_gate(postgres_url, file, stop=losing(postgres_url, "writer"))

    await export_gate(postgres_url, file.with_name("again"), stop=go_on)
    assert file.with_name("again").read_bytes() == file.read_bytes()


async def test_a_gate_that_holds_anything_takes_no_import(database_url, known, exported, clock):
    content = exported.read_bytes()

    with pytest.raises(TransferError, match="name another one, which is empty"):
        await import_gate(database_url, exported, stop=go_on)

    await export_gate(database_url, exported.with_name("after"), stop=go_on)
    assert exported.with_name("after").read_bytes() == content


@pytest.mark.parametrize("table", [table.name for table in TABLES])
async def test_one_row_in_any_table_is_too_many(database_url, exported, another, table):
    async with open_store(another):
        pass
    rows = tables_in(exported.read_bytes())
    values = ", ".join(
        "NULL" if value is None else repr(value) if isinstance(value, int) else "'x'"
        for value in rows[table][0]
    )
    insert = f"INSERT INTO {table} VALUES ({values})"  # noqa: S608  its own words
    if engine_of(another) == "sqlite":
        await alter(another, insert)
    else:  # a row may refer to none there, too
        await execute(another, f"SET session_replication_role = replica; {insert}")

    with pytest.raises(TransferError, match="holds a gate already"):
        await import_gate(another, exported, stop=go_on)


async def test_a_gate_that_runs_takes_no_import(database_url, exported, another, clock):
    async with open_store(another):
        with pytest.raises(StoreError, match="Another ok2run uses this database"):
            await import_gate(another, exported, stop=go_on)

    await import_gate(another, exported, stop=go_on)


async def test_a_newer_database_takes_no_import(exported, another):
    async with open_store(another):
        pass
    await alter(another, "INSERT INTO schema_version VALUES (9999, 'future')")

    with pytest.raises(StoreError, match="A newer ok2run made this"):
        await import_gate(another, exported, stop=go_on)


async def test_an_import_that_is_stopped_leaves_nothing(exported, another, file):
    calls = []

    def stop():
        calls.append(None)
        return len(calls) > 8

    with pytest.raises(TransferError, match="Stopped"):
        await import_gate(another, exported, stop=stop)

    assert await is_empty(another)
    await import_gate(another, exported, stop=go_on)


async def test_a_byte_that_differs_anywhere_is_noticed_and_nothing_imported(
    exported, another, tmp_path
):
    content = exported.read_bytes()
    end = content.rstrip(b"\n").rindex(b"\n")
    bad = tmp_path / "bad.jsonl"
    places = {*range(0, 200), *range(200, end, end // 100), *range(end - 5, len(content))}

    for place in sorted(places):
        for flip in (0x01, 0x20):
            altered = bytearray(content)
            altered[place] ^= flip
            bad.write_bytes(altered)
            with pytest.raises(TransferError):
                await import_gate(another, bad, stop=go_on)

    assert await is_empty(another)
    await import_gate(another, exported, stop=go_on)


async def test_a_file_that_changes_while_it_is_read_is_noticed(exported, another):
    calls = []

    def stop():
        calls.append(None)
        if len(calls) == 4:  # after it was looked over
            content = exported.read_bytes()
            exported.write_bytes(content.replace(b"%d" % 2**40, b"%d" % (2**40 + 1)))
        return False

    with pytest.raises(TransferError, match="the last line should be here"):
        await import_gate(another, exported, stop=stop)

    assert await is_empty(another)


async def test_a_file_that_was_cut_off_is_noticed(exported, another, tmp_path):
    content = exported.read_bytes()
    lines = content.splitlines(keepends=True)
    bad = tmp_path / "bad.jsonl"
    ends = {len(content) - 1, len(content) // 2, len(b"".join(lines[:-1])), len(lines[0])}

    for end in sorted(ends):
        bad.write_bytes(content[:end])
        with pytest.raises(TransferError, match="was cut off or changed"):
            await import_gate(another, bad, stop=go_on)
    for more in (b"\n", b"x", lines[-1], content):
        bad.write_bytes(content + more)
        with pytest.raises(TransferError):
            await import_gate(another, bad, stop=go_on)

    assert await is_empty(another)


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (b"", "is no export of ok2run"),
        (b"\x00" * 5000, "is no export of ok2run"),
        (b"[]\n", "is no export of ok2run"),
        (b'{"format":"other"}\n', "is no export of ok2run"),
        (b'{"format":"ok2run-export","version":2,"schema":1}\n', "version 2; it knows 1"),
        (
            f'{{"format":"ok2run-export","version":1,"schema":{NEWEST + 1}}}\n'.encode(),
            f"holds schema {NEWEST + 1}, and this ok2run has {NEWEST}. Import it with",
        ),
    ],
)
async def test_a_file_of_another_form_is_refused_in_words(sqlite_url, tmp_path, first, words):
    (tmp_path / "other.jsonl").write_bytes(first)

    with pytest.raises(TransferError, match=re.escape(words)):
        await import_gate(sqlite_url, tmp_path / "other.jsonl", stop=go_on)

    assert not sqlite_path(sqlite_url).exists()


async def test_a_file_that_is_not_there_or_is_none_is_told(sqlite_url, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    keep_open = os.open(tmp_path / "pipe", os.O_RDWR)

    with pytest.raises(TransferError, match="can't be read: No such file"):
        await import_gate(sqlite_url, tmp_path / "none", stop=go_on)
    with pytest.raises(TransferError, match="can't be read: Is a directory"):
        await import_gate(sqlite_url, tmp_path, stop=go_on)
    with pytest.raises(TransferError, match="is no file"):
        await import_gate(sqlite_url, tmp_path / "pipe", stop=go_on)

    os.close(keep_open)


_WIDTHS = {table.name: len(table.columns) for table in TABLES}
_TOO_FEW_OR_MANY = f"a row of approvals has {_WIDTHS['approvals']} columns"


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("approvals", lambda row: row.pop(), _TOO_FEW_OR_MANY),
        ("approvals", lambda row: row.append(None), _TOO_FEW_OR_MANY),
        ("approvals", put(7, 5), r"approvals\.title is a text;"),
        ("approvals", put(7, None), r"approvals\.title is a text;"),
        ("approvals", put(7, ["x"]), r"approvals\.title is a text;"),
        ("approvals", put(7, "\ud800"), r"approvals\.title is a text;"),
        ("approvals", put(13, 5), r"approvals\.end_reason is a text or null;"),
        ("approvals", put(10, True), r"approvals\.created_at is a whole number;"),
        ("approvals", put(10, 1.5), r"approvals\.created_at is a whole number;"),
        ("approvals", put(10, 2**63), r"approvals\.created_at is a whole number;"),
        ("approvals", put(0, ""), "the rows of approvals up to here are not in order"),
        ("updates", put(1, "7"), r"updates\.id is a whole number;"),
        ("cards", put(1, "none"), "does not go with the others"),
        ("idempotency", put(3, "none"), "does not go with the others"),
        ("addresses", put(2, "none"), "does not go with the others"),
        ("audit", put(3, "key:other"), "broken at entry 2"),
        ("audit", put(7, "0" * 64), "broken at entry 2"),
    ],
)
async def test_a_row_that_is_none_is_refused_even_where_the_file_is_sealed(
    exported, another, tmp_path, table, change, words
):
    place = 0 if table in {"updates", "idempotency"} else 1
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(changed(exported.read_bytes(), table, place, change))

    with pytest.raises(TransferError, match=words) as caught:
        await import_gate(another, bad, stop=go_on)

    assert "broken" in str(caught.value) or re.search(r"bad\.jsonl, line \d+:", str(caught.value))
    assert await is_empty(another)
    await import_gate(another, exported, stop=go_on)


async def test_a_text_with_nul_goes_only_where_the_engine_takes_it(exported, another, tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(changed(exported.read_bytes(), "approvers", 0, put(1, "A\0na")))

    if engine_of(another) == "sqlite":
        await import_gate(another, bad, stop=go_on)
        assert ("A\0na",) in await rows_of(another, "SELECT name FROM approvers")
    else:
        with pytest.raises(TransferError, match="does not go with the others"):
            await import_gate(another, bad, stop=go_on)
        assert await is_empty(another)


@pytest.mark.parametrize(
    ("rearrange", "words"),
    [
        (lambda lines: [*lines[:1], b"[\n", *lines[1:]], "columns of the table approvals"),
        (lambda lines: [*lines[:2], b'["x",\n', *lines[2:]], "line 3: this is no JSON"),
        (lambda lines: [*lines[:2], b"[" * 100000 + b"\n", *lines[2:]], "line 3: this is no"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "are not in order"),
        (lambda lines: lines[:3] + lines[2:], "are not in order"),
        (lambda lines: [*lines[:-1], b'{"table":"more","columns":[]}\n', lines[-1]], "last line"),
        (
            lambda lines: [line for line in lines if b'"updates"' not in line],
            r"row of \w+ has \d+ columns",
        ),
        (lambda lines: [line.replace(b'"reach"', b'"other"') for line in lines], "columns of"),
        (lambda lines: [lines[0], lines[-1]], "columns of the table approvals"),
    ],
)
async def test_lines_that_do_not_belong_are_refused(exported, another, tmp_path, rearrange, words):
    bad = tmp_path / "bad.jsonl"
    lines = exported.read_bytes().splitlines(keepends=True)
    bad.write_bytes(sealed(rearrange(lines)))

    with pytest.raises(TransferError, match=words):
        await import_gate(another, bad, stop=go_on)

    assert await is_empty(another)


async def test_an_entry_left_out_at_the_end_is_noticed(exported, another, tmp_path):
    lines = exported.read_bytes().splitlines(keepends=True)
    cards = next(at for at, line in enumerate(lines) if b'"table":"cards"' in line)
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(sealed(lines[: cards - 1] + lines[cards:]))

    with pytest.raises(TransferError, match="entries at the end are missing"):
        await import_gate(another, bad, stop=go_on)

    assert await is_empty(another)


async def test_a_number_of_rows_that_is_not_so_is_noticed(exported, another, tmp_path):
    content = exported.read_bytes()
    rows = json.loads(content.splitlines()[-1])["rows"]
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(content.replace(f'"rows":{rows},'.encode(), b'"rows":%d,' % (rows + 1)))

    with pytest.raises(TransferError, match=f"{rows} rows before it and not {rows + 1}"):
        await import_gate(another, bad, stop=go_on)
