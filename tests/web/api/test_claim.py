"""Claims over HTTP: the receipt for exactly what was approved, once, to the key that asked."""

from typing import Any

import pytest

from ok2run.digest import digest_of
from ok2run.receipt import Receipt, check
from tests.world import AGENT_KEY, World

NONCE = "nonce-of-the-tests-0001"
WHOLE: dict[str, Any] = {
    "action_type": "Bash",
    "title": "Publish",
    "preview": "git push origin main",
    "params": {"command": "git push origin main", "tries": 2, "share": 0.5},
    "cwd": "/home/ana/shop",
}


@pytest.fixture
async def world(tmp_path):
    async with World.start(f"sqlite:///{tmp_path}/gate.db") as world:
        yield world


async def claimed(world: World, id: str, digest: str, nonce: str = NONCE, key: str = AGENT_KEY):
    body = {"digest": digest, "nonce": nonce}
    return await world.call("POST", f"/v1/approvals/{id}/claim", key=key, json=body)


async def checked(world: World, answer: object, **wanted: str) -> Receipt:
    key = await (await world.call("GET", "/v1/receipts/key", key=None)).json()
    return check(answer, public_key=key["public_key"], now=world.clock.now().timestamp(), **wanted)


async def test_an_approved_action_is_claimed_with_a_receipt_that_its_agent_can_check(world):
    ask = await world.ask(**WHOLE)
    await world.decide(ask["approval_id"])

    response = await claimed(world, ask["approval_id"], digest_of(**WHOLE))

    assert response.status == 200
    receipt = await checked(world, await response.json(), digest=digest_of(**WHOLE), nonce=NONCE)
    assert receipt.approval_id == ask["approval_id"]
    assert receipt.not_after - receipt.claimed_at == 60
