"""Asks whose answers the server holds until somebody decides, each on a connection of its own."""

import asyncio
import sys
from itertools import count
from time import perf_counter
from typing import Any

from tests.benchmarks import wire
from tests.benchmarks.wire import Connection, Talker

_WAIT_SECONDS = 3_600
_AT_ONCE = 500
_FROM_ONE_ADDRESS = 8_000  # well below the 28,000 ports that a system usually has for them


class Held:
    """The held ones by the session that each ask names."""

    def __init__(self) -> None:
        self._connections: dict[str, Connection] = {}
        self._numbers = count(1)
        self._woken: asyncio.Future[float] | None = None

    async def hold(self, *, server: dict[str, str], held: int) -> None:
        """Let so many be held, counting those held already; return once all of them are."""
        talker = await Talker().open(server["url"])
        while (missing := held - len(self._connections)) > 0:
            opened = await wire.connect(
                server["url"],
                self._answered,
                min(missing, _AT_ONCE),
                source=f"127.0.0.{len(self._connections) // _FROM_ONE_ADDRESS + 1}",
            )
            for session in [self._ask(server, connection) for connection in opened]:
                await _id_of(talker, server, session)
        talker.close()

    async def wake(self, *, server: dict[str, str], samples: int) -> dict[str, list[float]]:
        """Decide one after the other; return the milliseconds until each held answer was read.

        They run from sending the decision to reading the held answer, on two connections. A new
        ask takes each one's place, so that as many stay held. The first tenth warms up.
        """
        talker = await Talker().open(server["url"])
        took = [await self._wake_one(talker, server) for _ in range(samples + samples // 10)]
        talker.close()
        return {"milliseconds": took[samples // 10 :]}

    async def let_go(self) -> None:
        """Hang all of them up."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    async def _wake_one(self, talker: Talker, server: dict[str, str]) -> float:
        session = next(iter(self._connections))
        connection = self._connections.pop(session)
        decision = wire.decide(server["admin_key"], await _id_of(talker, server, session))
        self._woken = asyncio.Future()
        began = perf_counter()
        decided = talker.say(decision)
        ended = await self._woken
        await decided
        await _id_of(talker, server, self._ask(server, connection))
        return (ended - began) * 1000

    def _ask(self, server: dict[str, str], connection: Connection) -> str:
        number = next(self._numbers)
        session = f"held-{number}"
        self._connections[session] = connection
        connection.send(
            wire.ask(server["key"], number, query=f"?wait={_WAIT_SECONDS}", session=session)
        )
        return session

    def _answered(self, _connection: Connection, status: int, body: bytes) -> None:
        now = perf_counter()
        if status != 200 or self._woken is None or self._woken.done():
            sys.exit(f"a held request ended by itself: {status}: {body!r}")
        self._woken.set_result(now)


async def _id_of(talker: Talker, server: dict[str, str], session: str) -> str:
    """Return the id of the session's approval, as soon as the server lists it."""
    question = wire.request(
        "GET", f"/v1/approvals?session_id={session}&limit=1", key=server["admin_key"]
    )
    while True:
        answer: dict[str, Any] = await talker.say(question)
        if answer["approvals"]:
            id: str = answer["approvals"][0]["approval_id"]
            return id
        await asyncio.sleep(0.002)
