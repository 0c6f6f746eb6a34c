"""The fake itself: the HTTP server on loopback, the log of calls, the scripted failures."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.telegram.chat import Json
from tests.fakes.telegram.fault import Fault, RateLimits
from tests.fakes.telegram.message import MAX_FILE
from tests.fakes.telegram.method import BY_LOWER_NAME, METHODS
from tests.fakes.telegram.refusal import Refusal
from tests.fakes.telegram.request import Params, read_params
from tests.fakes.telegram.webhook import Webhook, push_updates
from tests.fakes.telegram.world import World


@dataclass(slots=True, eq=False)
class Call:
    """One request of the bot; the outcome is "under way", "ok", or what went wrong."""

    method: str
    params: Json
    at: datetime
    outcome: str = "under way"
    result: Any = None


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class FakeTelegram(World):
    """A Bot API server with people in it; use it as an async context manager."""

    port: int = 0
    rate_limits: bool = False
    webhook_pause: float = 0.02
    webhook_timeout: float = 10
    revoked: bool = False
    date_off: timedelta = timedelta()
    calls: list[Call] = field(default_factory=list)
    limits: RateLimits = field(default_factory=RateLimits)
    webhook: Webhook | None = None
    pushing: bool = False
    is_down: bool = False
    _runner: web.AppRunner | None = None
    _site: web.TCPSite | None = None
    _faults: list[Fault] = field(default_factory=list)
    _crashes: list[Exception] = field(default_factory=list)
    _exit: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        self.limits.enabled = self.rate_limits
        app = web.Application(client_max_size=MAX_FILE + 8 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.on_response_prepare.append(self._date)
        app.router.add_get("/file/bot{token}/documents/{file_id}", self._fetch)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._exit.push_async_callback(runner.cleanup)
        self._runner, self._site = runner, web.TCPSite(runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = runner.addresses[0][1]
        tasks = await self._exit.enter_async_context(asyncio.TaskGroup())
        self._exit.callback(tasks.create_task(push_updates(self)).cancel)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop serving: held requests are let go first; show what failed in the fake itself."""
        self.updates.closing = True
        for fault in self._faults:
            fault.release()
        self.changes.announce()
        await self._exit.aclose()
        if self._crashes:
            raise ExceptionGroup("the fake itself failed", self._crashes)

    async def stop_pushing(self) -> None:
        """Forget the webhook; return once no update is on its way there."""
        self.webhook = None
        await self.changes.until(lambda: None if self.pushing else True, self.webhook_timeout)

    @property
    def url(self) -> str:
        """Return the base address, the one for TELEGRAM_API_BASE."""
        return f"http://127.0.0.1:{self.port}"

    def fail(
        self,
        method: str,
        *,
        status: int | None = None,
        retry_after: int | None = None,
        description: str | None = None,
        drop: bool = False,
        junk: bytes | None = None,
        hang: float = 0,
        accepted: bool = False,
        count: int | None = 1,
        chat_id: int | None = None,
    ) -> Fault:
        """Script a failure of the next `count` calls of a method.

        "*" is any method; a count of None lasts until healed.

        With `accepted` the effect happens and only the answer is spoiled. `hang` holds the
        request for so many real seconds, or until `release()`, before anything else.
        """
        if method != "*" and method.lower() not in BY_LOWER_NAME:
            raise AssertionError(f"the fake has no method {method}")
        fault = Fault(
            method=method,
            status=status,
            retry_after=retry_after,
            description=description,
            drop=drop,
            junk=junk,
            hang=hang,
            accepted=accepted,
            count=count,
            chat_id=chat_id,
        )
        self._faults.append(fault)
        return fault

    async def go_down(self) -> None:
        """Refuse connections, and drop those that there are at their next request."""
        self.is_down = True
        if self._site is not None:
            await self._site.stop()

    async def come_up(self) -> None:
        """Serve again, on the same port."""
        if self._runner is not None:
            self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
            await self._site.start()
        self.is_down = False

    def heal(self) -> None:
        """End every scripted failure."""
        for fault in self._faults:
            fault.heal()
        self._faults.clear()

    def called(self, method: str) -> list[Call]:
        """Return the calls of one method so far."""
        return [call for call in self.calls if call.method == method]

    async def wait_for_calls(
        self,
        method: str,
        times: int = 1,
        *,
        outcome: str | None = None,
        timeout: float = 5,  # noqa: ASYNC109 - the test's patience in seconds
    ) -> list[Call]:
        """Wait until a method was called so often; with `outcome`, finished in that way."""

        def look() -> list[Call] | None:
            found = self.called(method)
            if outcome is not None:
                found = [call for call in found if outcome in call.outcome]
            return found if len(found) >= times else None

        return await self.changes.until(look, timeout)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        method = BY_LOWER_NAME.get(name.lower(), name)
        call = Call(method, {}, self.now)
        self.calls.append(call)
        self.changes.announce()
        if self.is_down:
            call.outcome = "dropped"
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        try:
            self._refuse_strangers(request.match_info["token"], method)
            params = await read_params(request)
            call.params = {**params.values, **params.files}
            return await self._answer(request, call, params)
        except Refusal as refusal:
            call.outcome = f"{refusal.code} {refusal.description}"
            return web.json_response(refusal.body(), status=refusal.code)
        except web.HTTPRequestEntityTooLarge:
            call.outcome = "413 Request Entity Too Large"
            return web.json_response(Refusal(413, "Request Entity Too Large").body(), status=413)
        except (OSError, aiohttp.ClientError, web.RequestPayloadError):
            call.outcome = "connection lost"  # the bot went away in the middle of its request
            return web.Response(status=400)
        except Exception as error:  # noqa: BLE001 - raised again when the fake closes
            self._crashes.append(error)
            call.outcome = f"the fake failed: {error!r}"
            return web.json_response(Refusal(500, call.outcome).body(), status=500)
        finally:
            self.changes.announce()

    async def _date(self, _: web.Request, answer: web.StreamResponse) -> None:
        """Say what time it is here, as HTTP servers do."""
        answer.headers["Date"] = format_datetime(
            self.now.astimezone(UTC) + self.date_off, usegmt=True
        )

    async def _fetch(self, request: web.Request) -> web.Response:
        """Hand out a file that `getFile` told the path of."""
        document = self.documents.get(request.match_info["file_id"])
        if request.match_info["token"] != self.token or self.revoked or document is None:
            return web.json_response(Refusal(404, "Not Found").body(), status=404)
        return web.Response(body=document.content, content_type="application/octet-stream")

    def _refuse_strangers(self, token: str, method: str) -> None:
        if token != self.token or self.revoked:
            raise Refusal(401, "Unauthorized")
        if method not in METHODS:
            raise Refusal(404, "Not Found")

    async def _answer(
        self, request: web.Request, call: Call, params: Params
    ) -> web.StreamResponse:
        fault = self._next_fault(call.method, params.chat_id)
        if fault is None:
            return await self._accept(call, params)
        if fault.hang:
            call.outcome = "hanging"
        await fault.wait()
        spoilt = fault.drop or fault.junk is not None or fault.status is not None
        answer: web.StreamResponse = web.Response()
        if fault.accepted or not spoilt:
            answer = await self._accept(call, params)
        note = " after accepting" if fault.accepted else ""
        if fault.drop:
            call.outcome = f"dropped{note}"
            if request.transport is not None:
                request.transport.abort()
        elif fault.junk is not None:
            call.outcome = f"junk{note}"
            answer = web.Response(body=fault.junk)
        elif refusal := fault.refusal():
            call.outcome = f"{refusal.code} {refusal.description}{note}"
            answer = web.json_response(refusal.body(), status=refusal.code)
        return answer

    async def _accept(self, call: Call, params: Params) -> web.StreamResponse:
        call.result = await METHODS[call.method](self, params)
        call.outcome = "ok"
        return web.json_response({"ok": True, "result": call.result})

    def _next_fault(self, method: str, chat_id: int | None) -> Fault | None:
        for fault in self._faults:
            if fault.matches(method, chat_id):
                fault.hit()
                return fault
        return None
