"""The daemon as its users meet it: a process, its port, what it prints, its command line."""

import asyncio
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.clock import SystemClock
from tests.daemon import ROOT, Daemon, until
from tests.fakes.telegram import FakeTelegram
from tests.world import ADMIN_KEY, AGENT_KEY, ORDINARY

KEYS = {"APPROVAL_API_KEY": AGENT_KEY, "ADMIN_API_KEY": ADMIN_KEY}
PATHS = f"{ROOT}{os.pathsep}{ROOT / 'web' / 'client'}"


async def call(
    daemon: Daemon,
    method: str,
    path: str,
    *,
    key: str = AGENT_KEY,
    body: Any = None,
    status: int = 200,
) -> dict[str, Any]:
    """Call the daemon; the answer must have this status."""
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        ClientSession(headers=headers) as session,
        session.request(method, f"{daemon.url}{path}", json=body) as answer,
    ):
        assert answer.status == status, await answer.text()
        read: dict[str, Any] = await answer.json()
        return read


async def ok2run(*words: str, directory: Path, **environment: str) -> tuple[int, str, str]:
    """Run the command; return its exit code, output and errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys; from bot.command import main; sys.exit(main(sys.argv[1:]))",
        *words,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": PATHS, **environment},
        cwd=directory,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_it_starts_without_any_setting_and_prints_key_and_link_once(tmp_path: Path):
    async with Daemon(tmp_path) as daemon:
        key, link = daemon.agent_key, daemon.queue_link
        await call(daemon, "POST", "/v1/approvals", key=key, body=ORDINARY)
        assert await daemon.terminate() == 0
        assert key not in daemon.all_errors
        assert link.split("token=")[1] not in daemon.all_errors

        await daemon.start()

        assert "Agent key" not in daemon.output
        assert daemon.queue_link != link
        answer = await call(daemon, "GET", "/v1/approvals", key=key)
        assert len(answer["approvals"]) == 1


async def test_what_it_keeps_is_for_its_own_eyes(tmp_path: Path):
    async with Daemon(tmp_path):
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}

    assert set(modes) >= {"ok2run.db", "secret.key"}
    assert set(modes.values()) == {0o600}


async def test_bad_settings_are_told_one_line_each_all_at_once(tmp_path: Path):
    code, out, err = await ok2run(
        "serve",
        directory=tmp_path,
        PORT="http",
        TELEGRAM_BOT_TOKEN="no-token",
        ALLOWED_USER_IDS="ana",
        ADMIN_API_KEY="short",
    )

    assert (code, out) == (1, "")
    lines = err.strip().split("\n")
    assert len(lines) == 4
    for name in ("PORT", "TELEGRAM_BOT_TOKEN", "ALLOWED_USER_IDS", "ADMIN_API_KEY"):
        assert sum(line.startswith(f"ok2run: {name}") for line in lines) == 1, err
    assert "no-token" not in err
    assert not (tmp_path / "data").exists()


async def test_a_group_in_which_nobody_may_decide_refuses_to_start(tmp_path: Path):
    code, _, err = await ok2run(
        "serve", directory=tmp_path, PORT="0", APPROVAL_TG_CHAT_ID="-1001234567890"
    )

    assert code == 1
    assert "APPROVAL_TG_CHAT_ID: this is a group, and nobody in it may decide yet" in err


async def test_a_port_in_use_is_one_clear_line(tmp_path: Path):
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    async with Daemon(tmp_path / "first") as first:
        port = first.url.rsplit(":", 1)[1]

        code, _, err = await ok2run("serve", directory=tmp_path / "second", PORT=port)

    assert code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in err
    assert "Traceback" not in err


async def test_bootstrap_makes_an_admin_key_while_the_daemon_is_stopped(tmp_path: Path):
    async with Daemon(tmp_path) as daemon:
        asked = await call(daemon, "POST", "/v1/approvals", key=daemon.agent_key, body=ORDINARY)
        code, out, err = await ok2run("bootstrap", directory=tmp_path)
        assert (code, out) == (1, "")
        assert "uses" in err
        await daemon.terminate()

        code, out, err = await ok2run("bootstrap", directory=tmp_path)

        assert code == 0
        key = out.strip()
        await daemon.start()
        path = f"/v1/approvals/{asked['approval_id']}/decision"
        decided = await call(daemon, "POST", path, key=key, body={"decision": "approved"})
        assert decided["decision"]["by"] == "bootstrap"
        assert key not in daemon.all_errors
    with sqlite3.connect(daemon.database) as database:
        assert key not in "\n".join(database.iterdump())
    database.close()


async def test_the_command_line_asks_waits_and_decides(tmp_path: Path, database_url: str):
    async with Daemon(tmp_path, database_url=database_url, **KEYS) as daemon:
        agent = {"APPROVAL_GATE_URL": daemon.url, "APPROVAL_API_KEY": AGENT_KEY}
        admin = {**agent, "APPROVAL_API_KEY": ADMIN_KEY}

        async def pending() -> str:
            while True:
                answer = await call(daemon, "GET", "/v1/approvals?status=pending")
                if answer["approvals"]:
                    return str(answer["approvals"][0]["approval_id"])
                await asyncio.sleep(0.01)

        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(
                ok2run("request", "deploy", "--preview", "make", directory=tmp_path, **agent)
            )
            id = await pending()
            approved = await ok2run("approve", id, directory=tmp_path, **admin)
        assert approved[0] == 0, approved
        assert asking.result()[0] == 0, asking.result()
        assert "approved by admin" in asking.result()[1] + asking.result()[2]

        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(ok2run("request", "deploy", directory=tmp_path, **agent))
            id = await pending()
            own = await ok2run("approve", id, directory=tmp_path, **agent)
            denied = await ok2run(
                "deny", id, "--reason", "wrong branch", directory=tmp_path, **admin
            )
        assert own[0] == 1
        assert denied[0] == 0, denied
        assert asking.result()[0] == 3
        assert "wrong branch" in asking.result()[1] + asking.result()[2]

        async with asyncio.TaskGroup() as tasks:
            options = ("--option", "SQLite", "--option", "PostgreSQL")
            asking = tasks.create_task(
                ok2run("ask", "Which?", *options, directory=tmp_path, **agent)
            )
            path = f"/v1/approvals/{await pending()}/decision"
            body = {"decision": "approved", "answers": ["B"]}
            await call(daemon, "POST", path, key=ADMIN_KEY, body=body)
        assert asking.result()[:2] == (0, "PostgreSQL\n")

        status = await ok2run("status", id, "--json", directory=tmp_path, **agent)
        assert json.loads(status[1])["status"] == "denied"
        listed = await ok2run("list", "--json", directory=tmp_path, **agent)
        assert len(json.loads(listed[1])["approvals"]) == 3
    unreached = await ok2run("request", "deploy", "--wait", "1", directory=tmp_path, **agent)
    assert unreached[0] == 5


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_two_approvers_in_telegram_see_the_same_end(
    tmp_path: Path, database_url: str, mode: str
):
    async with FakeTelegram(clock=SystemClock().now) as telegram:
        ana, ben = telegram.person(1001, "Ana"), telegram.person(1002, "Ben")
        settings = {
            **KEYS,
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE": telegram.url,
            "ALLOWED_USER_IDS": "1001,1002",
        }
        async with Daemon(tmp_path, database_url=database_url, **settings) as daemon:
            if mode == "webhook":
                port = daemon.url.rsplit(":", 1)[1]
                await daemon.terminate()
                await daemon.start(PORT=port, PUBLIC_URL=daemon_url(port), TELEGRAM_MODE="webhook")
                await until(lambda: telegram.webhook is not None, wanted="the webhook")
            async with asyncio.TaskGroup() as tasks:
                held = tasks.create_task(
                    call(daemon, "POST", "/v1/approvals?wait=60", body=ORDINARY)
                )
                hers = await ana.wait_for_card("Deploy", buttons=True, timeout=30)
                his = await ben.wait_for_card("Deploy", buttons=True, timeout=30)
                tap = await ana.tap("Approve", card=hers)

            assert held.result()["decision"]["by"] == "Ana"
            assert "goes on" in await tap.answer
            for card in (hers, his):
                await card.shows("Approved by Ana")
                assert card.labels == []
            await telegram.delivered()
            secrets = (telegram.token.split(":")[1], AGENT_KEY, ADMIN_KEY)
            assert not any(secret in daemon.all_errors for secret in secrets)
            assert await daemon.terminate() == 0


@pytest.mark.parametrize(
    "way", [{}, {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "http://127.0.0.1:9"}]
)
async def test_a_refused_token_stops_telegram_and_nothing_else(
    tmp_path: Path, way: dict[str, str]
):
    async with FakeTelegram(clock=SystemClock().now) as telegram:
        ana = telegram.person(1001, "Ana")
        telegram.revoked = True
        settings = {
            **KEYS,
            **way,
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE": telegram.url,
            "ALLOWED_USER_IDS": "1001",
        }
        async with Daemon(tmp_path, **settings) as daemon:
            await until(lambda: "refused (401)" in daemon.errors, wanted="the refusal")
            asked = await call(daemon, "POST", "/v1/approvals", body=ORDINARY)
            health = await call(daemon, "GET", "/health?deep=true")
            assert health["checks"]["telegram"] == {"status": "degraded", "error": "unauthorized"}
            assert await daemon.terminate() == 0
            assert daemon.all_errors.count("refused (401)") == 1
            telegram.revoked = False

            await daemon.start()

            await ana.wait_for_card("Deploy", buttons=True, timeout=30)
            path = f"/v1/approvals/{asked['approval_id']}"
            assert (await call(daemon, "GET", path))["status"] == "pending"


def daemon_url(port: str) -> str:
    """The address at which the local Bot API server reaches the daemon."""
    return f"http://127.0.0.1:{port}"
