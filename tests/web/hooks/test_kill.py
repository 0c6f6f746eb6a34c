"""The daemon is killed while a hook waits: nothing is lost, and the same hook joins what waits."""

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession

from tests.daemon import Daemon
from tests.web.hooks.recorded import permission
from tests.world import ADMIN_KEY, AGENT_KEY


async def sent(session: ClientSession, daemon: Daemon, *, limit: int) -> Any:
    """Send the hook; None where the connection is lost."""
    headers = {"Authorization": f"Bearer {AGENT_KEY}"}
    url = f"{daemon.url}/v1/hooks/claude-code?limit={limit}"
    try:
        async with session.post(url, json=permission(), headers=headers) as answer:
            return await answer.json()
    except ClientError:
        return None


async def approvals(session: ClientSession, daemon: Daemon) -> list[Any]:
    """Return all approvals, once there is one."""
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    async with asyncio.timeout(20):
        while True:
            async with session.get(f"{daemon.url}/v1/approvals", headers=headers) as answer:
                found: list[Any] = (await answer.json())["approvals"]
            if found:
                return found
            await asyncio.sleep(0.02)


async def test_a_hook_that_comes_again_after_a_kill_joins_what_waits(tmp_path: Path):
    keys = {"APPROVAL_API_KEY": AGENT_KEY, "ADMIN_API_KEY": ADMIN_KEY}
    async with (
        Daemon(tmp_path, **keys) as daemon,
        ClientSession() as session,
        asyncio.TaskGroup() as tasks,
    ):
        first = tasks.create_task(sent(session, daemon, limit=120))
        (asked,) = await approvals(session, daemon)
        await daemon.kill()
        assert await first is None

        await daemon.start()
        (kept,) = await approvals(session, daemon)
        assert (kept["approval_id"], kept["status"]) == (asked["approval_id"], "pending")
        assert await sent(session, daemon, limit=12) == {}

        (ended,) = await approvals(session, daemon)
        assert (ended["approval_id"], ended["status"]) == (asked["approval_id"], "withdrawn")
