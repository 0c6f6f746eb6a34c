"""The tools spoken in MCP: the one module that loads the `mcp` package.

One server serves both eras of the protocol: the handshake (2025-11-25 and older) and the one of
2026-07-28, in which every request stands alone. Over HTTP each request is answered by itself.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import anyio
from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.runner import modern_error_data, serve_one
from mcp.server.stdio import stdio_server
from mcp.shared.dispatcher import CallOptions
from mcp.shared.exceptions import MCPError, NoBackChannelError
from mcp.shared.inbound import (
    ERROR_CODE_HTTP_STATUS,
    InboundLadderRejection,
    classify_inbound_request,
    find_duplicated_routing_header,
)
from mcp.shared.jsonrpc_dispatcher import progress_token_from_params
from mcp.shared.message import MessageMetadata
from mcp.shared.transport_context import TransportContext
from mcp_types import (
    DEFAULT_NEGOTIATED_VERSION,
    INVALID_PARAMS,
    INVALID_REQUEST,
    CallToolRequestParams,
    CallToolResult,
    ErrorData,
    JSONRPCRequest,
    ListToolsResult,
    PaginatedRequestParams,
    RequestId,
    TextContent,
    Tool,
    ToolAnnotations,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from ok2run.mcp.definition import DEFINITIONS, INSTRUCTIONS, NAMES, Definition
from ok2run.mcp.gateway import Json
from ok2run.mcp.tools import Tools

NAME = "ok2run"
VERSION_HEADER = "mcp-protocol-version"

Context: TypeAlias = ServerRequestContext[Tools, Any]
Notify: TypeAlias = Callable[[Json | None], Awaitable[None]]


def build_server(version: str, tools: Tools | None = None) -> Server[Tools]:
    """Return the server; over HTTP each request brings its own tools."""

    @asynccontextmanager
    async def with_tools(_: Server[Tools]) -> AsyncIterator[Tools]:
        assert tools is not None, "a server that runs has its tools"  # noqa: S101
        yield tools

    return Server(
        NAME,
        version=version,
        title="ok2run: a person approves first",
        instructions=INSTRUCTIONS,
        lifespan=with_tools,
        on_list_tools=_list,
        on_call_tool=_call,
    )


async def serve_stdio(tools: Tools, version: str) -> None:
    """Serve one client over standard input and output, until it goes."""
    server = build_server(version, tools)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def _list(_: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_tool(definition) for definition in DEFINITIONS])


def _tool(definition: Definition) -> Tool:
    return Tool(
        name=definition.name,
        description=definition.description,
        input_schema=definition.schema,
        annotations=ToolAnnotations(
            read_only_hint=definition.reads_only,
            destructive_hint=definition.runs,
            open_world_hint=definition.runs,
        ),
    )


async def _call(context: Context, params: CallToolRequestParams) -> CallToolResult:
    if params.name not in NAMES:
        raise MCPError(code=INVALID_PARAMS, message=f"Unknown tool: {params.name}")
    answer = await context.lifespan_context.call(
        params.name, params.arguments or {}, _Progress(context)
    )
    value = answer.value
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=answer.is_error)


class _Progress:
    """Tells the client how long a call has gone on, where it asked to hear that."""

    def __init__(self, context: Context) -> None:
        self._session = context.session
        self.wanted = progress_token_from_params(context.params) is not None

    async def __call__(self, progress: float, total: float | None, message: str) -> None:
        await self._session.report_progress(progress, total, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one HTTP request is answered with; no body is an empty one."""

    status: int
    body: Json | None = None


