"""One route's contract: who may call it, what it takes and gives; checked before it runs.

The same description validates requests and makes the OpenAPI document, so they cannot differ.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from bot.core.people import Key, Right
from bot.gate.service import Gate
from web.errors import Handler, from_validation, refusal, unauthenticated
from web.keys import GATE, READING_LIMIT


class Nothing(BaseModel):
    """No body, or no query."""


B = TypeVar("B", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[B, Q]):
    """A request that was let in: its key, and body and query as checked values."""

    request: web.Request
    gate: Gate
    key: Key
    body: B
    query: Q
    raw: object

    @property
    def id(self) -> str:
        """The id in the path."""
        return self.request.match_info["id"]


Work: TypeAlias = Callable[[Call[B, Q]], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What is known of a route beside its path.

    `right` None takes any key, and one that `is_open` none at all.
    """

    summary: str
    right: Right | None
    body: type[BaseModel]
    query: type[BaseModel]
    answer: type[BaseModel]
    refuses: tuple[int, ...]
    streams: bool = False
    is_open: bool = False


def operation(
    summary: str,
    *,
    right: Right | None,
    answer: type[BaseModel],
    body: type[B] = Nothing,  # type: ignore[assignment]  # the default binds the variable
    query: type[Q] = Nothing,  # type: ignore[assignment]
    refuses: tuple[int, ...] = (),
    streams: bool = False,
    keeps_nul: bool = False,
) -> Callable[[Work[B, Q]], Handler]:
    """Make a handler of a function over a checked Call.

    Refuses in this order: no or a wrong key 401, a missing scope 403, a query that does not fit
    422, a body that is too large 413, not JSON 400, or does not fit 422. With `keeps_nul` texts
    may hold U+0000, and the work sees to it that none is kept.
    """
    nothing_asked = query.model_validate({})

    def wrap(work: Work[B, Q]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            call = await let_in(request)
            if not isinstance(call, Call):
                return call
            running = work(call)
            del call  # work may wait for hours, and lets go of what it needs no more
            return await running

        async def let_in(request: web.Request) -> Call[B, Q] | web.Response:
            gate = request.app[GATE]
            key = authenticated(request, gate)
            if not isinstance(key, Key):
                return key
            if right is not None and not key.may(right):
                return refusal(403, f"This key has no {right} scope.", "missing_scope")
            asked = nothing_asked
            if request.query_string:
                try:
                    asked = query.model_validate(dict(request.query))
                except ValidationError as error:
                    return from_validation(error, "query")
            raw: object = {}
            if body is not Nothing:
                read = await read_json(request, keeps_nul=keeps_nul)
                if not isinstance(read, Read):
                    return read
                raw = read.value
            try:
                content = body.model_validate(raw)
            except ValidationError as error:
                return from_validation(error, "body")
            return Call(request=request, gate=gate, key=key, body=content, query=asked, raw=raw)

        handle.__doc__ = work.__doc__
        handle.__name__ = work.__name__
        setattr(handle, OPERATION, _described())
        return handle

    def _described() -> Operation:
        return Operation(
            summary=summary,
            right=right,
            body=body,
            query=query,
            answer=answer,
            refuses=refuses,
            streams=streams,
        )

    return wrap


def open_operation(
    summary: str, *, answer: type[BaseModel], refuses: tuple[int, ...] = ()
) -> Callable[[Handler], Handler]:
    """Describe a handler that takes no key, no query and no body."""

    def wrap(handle: Handler) -> Handler:
        described = Operation(
            summary=summary,
            right=None,
            body=Nothing,
            query=Nothing,
            answer=answer,
            refuses=refuses,
            is_open=True,
        )
        setattr(handle, OPERATION, described)
        return handle

    return wrap


OPERATION: Final = "__operation__"
_NUL_ESCAPE: Final = rb"\u0000"


def operation_of(handler: object) -> Operation | None:
    """Return the contract of a handler that `operation` made, or None."""
    return getattr(handler, OPERATION, None)


def authenticated(request: web.Request, gate: Gate) -> Key | web.Response:
    """Return the caller's key, or the 401 that says what is wrong with it."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        return unauthenticated("Not authenticated")
    try:
        key = gate.authenticate(secret)
    except UnicodeEncodeError:  # bytes beyond ASCII arrive as lone surrogates
        key = None
    return key if key is not None else unauthenticated("Invalid API key")


@dataclass(frozen=True, slots=True)
class Read:
    """A JSON value that was read; the value itself may be anything, null too."""

    value: object


async def read_json(request: web.Request, *, keeps_nul: bool = False) -> Read | web.Response:
    """Return the body's JSON value, or the refusal that says why there is none."""
    if request.content_type != "application/json":
        fault = {
            "type": "model_attributes_type",
            "loc": ["body"],
            "msg": "Send a JSON object with the header Content-Type: application/json",
        }
        return refusal(422, [fault], "invalid")
    content = await read_body(request)
    try:
        value: Any = from_json(content, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        return refusal(400, f"The body is not JSON: {error}", "malformed_json")
    # JSON writes U+0000 only as an escape; where there is none, nothing need be looked through.
    nul_at = nul_in(value) if _NUL_ESCAPE in content and not keeps_nul else None
    if nul_at is not None:
        place = ["body", *nul_at]
        nul = {"type": "nul", "loc": place, "msg": "Text may not hold U+0000"}
        return refusal(422, [nul], "invalid")
    return Read(value)


async def read_body(request: web.Request) -> bytes:
    """Return the whole body; raises 413 where it is too large, 408 where it comes too slowly.

    One that says it is too large is refused before any of it is read. It is read without
    `request.read()`, which would keep it for as long as the answer is held.
    """
    _refuse_larger(request, request.content_length or 0)
    body = bytearray()
    try:
        if request.content.is_eof():  # it came with the head, as most do: nothing to wait for
            body += request.content.read_nowait()
            _refuse_larger(request, len(body))
            return bytes(body)
        async with asyncio.timeout(request.app[READING_LIMIT]):
            async for chunk in request.content.iter_any():
                body += chunk
                _refuse_larger(request, len(body))
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (web.RequestPayloadError, HttpProcessingError) as error:
        raise web.HTTPBadRequest(reason="The body is not encoded as its head says") from error
    return bytes(body)


def _refuse_larger(request: web.Request, size: int) -> None:
    most = request.client_max_size
    if size > most:
        raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=size)


def nul_in(value: object) -> tuple[str | int, ...] | None:
    """Return the path to the first text that holds U+0000, which no store keeps alike."""
    if isinstance(value, str):
        return () if "\0" in value else None
    if isinstance(value, dict):
        for name, item in value.items():
            found = () if "\0" in name else nul_in(item)
            if found is not None:
                return (name.replace("\0", "⟨U+0000⟩"), *found)
    if isinstance(value, list):
        for index, item in enumerate(value):
            found = nul_in(item)
            if found is not None:
                return (index, *found)
    return None
