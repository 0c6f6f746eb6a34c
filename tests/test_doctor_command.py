"""The doctor names each fault and what to do, touches nothing, and never tells the token."""

import asyncio
import re
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.core.people import Role
from bot.gate.people import People
from bot.gate.registry import Registry
from bot.ids import RandomIds
from bot.store import open_store
from bot.store.store import SqlStore
from tests.daemon import PATIENCE, Daemon
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.webhook import Webhook
from tests.gate.pairing_kit import let_in
from tests.port import a_port
from tests.test_daemon import ok2run

HOOK = "https://gate.example.org/v1/telegram/webhook"


@pytest.fixture
async def telegram():
    async with FakeTelegram(clock=SystemClock().now) as fake:
        fake.person(1001, "Ana")
        yield fake


async def doctor(telegram: FakeTelegram, directory: Path, **more: str) -> tuple[int, str]:
    """Run it; return its exit code and what it said."""
    settings = {
        "TELEGRAM_API_BASE": telegram.url,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "ALLOWED_USER_IDS": "1001",
        "PORT": str(a_port()),
        **more,
    }
    code, out, err = await ok2run("doctor", directory=directory, **settings)
    assert telegram.token.partition(":")[2] not in out + err
    assert err == ""
    return code, out


def has(out: str, mark: str, words: str) -> bool:
    return re.search(rf"^{mark} .*{re.escape(words)}", out, re.MULTILINE) is not None


