"""A claim whose answer was lost with the process is not lost."""

import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.daemon import Daemon, command, program
from tests.test_daemon import KEYS, call
from tests.world import ADMIN_KEY, AGENT_KEY, ORDINARY


async def answered(daemon: Daemon, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
    """Return status and bytes of the answer to an agent."""
    headers = {"Authorization": f"Bearer {AGENT_KEY}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(daemon.url + path, json=body, headers=headers) as answer,
    ):
        return answer.status, await answer.read()


async def test_killed_between_commit_and_answer_it_gives_the_same_nonce_its_receipt(
    tmp_path: Path, database_url: str
) -> None:
    dying = program(sys.executable, "-m", "tests.faults.silent")
    async with Daemon(tmp_path, launch=dying, database_url=database_url, **KEYS) as daemon:
        asked = await call(daemon, "POST", "/v1/approvals", body=ORDINARY)
        path = f"/v1/approvals/{asked['approval_id']}"
        approval = {"decision": "approved"}
        await call(daemon, "POST", f"{path}/decision", key=ADMIN_KEY, body=approval)
        claim = {"digest": asked["digest"], "nonce": "nonce-of-the-tests-0001"}
        with pytest.raises(aiohttp.ClientError):
            await answered(daemon, f"{path}/claim", claim)
        await daemon.wait()

        await daemon.start(launch=command())
        first = await answered(daemon, f"{path}/claim", claim)
        other = await answered(daemon, f"{path}/claim", claim | {"nonce": "n" * 16})
        await daemon.kill()
        await daemon.start(launch=command())
        again = await answered(daemon, f"{path}/claim", claim)
        audit = await call(daemon, "GET", f"{path}/audit")

    assert (first[0], other[0]) == (200, 409)
    assert again == first
    kinds = [entry["kind"] for entry in audit["entries"]]
    assert kinds.count("approval.claimed") == 1
