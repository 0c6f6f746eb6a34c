"""HTTP/1.1 as the load generator speaks it: prebuilt requests out, the least parsing in."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final, Self, TypeAlias, cast
from urllib.parse import urlsplit

_NUMBERED: Final = 3  # places of an ask that have its number

# Status and body; status 0 is for a connection that was lost.
Answered: TypeAlias = Callable[["Connection", int, bytes], None]


class Connection(asyncio.Protocol):
    """A kept-alive connection with at most one request under way."""

    def __init__(self, answered: Answered) -> None:
        self._answered = answered
        self._transport: asyncio.Transport | None = None
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._transport = None
            self._answered(self, 0, f"the connection was lost: {exc}".encode())

    def send(self, request: bytes) -> None:
        """Send a whole request; on a lost connection nothing, since that was told already."""
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._held:
            data = self._held + data
        end = data.find(b"\r\n\r\n")
        place = data.find(b"\r\nContent-Length: ", 0, end)
        if end < 0 or place < 0:
            self._held = data
            return
        place += 18
        length = int(data[place : data.find(b"\r\n", place)])
        if len(data) < end + 4 + length:
            self._held = data
            return
        self._held = b""
        self._answered(self, int(data[9:12]), data[end + 4 :])

    def close(self) -> None:
        """Hang up."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()


async def connect(
    url: str, answered: Answered, wanted: int, *, source: str = "127.0.0.1"
) -> list[Connection]:
    """Open this many connections from one loopback address."""
    loop = asyncio.get_running_loop()
    server = urlsplit(url)
    opened = []
    for _ in range(wanted):
        _, connection = await loop.create_connection(
            lambda: Connection(answered), server.hostname, server.port, local_addr=(source, 0)
        )
        opened.append(connection)
    return opened


def request(method: str, path: str, *, key: str, body: object = None) -> bytes:
    """Return a request as it goes over the wire."""
    content = b"" if body is None else json.dumps(body).encode()
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {key}"]
    if content:
        head += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*head, "", ""]).encode() + content


def ask(
    key: str,
    number: int,
    *,
    query: str = "",
    session: str = "3f9c2d6e-1b7a-4e55-9d0b-6a1f0c2b7e44",
) -> bytes:
    """Return an ask such as a coding agent sends; its number makes it another than the last."""
    command = f"git push origin release/{number:08d}"
    return request(
        "POST",
        f"/v1/approvals{query}",
        key=key,
        body={
            "session_id": session,
            "action_type": "bash",
            "title": f"Push release {number:08d}",
            "preview": command,
            "params": {"command": command, "timeout": 120_000},
            "cwd": "/srv/shop",
            "agent": "coder",
            "reason": "The tests pass; the release branch is next.",
        },
    )


def asks(key: str) -> Callable[[int], bytes]:
    """Return what makes `ask` of a number, with hardly any work left for each.

    The generator shares the cores with what it measures.
    """
    any_ask, place = ask(key, 0), b"%08d" % 0
    assert any_ask.count(place) == _NUMBERED
    return lambda number: any_ask.replace(place, b"%08d" % number)


def read(key: str, id: str) -> bytes:
    """Return the request that reads an approval."""
    return request("GET", f"/v1/approvals/{id}", key=key)


def decide(key: str, id: str) -> bytes:
    """Return the request that approves it."""
    return request("POST", f"/v1/approvals/{id}/decision", key=key, body={"decision": "approved"})


class Talker:
    """One connection for one request after the other."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[Any] = asyncio.Future()
        self._connection: Connection | None = None

    async def open(self, url: str) -> Self:
        """Connect."""
        (self._connection,) = await connect(url, self._answered, 1)
        return self

    def say(self, message: bytes) -> "asyncio.Future[Any]":
        """Send a request; the future gets the JSON of its answer, and fails unless that is 200."""
        assert self._connection is not None
        self._answer = asyncio.Future()
        self._connection.send(message)
        return self._answer

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()

    def _answered(self, _connection: Connection, status: int, body: bytes) -> None:
        if status == 200:
            self._answer.set_result(json.loads(body))
        else:
            self._answer.set_exception(AssertionError(f"{status}: {body!r}"))
