import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.gate.channel import CardKind, Target
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction
from bot.store import open_store
from tests.builders import a_card, an_approval
from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.faults.journal import CLOCK
from tests.faults.settings import A_CARD_EACH

ANA = 1001
MANY = 3000
AGENT_KEY = "agent-key-of-the-start-tests-01"
ADMIN_KEY = "admin-key-of-the-start-tests-01"


async def call(daemon: Daemon, method: str, path: str, *, key: str, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, daemon.url + path, headers=headers, **more) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return await answer.json()


ASK = {"session_id": "s1", "action_type": "deploy", "title": "Deploy", "preview": "make deploy"}


async def serves(daemon: Daemon) -> str:
    """Let it take an ask and a decision; return the path of the approval."""
    asked = await call(daemon, "POST", "/v1/approvals", key=AGENT_KEY, json=ASK)
    path = f"/v1/approvals/{asked['approval_id']}"
    body = {"decision": "approved"}
    decided = await call(daemon, "POST", f"{path}/decision", key=ADMIN_KEY, json=body)
    assert decided["status"] == "approved"
    return path


async def test_a_second_daemon_on_the_same_database_gives_up_and_harms_nothing(
    tmp_path: Path, database_url: str
) -> None:
    keys = {"APPROVAL_API_KEY": AGENT_KEY, "ADMIN_API_KEY": ADMIN_KEY}
    (tmp_path / "second").mkdir()
    second = Daemon(tmp_path / "second", database_url=database_url, **keys)
    async with Daemon(tmp_path, database_url=database_url, **keys) as first:
        before = await serves(first)
        began = time.monotonic()
        await second.start(wait=False)
        during = await serves(first)

        assert await second.wait() == 1
        print(f"\nthe second gave up after {time.monotonic() - began:.2f} s")
        assert second.output == ""
        (line,) = second.errors.splitlines()
        assert line.startswith("ok2run: Another ok2run uses this database")
        after = await serves(first)

        await first.kill()
        began = time.monotonic()
        async with second:
            print(f"and took over {time.monotonic() - began:.2f} s after the first was killed")
            for path in (before, during, after):
                assert (await call(second, "GET", path, key=AGENT_KEY))["status"] == "approved"
            await serves(second)
            assert await second.terminate() == 0


def many_pending(tx: Transaction) -> Steps[Done[list[str]]]:
    """Approvals that were asked for and shown before the daemon stopped."""
    now = CLOCK.now()
    ids = []
    for number in range(MANY):
        approval = an_approval(created_at=now, expires_at=now + timedelta(hours=1))
        yield from tx.approvals.add(approval)
        card = replace(a_card(approval), kind=CardKind.CARD, message=str(number + 1))
        assert card.target == Target(channel="telegram", address=str(ANA))
        yield from tx.cards.add(card)
        ids.append(approval.id)
    return Done(value=ids)


async def test_a_restart_with_thousands_pending_serves_and_posts_nothing_again(
    tmp_path: Path,
) -> None:
    async with FakeTelegram(clock=CLOCK.now) as telegram:
        ana = telegram.person(ANA, "Ana")
        daemon = Daemon(
            tmp_path,
            APPROVAL_API_KEY=AGENT_KEY,
            ADMIN_API_KEY=ADMIN_KEY,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_BASE=telegram.url,
            ALLOWED_USER_IDS=str(ANA),
            **A_CARD_EACH,
        )
        async with open_store(str(daemon.database)) as store, asyncio.TaskGroup() as tasks:
            tasks.create_task(store.run())
            ids = await store.write(many_pending)
            await store.close()
        async with daemon:
            asked = await call(daemon, "POST", "/v1/approvals", key=AGENT_KEY, json=ASK)
            card = await ana.wait_for_card("Deploy", buttons=True, timeout=30)
            await (await ana.tap("Approve", card=card)).wait(10)
            await card.shows("Approved by Ana")

            new, *old = [f"/v1/approvals/{id}" for id in (asked["approval_id"], ids[0], ids[-1])]
            assert (await call(daemon, "GET", new, key=AGENT_KEY))["status"] == "approved"
            for path in old:
                assert (await call(daemon, "GET", path, key=ADMIN_KEY))["status"] == "pending"
            body = {"decision": "approved"}
            decided = await call(daemon, "POST", f"{old[0]}/decision", key=ADMIN_KEY, json=body)
            assert decided["status"] == "approved"
            assert await daemon.terminate() == 0

        assert [
            call.params["text"].count("Deploy") for call in telegram.called("sendMessage")
        ] == [1]
        edits = [edit.params["message_id"] for edit in telegram.called("editMessageText")]
        assert set(edits) <= {1, card.message_id}
