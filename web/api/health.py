"""`/health`: whether the daemon lives, and with `?deep=true` whether its parts do.

A gate that is paused or snoozed lives, and says so.
"""

from time import monotonic

from aiohttp import web

from bot.core.errors import GateError
from web.keys import GATE, TELEGRAM


async def _look_at_mail(request: web.Request, checks: dict[str, object]) -> str | None:
    """Add how mail stands, where it is on; return what is wrong with it."""
    mails = request.app[GATE].mails
    if not mails.is_on:
        return None
    trouble = await mails.trouble()
    checks["mail"] = (
        {"status": "healthy"} if trouble is None else {"status": "degraded", "error": trouble}
    )
    return trouble


async def health(request: web.Request) -> web.Response:
    """Answer 200 while alive; deep, 503 where the database does not answer."""
    halt = request.app[GATE].halts.known
    halted = {} if halt is None else {"paused" if halt.is_pause else "snoozed": True}
    if request.query.get("deep", "").lower() not in ("true", "1"):
        return web.json_response({"status": "ok", **halted})
    started = monotonic()
    checks: dict[str, object] = {}
    status = "ok"
    try:
        await request.app[GATE].check()
        took = round((monotonic() - started) * 1000)
        checks["database"] = {"status": "healthy", "latencyMs": took}
    except GateError as error:
        checks["database"] = {"status": "unhealthy", "error": error.sentence}
        status = "degraded"
    mail_trouble = await _look_at_mail(request, checks) if status == "ok" else None
    telegram = request.app[TELEGRAM]
    if telegram is not None:
        trouble = telegram.trouble
        checks["telegram"] = (
            {"status": "healthy"} if trouble is None else {"status": "degraded", "error": trouble}
        )
    database_down = status == "degraded"
    if telegram is not None and telegram.trouble is not None:
        status = "degraded"
    if mail_trouble is not None:
        status = "degraded"
    return web.json_response(
        {"status": status, **halted, "checks": checks}, status=503 if database_down else 200
    )
