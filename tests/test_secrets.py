"""No secret leaves by accident: canaries in, and every byte that comes out is searched."""

import json
from pathlib import Path

from aiohttp import ClientSession

from bot.clock import SystemClock
from bot.store import sqlite_path
from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.postgres import fetch

AGENT = "canary-agent-key-8f2c1e7a"
ADMIN = "canary-admin-key-51d09b3c"
WEBHOOK = "canary-webhook-secret-0a1b2c3d4e5f6071"
DATABASE = "canary-database-3e7d5a90"
PASSWORD = "canary7hunter2"
TOKEN = "ghp_canaryCanary0123456789abcdefABCDEF01"
ASKED = {
    "session_id": "s1",
    "action_type": "Bash",
    "title": f"login with {TOKEN}",
    "preview": f"mysql -uroot -p{PASSWORD} shop\nexport GITHUB_TOKEN={TOKEN}\n" * 3,
    "params": {"headers": {"Authorization": f"Bearer {TOKEN}"}, "password": PASSWORD},
    "reason": f"password={PASSWORD}",
    "cwd": f"/srv/{TOKEN}",
    "context": {"token": TOKEN},
    "agent": "claude",
}


def arguments_of(pid: int) -> str:
    """Return a process's command line, as everybody on its machine sees it."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


async def kept_in(daemon: Daemon) -> str:
    """Everything that its database holds."""
    if daemon.database_url.startswith("postgresql:"):
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        rows = [
            await fetch(daemon.database_url, f"SELECT CAST({name} AS TEXT) FROM {name}")  # noqa: S608
            for (name,) in await fetch(daemon.database_url, tables)
        ]
        return str(rows)
    file = sqlite_path(daemon.database_url)
    files = [path.read_bytes() for path in file.parent.iterdir() if file.name in path.name]
    return b"".join(files).decode("utf-8", "replace")


async def test_no_secret_is_in_what_comes_out(tmp_path: Path, database_url: str):
    if database_url.startswith("postgresql:"):
        database_url = database_url.replace("postgres@", f"postgres:{DATABASE}@")
    async with FakeTelegram(clock=SystemClock().now) as telegram:
        ana = telegram.person(1001, "Ana")
        async with Daemon(
            tmp_path,
            database_url=database_url,
            APPROVAL_API_KEY=AGENT,
            ADMIN_API_KEY=ADMIN,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_BASE=telegram.url,
            TELEGRAM_WEBHOOK_SECRET=WEBHOOK,
            ALLOWED_USER_IDS="1001",
            LOG_LEVEL="debug",
        ) as daemon:
            link_key = {"Authorization": f"Bearer {AGENT}"}
            async with ClientSession(headers=link_key) as session:
                url = f"{daemon.url}/v1/approvals"
                async with session.post(url, json=ASKED) as answer:
                    assert answer.status == 200
                async with session.get(url, headers={"Authorization": "Bearer x"}) as answer:
                    assert answer.status == 401
            card = await ana.wait_for_card("claude", buttons=True, timeout=30)
            await (await ana.tap("Details", card=card)).wait(10)
            telegram.fail("editMessageText", status=500)
            await ana.tap("Deny", card=card)
            await card.shows("Denied")
            await telegram.delivered()
            command_line = arguments_of(daemon.pid)
            assert await daemon.terminate() == 0

            texts = json.dumps(
                [call.params for call in telegram.calls], default=str, ensure_ascii=False
            )
            files = b"".join(document.content for document in telegram.documents).decode()
            logs = daemon.all_errors + daemon.output
        kept = await kept_in(daemon)

    secret_of_bot = telegram.token.split(":")[1]
    for secret in (TOKEN, PASSWORD):
        assert secret not in texts
        assert secret not in files
        assert secret not in logs
    assert "claude" in kept
    for secret in (AGENT, ADMIN, WEBHOOK, DATABASE, secret_of_bot):
        assert secret not in logs
        assert secret not in command_line
        assert secret not in kept
        assert secret not in texts.replace(WEBHOOK, "") or secret == WEBHOOK
    assert "value hidden" in texts or "values hidden" in texts
