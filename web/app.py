"""Build the application: routes on one screen, and what holds for all of them."""

import secrets
from collections.abc import Awaitable
from importlib.metadata import PackageNotFoundError, version
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web
from multidict import istr

from bot.core.device import MailConfirm
from bot.gate.service import Gate
from bot.locales.preferred import Usual
from bot.logs import request_id as current_request
from web.api import (
    approvals,
    devices,
    grants,
    health,
    hooks,
    inbox,
    pause,
    people,
    policies,
    receipts,
    telegram,
)
from web.errors import Handler, errors_as_json
from web.hooks.dialect import Manner
from web.keys import (
    ALLOW_REVEAL,
    GATE,
    HOOK_MANNER,
    READING_LIMIT,
    SPAWN,
    TELEGRAM,
    Spawn,
    TelegramSide,
)
from web.mcp import transport as mcp
from web.mcp.transport import MCP, McpSide
from web.openapi import DOCUMENT, describe, document
from web.pages import docs, mail, queue
from web.pages.live import CHANGES, Changes
from web.pages.mail_session import MAIL_CONFIRM, MAIL_SIGNER, MailSigner
from web.pages.session import SIGNER, SessionSigner
from web.pages.speech import SPEECH, Speech
from web.pages.template import TEMPLATES

LARGEST_BODY: Final = 2**20
READING_SECONDS: Final = 10.0
_USUAL_MANNER: Final = Manner()

API: Final = (
    web.post("/v1/approvals", approvals.create),
    web.get("/v1/approvals", approvals.listing),
    web.get("/v1/approvals/{id}", approvals.read),
    web.delete("/v1/approvals/{id}", approvals.withdraw),
    web.get("/v1/approvals/{id}/events", approvals.events),
    web.post("/v1/approvals/{id}/decision", approvals.decide),
    web.post("/v1/approvals/{id}/claim", receipts.claim),
    web.post("/v1/approvals/{id}/outcome", approvals.report),
    web.get("/v1/approvals/{id}/audit", approvals.audit),
    web.get("/v1/grants", grants.listing),
    web.get("/v1/grants/{id}", grants.read),
    web.get("/v1/grants/{id}/uses", grants.uses),
    web.delete("/v1/grants/{id}", grants.revoke),
    web.get("/v1/allow-rules", grants.listing),
    web.delete("/v1/allow-rules/{id}", grants.revoke),
    web.get("/v1/policies", policies.listing),
    web.post("/v1/policies", policies.create),
    web.post("/v1/policies/explain", policies.explain),
    web.post("/v1/policies/backtest", policies.backtest),
    web.get("/v1/policies/{id}", policies.read),
    web.put("/v1/policies/{id}", policies.replace),
    web.patch("/v1/policies/{id}", policies.change),
    web.delete("/v1/policies/{id}", policies.remove),
    web.get("/v1/people", people.listing),
    web.post("/v1/people/mail", people.claim),
    web.post("/v1/people/mail/confirm", people.confirm),
    web.post("/v1/people/mail/remove", people.remove),
    web.get("/v1/pause", pause.read),
    web.post("/v1/pause", pause.pause),
    web.post("/v1/snooze", pause.snooze),
    web.post("/v1/resume", pause.resume),
    web.get("/v1/devices", devices.listing),
    web.post("/v1/devices/code", devices.code),
    web.delete("/v1/devices/{id}", devices.revoke),
    web.post("/v1/hooks/{agent}", hooks.take),
    web.post("/v1/inbox/email-reply", inbox.email_reply),
    web.post("/v1/telegram/setup-webhook", telegram.set_up),
    web.delete("/v1/telegram/webhook", telegram.remove),
)
OPEN: Final = (
    web.post("/v1/telegram/webhook", telegram.receive),
    web.get("/v1/receipts/key", receipts.key),
    web.post("/mcp", mcp.receive),
    web.get("/health", health.health),
    web.get("/openapi.json", document),
    web.get("/docs", docs.page),
)
PAGES: Final = (
    web.get("/", queue.home),
    web.get("/queue/open", queue.open_link),
    web.get("/queue", queue.page),
    web.get("/queue/events", queue.events),
    web.post("/queue/leave", queue.leave),
    web.post("/queue/resume", queue.resume),
    web.post("/queue/{id}", queue.press),
    web.post("/queue/{id}/reveal", queue.reveal),
    web.get("/a/{name}", mail.open_link),
    web.get("/a/{id}/events", mail.events),
    web.post("/a/{id}", mail.press),
    web.post("/a/{id}/reveal", mail.reveal),
    web.post("/a/{id}/mail-code", mail.mail_code),
    web.post("/a/{id}/code", mail.enrol),
    web.post("/a/{id}/number", mail.number),
    web.get("/v1/action/{id}/{action}", mail.old_link),
    web.get("/static/{name}", queue.static),
)

