import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.channels.telegram.bot import TelegramBot
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.pacing import Pacing
from bot.channels.telegram.switch import Mode, TelegramSwitch
from bot.channels.telegram.text import Reader
from bot.gate.channel import Target
from bot.locales import translator
from tests.fakes.clock import FakeClock, FakeHandle
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.world import World

READER = Reader(translator=translator(None), timezone=ZoneInfo("UTC"))


class SameReader:
    """What `Readers` is where one reader reads everything."""

    def __init__(self, reader: Reader = READER) -> None:
        self.reader = reader

    async def at(self, _target: Target) -> Reader:
        return self.reader

    def every(self) -> tuple[Reader, ...]:
        return (self.reader,)


class EagerClock(FakeClock):
    """Whoever waits is called back at once, and the time has passed."""

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> FakeHandle:
        handle = super().call_later(delay, callback)
        asyncio.get_running_loop().call_soon(lambda: self.jump_to(handle, delay))
        return handle

    def jump_to(self, handle: FakeHandle, delay: timedelta) -> None:
        if not handle.is_cancelled:
            self.advance(seconds=delay.total_seconds())


def a_bot(telegram: FakeTelegram) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url), timeout=5)
    return Bot(telegram.token, session=session)


# Below the ports that the system hands out by itself, and a thousand of its own for each worker.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_ports = count(20_000 + 1_000 * (_worker % 12))


def a_port() -> int:
    """Return a free port that no other worker of this run takes meanwhile."""
    for port in _ports:
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


async def close(bot: Bot) -> None:
    """Close its connections without aiogram's pause for encrypted ones."""
    assert isinstance(bot.session, AiohttpSession)
    if bot.session._session is not None:
        await bot.session._session.close()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person(1001, "Ana")


@pytest.fixture
async def channel(telegram: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    bot = a_bot(telegram)
    yield TelegramChannel(bot, Pacing(EagerClock()), SameReader())
    await close(bot)


@dataclass(kw_only=True)
class Office:
    """A gate, its bot, and people in a Telegram that is all here."""

    world: World
    telegram: FakeTelegram
    bot: TelegramBot
    clock: FakeClock

    async def ask(self, who: Person, contains: str = "", **body: Any) -> tuple[str, Card]:
        """Let the agent ask; return the approval's id and the card that came."""
        last = self.telegram.messages(who.chat_id)[-1:]
        answer = await self.world.ask(**body)
        card = await who.wait_for_card(
            contains, buttons=True, newer_than=last[0] if last else None
        )
        return answer["approval_id"], card

    async def pass_time(self, seconds: float, until: Callable[[], bool]) -> None:
        """Let time pass; whoever begins to wait for it only now is called back too."""
        self.clock.advance(seconds=seconds)
        async with asyncio.timeout(5):
            while not until():
                await asyncio.sleep(0.005)
                self.clock.advance(milliseconds=1)


OpenOffice = Callable[..., Any]


_USUAL_WAYS = {("sqlite", "polling"), ("postgresql", "webhook")}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hold a conversation on both engines and by both ways; crossed too with `-m full`."""
    for item in items:
        given = (
            item.callspec.params
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else {}
        )
        way = (given.get("database_url"), given.get("mode"))
        if None not in way and way not in _USUAL_WAYS:
            item.add_marker(pytest.mark.full)


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Every conversation is held both ways."""
    way: Mode = request.param
    return way


@pytest.fixture
async def open_office(
    telegram: FakeTelegram, build: Any, clock: FakeClock, mode: Mode
) -> AsyncIterator[OpenOffice]:
    """Make a gate with its bot; Telegram outlives them, as a server may not close while dialled.

    A connection that is accepted in just that moment is never closed by asyncio (gh-109564).
    """
    switches: list[TelegramSwitch] = []
    spawned: list[asyncio.Task[None]] = []

    async def make(*, topics: bool = False, **settings: Any) -> Office:
        port = a_port()
        switch = TelegramSwitch(
            mode=mode, public_url=f"http://127.0.0.1:{port}", webhook_secret="s" * 32
        )
        switches.append(switch)
        world: World = await build(side=switch, port=port, **settings)

        def spawn(work: Coroutine[object, object, None]) -> None:
            spawned.append(world.tasks.create_task(work))

        bot = TelegramBot.build(
            world.gate,
            token=telegram.token,
            base=telegram.url,
            spawn=spawn,
            clock=EagerClock(),
            timezone=ZoneInfo("UTC"),
            topics=topics,
        )
        # The courier delivers until the gate ends, and would open a closed session anew.
        world.afterwards.push_async_callback(close, bot._bot)
        world.channels["telegram"] = bot.channel
        bot.standing.on_refused(lambda: world.channels.pop("telegram", None))
        world.courier.nudge()
        spawn(switch.run(bot))
        if mode == "webhook":
            await telegram.wait_for_calls("setWebhook", outcome="ok")
        return Office(world=world, telegram=telegram, bot=bot, clock=clock)

    yield make
    await telegram.stop_pushing()
    for switch in switches:
        await switch.stop()
    for task in spawned:
        task.cancel()
    await asyncio.gather(*spawned, return_exceptions=True)


@pytest.fixture
async def office(open_office: OpenOffice, ana: Person) -> Office:
    """Ana alone decides."""
    made: Office = await open_office(users=(ana.id,))
    return made
