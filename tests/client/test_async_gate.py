"""`AsyncGate`: the same with await, without threads, and what a cancelled call leaves behind."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from ok2run import AsyncGate, Decision, Denied, Expired, GateUnreachable, NotClaimed, Refused
from ok2run.streams import AsyncWire
from tests.client.conftest import Decide, pending_id
from tests.client.peer import APPROVED, PENDING, Answer, Peer, free_port
from tests.world import AGENT_KEY, World


async def test_a_request_returns_the_decision(async_gate: AsyncGate, decide: Decide):
    decision, _ = await asyncio.gather(async_gate.request("deploy"), decide(note="go"))

    assert (decision.approved, decision.note) == (True, "go")


async def test_every_call_of_the_blocking_gate_is_there(async_gate: AsyncGate, decide: Decide):
    pending = await async_gate.submit("deploy", title="Deploy", cwd="/srv")
    await decide()
    decision = await async_gate.get(pending.id)
    receipt = await async_gate.claim(pending.id)
    await async_gate.report(pending.id, exit_code=0)
    other = await async_gate.submit("deploy")
    await async_gate.withdraw(other.id)
    with pytest.raises(Expired):
        await async_gate.wait(other.id)
    answer, _ = await asyncio.gather(async_gate.ask("Which?", ["a", "b"]), decide(answers=["b"]))

    assert isinstance(decision, Decision)
    assert receipt.digest == pending.digest
    assert answer.options == ("b",)
    with pytest.raises(NotClaimed):
        await async_gate.claim(other.id)
    with pytest.raises(Refused):
        await async_gate.withdraw(pending.id)


async def test_many_waits_cost_no_thread(async_gate: AsyncGate, real: World):
    before = threading.active_count()
    pending = [await async_gate.submit("deploy", title=f"Deploy {n}") for n in range(20)]
    waits = [asyncio.create_task(async_gate.wait(one.id)) for one in pending]  # noqa: TID251
    await asyncio.sleep(0)

    assert threading.active_count() == before
    for one in pending:
        await real.decide(one.id)
    decisions = await asyncio.gather(*waits)

    assert all(decision.approved for decision in decisions)


async def test_a_wait_that_is_cancelled_leaves_the_approval_pending(
    async_gate: AsyncGate, real: World
):
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(async_gate.request("deploy"))
        id = await pending_id(real)
        waiting.cancel()

    assert waiting.cancelled()
    assert (await real.read(id))["status"] == "pending"


async def test_a_request_that_is_cancelled_is_taken_back_where_that_was_said(
    async_gate: AsyncGate, real: World
):
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(async_gate.request("deploy", withdraw_on_cancel=True))
        id = await pending_id(real)
        waiting.cancel()

    assert waiting.cancelled()
    assert (await real.read(id))["status"] == "withdrawn"


async def test_an_ask_that_is_cancelled_on_its_way_is_taken_back_too(
    async_gate: AsyncGate, real: World
):
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(async_gate.request("deploy", withdraw_on_cancel=True))
        await asyncio.sleep(0)
        asking.cancel()

    listed = await (await real.call("GET", "/v1/approvals")).json()
    assert asking.cancelled()
    assert [one["status"] for one in listed["approvals"]] == ["withdrawn"]


async def test_a_timeout_of_the_callers_own_ends_the_wait(async_gate: AsyncGate):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await async_gate.request("deploy")


async def test_an_ask_whose_answer_is_lost_is_asked_once():
    with Peer(Answer(cut=True), Answer(status=503, body={"detail": "busy"}), PENDING) as peer:
        pending = await AsyncGate(peer.url, "agent-key").submit("deploy")

    assert pending.id == "appr_1"
    assert len(peer.asked) == 3
    assert len({asked.headers["Idempotency-Key"] for asked in peer.asked}) == 1


async def test_a_gate_that_is_not_there_is_said_so():
    gate = AsyncGate(f"http://127.0.0.1:{free_port()}", "agent-key", patience=0)

    with pytest.raises(GateUnreachable, match="No gate answers at"):
        await gate.submit("deploy")


async def test_a_redirect_is_not_followed():
    with Peer(APPROVED) as elsewhere:
        sent = Answer(status=307, headers={"Location": elsewhere.url})
        with Peer(sent) as peer, pytest.raises(GateUnreachable, match="which is not followed"):
            await AsyncGate(peer.url, "agent-key").submit("deploy")

    assert elsewhere.asked == []


async def test_another_machine_is_reached_through_the_proxy(monkeypatch: pytest.MonkeyPatch):
    with Peer(PENDING) as proxy:
        monkeypatch.setenv("http_proxy", f"http://ana:secret%21@127.0.0.1:{proxy.port}")
        await AsyncGate("http://gate.example.com/here", "agent-key").get("appr_1")

    assert proxy.asked[0].path == "http://gate.example.com/here/v1/approvals/appr_1"
    assert proxy.asked[0].headers["Host"] == "gate.example.com"
    assert proxy.asked[0].headers["Proxy-Authorization"] == "Basic YW5hOnNlY3JldCE="


async def test_loopback_is_reached_without_the_proxy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

    with Peer(PENDING) as peer:
        pending = await AsyncGate(peer.url, "agent-key").get("appr_1")

    assert pending.id == "appr_1"


Serve = Callable[[bytes], Awaitable[str]]


@pytest.fixture
async def serve():
    """Serve fixed bytes to whoever connects, then hang up."""
    servers = []

    async def begin(content: bytes) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(content)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield begin
    for server in servers:
        server.close()


OK = b'{"approval_id": "appr_1", "status": "pending"}'


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 46\r\n\r\n" + OK,
        b"HTTP/1.0 200 OK\r\n\r\n" + OK,
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"A;x=y\r\n" + OK[:10] + b"\r\n24\r\n" + OK[10:] + b"\r\n0\r\n\r\n",
    ],
    ids=["length", "to the end", "hints first", "chunks"],
)
async def test_an_answer_is_read_in_every_form_that_http_has(serve: Serve, answer: bytes):
    wire = AsyncWire(await serve(answer), "k", patience=0)

    assert (await wire.run(wire.exchange.get("appr_1")))["status"] == "pending"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2e\r\n" + OK[:20],
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n" + OK,
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + OK[:30],
    ],
)
async def test_what_is_no_whole_answer_counts_as_not_reached(serve: Serve, answer: bytes):
    wire = AsyncWire(await serve(answer), "k", patience=0)

    with pytest.raises(GateUnreachable):
        await wire.run(wire.exchange.get("appr_1"))


async def test_a_denied_question_raises(async_gate: AsyncGate, decide: Decide):
    with pytest.raises(Denied, match="not now"):
        await asyncio.gather(
            async_gate.ask("Which?", ["a", "b"]), decide("denied", note="not now")
        )


async def test_the_gate_is_named_by_the_environment(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("APPROVAL_GATE_URL", url)
    monkeypatch.setenv("APPROVAL_API_KEY", AGENT_KEY)

    assert (await AsyncGate().submit("deploy")).status == "pending"