class HttpServer:
    """Answers single requests; whoever calls it carries them."""

    def __init__(self, version: str) -> None:
        self._server = build_server(version)

    async def answer(
        self,
        message: object,
        headers: Mapping[str, str],
        *,
        names: list[tuple[str, str]],
        tools: Tools,
        notify: Notify,
    ) -> Reply:
        """Answer one JSON-RPC message.

        `headers` are by lower-case name, `names` as they came; `notify` takes notifications on the
        way, and None where the connection is only to be kept open.
        """
        version = headers.get(VERSION_HEADER)
        is_older = version is None or version in HANDSHAKE_PROTOCOL_VERSIONS
        if not isinstance(message, dict):
            return failure(400, INVALID_REQUEST, "Send a single JSON-RPC message.")
        if "method" not in message and ("result" in message or "error" in message):
            return Reply(status=202) if is_older else failure(400, INVALID_REQUEST, _NO_REQUEST)
        try:
            request = JSONRPCRequest.model_validate(message)
        except ValueError:
            if "id" not in message and isinstance(message.get("method"), str):
                return Reply(status=202)  # a notification: nothing is kept that it could concern
            return failure(400, INVALID_REQUEST, "This is no JSON-RPC request.")
        if is_older:
            connection = Connection.from_envelope(
                version or DEFAULT_NEGOTIATED_VERSION, None, None
            )
        else:
            duplicated = find_duplicated_routing_header(names)
            if duplicated is not None:
                return failure(400, INVALID_REQUEST, f"{duplicated} is there twice.", request.id)
            route = classify_inbound_request(message, headers=headers)
            if isinstance(route, InboundLadderRejection):
                error = ErrorData(code=route.code, message=route.message, data=route.data)
                return _failed(error, request.id, status=400)
            connection = Connection.from_envelope(
                route.protocol_version, route.client_info, route.client_capabilities
            )
        return await self._served(request, connection, tools, notify, is_older=is_older)

    async def _served(
        self,
        request: JSONRPCRequest,
        connection: Connection,
        tools: Tools,
        notify: Notify,
        *,
        is_older: bool,
    ) -> Reply:
        exchange = _Exchange(
            request_id=request.id,
            notify_client=notify,
            token=progress_token_from_params(request.params),
        )
        try:
            result = await serve_one(
                self._server,
                exchange,
                request.method,
                request.params,
                connection=connection,
                lifespan_state=tools,
            )
        except Exception as error:  # noqa: BLE001  # the package's own map from faults to answers
            return _failed(modern_error_data(error), request.id, status=200 if is_older else None)
        return Reply(status=200, body={"jsonrpc": "2.0", "id": request.id, "result": result})


_NO_REQUEST = "Send a request; nothing was asked that this could answer."


def failure(status: int, code: int, message: str, id: RequestId | None = None) -> Reply:
    """Return a refusal in JSON-RPC's form."""
    return _failed(ErrorData(code=code, message=message), id, status=status)


def _failed(error: ErrorData, id: RequestId | None, *, status: int | None) -> Reply:
    told = error.model_dump(mode="json", by_alias=True, exclude_none=True)
    found = ERROR_CODE_HTTP_STATUS.get(error.code, 200) if status is None else status
    return Reply(status=found, body={"jsonrpc": "2.0", "id": id, "error": told})


@dataclass(kw_only=True)
class _Exchange:
    """One request on its own: notifications go on its answer's stream, and nothing is asked."""

    request_id: RequestId
    notify_client: Notify
    token: str | int | None
    transport: TransportContext = field(
        default_factory=lambda: TransportContext(kind="streamable-http", can_send_request=False)
    )
    message_metadata: MessageMetadata = None
    cancel_requested: anyio.Event = field(default_factory=anyio.Event)
    can_send_request: bool = False

    async def send_raw_request(
        self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None
    ) -> dict[str, Any]:
        """Refuse: the client's answer would have nowhere to land."""
        raise NoBackChannelError(method)

    async def notify(
        self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None
    ) -> None:
        """Send a notification on the way."""
        sent: Json = {"jsonrpc": "2.0", "method": method}
        await self.notify_client(sent if params is None else {**sent, "params": dict(params)})

    async def progress(
        self, progress: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Tell of progress where the client wants that, else keep its connection open."""
        if self.token is None:
            await self.notify_client(None)
            return
        told: Json = {"progressToken": self.token, "progress": progress}
        told |= {} if total is None else {"total": total}
        await self.notify(
            "notifications/progress", told | ({"message": message} if message else {})
        )
