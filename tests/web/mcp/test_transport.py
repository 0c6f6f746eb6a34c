"""`/mcp` as HTTP sees it: who is let in, what is refused, what is a stream."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.fakes.clock import FakeClock
from tests.tool_agent import as_time_passes, asked, over_http
from tests.world import ADMIN_KEY, AGENT_KEY, World

ACCEPT = {"Accept": "application/json, text/event-stream"}
START = {
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "client", "version": "1"},
    }
}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def world(tmp_path: Path, clock: FakeClock) -> AsyncIterator[World]:
    async with World.start(
        str(tmp_path / "gate.db"), clock=clock, public_url="https://gate.example.org"
    ) as world:
        yield world


async def post(world: World, message: object, **more: Any) -> ClientResponse:
    headers = {**ACCEPT, **more.pop("headers", {})}
    return await world.call("POST", "/mcp", json=message, headers=headers, **more)


def call(tool: str, /, progress: bool = False, **arguments: Any) -> dict[str, Any]:
    meta = {"_meta": {"progressToken": "p1"}} if progress else {}
    params = {"name": tool, "arguments": arguments, **meta}
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}


def events(content: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in content.splitlines() if line.startswith("data: ")]


def told(result: dict[str, Any]) -> Any:
    return json.loads(result["result"]["content"][0]["text"])


async def test_what_is_ready_at_once_is_plain_json(world: World):
    response = await post(world, LIST)

    answer = await response.json()
    assert response.status == 200
    assert response.content_type == "application/json"
    assert answer["id"] == 1
    assert {tool["name"] for tool in answer["result"]["tools"]} == {
        "request_approval",
        "wait_for_approval",
        "check_request",
        "list_requests",
        "ask_user",
        "execute_approved",
        "approve",
    }


async def test_no_key_and_a_wrong_key_are_401_in_json(world: World):
    for key in (None, "wrong"):
        response = await post(world, LIST, key=key)

        assert response.status == 401
        assert (await response.json())["code"] == "unauthenticated"
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://gate.example.org", 200),
        ("http://127.0.0.1:{port}", 200),
        ("http://localhost:{port}", 200),
        ("http://localhost:1", 403),
        ("https://evil.example.net", 403),
        ("http://evil.example.net:{port}", 403),
        ("null", 403),
        ("http://[", 403),
    ],
)
async def test_only_pages_of_this_gate_may_speak_to_it(world: World, origin: str, status: int):
    origin = origin.replace("{port}", str(world.client.port))

    response = await post(world, LIST, headers={"Origin": origin, "Host": "evil.example.net"})

    assert response.status == status


async def test_there_is_no_stream_to_get_and_no_session_to_delete(world: World):
    for method in ("GET", "DELETE"):
        response = await world.call(method, "/mcp", headers=ACCEPT)

        assert response.status == 405
        assert response.headers["Allow"] == "POST"


async def test_a_client_that_takes_neither_form_is_406(world: World):
    response = await post(world, LIST, headers={"Accept": "text/html"})

    assert response.status == 406


async def test_a_notification_is_taken_without_an_answer(world: World):
    response = await post(world, {"jsonrpc": "2.0", "method": "notifications/initialized"})

    assert response.status == 202
    assert await response.read() == b""


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ([LIST], 400),
        ("list", 400),
        ({"jsonrpc": "2.0", "id": 1}, 400),
        ({"jsonrpc": "2.0", "id": None, "method": "ping"}, 400),
        ({"jsonrpc": "2.0", "id": 1, "result": {}}, 202),
    ],
)
async def test_what_is_no_single_request_is_refused(world: World, message: object, status: int):
    response = await post(world, message)

    assert response.status == status


async def test_what_is_no_json_is_400(world: World):
    response = await world.call(
        "POST", "/mcp", data=b"{", headers={**ACCEPT, "Content-Type": "application/json"}
    )

    assert response.status == 400


async def test_a_body_that_is_too_large_is_413(world: World):
    body = json.dumps(call("request_approval", action="a", preview="x" * 2**20)).encode()

    response = await world.call(
        "POST",
        "/mcp",
        data=io.BytesIO(body),
        headers={**ACCEPT, "Content-Type": "application/json"},
    )

    assert response.status == 413


async def test_an_unknown_version_is_400_and_names_the_known_ones(world: World):
    response = await post(
        world,
        {**LIST, "params": {"_meta": {}}},
        headers={"MCP-Protocol-Version": "1999-01-01"},
    )

    assert response.status == 400
    assert (await response.json())["error"]["code"] < 0


async def test_an_unknown_method_and_an_unknown_tool_are_json_rpc_errors(world: World):
    method = await (await post(world, {**LIST, "method": "no/such"})).json()
    tool = await (await post(world, call("no_such_tool"))).json()

    assert method["error"]["code"] == -32601
    assert tool["error"]["code"] == -32602


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_both_eras_of_the_protocol_are_served(world: World, mode: str):
    async with over_http(world, mode=mode) as agent:
        tools = await agent.client.list_tools()
        answer = await agent.call("request_approval", action="deploy")
        version = agent.client.protocol_version

    assert len(tools.tools) == 7
    assert answer["status"] == "pending"
    assert version == ("2026-07-28" if mode == "auto" else "2025-11-25")


async def test_a_wait_is_a_stream_with_progress_and_the_answer_at_its_end(world: World):
    id = (await world.ask())["approval_id"]
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(
            post(world, call("wait_for_approval", approval_id=id, progress=True))
        )
        await held(world, 1)
        await world.decide(id)
    response = waiting.result()

    assert response.content_type == "text/event-stream"
    *progress, last = events(await response.text())
    assert progress[0]["method"] == "notifications/progress"
    assert progress[0]["params"]["progressToken"] == "p1"
    assert told(last)["status"] == "approved"


async def test_a_client_without_progress_is_told_after_a_while_to_call_again(
    world: World, clock: FakeClock
):
    id = (await world.ask())["approval_id"]

    response = await as_time_passes(clock, post(world, call("wait_for_approval", approval_id=id)))

    answer = told(events(await response.text())[-1])
    assert answer["status"] == "pending"
    assert f"Call wait_for_approval with approval_id {id}" in answer["meaning"]
    assert clock.now() - FakeClock().now() < timedelta(minutes=2)


async def test_a_gate_that_stops_tells_how_to_go_on(world: World):
    id = (await world.ask())["approval_id"]
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(post(world, call("wait_for_approval", approval_id=id)))
        await held(world, 1)
        world.gate.stop_waiting()

    answer = told(events(await waiting.result().text())[-1])
    assert answer["status"] == "pending"


async def test_a_client_that_takes_no_stream_gets_json_after_the_wait(world: World):
    id = (await world.ask())["approval_id"]
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(
            post(
                world,
                call("wait_for_approval", approval_id=id),
                headers={"Accept": "application/json"},
            )
        )
        await held(world, 1)
        await world.decide(id)

    assert told(await waiting.result().json())["status"] == "approved"


async def test_a_wait_that_is_given_up_leaves_the_ask(world: World):
    id = (await world.ask())["approval_id"]
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(post(world, call("wait_for_approval", approval_id=id)))
        await held(world, 1)
        waiting.cancel()
    await held(world, 0)

    assert (await world.read(id))["status"] == "pending"


async def test_a_prompt_that_is_given_up_is_withdrawn(world: World):
    prompt = call("approve", tool_name="Bash", input={"command": "ls"})
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(post(world, prompt))
        approval = await asked(world)
        await held(world, 1)
        waiting.cancel()

    assert (await ended(world, approval.id))["status"] == "withdrawn"


async def test_a_client_of_the_older_era_cancels_its_own_call_and_no_other(world: World):
    prompt = call("approve", tool_name="Bash", input={"command": "ls"})
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}
    started = await post(world, {"jsonrpc": "2.0", "id": 0, "method": "initialize", **START})
    mine = {"Mcp-Session-Id": started.headers["Mcp-Session-Id"]}
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(post(world, prompt, headers=mine))
        approval = await asked(world)
        await held(world, 1)
        for others in ({}, {"Mcp-Session-Id": "another"}):
            await post(world, cancel, headers=others)
        still = await world.read(approval.id)
        response = await post(world, cancel, headers=mine)

    assert still["status"] == "pending"
    assert response.status == 202
    assert events(await waiting.result().text())[1:] == []
    assert (await ended(world, approval.id))["status"] == "withdrawn"


async def test_a_session_names_the_run(world: World):
    started = await post(world, {"jsonrpc": "2.0", "id": 0, "method": "initialize", **START})
    session = started.headers["Mcp-Session-Id"]

    for headers in ({"Mcp-Session-Id": session}, {}):
        await post(world, call("request_approval", action="deploy"), headers=headers)

    found = {approval.session_id for approval in await world.gate.pending()}
    assert found == {f"mcp_{session}", ""}


async def test_a_session_that_this_gate_never_gives_is_404(world: World):
    response = await post(world, LIST, headers={"Mcp-Session-Id": "x" * 500})

    assert response.status == 404


async def test_no_command_runs_on_the_gates_machine_unless_that_is_turned_on(
    world: World, tmp_path: Path
):
    response = await post(world, call("execute_approved", command="touch ran", cwd=str(tmp_path)))

    result = (await response.json())["result"]
    assert result["isError"] is True
    assert "MCP_EXECUTE" in result["content"][0]["text"]
    assert await world.gate.pending() == ()


async def test_another_keys_ask_is_not_found(world: World):
    id = (await world.ask(key=ADMIN_KEY))["approval_id"]

    response = await post(world, call("check_request", approval_id=id), key=AGENT_KEY)

    result = (await response.json())["result"]
    assert result["isError"] is True
    assert result["content"][0]["text"] == "Error: approval not found"


async def ended(world: World, id: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while (found := await world.read(id))["status"] == "pending":
            await asyncio.sleep(0.01)
    return found


async def held(world: World, count: int) -> None:
    async with asyncio.timeout(30):
        while len(world.gate.waiters) != count:
            await asyncio.sleep(0.005)
