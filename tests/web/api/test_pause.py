"""The gate paused, snoozed and resumed over HTTP: nothing runs meanwhile, and nothing is lost."""

import asyncio

import pytest

from tests.world import ADMIN_KEY, AGENT_KEY, World

BASH = {"action_type": "Bash", "title": "ls", "preview": "ls", "cwd": "/srv/shop"}
ALLOWS = {"name": "ok", "rules": [{"match": {"action": "deploy"}, "decision": "allow"}]}
DENIES = {"name": "no", "rules": [{"match": {"action": "deploy"}, "decision": "deny"}]}


async def admin(world: World, method: str, path: str, **body):
    response = await world.call(method, path, key=ADMIN_KEY, json=body)
    assert response.status == 200, await response.text()
    return await response.json()


async def until_ended(world: World, id: str, state: str) -> dict:
    """Return the approval once it has ended this way."""
    async with asyncio.timeout(10):
        while (found := await world.read(id))["status"] == "pending":
            await asyncio.sleep(0.01)
    assert found["status"] == state
    return found


async def is_released(world: World) -> None:
    async with asyncio.timeout(10):
        while (await admin(world, "GET", "/v1/pause"))["held"]:
            await asyncio.sleep(0.01)


async def test_while_it_is_paused_a_rule_that_allows_lets_nothing_run(world):
    await admin(world, "POST", "/v1/policies", **ALLOWS)
    await admin(world, "POST", "/v1/pause")

    assert (await world.ask())["status"] == "pending"

    assert (await admin(world, "GET", "/v1/pause"))["held"] == 1


async def test_while_it_is_paused_a_grant_lets_nothing_run(world):
    granted = (await world.ask(**BASH))["approval_id"]
    assert (await world.decide(granted, scope="always")).status == 200
    assert (await world.ask(**BASH))["status"] == "approved"
    await admin(world, "POST", "/v1/pause")

    asked = await world.ask(**BASH)

    assert asked["status"] == "pending"
    await admin(world, "POST", "/v1/resume")
    ended = await until_ended(world, asked["approval_id"], "approved")
    assert ended["decision"]["via"] == "grant"


async def test_while_it_is_paused_a_rule_that_denies_denies(world):
    await admin(world, "POST", "/v1/policies", **DENIES)
    await admin(world, "POST", "/v1/pause")

    assert (await world.ask())["status"] == "denied"


async def test_what_was_held_is_judged_by_the_rules_of_the_moment_it_is_resumed(world):
    made = await admin(world, "POST", "/v1/policies", **ALLOWS)
    await admin(world, "POST", "/v1/pause")
    asked = await world.ask()
    await admin(world, "PUT", f"/v1/policies/{made['id']}", **DENIES)

    await admin(world, "POST", "/v1/resume")

    ended = await until_ended(world, asked["approval_id"], "denied")
    assert ended["decision"]["rule"] == "no"


async def test_who_waits_for_a_held_ask_hears_of_its_end(world):
    await admin(world, "POST", "/v1/policies", **ALLOWS)
    await admin(world, "POST", "/v1/pause")

    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(world.ask(query="?wait=60"))
        while not len(world.gate.waiters):
            await asyncio.sleep(0.01)
        await admin(world, "POST", "/v1/resume")

    assert asking.result()["status"] == "approved"


async def test_a_paused_gate_loses_nothing_over_a_restart(build, clock):
    world = await build(users=(1001,))
    await admin(world, "POST", "/v1/policies", **ALLOWS)
    await admin(world, "POST", "/v1/pause")
    allowed = (await world.ask())["approval_id"]
    asking = (await world.ask(**BASH))["approval_id"]
    await world.store.close()

    again = await build(users=(1001,))
    assert (await admin(again, "GET", "/v1/pause")) | {"since": 0} == {
        "paused": True, "snoozed": False, "by": "admin", "since": 0, "until": None, "held": 2,
    }  # fmt: skip
    assert (await again.ask())["status"] == "pending"
    assert (await again.read(allowed))["status"] == "pending"
    await admin(again, "POST", "/v1/resume")

    await until_ended(again, allowed, "approved")
    await is_released(again)
    assert (await again.read(asking))["status"] == "pending"
    cards = await again.store.read(lambda tx: tx.cards.of(asking))
    assert [card.target.address for card in cards] == ["1001"]


