"""`/v1/approvals` beyond the older contract."""

import asyncio
import io
import json

import pytest

from tests.world import ADMIN_KEY, AGENT_KEY, ORDINARY, OTHER_KEY, World

LARGEST = 2**20


async def told(response, status, code):
    assert response.status == status, await response.text()
    answer = await response.json()
    assert answer["code"] == code
    return answer


async def until(condition):
    """Give the loop's other tasks their turns until it holds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


async def test_a_held_ask_is_answered_the_moment_it_is_decided(world):
    async with asyncio.TaskGroup() as tasks:
        held = tasks.create_task(world.ask(query="?wait=3600"))
        await until(lambda: len(world.gate.waiters) == 1)
        (asked,) = await world.gate.pending()
        await world.decide(asked.id, note="go on")

    answer = held.result()
    assert answer["status"] == "approved"
    assert answer["auto"] is False
    assert answer["decision"]["note"] == "go on"
    assert answer["decision"]["by"] == "admin"
    assert answer["decision"]["via"] == "api"


async def test_a_held_ask_is_answered_pending_when_its_limit_is_over(world, clock):
    async with asyncio.TaskGroup() as tasks:
        held = tasks.create_task(world.ask(query="?wait=30"))
        await until(lambda: len(world.gate.waiters) == 1)
        clock.advance(seconds=30)

    assert held.result()["status"] == "pending"
    assert len(world.gate.waiters) == 0


async def test_a_held_read_is_answered_at_expiry(world, clock):
    id = (await world.ask(expires_in_sec=60))["approval_id"]
    async with asyncio.TaskGroup() as tasks:
        held = tasks.create_task(world.read(id, query="?wait=3600"))
        await until(lambda: len(world.gate.waiters) == 1)
        clock.advance(seconds=60)

    assert held.result()["status"] == "expired"


async def test_a_held_read_of_what_has_ended_is_answered_at_once(world):
    id = (await world.ask())["approval_id"]
    await world.decide(id, "denied")

    assert (await world.read(id, query="?wait=3600"))["status"] == "denied"


async def test_a_stopping_gate_answers_held_requests_as_pending(world):
    id = (await world.ask())["approval_id"]
    async with asyncio.TaskGroup() as tasks:
        held = tasks.create_task(world.read(id, query="?wait=3600"))
        await until(lambda: len(world.gate.waiters) == 1)
        world.gate.stop_waiting()

    assert held.result()["status"] == "pending"


@pytest.mark.parametrize("wait", ["-1", "3601", "soon", "nan", "inf"])
async def test_a_wait_beyond_reason_is_422(world, wait):
    response = await world.call("GET", f"/v1/approvals/x?wait={wait}")

    answer = await told(response, 422, "invalid")
    assert answer["detail"][0]["loc"] == ["query", "wait"]


async def hang_up_while_held(world, query):
    request = asyncio.ensure_future(  # noqa: TID251  a client that goes away
        world.call("POST", f"/v1/approvals?wait=3600{query}", json=ORDINARY)
    )
    await until(lambda: len(world.gate.waiters) == 1)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    await until(lambda: len(world.gate.waiters) == 0)


async def test_a_caller_that_hangs_up_leaves_its_ask_pending(world):
    await hang_up_while_held(world, "")

    assert len(await world.gate.pending()) == 1


async def test_a_caller_that_hangs_up_may_have_its_ask_withdrawn(world):
    await hang_up_while_held(world, "&on_disconnect=withdraw")

    async with asyncio.timeout(10):
        while await world.gate.pending():
            await asyncio.sleep(0)
    (listed,) = (await (await world.call("GET", "/v1/approvals")).json())["approvals"]
    assert listed["status"] == "withdrawn"
    assert listed["end_reason"] == "the agent went away"


async def test_events_tell_the_state_and_its_end(world):
    id = (await world.ask())["approval_id"]
    headers = {"Authorization": f"Bearer {AGENT_KEY}"}

    async with world.client.get(f"/v1/approvals/{id}/events", headers=headers) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        first = await stream.content.readuntil(b"\n\n")
        await until(lambda: len(world.gate.waiters) == 1)
        await world.decide(id)
        rest = await stream.content.read()

    def status(event):
        lines = dict(line.split(": ", 1) for line in event.decode().strip().split("\n"))
        assert lines["event"] == "status"
        return json.loads(lines["data"])["status"]

    assert status(first) == "pending"
    assert status(rest) == "approved"


async def test_the_same_idempotency_key_and_body_are_the_same_ask(world):
    key = {"Idempotency-Key": "once"}
    body = {**ORDINARY, "params": {"a": 1, "b": 2}}
    reordered = dict(reversed(body.items()))

    first = await world.call("POST", "/v1/approvals", json=body, headers=key)
    second = await world.call("POST", "/v1/approvals", json=reordered, headers=key)

    assert (await first.json()) == (await second.json())
    assert len(await world.gate.pending()) == 1


async def test_the_same_idempotency_key_with_another_body_is_409(world):
    key = {"Idempotency-Key": "once"}
    await world.call("POST", "/v1/approvals", json=ORDINARY, headers=key)

    response = await world.call(
        "POST", "/v1/approvals", json={**ORDINARY, "title": "Other"}, headers=key
    )

    await told(response, 409, "idempotency_key_reused")
    assert len(await world.gate.pending()) == 1


async def test_idempotency_keys_are_each_api_keys_own(world):
    headers = {"Idempotency-Key": "once"}

    for key in (AGENT_KEY, OTHER_KEY):
        await world.call("POST", "/v1/approvals", key=key, json=ORDINARY, headers=headers)

    assert len(await world.gate.pending()) == 2


async def test_an_idempotency_key_that_is_too_long_is_422(world):
    headers = {"Idempotency-Key": "x" * 256}

    response = await world.call("POST", "/v1/approvals", json=ORDINARY, headers=headers)

    await told(response, 422, "invalid")


async def test_a_withdrawn_ask_is_told_so_and_cannot_be_decided(world):
    id = (await world.ask())["approval_id"]

    withdrawn = await world.call("DELETE", f"/v1/approvals/{id}")

    assert withdrawn.status == 200
    assert (await withdrawn.json())["status"] == "withdrawn"
    again = await world.call("DELETE", f"/v1/approvals/{id}")
    assert again.status == 200
    answer = await told(await world.decide(id), 409, "not_pending")
    assert answer["status"] == "withdrawn"


async def test_what_was_decided_cannot_be_withdrawn(world):
    id = (await world.ask())["approval_id"]
    await world.decide(id)

    response = await world.call("DELETE", f"/v1/approvals/{id}")

    answer = await told(response, 409, "not_pending")
    assert answer["decision"]["decision"] == "approved"


@pytest.mark.parametrize("key", [OTHER_KEY, ADMIN_KEY])
async def test_only_the_asking_key_withdraws_and_reports(world, key):
    id = (await world.ask())["approval_id"]

    await told(await world.call("DELETE", f"/v1/approvals/{id}", key=key), 404, "not_found")
    path = f"/v1/approvals/{id}/outcome"
    await told(await world.call("POST", path, key=key, json={}), 404, "not_found")


async def test_losers_of_a_decision_are_told_the_result(world):
    id = (await world.ask())["approval_id"]
    await world.decide(id, "denied", note="wrong branch")

    answer = await told(await world.decide(id), 409, "not_pending")

    assert answer["status"] == "denied"
    assert answer["decision"]["note"] == "wrong branch"


async def test_an_agents_key_decides_nothing(world):
    id = (await world.ask())["approval_id"]

    await told(await world.decide(id, key=AGENT_KEY), 403, "asker_may_not_decide")
    await told(await world.decide(id, key=OTHER_KEY), 404, "not_found")
    assert (await world.read(id))["status"] == "pending"


async def test_a_deciding_key_does_not_decide_what_it_asked(world):
    id = (await world.ask(key=ADMIN_KEY))["approval_id"]

    await told(await world.decide(id), 403, "asker_may_not_decide")
    assert (await world.read(id, key=ADMIN_KEY))["status"] == "pending"


async def test_a_replacement_reaches_the_agent(world):
    id = (await world.ask())["approval_id"]
    await world.decide(id, override="make deploy-dry", note="first a dry run")

    decision = (await world.read(id))["decision"]

    assert decision["override"] == "make deploy-dry"
    assert decision["note"] == "first a dry run"
    assert decision["code"] == "5"


async def test_several_questions_are_answered_each(world):
    questions = [
        {"question": "Colour?", "options": [{"label": "red"}, {"label": "blue"}]},
        {"question": "Sizes?", "options": [{"label": "S"}, {"label": "M"}], "multiple": True},
        {"question": "Why?"},
    ]
    id = (await world.ask(questions=questions))["approval_id"]
    short = await world.decide(id, answers=["blue"])
    await told(short, 422, "invalid")

    response = await world.decide(id, answers=["B", ["S", "M"], "because"])

    decision = (await response.json())["decision"]
    assert decision["answers"] == ["blue", "S, M", "because"]
    assert decision["note"] == "B; A,B; because"
    assert decision["code"] == "4"
    assert [answer["letters"] for answer in decision["questions"]] == [["B"], ["A", "B"], []]
    assert decision["questions"][2]["custom"] == "because"


@pytest.mark.parametrize(
    "body",
    [
        {"answers": ["A"], "scope": "always"},
        {"answers": ["A"], "override": "x"},
        {"answers": []},
        {"answers": ["A", "B"]},
        {"answers": ["A", "words"]},
    ],
)
async def test_an_answer_that_does_not_fit_is_422_and_decides_nothing(world, body):
    id = (await world.ask(options=["x", "y"]))["approval_id"]

    await told(await world.decide(id, **body), 422, "invalid")
    assert (await world.read(id))["status"] == "pending"


async def test_options_and_questions_together_are_422(world):
    body = {**ORDINARY, "options": ["A"], "questions": [{"question": "?"}]}

    await told(await world.call("POST", "/v1/approvals", json=body), 422, "invalid")


async def test_an_outcome_is_kept_once(world):
    id = (await world.ask())["approval_id"]
    path = f"/v1/approvals/{id}/outcome"
    done = {"exit_code": 0, "summary": "3.1 s"}
    await told(await world.call("POST", path, json=done), 409, "not_pending")
    await world.decide(id)

    first = await world.call("POST", path, json=done)
    same = await world.call("POST", path, json=done)
    other = await world.call("POST", path, json={"exit_code": 1})

    assert (first.status, same.status) == (200, 200)
    assert (await first.json())["outcome"]["exit_code"] == 0
    await told(other, 409, "not_pending")


async def test_listings_show_own_asks_newest_first_in_pages(world, clock):
    ids = []
    for n in range(5):
        ids.append((await world.ask(title=f"n{n}"))["approval_id"])
        clock.advance(seconds=1)
    await world.ask(key=OTHER_KEY)

    seen, cursor = [], ""
    while cursor is not None:
        path = f"/v1/approvals?limit=2{cursor and f'&cursor={cursor}'}"
        page = await (await world.call("GET", path)).json()
        seen += [item["approval_id"] for item in page["approvals"]]
        cursor = page["next_cursor"]

    assert seen == ids[::-1]
    everything = await (await world.call("GET", "/v1/approvals", key=ADMIN_KEY)).json()
    assert len(everything["approvals"]) == 6


async def test_listings_are_narrowed(world):
    first = (await world.ask(session_id="a"))["approval_id"]
    await world.ask(session_id="b")
    await world.decide(first)

    async def ids(query):
        answer = await (await world.call("GET", f"/v1/approvals?{query}")).json()
        return [item["approval_id"] for item in answer["approvals"]]

    assert await ids("status=approved") == [first]
    assert await ids("session_id=a") == [first]
    assert await ids("session_id=a&status=pending") == []
    for wrong in ("status=maybe", "limit=0", "limit=201", "cursor=%00", "cursor=zzz"):
        await told(await world.call("GET", f"/v1/approvals?{wrong}"), 422, "invalid")


async def test_an_approvals_audit_tells_its_story(world):
    id = (await world.ask())["approval_id"]
    await world.decide(id, "denied")

    answer = await (await world.call("GET", f"/v1/approvals/{id}/audit")).json()

    assert [entry["kind"] for entry in answer["entries"]] == ["approval.asked", "approval.denied"]
    foreign = await world.call("GET", f"/v1/approvals/{id}/audit", key=OTHER_KEY)
    await told(foreign, 404, "not_found")


async def test_grants_are_listed_to_their_key(world):
    id = (await world.ask(agent="claude"))["approval_id"]
    await world.decide(id, scope="session")
    await world.ask()

    (grant,) = (await (await world.call("GET", "/v1/grants")).json())["grants"]

    assert (grant["scope"], grant["action_type"], grant["session_id"]) == (
        "session",
        "deploy",
        "s1",
    )
    assert (grant["uses"], grant["agent"]) == (1, "claude")
    others = await (await world.call("GET", "/v1/grants", key=OTHER_KEY)).json()
    assert others == {"grants": []}


async def test_the_floor_asks_whatever_was_granted(world):
    id = (await world.ask(action_type="Bash", preview="ls", language="bash"))["approval_id"]
    await world.decide(id, scope="always")
    assert (await world.ask(action_type="Bash", preview="ls", language="bash"))["auto"]

    dangerous = await world.ask(
        action_type="Bash", preview="rm -rf ~/backups", title="clean up", language="bash"
    )

    assert dangerous["status"] == "pending"
    refused = await world.decide(dangerous["approval_id"], scope="always")
    await told(refused, 422, "invalid")


async def test_a_target_nobody_allowed_is_403(build):
    world = await build(users=(1001,), telegram=True)
    body = {**ORDINARY, "channel": "telegram", "target": {"tg_chat_id": "666"}}

    await told(await world.call("POST", "/v1/approvals", json=body), 403, "target_not_allowed")
    assert await world.gate.pending() == ()


async def test_a_channel_that_is_off_is_422(world):
    for channel, target in (("telegram", {"tg_chat_id": 1}), ("email", {"email_to": "a@b.c"})):
        body = {**ORDINARY, "channel": channel, "target": target}
        response = await world.call("POST", "/v1/approvals", json=body)
        await told(response, 422, "channel_off")


class TestBadInput:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"not json",
            b'{"a": NaN}',
            b'{"title": "\\ud800"}',
            b'{"title": "\xff"}',
            b"[" * 10_000 + b"]" * 10_000,
        ],
    )
    async def test_what_is_no_json_is_400(self, world, body):
        headers = {"Content-Type": "application/json"}

        response = await world.call("POST", "/v1/approvals", data=body, headers=headers)

        await told(response, 400, "malformed_json")

    async def test_the_key_is_asked_for_before_the_body_is_read(self, world):
        headers = {"Content-Type": "application/json"}

        response = await world.call(
            "POST", "/v1/approvals", key="wrong", data=b"{", headers=headers
        )

        assert response.status == 401

    @pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"7"])
    async def test_json_that_is_no_object_is_422(self, world, body):
        headers = {"Content-Type": "application/json"}

        response = await world.call("POST", "/v1/approvals", data=body, headers=headers)

        await told(response, 422, "invalid")

    @pytest.mark.parametrize("chunked", [False, True])
    async def test_an_overlong_body_is_413_and_nothing_is_created(self, world, chunked):
        content = json.dumps({**ORDINARY, "preview": "x" * LARGEST}).encode()

        async def parts():
            for start in range(0, len(content), 65_536):
                yield content[start : start + 65_536]

        response = await world.call(
            "POST",
            "/v1/approvals",
            data=parts() if chunked else io.BytesIO(content),
            headers={"Content-Type": "application/json"},
        )

        await told(response, 413, "too_large")
        assert await world.gate.pending() == ()

    async def test_a_body_just_below_the_limit_is_taken(self, world):
        room = LARGEST - len(json.dumps({**ORDINARY, "preview": ""}))

        await world.ask(preview="x" * room)

    @pytest.mark.parametrize(
        ("field", "value", "place"),
        [
            ("title", "a\0b", ["body", "title"]),
            ("params", {"a": ["x", "\0"]}, ["body", "params", "a", 1]),
            ("params", {"a\0": 1}, ["body", "params", "a⟨U+0000⟩"]),
        ],
    )
    async def test_nul_is_422_with_its_place(self, world, field, value, place):
        response = await world.call("POST", "/v1/approvals", json={**ORDINARY, field: value})

        answer = await told(response, 422, "invalid")
        assert answer["detail"][0]["loc"] == place

    @pytest.mark.parametrize("number", ["9007199254740992", "1e400"])
    async def test_a_number_without_canonical_form_is_refused(self, world, number):
        content = json.dumps({**ORDINARY, "params": {"n": 0}}).replace(": 0}", f": {number}}}")

        response = await world.call(
            "POST",
            "/v1/approvals",
            data=content.encode(),
            headers={"Content-Type": "application/json"},
        )

        assert response.status in (400, 422)
        assert await world.gate.pending() == ()

    async def test_a_body_that_drips_is_408(self, build):
        world: World = await build(reading_limit=0.05)

        async def drip():
            yield b"{"
            await asyncio.sleep(0.5)
            yield b"}"

        response = await world.call(
            "POST",
            "/v1/approvals",
            data=drip(),
            headers={"Content-Type": "application/json"},
        )

        await told(response, 408, "too_slow")
