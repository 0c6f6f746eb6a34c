"""A grant is one plain tap of anybody: a rule that wants more than that asks in spite of it."""

from collections.abc import Iterable
from typing import Any

import pytest

from bot.core.approval import Approval
from bot.core.decision import Via
from bot.core.errors import InvalidAsk, NotAskedHere
from tests.world import ADMIN_KEY, World

# What a rule may want of those it asks, none of which a standing approval brings with it.
WANTED = [
    {"approvers": ["ana"]},
    {"approvers": ["nobody of this name"]},
    {"quorum": 2},
    {"approvers": ["ana", "ben"], "quorum": 2},
    {"deny_threshold": 2},
    {"confirm": "tap"},
    {"confirm": "number"},
    {"require_reason": True},
    {"strict": True},
]
# What leaves it at a plain tap, wherever and whenever people are asked.
PLAIN: list[dict[str, Any]] = [
    {},
    {"channels": ["telegram"]},
    {"remind": ["5m"]},
    {"silence": "hand_back"},
    {"expires_in": "10m"},
]


@pytest.fixture
async def world(build) -> World:
    """A gate where a person has said Always to a deployment; each case's rule is in force."""
    world = await build()
    before = await world.ask()
    assert (await world.decide(before["approval_id"], scope="always")).status == 200
    rules = [
        {"match": {"action": "deploy", "params.case": case}, "decision": "ask", **routing}
        for case, routing in enumerate((*WANTED, *PLAIN))
    ]
    await admin(world, "POST", "/v1/policies", json={"name": "deployments", "rules": rules})
    return world


async def admin(world: World, method: str, path: str, **more: Any) -> Any:
    response = await world.call(method, path, key=ADMIN_KEY, **more)
    assert response.status == 200, await response.text()
    return await response.json()


async def asked(world: World, cases: Iterable[int]) -> list[Approval]:
    """Ask for a deployment under each of these cases' rules."""
    found = []
    for case in cases:
        answer = await world.ask(title=f"Deploy 1.{case}", params={"case": case})
        found.append(await world.gate.any(answer["approval_id"]))
    return found


async def uses(world: World) -> int:
    (grant,) = (await admin(world, "GET", "/v1/grants"))["grants"]
    used: int = grant["uses"]
    return used


def routings(approvals: Iterable[Approval]) -> list[dict[str, Any]]:
    """Return what the rules say that these were asked under."""
    every = (*WANTED, *PLAIN)
    return [every[int(str(approval.action.params["case"]))] for approval in approvals]


async def test_what_a_rule_wants_of_people_no_grant_stands_for(world: World):
    found = await asked(world, range(len(WANTED)))

    assert routings(one for one in found if not one.is_pending) == []
    assert await uses(world) == 0
    for one in found:
        entries = await world.store.read(lambda tx, id=one.id: tx.audit.of(id))
        assert [entry.record.kind for entry in entries] == ["approval.asked"]


async def test_a_rule_that_only_has_people_asked_lets_a_grant_answer(world: World):
    found = await asked(world, range(len(WANTED), len(WANTED) + len(PLAIN)))

    answered = [one for one in found if one.decision and one.decision.via is Via.GRANT]
    assert routings(answered) == PLAIN
    assert await uses(world) == len(PLAIN)


async def test_what_no_grant_stands_for_makes_none(world: World):
    for one in await asked(world, range(len(WANTED))):
        refused = await world.decide(one.id, scope="always", note="looked")

        assert refused.status in {InvalidAsk.http_status, NotAskedHere.http_status}
        assert (await world.gate.any(one.id)).is_pending
    assert await uses(world) == 0  # of the only one there is


async def test_a_pause_between_changes_nothing_about_it(world: World):
    await admin(world, "POST", "/v1/pause", json={})
    held = await asked(world, range(len(WANTED)))

    await admin(world, "POST", "/v1/resume", json={})
    await world.gate.chores()

    assert (await admin(world, "GET", "/v1/pause"))["held"] == 0
    after = [await world.gate.any(one.id) for one in held]
    assert routings(one for one in after if not one.is_pending) == []
    assert await uses(world) == 0
