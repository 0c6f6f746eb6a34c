"""Written rules over HTTP: what they let pass, what they refuse, and how they are changed."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.gate.backtest import ROWS_AT_ONCE
from tests.daemon import until
from tests.fakes.clock import FakeClock
from tests.store.kit import unit
from tests.world import ADMIN_KEY, AGENT_KEY, World

READS = {
    "name": "read-only git",
    "priority": 10,
    "rules": [
        {
            "match": {"action": "Bash", "command": {"begins_with": ["git", "status"]}},
            "decision": "allow",
            "because": "reads only",
        }
    ],
}
NO_FORCE = {
    "name": "no force",
    "priority": 20,
    "rules": [
        {
            "match": {"action": "Bash", "command": {"runs": "shutdown"}},
            "decision": "deny",
            "strict": True,
            "because": "this machine stays on",
        }
    ],
}
PAYMENTS = {
    "name": "payments",
    "rules": [
        {
            "match": {"action": "order", "params.amount": {"gte": 1000}},
            "decision": "ask",
            "strict": True,
            "quorum": 2,
            "expires_in": "2h",
            "because": "a thousand or more",
        }
    ],
}


async def admin(world: World, method: str, path: str, status: int, **more: Any) -> Any:
    response = await world.call(method, path, key=ADMIN_KEY, **more)
    text = await response.text()
    assert response.status == status, text
    return json.loads(text)


async def made(world: World, policy: dict[str, Any]) -> str:
    id: str = (await admin(world, "POST", "/v1/policies", 200, json=policy))["id"]
    return id


async def ran(world: World, command: str, **more: Any) -> dict[str, Any]:
    body = {
        "session_id": "s1",
        "action_type": "Bash",
        "title": command,
        "preview": command,
        "params": {"command": command},
        **more,
    }
    response = await world.call("POST", "/v1/approvals", json=body)
    assert response.status == 200, await response.text()
    answer: dict[str, Any] = await response.json()
    return answer


async def test_a_rule_allows_what_it_says_and_is_named(world: World):
    await made(world, READS)

    allowed = await ran(world, "git status --short")
    assert (allowed["status"], allowed["auto"]) == ("approved", True)
    assert allowed["decision"]["rule"] == "read-only git"
    assert (allowed["decision"]["via"], allowed["decision"]["note"]) == ("rule", "reads only")
    response = await world.call("GET", f"/v1/approvals/{allowed['approval_id']}/audit")
    entries = (await response.json())["entries"]
    assert [entry["kind"] for entry in entries] == ["approval.asked", "approval.approved"]
    assert entries[1]["actor"] == "rule:read-only git"

    for command in ("git status; rm -rf .", "git push", "git status && id", "git  status"):
        assert (await ran(world, command))["status"] == "pending"


async def test_a_rule_denies_and_the_agent_is_told_why(world: World):
    await made(world, NO_FORCE)

    denied = await ran(world, "true && sudo shutdown -h now")

    assert (denied["status"], denied["auto"]) == ("denied", True)
    assert denied["decision"]["note"] == "this machine stays on"


async def test_no_grant_satisfies_a_strict_ask(world: World):
    id = await made(world, {**PAYMENTS, "enabled": False})
    pay = {"action_type": "order", "params": {"amount": 5000}}
    first = await ran(world, "pay the baker", **pay)
    await admin(
        world,
        "POST",
        f"/v1/approvals/{first['approval_id']}/decision",
        200,
        json={"decision": "approved", "scope": "always"},
    )

    assert (await ran(world, "pay the baker", **pay))["status"] == "approved"
    await admin(world, "PATCH", f"/v1/policies/{id}", 200, json={"enabled": True})
    asked = await ran(world, "pay the baker", **pay)
    small = {"action_type": "order", "params": {"amount": 10}}

    assert asked["status"] == "pending"
    read = await world.read(asked["approval_id"])
    assert read["ruling"]["because"] == "a thousand or more"
    assert (read["ruling"]["quorum"], read["ruling"]["strict"]) == (2, True)
    assert read["expires_at"] - read["created_at"] == 7200
    assert (await ran(world, "pay the baker", **small))["status"] == "approved"


@pytest.mark.parametrize("params", [{}, {"amount": "5000"}, {"amount": None}, {"Amount": 5000}])
async def test_what_a_rule_cannot_evaluate_asks(world: World, params):
    await made(world, PAYMENTS)
    everything = {"match": {"action": "order"}, "decision": "allow"}
    await made(world, {"name": "everything", "rules": [everything]})

    asked = await ran(world, "pay", action_type="order", params=params)

    assert asked["status"] == "pending"
    read = await world.read(asked["approval_id"])
    assert "could not be evaluated" in read["ruling"]["because"]


async def test_the_floor_asks_although_a_rule_allows(world: World):
    await made(world, {"name": "all", "rules": [{"match": {}, "decision": "allow"}]})

    assert (await ran(world, "npm test"))["status"] == "approved"
    asked = await ran(world, "rm -rf ~/backups")
    assert asked["status"] == "pending"
    read = await world.read(asked["approval_id"])
    assert "deletes-outside" in read["ruling"]["because"]


async def test_a_change_acts_on_the_very_next_request(world: World):
    id = await made(world, READS)
    assert (await ran(world, "git status"))["status"] == "approved"

    changed = {**READS, "rules": [{**READS["rules"][0], "decision": "deny"}]}
    await admin(world, "PUT", f"/v1/policies/{id}", 200, json=changed)
    assert (await ran(world, "git status"))["status"] == "denied"

    await admin(world, "PATCH", f"/v1/policies/{id}", 200, json={"enabled": False})
    assert (await ran(world, "git status"))["status"] == "pending"
    assert (await admin(world, "GET", f"/v1/policies/{id}", 200))["enabled"] is False

    await admin(world, "DELETE", f"/v1/policies/{id}", 200)
    await admin(world, "GET", f"/v1/policies/{id}", 404)
    assert (await ran(world, "git status"))["status"] == "pending"


async def test_policies_are_listed_in_the_order_in_which_they_are_judged(world: World):
    last, first = await made(world, PAYMENTS), await made(world, READS)

    listed = await admin(world, "GET", "/v1/policies", 200)
    assert [one["id"] for one in listed["policies"]] == [first, last]

    await admin(world, "PATCH", f"/v1/policies/{last}", 200, json={"priority": 1})
    listed = await admin(world, "GET", "/v1/policies", 200)
    assert [one["id"] for one in listed["policies"]] == [last, first]


async def test_policies_are_judged_by_after_a_restart(build):
    world = await build()
    await made(world, READS)

    await world.store.close()
    again = await build()

    assert (await ran(again, "git status"))["status"] == "approved"


async def test_every_fault_of_a_policy_is_told_and_nothing_is_kept(world: World):
    wrong = {
        "name": "wrong",
        "rules": [
            {"match": {"colour": "red"}, "decision": "allow"},
            {"match": {"action": {"regex": "("}}, "decision": "perhaps"},
            {
                "match": {"command": "ls"},
                "decision": "allow",
                "matches": ["rm -rf /"],
            },
        ],
    }

    refused = await admin(world, "POST", "/v1/policies", 422, json=wrong)

    told = "\n".join(fault["msg"] for fault in refused["detail"])
    for word in ("colour", "regex", "decision", "matches"):
        assert word in told
    assert refused["code"] == "invalid"
    assert (await admin(world, "GET", "/v1/policies", 200))["policies"] == []


async def test_two_policies_never_have_one_name(world: World):
    await made(world, READS)
    other = await made(world, PAYMENTS)

    for method, path in (("POST", "/v1/policies"), ("PUT", f"/v1/policies/{other}")):
        refused = await admin(world, method, path, 409, json=READS)
        assert refused["code"] == "policy_name_taken"


async def test_agents_neither_see_nor_change_policies(world: World):
    id = await made(world, READS)

    for method, path in (
        ("GET", "/v1/policies"),
        ("GET", f"/v1/policies/{id}"),
        ("POST", "/v1/policies"),
        ("PUT", f"/v1/policies/{id}"),
        ("PATCH", f"/v1/policies/{id}"),
        ("DELETE", f"/v1/policies/{id}"),
        ("POST", "/v1/policies/explain"),
        ("POST", "/v1/policies/backtest"),
    ):
        response = await world.call(method, path, key=AGENT_KEY, json=READS)
        assert response.status == 403, (method, path)


async def test_an_explanation_names_the_rule_and_why_not_each_other(world: World):
    await made(world, READS)
    await made(world, NO_FORCE)

    told = await admin(
        world,
        "POST",
        "/v1/policies/explain",
        200,
        json={"action": "Bash", "params": {"command": "git status"}},
    )

    assert (told["verdict"], told["policy"], told["number"]) == ("allow", "read-only git", 1)
    assert [(rule["policy"], rule["matches"]) for rule in told["rules"]] == [
        ("read-only git", True),
        ("no force", False),
    ]
    assert told["rules"][1]["why_not"]


async def test_every_change_of_a_policy_is_in_the_audit(world: World):
    id = await made(world, READS)
    await admin(world, "PATCH", f"/v1/policies/{id}", 200, json={"priority": 5})
    await admin(world, "DELETE", f"/v1/policies/{id}", 200)

    entries = await world.store.read(lambda tx: tx.audit.after(0, limit=50))

    kinds = [entry.record.kind for entry in entries if entry.record.kind.startswith("policy.")]
    assert kinds == ["policy.made", "policy.changed", "policy.removed"]


async def test_a_policy_that_cannot_be_read_any_more_makes_everything_ask(build):
    world = await build()
    id = await made(world, READS)
    kept = await world.store.read(lambda tx: tx.policies.get(id))
    document = {**kept.document, "rules": [{"match": {"from": "the future"}, "decision": "deny"}]}
    await world.store.write(unit(lambda tx: tx.policies.change(replace(kept, document=document))))

    await world.store.close()
    again = await build()

    asked = await ran(again, "git status")
    assert asked["status"] == "pending"
    assert "can't be read" in (await again.read(asked["approval_id"]))["ruling"]["because"]


@pytest.mark.parametrize("document", [{"rules": [{"match": {"from": "x"}}]}, {}, {"rules": 5}])
async def test_one_that_cannot_be_read_is_listed_with_its_fault_and_can_be_put_right(
    world: World, document
):
    id, other = await made(world, READS), await made(world, NO_FORCE)
    kept = await world.store.read(lambda tx: tx.policies.get(id))
    await world.store.write(unit(lambda tx: tx.policies.change(replace(kept, document=document))))

    listed = (await admin(world, "GET", "/v1/policies", 200))["policies"]
    alone = await admin(world, "GET", f"/v1/policies/{id}", 200)
    await admin(world, "PATCH", f"/v1/policies/{other}", 200, json={"priority": 5})
    asked = await ran(world, "git status")
    changed = await admin(world, "PUT", f"/v1/policies/{id}", 200, json=READS)
    allowed = await ran(world, "git status")

    assert {one["name"]: bool(one["faults"]) for one in listed} == {
        "read-only git": True,
        "no force": False,
    }
    assert alone["faults"]
    assert alone["rules"] == []
    assert asked["status"] == "pending"
    assert changed["faults"] == []
    assert allowed["status"] == "approved"


async def test_one_that_cannot_be_read_can_be_removed(world: World):
    id = await made(world, READS)
    kept = await world.store.read(lambda tx: tx.policies.get(id))
    await world.store.write(unit(lambda tx: tx.policies.change(replace(kept, document={}))))

    await admin(world, "DELETE", f"/v1/policies/{id}", 200)

    assert (await admin(world, "GET", "/v1/policies", 200))["policies"] == []


async def answered(world: World, command: str, decision: str, **more: Any) -> str:
    """Ask for a command and have it decided; return the approval's id."""
    id: str = (await ran(world, command, **more))["approval_id"]
    body = {"decision": decision}
    await admin(world, "POST", f"/v1/approvals/{id}/decision", 200, json=body)
    return id