async def test_a_pause_with_an_end_resumes_by_itself(world, clock):
    await admin(world, "POST", "/v1/policies", **ALLOWS)
    await admin(world, "POST", "/v1/pause", for_sec=600)
    asked = (await world.ask())["approval_id"]

    clock.advance(seconds=601)

    ended = await until_ended(world, asked, "approved")
    assert ended["decision"]["rule"] == "ok"
    assert (await admin(world, "GET", "/v1/pause"))["paused"] is False


async def test_what_is_held_expires_at_its_time_and_says_that_the_gate_was_paused(world, clock):
    await admin(world, "POST", "/v1/pause")
    asked = (await world.ask(expires_in_sec=60))["approval_id"]

    clock.advance(seconds=61)

    assert (await until_ended(world, asked, "expired"))["end_reason"] == "the gate was paused"
    await admin(world, "POST", "/v1/resume")
    await is_released(world)
    assert (await world.read(asked))["status"] == "expired"


async def test_a_person_may_decide_what_is_held(world):
    await admin(world, "POST", "/v1/pause")
    asked = (await world.ask())["approval_id"]

    assert (await world.decide(asked, "denied")).status == 200

    await admin(world, "POST", "/v1/resume")
    await is_released(world)
    assert (await world.read(asked))["status"] == "denied"


async def test_alike_asks_that_were_held_share_a_card_again(build):
    world = await build(users=(1001,))
    await admin(world, "POST", "/v1/pause")
    ids = [(await world.ask(**BASH))["approval_id"] for _ in range(3)]

    await admin(world, "POST", "/v1/resume")
    await is_released(world)

    found = [await world.store.read(lambda tx, id=id: tx.approvals.get(id)) for id in ids]
    assert sorted(one.copies for one in found) == [0, 0, 2]
    leader = next(one for one in found if one.copies)
    assert {one.copy_of for one in found if one is not leader} == {leader.id}


async def test_while_it_is_snoozed_what_people_would_be_asked_is_handed_back_at_once(world, clock):
    await admin(world, "POST", "/v1/snooze", for_sec=3600)

    asked = await world.ask(query="?wait=60")

    assert asked["status"] == "expired"
    assert asked["decision"] is None
    until = f"{clock.now().replace(hour=clock.now().hour + 1):%H:%M}"
    assert asked["end_reason"] == f"handed back: snoozed until {until} UTC"
    assert (await world.read(asked["approval_id"]))["ruling"]["silence"] == "hand_back"


async def test_while_it_is_snoozed_rules_and_grants_go_on(world):
    granted = (await world.ask(**BASH))["approval_id"]
    await world.decide(granted, scope="always")
    await admin(world, "POST", "/v1/policies", **ALLOWS)
    await admin(world, "POST", "/v1/snooze", for_sec=3600)

    assert (await world.ask())["status"] == "approved"
    assert (await world.ask(**BASH))["status"] == "approved"


async def test_a_snooze_ends_by_itself(world, clock):
    await admin(world, "POST", "/v1/snooze", for_sec=60)

    clock.advance(seconds=61)

    assert (await world.ask())["status"] == "pending"


async def test_a_snooze_hands_back_what_a_pause_held(world):
    await admin(world, "POST", "/v1/pause")
    held = (await world.ask())["approval_id"]

    await admin(world, "POST", "/v1/snooze", for_sec=3600)

    assert (await until_ended(world, held, "expired"))["end_reason"].startswith("handed back")


async def test_health_says_that_the_gate_is_paused_and_stays_well(world):
    before = await (await world.call("GET", "/health", key=None)).json()
    await admin(world, "POST", "/v1/pause")

    response = await world.call("GET", "/health", key=None)

    assert before == {"status": "ok"}
    assert (response.status, await response.json()) == (200, {"status": "ok", "paused": True})


@pytest.mark.parametrize("path", ["/v1/pause", "/v1/snooze", "/v1/resume"])
async def test_an_agent_may_not_halt_the_gate(world, path):
    response = await world.call("POST", path, key=AGENT_KEY, json={"for_sec": 60})

    assert response.status == 403
    assert (await admin(world, "GET", "/v1/pause"))["paused"] is False


async def test_who_paused_and_resumed_is_in_the_audit(world):
    await admin(world, "POST", "/v1/pause", for_sec=60)
    await admin(world, "POST", "/v1/resume")

    entries = await world.store.read(lambda tx: tx.audit.after(0, limit=1000))

    halts = [one.record for one in entries if one.record.kind.startswith("gate.")]
    assert [one.kind for one in halts] == ["gate.paused", "gate.resumed"]
    assert halts[0].actor == halts[1].actor
    assert halts[0].actor.startswith("key:")
