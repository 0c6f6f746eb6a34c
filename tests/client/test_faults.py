"""Nothing runs on any fault: a table of what a gate, or what stands in its place, may answer."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ok2run import AsyncGate, Gate, GateError
from ok2run.cli import main
from tests.client.forger import Forger, Json
from tests.client.peer import APPROVED, PENDING, Answer, Peer, free_port

Guarded = Callable[[str, list[str]], Awaitable[object]]


async def plain(url: str, ran: list[str]) -> object:
    @Gate(url, "agent-key", timeout=1, patience=0).approve("touch", wait=1)
    def touch(name: str) -> None:
        ran.append(name)

    return await asyncio.to_thread(touch, "x")


async def awaited(url: str, ran: list[str]) -> object:
    @AsyncGate(url, "agent-key", timeout=1, patience=0).approve("touch", wait=1)
    async def touch(name: str) -> None:
        ran.append(name)

    return await touch("x")


async def tool(url: str, ran: list[str]) -> object:
    leave = await AsyncGate(url, "agent-key", timeout=1, patience=0).tool_call(
        "touch", {"name": "x"}, wait=1
    )
    if leave.allowed:
        ran.append("x")
        return leave
    raise GateError(leave.reason)


GUARDED = pytest.mark.parametrize("guarded", [plain, awaited, tool])


@GUARDED
async def test_the_forger_is_believed_where_it_spoils_nothing(guarded: Guarded):
    ran: list[str] = []

    with Forger() as peer:
        await guarded(peer.url, ran)

    assert ran == ["x"]


def without(name: str) -> Callable[[Json], Json]:
    return lambda value: {key: item for key, item in value.items() if key != name}


def with_(**more: Any) -> Callable[[Json], Json]:
    return lambda value: {**value, **more}


def flipped(answer: Json) -> Json:
    first = answer["signature"][0]
    return {**answer, "signature": ("B" if first == "A" else "A") + answer["signature"][1:]}


def reworded(answer: Json) -> Json:
    return {**answer, "receipt": {**answer["receipt"], "by": "Eve"}}


@GUARDED
@pytest.mark.parametrize(
    "spoilt",
    [
        {"receipt": with_(digest="0" * 64)},
        {"receipt": with_(nonce="an-older-nonce-0001")},
        {"receipt": with_(approval_id="appr_2")},
        {"receipt": with_(decision="denied")},
        {"receipt": with_(not_after=1)},
        {"receipt": with_(version=2)},
        {"receipt": with_(type="something.else")},
        {"receipt": without("digest")},
        {"answer": flipped},
        {"answer": reworded},
        {"answer": with_(signature="")},
        {"answer": with_(key_id="0" * 16)},
        {"answer": with_(receipt=[])},
        {"answer": without("receipt")},
        {"answer": without("signature")},
    ],
)
async def test_no_spoilt_receipt_runs_it(guarded: Guarded, spoilt: dict[str, Any]):
    ran: list[str] = []

    with Forger(**spoilt) as peer, pytest.raises(GateError):
        await guarded(peer.url, ran)

    assert ran == []


HTML = Answer(status=502, raw=b"<h1>Bad Gateway</h1>")


@GUARDED
@pytest.mark.parametrize(
    "answers",
    [
        [Answer(cut=True)],
        [HTML],
        [Answer(raw=b'{"approval_id": "appr_1", "sta')],
        [Answer(body=[APPROVED])],
        [Answer(status=401, body={"detail": "Invalid API key"})],
        [Answer(status=409, body={"detail": "Another ask has this key."})],
        [Answer(status=307, headers={"Location": "http://127.0.0.1:9/"})],
        [PENDING, Answer(status=404, body={"detail": "approval not found"})],
        [PENDING, PENDING | {"status": "expired"}],
        [PENDING, PENDING | {"status": "withdrawn"}],
        [PENDING, PENDING | {"status": "Approved"}],
        [PENDING, APPROVED | {"approval_id": "appr_2"}],
        [PENDING, APPROVED | {"decision": None}],
        [PENDING, APPROVED | {"decision": "approved"}],
        [PENDING, APPROVED | {"decision": {"code": "3", "decision": "approved"}}],
        [PENDING, APPROVED | {"decision": {"code": "1", "decision": "denied"}}],
        [PENDING, APPROVED | {"decision": {"code": "1", "override": {"name": "y"}}}],
        [APPROVED, Answer(status=404, body={"detail": "Not Found"})],
        [APPROVED, {"key_id": "x", "public_key": "AAAA"}, Answer(status=409, body={})],
    ],
)
async def test_no_unclear_answer_runs_it(guarded: Guarded, answers: list[Any]):
    ran: list[str] = []

    with Peer(*answers) as peer, pytest.raises(GateError):
        await guarded(peer.url, ran)

    assert ran == []


@pytest.mark.parametrize("later", [PENDING, HTML])
async def test_a_wait_that_ends_without_an_answer_runs_nothing(later: Any):
    ran: list[str] = []

    with Peer(PENDING, later) as peer, pytest.raises(GateError):
        await awaited(peer.url, ran)

    assert ran == []


@GUARDED
async def test_no_gate_runs_nothing(guarded: Guarded):
    ran: list[str] = []

    with pytest.raises(GateError):
        await guarded(f"http://127.0.0.1:{free_port()}", ran)

    assert ran == []


@GUARDED
async def test_a_gate_that_says_nothing_runs_nothing(guarded: Guarded):
    over = asyncio.Event()

    async def keep_quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        over.set()

    ran: list[str] = []
    server = await asyncio.start_server(keep_quiet, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(GateError, match="no answer in time"):
            await guarded(f"http://127.0.0.1:{port}", ran)
        await over.wait()

    assert ran == []


@pytest.mark.parametrize("spoilt", [{}, {"answer": flipped}, {"receipt": with_(not_after=1)}])
def test_the_command_line_runs_only_with_a_true_receipt(
    spoilt: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APPROVAL_API_KEY", "agent-key")

    with Forger(**spoilt) as peer:
        monkeypatch.setenv("APPROVAL_GATE_URL", peer.url)
        code = main(["run", "--", "touch", "ran"])

    assert code == (126 if spoilt else 0)
    assert (tmp_path / "ran").exists() != bool(spoilt)