async def tried(world: World, status: int = 200, **body: Any) -> Any:
    return await admin(world, "POST", "/v1/policies/backtest", status, json=body)


def allows(*words: str, name: str = "tried", **more: Any) -> dict[str, Any]:
    rule = {"match": {"command": {"begins_with": list(words)}}, "decision": "allow", **more}
    return {"name": name, "rules": [rule]}


async def test_a_backtest_tells_where_people_decided_otherwise_the_worst_first(
    world: World, clock: FakeClock
):
    installed = await answered(world, "npm ci", "approved")
    denied = [await answered(world, "make deploy", "denied")]
    clock.advance(seconds=1)
    denied += [await answered(world, "make deploy", "denied")]
    await answered(world, "make docs", "approved")
    await answered(world, "cargo run", "denied")
    await ran(world, "make later")
    no_install = {"match": {"command": "npm ci"}, "decision": "deny", "because": "offline"}
    policy = allows("make", name="builds")
    policy["rules"] += [no_install]

    told = await tried(world, policy=policy)

    assert {word: told[word] for word in ("judged", "allowed", "denied", "asked")} == {
        "judged": 5,
        "allowed": 3,
        "denied": 1,
        "asked": 1,
    }
    assert (told["differing"], told["left_off"]) == (3, 0)
    worst, other = told["differences"]
    assert worst.pop("created_at") > 0
    by = (await world.read(denied[0]))["decision"]["by"]
    agent = (await world.read(denied[0]))["agent"]
    assert worst == {
        "approval_id": denied[1],
        "title": "make deploy",
        "action_type": "Bash",
        "agent": agent,
        "answer": "denied",
        "by": by,
        "verdict": "allow",
        "policy": "builds",
        "number": 1,
        "name": "",
        "because": "",
        "count": 2,
    }
    assert (other["approval_id"], other["verdict"]) == (installed, "deny")
    assert (other["number"], other["because"]) == (2, "offline")


