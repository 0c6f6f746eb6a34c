"""The load generator, a process of its own: one JSON command a line in, one JSON answer out."""

import asyncio
import gc
import json
import re
import resource
import sys
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count, cycle
from time import perf_counter
from typing import Any, Final, TypeAlias

import uvloop

from tests.benchmarks import wire
from tests.benchmarks.held import Held
from tests.benchmarks.wire import Connection

Following: TypeAlias = Callable[[], bytes | None]
Keep: TypeAlias = Callable[[bytes], None]

_ID = re.compile(rb'"approval_id": ?"(appr_[0-9a-f]{32})"')
_WARM_UP: Final = 0.25  # of a cell's seconds, before they begin
_READ_IN_TURN: Final = 2_000
_READ_A_SECOND: Final = 4_000  # in less than half a second not all of them would be read
_STOCK_A_SECOND: Final = 1_500
_STOCK_CONNECTIONS: Final = 64


class Load:
    """The load on servers; each is its `url`, the agent's `key` and the `admin_key`."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[str]] = {}  # by server: approvals that nobody decided yet
        self._held = Held()
        self._numbers = count(1)

    async def obey(self, command: dict[str, Any]) -> object:
        """Do one command and return its answer."""
        do = {
            "creates": self._creates,
            "reads": self._reads,
            "decides": self._decides,
            "hold": self._held.hold,
            "wake": self._held.wake,
            "let go": self._held.let_go,
        }[command.pop("do")]
        return await do(**command)

    async def _creates(
        self, *, server: dict[str, str], connections: int, seconds: float
    ) -> dict[str, float]:
        waiting = self._waiting_at(server)
        ask = wire.asks(server["key"])
        return await closed_loop(
            server["url"],
            connections,
            seconds,
            lambda: ask(next(self._numbers)),
            keep=lambda body: waiting.append(_id_in(body)),
        )

    async def _reads(
        self, *, server: dict[str, str], connections: int, seconds: float
    ) -> dict[str, float]:
        in_turn = min(_READ_IN_TURN, round(_READ_A_SECOND * seconds))
        await self._stock(server, in_turn)
        ids = [id for id, _ in zip(self._waiting_at(server), range(in_turn), strict=False)]
        requests = cycle(wire.read(server["key"], id) for id in ids)
        return await closed_loop(server["url"], connections, seconds, lambda: next(requests))

    async def _decides(
        self, *, server: dict[str, str], connections: int, seconds: float
    ) -> dict[str, float]:
        await self._stock(server, round(_STOCK_A_SECOND * seconds))
        waiting = self._waiting_at(server)
        return await closed_loop(
            server["url"],
            connections,
            seconds,
            lambda: wire.decide(server["admin_key"], waiting.popleft()) if waiting else None,
        )

    async def _stock(self, server: dict[str, str], wanted: int) -> None:
        """Ask until so many wait, not measured."""
        waiting = self._waiting_at(server)
        lack = iter(range(wanted - len(waiting)))
        ask = wire.asks(server["key"])
        await closed_loop(
            server["url"],
            _STOCK_CONNECTIONS,
            600,
            lambda: next((ask(next(self._numbers)) for _ in lack), None),
            keep=lambda body: waiting.append(_id_in(body)),
        )

    def _waiting_at(self, server: dict[str, str]) -> deque[str]:
        return self._waiting.setdefault(server["url"], deque())


def _id_in(body: bytes) -> str:
    found = _ID.search(body)
    assert found is not None, body
    return found[1].decode()


async def closed_loop(
    url: str,
    connections: int,
    seconds: float,
    following: Following,
    *,
    keep: Keep | None = None,
) -> dict[str, float]:
    """Have each connection send a request when it has its last answer; count the answers.

    It ends with the time or the requests. The first ones, while the server warms up, don't count.
    """
    cell = _Cell(following, keep)
    opened = await wire.connect(url, cell.take, connections)
    try:
        return await cell.run(opened, seconds)
    finally:
        for connection in opened:
            connection.close()


class _Cell:
    def __init__(self, following: Following, keep: Keep | None) -> None:
        self._following = following
        self._keep = keep
        self._begin = self._end = self._last = 0.0
        self._answered = self._counted = 0
        self._under_way = 0
        self._over: asyncio.Future[None] = asyncio.Future()

    async def run(self, connections: Sequence[Connection], seconds: float) -> dict[str, float]:
        self._begin = perf_counter() + _WARM_UP * seconds
        self._end = self._begin + seconds
        self._under_way = len(connections)
        for connection in connections:
            self._go_on(connection)
        await self._over
        ran_out = perf_counter() < self._end
        return {
            "answered": self._answered,
            "counted": self._counted,
            "seconds": max(self._last - self._begin, 1e-3) if ran_out else seconds,
        }

    def take(self, connection: Connection, status: int, body: bytes) -> None:
        if status != 200:
            if not self._over.done():
                self._over.set_exception(AssertionError(f"{status}: {body!r}"))
            return
        self._answered += 1
        now = perf_counter()
        if self._begin <= now < self._end:
            self._counted += 1
            self._last = now
        if self._keep is not None:
            self._keep(body)
        self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        message = self._following() if perf_counter() < self._end else None
        if message is not None:
            connection.send(message)
            return
        self._under_way -= 1
        if self._under_way == 0 and not self._over.done():
            self._over.set_result(None)


async def serve() -> None:
    """Obey the commands on standard input until it ends."""
    load = Load()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await load.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gc.disable()  # a pause here would be read as one of the server's
    uvloop.run(serve())
