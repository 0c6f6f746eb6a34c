"""Claims over HTTP: the receipt for exactly what was approved, once, to the key that asked."""

import asyncio
import base64
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rfc8785 import dumps

from bot.core.receipt import Claim
from bot.gate.steps import Done
from ok2run.digest import digest_of
from ok2run.receipt import InvalidReceipt, check
from tests.world import ADMIN_KEY, AGENT_KEY, OTHER_KEY

NONCE = "nonce-of-the-tests-0001"
WHOLE: dict[str, Any] = {
    "action_type": "Bash",
    "title": "Publish ☂",
    "preview": "git push origin main",
    "params": {"command": "git push", "tries": 2, "share": 0.5, "ﬀ": 1e21, "🙂": [None, True]},
    "cwd": "/home/ana/shop",
}
CHANGED = {
    "action_type": "bash",
    "title": "Publish ☁",
    "preview": "git push origin maim",
    "params": {**WHOLE["params"], "share": 0.5000000000000001},
    "cwd": "/home/ana/shop/",
}
RACERS = 50


async def claim(world, id, digest, *, nonce=NONCE, key=AGENT_KEY):
    body = {"digest": digest, "nonce": nonce}
    return await world.call("POST", f"/v1/approvals/{id}/claim", key=key, json=body)


async def told(response, status, code):
    answer = await response.json()
    assert (response.status, answer["code"]) == (status, code), answer
    return answer


async def public_key(world):
    return await (await world.call("GET", "/v1/receipts/key", key=None)).json()


async def kinds(world, id):
    answer = await (await world.call("GET", f"/v1/approvals/{id}/audit")).json()
    return Counter(entry["kind"] for entry in answer["entries"])


@pytest.fixture
async def approved(world):
    """The id of an approved action."""
    id = (await world.ask(**WHOLE))["approval_id"]
    assert (await world.decide(id)).status == 200
    return id


async def test_what_was_approved_is_claimed_with_a_receipt_that_its_agent_can_check(
    world, clock, approved
):
    response = await claim(world, approved, digest_of(**WHOLE))

    assert response.status == 200
    key = await public_key(world)
    answer = await response.json()
    receipt = check(
        answer,
        public_key=key["public_key"],
        digest=digest_of(**WHOLE),
        nonce=NONCE,
        now=clock.now().timestamp(),
        approval_id=approved,
    )
    assert receipt.claimed_at == clock.now().timestamp()
    assert receipt.not_after == receipt.claimed_at + 60
    assert (receipt.by, receipt.via, receipt.code) == ("admin", "api", "1")
    assert (receipt.key_id, answer["key_id"]) == (key["key_id"], key["key_id"])
    assert key["alg"] == "Ed25519"
    assert (await world.read(approved))["claimed_at"] == clock.now().timestamp()


async def test_the_same_nonce_gets_the_same_receipt_for_ever_and_its_time_runs_out(
    world, clock, approved
):
    first = await claim(world, approved, digest_of(**WHOLE))
    clock.advance(days=30)

    again = await claim(world, approved, digest_of(**WHOLE))

    assert (again.status, await again.read()) == (200, await first.read())
    assert (await kinds(world, approved))["approval.claimed"] == 1
    key = (await public_key(world))["public_key"]
    wanted = {"public_key": key, "digest": digest_of(**WHOLE), "nonce": NONCE}
    with pytest.raises(InvalidReceipt, match="no longer valid"):
        check(await again.json(), now=clock.now().timestamp(), **wanted)


async def test_another_nonce_gets_nothing_and_is_remembered(world, approved):
    await claim(world, approved, digest_of(**WHOLE))

    await told(
        await claim(world, approved, digest_of(**WHOLE), nonce="n" * 16), 409, "claimed_already"
    )

    assert (await kinds(world, approved))["claim.refused"] == 1


@pytest.mark.parametrize("field", CHANGED)
async def test_whatever_was_changed_since_is_refused_and_remembered(world, approved, field):
    digest = digest_of(**WHOLE | {field: CHANGED[field]})

    await told(await claim(world, approved, digest), 409, "digest_differs")

    assert (await kinds(world, approved))["claim.refused"] == 1
    assert (await world.read(approved))["claimed_at"] is None
    assert (await claim(world, approved, digest_of(**WHOLE))).status == 200


async def test_a_change_by_the_person_is_what_is_claimed(world):
    id = (await world.ask(**WHOLE))["approval_id"]
    change = "git push origin main --dry-run"
    decided = await (await world.decide(id, override=change)).json()

    await told(await claim(world, id, digest_of(**WHOLE)), 409, "digest_differs")
    response = await claim(world, id, digest_of(**WHOLE, override=change))

    assert response.status == 200
    assert decided["decision"]["digest"] == digest_of(**WHOLE, override=change)
    assert decided["digest"] == digest_of(**WHOLE)


async def test_a_decision_tells_the_digest_that_it_is_for(world, approved):
    read = await world.read(approved)

    assert read["decision"]["digest"] == read["digest"] == digest_of(**WHOLE)


async def test_what_nobody_approved_is_not_claimed(world, clock):
    waiting = await world.ask(**WHOLE)
    denied = (await world.ask(**WHOLE, session_id="2"))["approval_id"]
    await world.decide(denied, "denied")
    gone = (await world.ask(**WHOLE | {"title": "x"}))["approval_id"]
    await world.call("DELETE", f"/v1/approvals/{gone}")

    for id, digest, state in (
        (waiting["approval_id"], digest_of(**WHOLE), "pending"),
        (denied, digest_of(**WHOLE), "denied"),
        (gone, digest_of(**WHOLE | {"title": "x"}), "withdrawn"),
    ):
        answer = await told(await claim(world, id, digest), 409, "not_approved")
        assert answer["status"] == state
    clock.advance(hours=2)
    await world.timers.work()
    answer = await told(
        await claim(world, waiting["approval_id"], digest_of(**WHOLE)), 409, "not_approved"
    )
    assert answer["status"] == "expired"