async def test_what_nobody_answered_is_told_so(world: World, clock: FakeClock):
    id = (await ran(world, "make docs", expires_in_sec=60))["approval_id"]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(world.read(id, query="?wait=3600"))
        await until(lambda: len(world.gate.waiters) == 1)
        clock.advance(seconds=61)

    (difference,) = (await tried(world, policy=allows("make")))["differences"]

    assert (difference["answer"], difference["by"]) == ("unanswered", None)


async def test_a_backtest_keeps_nothing(world: World):
    await tried(world, policy=allows("make"))

    assert (await ran(world, "make docs"))["status"] == "pending"
    assert (await admin(world, "GET", "/v1/policies", 200))["policies"] == []


async def test_a_policy_on_trial_takes_the_place_of_its_namesake_beside_the_others(world: World):
    await answered(world, "git status", "approved")
    await answered(world, "true && sudo shutdown -h now", "denied")
    await made(world, READS)
    await made(world, NO_FORCE)
    fewer = {**READS, "rules": []}

    beside = await tried(world, policies=[fewer])
    alone = await tried(world, policies=[fewer], alone=True)
    in_force = await tried(world, policies=[])

    assert (beside["allowed"], beside["denied"], beside["asked"]) == (0, 1, 1)
    assert (alone["allowed"], alone["denied"], alone["asked"]) == (0, 0, 2)
    assert (in_force["allowed"], in_force["denied"], in_force["asked"]) == (1, 1, 0)


