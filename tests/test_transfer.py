"""A gate that moves: the command as operators run it, and people and agents who notice nothing."""

import asyncio
import json
import os
import signal
import sqlite3
import stat
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.clock import SystemClock
from bot.store.migrate import migrations
from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.postgres import fetch
from tests.test_daemon import KEYS, PATHS, call, ok2run
from tests.world import ADMIN_KEY, ORDINARY

Moved = tuple[dict[str, str], dict[str, str]]


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite"])
def databases(request: pytest.FixtureRequest, postgres_url: str) -> Moved:
    """The settings of the database that a gate leaves, and of the one it goes to."""
    secret = {"SECRET_KEY_FILE": "secret.key"}
    sqlite, postgres = {"DATABASE_URL": "data/ok2run.db"}, {"DATABASE_URL": postgres_url}
    ways = {**sqlite, **secret}, {**postgres, **secret}
    return ways if request.param.startswith("sqlite") else ways[::-1]


async def test_a_card_of_before_the_move_decides_after_it(tmp_path: Path, databases: Moved):
    here, there = databases
    async with FakeTelegram(clock=SystemClock().now) as telegram:
        ana = telegram.person(1001, "Ana")
        people = {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE": telegram.url,
            "ALLOWED_USER_IDS": "1001",
        }
        async with Daemon(tmp_path, **KEYS, **people, **here) as daemon:
            asked = await call(daemon, "POST", "/v1/approvals", body=ORDINARY)
            card = await ana.wait_for_card("Deploy", buttons=True, timeout=30)
            other = await call(daemon, "POST", "/v1/approvals", body={**ORDINARY, "title": "Ω"})
            await ana.wait_for_card("Ω", buttons=True, timeout=30)
            await telegram.delivered()
            assert await daemon.terminate() == 0

            out = await ok2run("export", "gate.jsonl", directory=tmp_path, **here)
            into = await ok2run("import", "gate.jsonl", directory=tmp_path, **there)
            assert (out[0], into[0]) == (0, 0), (out, into)
            await daemon.start(**there)

            await ana.tap("Approve", card=card)
            await card.shows("Approved by Ana", timeout=30)
            assert card.labels == []
            read = await call(daemon, "GET", f"/v1/approvals/{asked['approval_id']}")
            assert (read["status"], read["decision"]["by"]) == ("approved", "Ana")
            path = f"/v1/approvals/{other['approval_id']}/decision"
            denied = await call(daemon, "POST", path, key=ADMIN_KEY, body={"decision": "denied"})
            assert denied["status"] == "denied"
            shown = [each for each in telegram.messages(ana.chat_id) if "Deploy" in each.text]
            assert shown == [card]
            assert await daemon.terminate() == 0


async def test_export_and_import_say_what_they_did(tmp_path: Path, databases: Moved):
    here, there = databases
    async with Daemon(tmp_path, **KEYS, **here) as daemon:
        await call(daemon, "POST", "/v1/approvals", body=ORDINARY)

        code, out, err = await ok2run("export", "live.jsonl", directory=tmp_path, **here)

        rows = len([line for line in lines(tmp_path / "live.jsonl") if isinstance(line, list)])
        last = lines(tmp_path / "live.jsonl")[-1]["audit_head"]["seq"]
        assert (code, err) == (0, "")
        assert out == (
            f"Exported {rows} rows, audit entries up to {last}, to live.jsonl. Keep "
            f"SECRET_KEY_FILE ({tmp_path / 'secret.key'}) with it: the two are the backup.\n"
        )
        assert stat.S_IMODE((tmp_path / "live.jsonl").stat().st_mode) == 0o600

        code, out, err = await ok2run("import", "live.jsonl", directory=tmp_path, **there)

        assert (code, err) == (0, "")
        assert out.startswith(f"Imported {rows} rows, audit entries up to {last}. Use the SECRET")

        code, out, err = await ok2run("import", "live.jsonl", directory=tmp_path, **here)

        assert (code, out) == (1, "")
        assert err.startswith("ok2run: Another ok2run uses this database")
        assert err.count("\n") == 1


def lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text("ascii").splitlines()]


