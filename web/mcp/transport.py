"""`/mcp`: MCP's streamable HTTP; every POST is answered by itself, and nothing is kept between.

An answer that comes at once is plain JSON. One that waits for a person becomes a stream of events
with the first word of progress, and a client that closes it stops waiting. The session's id is the
client's own from its first answer on: it names its run, and whose call is to be cancelled. The
package that knows the protocol is loaded at the first request, beside the loop.
"""

import asyncio
import logging
import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.core.people import Key, Right
from bot.gate.service import Gate
from ok2run.mcp.approved import Commands
from ok2run.mcp.gateway import Json
from ok2run.mcp.tools import Origin, Tools
from ok2run.mcp.waiting import Pace
from web.errors import refusal
from web.keys import GATE, SPAWN
from web.mcp.calls import Calls
from web.mcp.gateway import LocalGateway
from web.operation import Read, authenticated, read_json
from web.pages.template import TEMPLATES
from web.sse import EventStream

if TYPE_CHECKING:
    from ok2run.mcp.server import HttpServer

log = logging.getLogger(__name__)

_NOT_INSTALLED: Final = (
    "This gate was installed without MCP; its operator adds it with  "
    "pip install 'ok2run-gate[mcp]'  and a restart."
)
_NO_EXECUTION: Final = (
    "Here execute_approved would run the command on the gate's own machine, which its operator "
    "has not turned on (MCP_EXECUTE). Nothing was asked. Use request_approval and "
    "wait_for_approval, and run what was approved yourself; or connect with `ok2run mcp`, which "
    "runs it on your machine."
)
# What a command needs of the daemon's environment; the rest holds its secrets.
_ENVIRONMENT: Final = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
)
SESSION: Final = "Mcp-Session-Id"
_LONGEST_SESSION: Final = 128
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True, kw_only=True)
class McpSide:
    """What `/mcp` knows: the address seen from outside, and whether commands may run here."""

    public_url: str | None
    executes: bool
    version: str
    server: "HttpServer | None" = None
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)
    calls: Calls = field(default_factory=Calls)


MCP: Final = web.AppKey("mcp", McpSide)


async def receive(request: web.Request) -> web.StreamResponse:
    """Answer one message of an agent with a key that may ask or read."""
    gate, side = request.app[GATE], request.app[MCP]
    if not _is_own(request.headers.get("Origin"), side.public_url, request):
        return refusal(403, "Pages of other places may not speak to this gate.", "foreign_origin")
    key = authenticated(request, gate)
    if not isinstance(key, Key):
        return key
    if not key.may(Right.CREATE) and not key.may(Right.READ):
        return refusal(403, f"This key has no {Right.CREATE} scope.", "missing_scope")
    accepted = request.headers.get("Accept", "*/*")
    if not any(kind in accepted for kind in ("application/json", "text/event-stream", "*/*")):
        return refusal(406, "Accept application/json and text/event-stream.", "not_acceptable")
    message = await read_json(request)
    if not isinstance(message, Read):
        return message
    server = await _server(side)
    if server is None:
        return refusal(501, _NOT_INSTALLED, "mcp_not_installed")
    session = request.headers.get(SESSION, "")
    if len(session) > _LONGEST_SESSION:
        return refusal(404, "There is no such session; begin a new one.", "unknown_session")
    client, stream = (key.id, session), _Stream(request, accepted)
    side.calls.notice(client, message.value)
    try:
        async with asyncio.timeout(None) as limit:
            with side.calls.held(client, message.value, limit):
                reply = await server.answer(
                    message.value,
                    {name.lower(): value for name, value in request.headers.items()},
                    names=list(request.headers.items()),
                    tools=_tools(request, gate, key, side, session=session),
                    notify=stream.notify,
                )
    except TimeoutError:  # the client cancelled it, and gets no answer
        return await stream.end(None)
    if stream.is_open and reply.body is not None:
        return await stream.end(reply.body)
    if reply.body is None:
        return web.Response(status=reply.status)
    named = {SESSION: secrets.token_hex(16)} if _begins(message.value) else None
    return web.json_response(reply.body, status=reply.status, headers=named)


def _begins(message: object) -> bool:
    return isinstance(message, dict) and message.get("method") == "initialize"


def _tools(request: web.Request, gate: Gate, key: Key, side: McpSide, *, session: str) -> Tools:
    gateway = LocalGateway(gate, key, spawn=request.app[SPAWN], say=request.app[TEMPLATES])
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}

    def now() -> float:
        return gate.clock.now().timestamp()

    commands = Commands(
        environment=environment, refusal=None if side.executes else _NO_EXECUTION, now=now
    )
    origin = Origin(session_id=f"mcp_{session}" if session else "")
    return Tools(gateway, origin=origin, commands=commands, pace=Pace(clock=now))


class _Stream:
    """The answer's stream of events, which begins with the first thing to tell before its end."""

    def __init__(self, request: web.Request, accepted: str) -> None:
        self._events = EventStream(request)
        self._streams = "text/event-stream" in accepted
        self.is_open = False

    async def notify(self, notification: Json | None) -> None:
        """Send a notification, or a sign of life where there is none."""
        if not self._streams:
            return
        await self._open()
        if notification is None:
            await self._events.keep_alive()
        else:
            await self._events.send("message", notification)

    async def end(self, body: Json | None) -> web.StreamResponse:
        """Send the answer, where there is one, and close."""
        if body is not None:
            await self._events.send("message", body)
        return await self._events.close() if self.is_open else web.Response(status=202)

    async def _open(self) -> None:
        if not self.is_open:
            self.is_open = True
            await self._events.open()


async def _server(side: McpSide) -> "HttpServer | None":
    """Return what speaks the protocol, None where it is not installed."""
    async with side.loading:
        if side.server is None:
            side.server = await asyncio.to_thread(_load, side.version)
    return side.server


def _load(version: str) -> "HttpServer | None":
    try:
        from ok2run.mcp.server import HttpServer
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        log.warning("web: /mcp was asked for, and the package mcp is not installed")
        return None
    return HttpServer(version)


def _is_own(origin: str | None, public_url: str | None, request: web.Request) -> bool:
    """Tell whether a request comes from no page, or from one of this gate's own address.

    A page elsewhere could have its own name lead here (DNS rebinding), so that the Host header
    proves nothing. Source: the protocol's "Security Warning" on streamable HTTP.
    """
    if origin is None:
        return True
    if public_url is not None and origin.lower() == public_url.lower():
        return True
    try:
        given = urlsplit(origin)
        host, port = given.hostname, given.port or (443 if given.scheme == "https" else 80)
    except ValueError:
        return False
    here = request.transport.get_extra_info("sockname") if request.transport else None
    return host in _LOOPBACK and isinstance(here, tuple) and port == here[1]
