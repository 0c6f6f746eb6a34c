"""The floor: the daemon's HTTP, validation, risk, digest and answers, with the store taken out.

Everything that a request goes through before and after the store is the program's own code.
"""

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import uvloop
from aiohttp import web

from bot.clock import SystemClock
from bot.core.approval import Approval, checked_choice, decided
from bot.core.decision import Choice, Decision
from bot.core.people import AGENT_RIGHTS, ALL_RIGHTS, Decider, Key, refusal_to_decide
from bot.gate.book import PolicyBook
from bot.gate.decide import Answered
from bot.gate.events import Event
from bot.gate.ports import Query, Work
from bot.gate.registry import Registry, sha256_of
from bot.gate.report import visible_to
from bot.gate.service import Gate
from bot.gate.submit import Ask, judged
from bot.ids import RandomIds
from web.app import build_app

T = TypeVar("T")

_KEEP_ALIVE_SECONDS: Final = 75.0


class Nowhere:
    """The Store port with nothing behind it; what the floor answers never comes here."""

    async def write(self, work: Work[T]) -> T:
        raise NotImplementedError

    async def read(self, query: Query[T]) -> T:
        raise NotImplementedError

    def on_committed(self, listener: Callable[[Sequence[Event]], None]) -> None:
        pass


class FloorGate(Gate):
    """Answers at once, from a dictionary."""

    def __init__(self, keys: Registry) -> None:
        super().__init__(Nowhere(), SystemClock(), RandomIds(), keys)
        self._approvals: dict[str, Approval] = {}
        self._book = PolicyBook()

    async def submit(self, key: Key, ask: Ask, *, id: str) -> Approval:
        code = self._ids.short_codes()[0]
        now = self._clock.now()
        approval, _ = judged(ask, key, self._book, id=id, short_code=code, now=now)
        self._approvals[id] = approval
        return approval

    async def get(self, key: Key, id: str) -> Approval:
        return visible_to(key, self._approvals.get(id))

    async def decide(self, id: str, decider: Decider, choice: Choice) -> Answered:
        approval = self._approvals[id]
        refusal = refusal_to_decide(approval, decider)
        if refusal is not None or not approval.is_pending:
            return Answered(approval=approval, refusal=refusal)
        choice = checked_choice(approval, choice)
        decision = Decision(
            approved=choice.approve,
            code=choice.code,
            by=decider.name,
            via=decider.via,
            at=self._clock.now(),
            approver_id=decider.identity,
        )
        self._approvals[id] = decided(approval, decision)
        return Answered(approval=self._approvals[id], by_this=True)


def _keys() -> Registry:
    now = SystemClock().now()
    registry = Registry()
    given = {"APPROVAL_API_KEY": AGENT_RIGHTS, "ADMIN_API_KEY": ALL_RIGHTS}
    for variable, rights in given.items():
        digest = sha256_of(os.environ[variable])
        registry.keys[digest] = Key(
            id=digest[:12], name=variable, sha256=digest, rights=rights, created_at=now
        )
    return registry


async def serve() -> None:
    """Serve until asked to stop, as the daemon would."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with asyncio.TaskGroup() as tasks:
        app = build_app(
            FloorGate(_keys()),
            spawn=tasks.create_task,
            cookie_secret=b"cookie secret of the floor",
            timezone=ZoneInfo("UTC"),
        )
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, keepalive_timeout=_KEEP_ALIVE_SECONDS
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        print(f"ok2run listens on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        await stop.wait()
        await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve())