async def test_a_question_is_answered_and_never_claimed(world):
    asked = await world.ask(options=["A", "B"])
    await world.decide(asked["approval_id"], answers=["A"])

    await told(await claim(world, asked["approval_id"], asked["digest"]), 409, "not_an_action")


async def test_another_key_finds_nothing_to_claim(world, approved):
    for key in (OTHER_KEY, ADMIN_KEY):
        await told(await claim(world, approved, digest_of(**WHOLE), key=key), 404, "not_found")

    assert (await claim(world, approved, digest_of(**WHOLE))).status == 200


async def test_what_was_approved_long_ago_is_not_claimed(world, clock):
    soon = (await world.ask(**WHOLE, expires_in_sec=60))["approval_id"]
    late = (await world.ask(**WHOLE, expires_in_sec=60, session_id="2"))["approval_id"]
    for id in (soon, late):
        await world.decide(id)

    clock.advance(minutes=10)
    assert (await claim(world, soon, digest_of(**WHOLE))).status == 200
    clock.advance(seconds=1)
    await told(await claim(world, late, digest_of(**WHOLE)), 410, "too_late")

    assert (await kinds(world, late))["claim.refused"] == 1


async def test_what_a_grant_or_a_rule_allowed_is_claimed_too(world):
    policy = {"name": "reads", "rules": [{"match": {"action": "Read"}, "decision": "allow"}]}
    await world.call("POST", "/v1/policies", key=ADMIN_KEY, json=policy)
    first = await world.ask(**WHOLE | {"action_type": "test"})
    await world.decide(first["approval_id"], scope="always")

    for kind, via in (("test", "grant"), ("Read", "rule")):
        ask = await world.ask(**WHOLE | {"action_type": kind})
        response = await claim(world, ask["approval_id"], ask["digest"])
        receipt = (await response.json())["receipt"]
        assert (ask["auto"], receipt["via"], receipt["approver_id"]) == (True, via, None)


@pytest.mark.parametrize(
    "body",
    [
        {"digest": "a" * 64},
        {"nonce": NONCE},
        {"digest": "a" * 63, "nonce": NONCE},
        {"digest": "A" * 64, "nonce": NONCE},
        {"digest": "a" * 64 + "\n", "nonce": NONCE},
        {"digest": "a" * 64, "nonce": "n" * 15},
        {"digest": "a" * 64, "nonce": "n" * 129},
        {"digest": "a" * 64, "nonce": "n" * 15 + " "},
        {"digest": "a" * 64, "nonce": "n" * 16 + "\n"},
        {"digest": "a" * 64, "nonce": "n" * 15 + "ä"},
        {"digest": "a" * 64, "nonce": 10**20},
    ],
)
async def test_a_malformed_claim_is_refused(world, approved, body):
    response = await world.call("POST", f"/v1/approvals/{approved}/claim", json=body)

    assert response.status == 422


async def test_of_fifty_who_claim_at_once_one_gets_the_receipt(world, approved):
    async def run(number):
        response = await claim(
            world, approved, digest_of(**WHOLE), nonce=f"nonce-of-racer-{number:03}"
        )
        return number, response.status, (await world.read(approved))["claimed_at"], response

    told = await asyncio.gather(*map(run, range(RACERS)))

    assert Counter(status for _, status, *_ in told) == {200: 1, 409: RACERS - 1}
    assert all(at is not None for _, _, at, _ in told), "each was told after the commit"
    ((winner, _, _, response),) = [each for each in told if each[1] == 200]
    assert (await response.json())["receipt"]["nonce"] == f"nonce-of-racer-{winner:03}"
    assert (await kinds(world, approved))["approval.claimed"] == 1


async def test_the_race_would_notice_a_claim_that_reads_first_and_writes_after(world, approved):
    async def run(number):
        """Claim as no gate should: see that there is none, then write over what came since."""
        kept = Claim(nonce=str(number), receipt="{}", signature="", key_id="")
        if await world.store.read(lambda tx: tx.approvals.claim_of(approved)) is None:
            work = partial(_claim_anyway, id=approved, kept=kept, at=world.clock.now())
            return await world.store.write(work)
        return False

    told = await asyncio.gather(*map(run, range(RACERS)))

    assert sum(told) > 1


def _claim_anyway(tx, *, id, kept, at):
    steps = tx.approvals.claim(id, kept, at=at)
    statement, parameters = next(steps)
    steps.close()
    careless = _without(statement, " AND claim IS NULL")
    rows = yield careless, parameters
    return Done(value=bool(rows))


def _without(statement, condition):
    changed = {
        name: getattr(statement, name).replace(condition, "")
        for name in ("text", "numbered", "marked")
    }
    assert changed["text"] != statement.text
    return replace(statement, **changed)


async def test_the_signature_is_over_the_canonical_json_of_the_receipt(world, approved):
    answer = await (await claim(world, approved, digest_of(**WHOLE))).json()

    key = base64.b64decode((await public_key(world))["public_key"])
    Ed25519PublicKey.from_public_bytes(key).verify(
        base64.b64decode(answer["signature"]), dumps(answer["receipt"])
    )