_REQUEST_ID: Final = istr("X-Request-Id")
_HEADERS: Final = {
    istr("X-Content-Type-Options"): "nosniff",
    istr("X-Frame-Options"): "DENY",
    istr("Referrer-Policy"): "no-referrer",
    istr("Cross-Origin-Opener-Policy"): "same-origin",
    istr("Content-Security-Policy"): (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


# The older contract's: a path with a slash at its end leads to the one without.
_SLASHES: Final = web.normalize_path_middleware(
    append_slash=False,
    remove_slash=True,
    merge_slashes=False,
    redirect_class=web.HTTPTemporaryRedirect,
)


# Middlewares that only act beforehand are plain functions: thousands of answers may be held, each
# under a frame of every middleware that waits for it.


@web.middleware
def request_id(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """Give each request an id that its log lines and its answer carry."""
    current_request.set(secrets.token_hex(8))
    return handler(request)


@web.middleware
def slashes(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """Lead a path that has no route to the one without the slash at its end."""
    is_known = request.match_info.http_exception is None
    return handler(request) if is_known else _SLASHES(request, handler)


async def _secure_headers(_request: web.Request, response: web.StreamResponse) -> None:
    headers = response.headers
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers[_REQUEST_ID] = current_request.get() or "none"


def build_app(
    gate: Gate,
    *,
    spawn: Spawn,
    cookie_secret: bytes,
    telegram: TelegramSide | None = None,
    public_url: str | None = None,
    timezone: ZoneInfo,
    language: str = "en",
    allow_reveal: bool = False,
    mcp_execute: bool = False,
    reading_limit: float = READING_SECONDS,
    hook_manner: Manner = _USUAL_MANNER,
    mail_confirm: MailConfirm = MailConfirm.DEVICE,
) -> web.Application:
    """Return the application over a gate.

    `cookie_secret` signs the page's sessions; `allow_reveal` lets an approver see there what cards
    hide; `mcp_execute` lets agents over MCP have approved commands run on this machine; a body has
    to come within `reading_limit` seconds; `hook_manner` is how hooks are taken;
    `mail_confirm` is what deciding from a mail takes beside its link.
    """
    is_secure = (public_url or "").startswith("https:")
    app = web.Application(
        client_max_size=LARGEST_BODY, middlewares=[request_id, errors_as_json, slashes]
    )
    app[GATE] = gate
    app[HOOK_MANNER] = hook_manner
    app[SPAWN] = spawn
    app[ALLOW_REVEAL] = allow_reveal
    app[READING_LIMIT] = reading_limit
    app[TELEGRAM] = telegram
    app[SIGNER] = SessionSigner(cookie_secret, secure=is_secure)
    app[MAIL_SIGNER] = MailSigner(cookie_secret, secure=is_secure)
    app[MAIL_CONFIRM] = mail_confirm
    app[MCP] = McpSide(public_url=public_url, executes=mcp_execute, version=_version())
    app[CHANGES] = Changes(gate)
    app[SPEECH] = Speech(Usual(language=language, timezone=timezone))
    app[TEMPLATES] = app[SPEECH].english
    app[DOCUMENT] = describe([*API, *OPEN], version=_version())
    app.on_response_prepare.append(_secure_headers)
    app.add_routes([*API, *OPEN, *PAGES])
    return app


def _version() -> str:
    try:
        return version("ok2run-gate")
    except PackageNotFoundError:
        return "0"