def names_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def test_what_cannot_be_done_is_one_line(tmp_path: Path):
    (tmp_path / "taken").write_text("mine")
    schema = migrations()[-1].version
    head = f'{{"format":"ok2run-export","version":1,"schema":{schema}}}'
    (tmp_path / "half").write_text(head + '\n{"ta')

    for words, said in {
        ("export", "new"): f"There is no database {tmp_path / 'data' / 'ok2run.db'}",
        ("import", "none"): "none can't be read: No such file or directory.",
        ("import", "taken"): "taken is no export of ok2run.",
        ("import", "half"): "half was cut off or changed",
    }.items():
        code, out, err = await ok2run(*words, directory=tmp_path)
        assert (code, out) == (1, "")
        assert err.startswith(f"ok2run: {said}"), err
        assert err.count("\n") == 1

    assert names_in(tmp_path) == {"taken", "half"}


async def test_a_damaged_gate_is_exported_with_a_warning(tmp_path: Path):
    async with Daemon(tmp_path, **KEYS) as daemon:
        await call(daemon, "POST", "/v1/approvals", body=ORDINARY)
        await daemon.terminate()
    with sqlite3.connect(daemon.database) as database:
        database.execute("UPDATE audit SET actor = 'somebody' WHERE seq = 1")
    database.close()

    code, out, err = await ok2run("export", "gate.jsonl", directory=tmp_path)

    assert code == 1
    assert out.startswith("Exported ")
    assert err.startswith("ok2run: The audit chain is broken at entry 1 (its content was changed)")
    assert (tmp_path / "gate.jsonl").exists()

    code, out, err = await ok2run(
        "import", "gate.jsonl", directory=tmp_path, DATABASE_URL="data/other.db"
    )

    assert (code, out) == (1, "")
    assert "its audit chain is broken at entry 1" in err


@pytest.mark.parametrize("words", [(), ("one", "two"), ("--all", "one")])
@pytest.mark.parametrize("name", ["export", "import"])
async def test_other_words_than_one_file_are_a_wrong_use(
    tmp_path: Path, name: str, words: tuple[str, ...]
):
    code, out, err = await ok2run(name, *words, directory=tmp_path)

    assert (code, out) == (2, "")
    assert f"usage: ok2run {name}" in err
    assert names_in(tmp_path) == set()


async def test_an_export_of_a_busy_daemon_blocks_nobody_and_goes_in(
    tmp_path: Path, databases: Moved
):
    here, there = databases
    async with Daemon(tmp_path, **KEYS, **here) as daemon:
        over = asyncio.Event()

        async def ask() -> int:
            count = 0
            while not over.is_set():
                await call(daemon, "POST", "/v1/approvals", body=ORDINARY)
                count += 1
            return count

        async with asyncio.TaskGroup() as tasks:
            asking = [tasks.create_task(ask()) for _ in range(4)]
            for number in range(3):
                done = await ok2run("export", f"{number}.jsonl", directory=tmp_path, **here)
                assert done[0] == 0, done
            over.set()
        assert all(task.result() for task in asking)
        await daemon.terminate()

        assert (await ok2run("import", "1.jsonl", directory=tmp_path, **there))[0] == 0
        await daemon.start(**there)
        await call(daemon, "POST", "/v1/approvals", body=ORDINARY)
        assert await daemon.terminate() == 0
    assert (await ok2run("export", "after.jsonl", directory=tmp_path, **there))[0] == 0


WAITS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name LIKE 'ok2run %' AND wait_event_type = 'Lock'"
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_export_that_a_signal_stops_leaves_nothing(
    tmp_path: Path, postgres_url: str, number: signal.Signals
):
    where = {"DATABASE_URL": postgres_url, "SECRET_KEY_FILE": "secret.key"}
    assert (await ok2run("bootstrap", directory=tmp_path, **where))[0] == 0
    holding = await asyncpg.connect(postgres_url)
    lock = holding.transaction()
    await lock.start()
    await holding.execute("LOCK TABLE keys IN ACCESS EXCLUSIVE MODE")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys; from bot.command import main; sys.exit(main(['export', 'gate.jsonl']))",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": PATHS, **where},
        cwd=tmp_path,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        while not await fetch(postgres_url, WAITS):
            await asyncio.sleep(0.01)
    assert any("export" in name for name in names_in(tmp_path))

    process.send_signal(number)
    await asyncio.sleep(0.2)
    await lock.rollback()
    _, err = await process.communicate()

    assert (process.returncode, err) == (1, b"ok2run: Stopped; nothing was exported.\n")
    assert not [name for name in names_in(tmp_path) if "export" in name or "gate" in name]
    await holding.close()
