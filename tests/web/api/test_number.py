"""The number that an agent shows: who is told it, and what deciding over the API takes."""

import json

from tests.world import ADMIN_KEY, World

CRITICAL = {"urgency": "critical", "can_show_number": True}


async def test_the_answer_to_the_ask_alone_tells_the_number(world: World) -> None:
    answer = await world.ask(**CRITICAL)

    assert 10 <= answer["confirm_number"] <= 99
    id = answer["approval_id"]
    listed = await (await world.call("GET", "/v1/approvals", key=ADMIN_KEY)).json()
    audit = await (await world.call("GET", f"/v1/approvals/{id}/audit")).json()
    for later in (await world.read(id), await world.read(id, key=ADMIN_KEY), listed, audit):
        assert "number" not in json.dumps(later)


async def test_only_who_can_show_it_is_told_and_only_where_it_is_needed(world: World) -> None:
    assert "confirm_number" not in await world.ask(urgency="critical")
    assert "confirm_number" not in await world.ask(urgency="high", can_show_number=True)
    question = await world.ask(**CRITICAL, options=["A", "B"])
    assert "confirm_number" not in question


async def test_an_ask_sent_again_because_its_answer_was_lost_tells_the_same(world: World) -> None:
    again = {"headers": {"Idempotency-Key": "k1"}}

    answers = [
        await (
            await world.call(
                "POST",
                "/v1/approvals",
                json={"session_id": "s", "action_type": "deploy", "title": "D", **CRITICAL},
                **again,
            )
        ).json()
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert "confirm_number" in answers[0]


async def test_a_key_approves_with_the_number_only(world: World) -> None:
    answer = await world.ask(**CRITICAL)
    id = answer["approval_id"]

    missing = await world.decide(id)

    assert missing.status == 422
    assert (await missing.json())["code"] == "number_missing"
    assert (await world.read(id))["status"] == "pending"
    assert (await world.decide(id, confirm_number=answer["confirm_number"])).status == 200
    assert (await world.read(id))["status"] == "approved"


async def test_a_wrong_number_denies_over_the_api_too(world: World) -> None:
    answer = await world.ask(**CRITICAL)
    wrong = 10 if answer["confirm_number"] != 10 else 11

    response = await world.decide(answer["approval_id"], confirm_number=wrong)

    assert response.status == 200
    told = await response.json()
    assert (told["status"], told["decision"]["note"]) == ("denied", "wrong number")
    again = await world.decide(answer["approval_id"], confirm_number=answer["confirm_number"])
    assert again.status == 409


async def test_denying_takes_no_number(world: World) -> None:
    id = (await world.ask(**CRITICAL))["approval_id"]

    assert (await world.decide(id, "denied")).status == 200


async def test_what_a_grant_lets_pass_has_no_number(world: World) -> None:
    granting = (await world.ask())["approval_id"]
    assert (await world.decide(granting, scope="always")).status == 200

    answer = await world.ask(**CRITICAL)

    assert answer["auto"]
    assert "confirm_number" not in answer


async def test_an_agents_urgency_raises_the_level_and_never_lowers_it(world: World) -> None:
    dangerous = {"action_type": "Bash", "title": "rm -rf ~/x", "preview": "rm -rf ~/x"}
    plain = await world.read((await world.ask(**dangerous))["approval_id"])
    for urgency in ("low", "normal"):
        answer = await world.ask(**dangerous, urgency=urgency, session_id=urgency)
        told = await world.read(answer["approval_id"])
        assert told["risk"]["level"] == plain["risk"]["level"]

    raised = await world.ask(**dangerous, urgency="critical", session_id="critical")
    assert (await world.read(raised["approval_id"]))["risk"]["level"] == "critical"