async def test_a_backtest_looks_at_the_newest_and_reads_beyond_a_page(
    world: World, clock: FakeClock
):
    for number in range(ROWS_AT_ONCE + 2):
        await answered(world, f"make {number}", "denied" if number < 2 else "approved")
        clock.advance(seconds=1)

    everything = await tried(world, policy=allows("make"))
    newest = await tried(world, policy=allows("make"), limit=ROWS_AT_ONCE)
    few = await tried(world, policy=allows("make"), limit=1)

    assert (everything["judged"], everything["differing"]) == (ROWS_AT_ONCE + 2, 2)
    assert (newest["judged"], newest["differing"]) == (ROWS_AT_ONCE, 0)
    assert few["judged"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"policy": allows("ls"), "policies": [allows("ls")]},
        {"policy": allows("ls"), "limit": 0},
        {"policy": allows("ls"), "limit": 10_001},
        {"policy": allows("ls"), "limit": "5"},
        {"policy": allows("ls"), "alone": 1},
        {"policy": allows("ls", colour="red")},
        {"policies": [allows("ls"), allows("make")]},
        {"policies": allows("ls")},
    ],
)
async def test_what_cannot_be_tried_is_refused_with_its_faults(world: World, body):
    refused = await tried(world, 422, **body)

    assert refused["code"] == "invalid"
    assert all(fault["msg"] for fault in refused["detail"])


async def test_nothing_is_tried_beside_policies_that_cannot_be_read(world: World):
    await answered(world, "make docs", "approved")
    world.gate.policies.book.distrust("The policy can't be read.")

    refused = await tried(world, 409, policy=allows("make"))
    alone = await tried(world, policy=allows("make"), alone=True)

    assert refused["code"] == "policy_unread"
    assert refused["detail"] == "The policy can't be read. Put that right, or try yours alone."
    assert alone["allowed"] == 1
