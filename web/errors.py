"""Every refusal as JSON: `{"detail": a sentence, "code": a machine word}`."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from aiohttp import web
from pydantic import ValidationError

from bot.core.errors import Busy, GateError, InvalidAsk
from bot.core.fault import PolicyFaulty

log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

RETRY_AFTER_SECONDS: Final = "1"
_CODES: Final = {
    400: "bad_request",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    417: "expectation_failed",
}
# Whatever comes in place of an approval's id may be a token, or a part of one.
_LINK: Final = re.compile(r"^/a/(?!appr_)[^/]*")
_SENTENCES: Final = {
    404: "Not Found",
    405: "Method Not Allowed",
    413: "The body is too large: at most 1 MiB.",
}


def refusal(
    status: int,
    detail: object,
    code: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> web.Response:
    """Return a refusal in the one form that all of them have, and what else there is to tell."""
    content = {"detail": detail, "code": code, **(more or {})}
    return web.json_response(content, status=status, headers=headers)


def unauthenticated(sentence: str) -> web.Response:
    """Return the 401 that asks for a bearer key."""
    return refusal(401, sentence, "unauthenticated", headers={"WWW-Authenticate": "Bearer"})


def from_gate(error: GateError) -> web.Response:
    """Return what a refusal of the gate looks like on the wire."""
    if isinstance(error, PolicyFaulty):
        faults = [
            {"type": "policy", "loc": ["body", *fault.place.keys], "msg": str(fault)}
            for fault in error.faults
        ]
        return refusal(error.http_status, faults, error.code)
    headers = {"Retry-After": RETRY_AFTER_SECONDS} if isinstance(error, Busy) else None
    place = error.place if isinstance(error, InvalidAsk) else ()
    where = "query" if place[:1] == ("cursor",) else "body"
    more = {"loc": [where, *place]} if place else None
    return refusal(error.http_status, error.sentence, error.code, headers=headers, more=more)


def from_validation(error: ValidationError, where: str) -> web.Response:
    """Return 422 with a list of faults, each with its place under `where`."""
    faults = [
        {"type": fault["type"], "loc": [where, *fault["loc"]], "msg": fault["msg"]}
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return refusal(422, faults, "invalid")


def path_without_token(request: web.Request) -> str:
    """Return the path as the log may have it: of a mail's link only that it is one."""
    return _LINK.sub("/a/[token]", request.path)


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every exception into a refusal; what nobody foresaw is logged and a plain 500."""
    try:
        return await handler(request)
    except GateError as error:
        return from_gate(error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        sentence = _SENTENCES.get(error.status, error.reason)
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return refusal(error.status, sentence, _CODES.get(error.status, "error"), headers=headers)
    except Exception:
        log.exception("web: a request failed", extra={"path": path_without_token(request)})
        return refusal(500, "Internal Server Error", "internal_error")
