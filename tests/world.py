"""A whole gate in the test's own process: real store, real HTTP, and a clock to move."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import SystemClock
from bot.core.brake import Brake
from bot.core.device import MailConfirm
from bot.gate.channel import Channel
from bot.gate.deliver import Courier
from bot.gate.nudges import Nudges
from bot.gate.ports import Clock
from bot.gate.registry import Setup, prepare, queue_link_token
from bot.gate.service import Gate
from bot.gate.timers import Timers
from bot.ids import RandomIds
from bot.signing import ReceiptSigner
from bot.store import open_store
from bot.store.store import SqlStore
from web.app import build_app
from web.hooks.dialect import Manner
from web.keys import TelegramSide

UTC = ZoneInfo("UTC")
AGENT_KEY = "agent-key-for-tests-0001"
OTHER_KEY = "agent-key-for-tests-0002"
ADMIN_KEY = "admin-key-for-tests-0001"
SIGNING_SEED = b"a signing seed of the tests, 32 B"[:32]


@dataclass(kw_only=True)
class World:
    """The parts, and short ways to talk to them over HTTP.

    What its tasks use until they end, such as a channel's connections, closes in `afterwards`.
    """

    store: SqlStore
    clock: Clock
    ids: RandomIds
    gate: Gate
    timers: Timers
    courier: Courier
    channels: dict[str, Channel]
    tasks: asyncio.TaskGroup
    afterwards: AsyncExitStack
    client: TestClient[web.Request, web.Application]

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        url: str,
        *,
        exclusive: bool = True,
        clock: Clock | None = None,
        users: tuple[int, ...] = (),
        chat: int | None = None,
        telegram: bool | None = None,
        email: bool = False,
        email_default: str | None = None,
        email_after: timedelta | None = None,
        side: TelegramSide | None = None,
        public_url: str | None = None,
        allow_reveal: bool = False,
        mcp_execute: bool = False,
        loops: bool = True,
        reading_limit: float = 10.0,
        timezone: ZoneInfo = UTC,
        port: int | None = None,
        brake: Brake | None = None,
        hook_manner: Manner | None = None,
        mail_confirm: MailConfirm = MailConfirm.DEVICE,
    ) -> AsyncIterator["World"]:
        clock = clock or SystemClock()
        ids = RandomIds()
        setup = Setup(
            agent_keys=(AGENT_KEY, OTHER_KEY),
            admin_key=ADMIN_KEY,
            telegram=bool(users or chat) if telegram is None else telegram,
            telegram_users=users,
            telegram_chat=chat,
            email=email,
            email_default=email_default,
            email_after=email_after,
        )
        async with (
            AsyncExitStack() as afterwards,
            open_store(url, exclusive=exclusive) as store,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(store.run())
            registry, _ = await prepare(store, clock, ids, setup)
            gate = Gate(
                store,
                clock,
                ids,
                registry,
                timezone=timezone,
                brake=brake,
                signer=ReceiptSigner(SIGNING_SEED),
                code_secret=b"a secret of the tests for codes",
            )
            await gate.policies.load()
            nudges = Nudges(store, clock, ids, registry.reaches)
            timers = Timers(store, clock, chores=[nudges.work, gate.chores])
            store.on_committed(timers.notice)
            channels: dict[str, Channel] = {}

            def spawn(work: Coroutine[object, object, None]) -> asyncio.Task[None]:
                return tasks.create_task(work)

            courier = Courier(store, clock, channels=channels, spawn=spawn, timezone=timezone)
            store.on_committed(courier.notice)
            app = build_app(
                gate,
                spawn=spawn,
                cookie_secret=b"cookie secret of the tests",
                telegram=side,
                public_url=public_url,
                allow_reveal=allow_reveal,
                mcp_execute=mcp_execute,
                timezone=timezone,
                reading_limit=reading_limit,
                hook_manner=hook_manner or Manner(),
                mail_confirm=mail_confirm,
            )
            server = TestServer(app, port=port)
            client = TestClient(server)
            await client.start_server()
            loops_run = (timers.run(), courier.run()) if loops else ()
            running = [tasks.create_task(loop) for loop in loops_run]
            try:
                yield cls(
                    store=store,
                    clock=clock,
                    ids=ids,
                    gate=gate,
                    timers=timers,
                    courier=courier,
                    channels=channels,
                    tasks=tasks,
                    afterwards=afterwards,
                    client=client,
                )
            finally:
                gate.stop_waiting()
                await client.close()
                for task in running:
                    task.cancel()
                await store.close()

    async def call(
        self, method: str, path: str, *, key: str | None = AGENT_KEY, **more: Any
    ) -> ClientResponse:
        """Send a request with a bearer key, and read the whole answer."""
        headers = {**more.pop("headers", {})}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        response = await self.client.request(method, path, headers=headers, **more)
        await response.read()
        return response

    async def ask(self, *, key: str = AGENT_KEY, query: str = "", **body: Any) -> dict[str, Any]:
        """Ask for an ordinary action; the answer must be 200."""
        response = await self.call(
            "POST", f"/v1/approvals{query}", key=key, json={**ORDINARY, **body}
        )
        assert response.status == 200, await response.text()
        answer: dict[str, Any] = await response.json()
        return answer

    async def read(self, id: str, *, key: str = AGENT_KEY, query: str = "") -> dict[str, Any]:
        """Read an approval; the answer must be 200."""
        response = await self.call("GET", f"/v1/approvals/{id}{query}", key=key)
        assert response.status == 200, await response.text()
        answer: dict[str, Any] = await response.json()
        return answer

    async def decide(
        self, id: str, decision: str = "approved", *, key: str = ADMIN_KEY, **more: Any
    ) -> ClientResponse:
        """Decide by key."""
        body = {"decision": decision, **more}
        return await self.call("POST", f"/v1/approvals/{id}/decision", key=key, json=body)

    async def queue_link(self) -> str:
        """Return the path of a one-time link to the queue page."""
        token = await queue_link_token(self.store, self.clock, self.ids)
        return f"/queue/open?token={token}"


ORDINARY: dict[str, Any] = {
    "session_id": "s1",
    "action_type": "deploy",
    "title": "Deploy 1.4",
    "preview": "make deploy",
}