async def paired_owner(directory: Path) -> None:
    async with (
        open_store(str(directory / "data" / "ok2run.db")) as store,
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(store.run())
        await let_in(_people(store), Role.OWNER)
        await store.close()


def _people(store: SqlStore) -> People:
    return People(store, SystemClock(), RandomIds(), Registry())


async def test_all_is_well(telegram: FakeTelegram, tmp_path: Path) -> None:
    await paired_owner(tmp_path)

    code, out = await doctor(telegram, tmp_path)

    assert code == 0, out
    assert {line[0] for line in out.splitlines()} == {"✅"}
    for words in (
        "The settings can be read.",
        "The database opens",
        "The database can be written.",
        "The bot is @ok2run_fake_bot.",
        "The clock agrees",
        "Updates are fetched (polling).",
        "Chat 1001 can be written to.",
        "People who may decide in Telegram: 1.",
    ):
        assert has(out, "✅", words), words
    assert telegram.messages(1001) == []


async def test_a_running_gate_is_left_alone(telegram: FakeTelegram, tmp_path: Path) -> None:
    port = str(a_port())
    async with Daemon(
        tmp_path,
        PORT=port,
        TELEGRAM_API_BASE=telegram.url,
        TELEGRAM_BOT_TOKEN=telegram.token,
        ALLOWED_USER_IDS="1001",
    ) as daemon:
        await telegram.polled(timeout=PATIENCE)
        before = len(telegram.called("getUpdates"))

        code, out = await doctor(telegram, tmp_path, PORT=port)

        assert code == 0, out
        assert has(out, "✅", "The gate is running")
        assert has(out, "⚠", "No owner is paired")
        assert len(telegram.called("getUpdates")) == before
        assert daemon.is_running


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PORT": "http"}, "PORT: 'http' is not a port"),
        ({"TELEGRAM_BOT_TOKEN": "123456:AAWrongTokenOfNoBotAnywhere-123456789"}, "mistyped"),
        ({"TELEGRAM_API_BASE": "http://127.0.0.1:9"}, "was not reached at http://127.0.0.1:9"),
        ({"ALLOWED_USER_IDS": ""}, "Nobody may decide in Telegram"),
        ({"ALLOWED_USER_IDS": "2002"}, "Chat 2002 can't be written to"),
        ({"APPROVAL_TG_CHAT_ID": "-1009"}, "Ask the group: is the bot in it"),
        ({"DATABASE_URL": "/dev/null/ok2run.db"}, "can't be written"),
    ],
)
async def test_a_wrong_setting_is_named(
    telegram: FakeTelegram, tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    code, out = await doctor(telegram, tmp_path, **settings)

    assert code == 1
    assert has(out, "❌", words), out


@pytest.mark.parametrize(
    ("webhook", "settings", "mark", "words"),
    [
        ({"url": HOOK}, {}, "⚠", "a webhook takes them"),
        ({}, {"PUBLIC_URL": "https://gate.example.org"}, "⚠", "none is set"),
        ({"url": HOOK}, {"PUBLIC_URL": "https://gate.example.org"}, "✅", f"by webhook to {HOOK}"),
        (
            {"url": HOOK, "error": "Connection failed: x"},
            {"PUBLIC_URL": "https://gate.example.org"},
            "⚠",
            "Connection failed: x",
        ),
        ({"url": HOOK}, {"PUBLIC_URL": "https://new.example.org"}, "❌", "leads elsewhere"),
        (
            {"url": HOOK, "allowed": ["message"]},
            {"PUBLIC_URL": "https://gate.example.org"},
            "❌",
            "leaves out callback_query",
        ),
    ],
)
async def test_a_webhooks_state_is_told(
    telegram: FakeTelegram,
    tmp_path: Path,
    webhook: dict[str, Any],
    settings: dict[str, str],
    mark: str,
    words: str,
) -> None:
    telegram.updates.allow(webhook.pop("allowed", ["message", "callback_query"]))
    if webhook:
        error = webhook.pop("error", None)
        telegram.webhook = Webhook(secret="s" * 32, error=error, error_at=telegram.now, **webhook)

    code, out = await doctor(telegram, tmp_path, **settings)

    assert has(out, mark, words), out
    assert code == (mark == "❌")
    telegram.webhook = None


async def test_another_program_that_fetches_is_told(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    telegram.fail("getUpdates", status=409)

    code, out = await doctor(telegram, tmp_path)

    assert code == 1
    assert has(out, "❌", "Another program fetches this bot's updates (409)")


async def test_many_waiting_updates_are_told_and_none_is_confirmed(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    ana = telegram.people[1001]
    for number in range(60):
        await ana.send(f"hello {number}")

    _, out = await doctor(telegram, tmp_path)

    assert has(out, "⚠", "60 updates wait to be taken")
    assert telegram.confirmed == set()


@pytest.mark.parametrize(
    ("ahead", "mark", "words"),
    [
        (20, "⚠", "s behind Telegram's"),
        (-20, "⚠", "s ahead of Telegram's"),
        (3600, "❌", "s behind Telegram's"),
    ],
)
async def test_a_wrong_clock_is_told(
    telegram: FakeTelegram, tmp_path: Path, ahead: int, mark: str, words: str
) -> None:
    telegram.date_off = timedelta(seconds=ahead)

    code, out = await doctor(telegram, tmp_path)

    assert has(out, mark, words), out
    assert code == (mark == "❌")


async def test_a_blocked_bot_is_told(telegram: FakeTelegram, tmp_path: Path) -> None:
    telegram.people[1001].block()

    code, out = await doctor(telegram, tmp_path)

    assert code == 1
    assert has(out, "❌", "Chat 1001 can't be written to (Forbidden: bot was blocked by the user)")


async def test_telegram_may_be_off(telegram: FakeTelegram, tmp_path: Path) -> None:
    code, out = await doctor(telegram, tmp_path, TELEGRAM_BOT_TOKEN="")

    assert code == 0
    assert has(out, "⚠", "Telegram is off")


async def test_a_newer_database_is_told(telegram: FakeTelegram, tmp_path: Path) -> None:
    await paired_owner(tmp_path)
    database = sqlite3.connect(tmp_path / "data" / "ok2run.db")
    with database:
        database.execute("INSERT INTO schema_version (version, name) VALUES (9999, 'future')")
    database.close()

    code, out = await doctor(telegram, tmp_path)

    assert code == 1
    assert has(out, "❌", "A newer ok2run made this database")


async def test_a_file_that_is_no_database_is_told(telegram: FakeTelegram, tmp_path: Path) -> None:
    (tmp_path / "kept.db").write_bytes(b"no database at all" * 500)

    code, out = await doctor(telegram, tmp_path, DATABASE_URL="kept.db")

    assert code == 1
    assert has(out, "❌", "The database can't be read")
