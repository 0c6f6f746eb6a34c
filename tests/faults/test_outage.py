"""Telegram fails in every way it can, chat by chat: no card is lost, and every card tells it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.telegram.bot import TelegramBot
from tests.channels.telegram.conftest import close
from tests.conftest import Build
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Card, FakeTelegram
from tests.faults.outage import ENDS, HANG_LIMIT, KINDS, Outage
from tests.world import World

SEED = 2026
AT_ONCE = timedelta(seconds=3)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def telegram(clock: FakeClock) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(clock=clock.now) as fake:
        yield fake


async def outage(
    build: Build, telegram: FakeTelegram, clock: FakeClock, length: timedelta
) -> Outage:
    """Let it happen to four people, of whom the first has no trouble of her own."""
    people = [
        telegram.person(1001 + n, name) for n, name in enumerate(("Ana", "Ben", "Cem", "Dua"))
    ]
    world: World = await build(users=tuple(one.id for one in people))

    spawned: list[asyncio.Task[None]] = []

    def spawn(work: Coroutine[object, object, None]) -> None:
        spawned.append(world.tasks.create_task(work))

    bot = TelegramBot.build(
        world.gate,
        token=telegram.token,
        base=telegram.url,
        spawn=spawn,
        clock=clock,
        timezone=ZoneInfo("UTC"),
    )
    bot._bot.session.timeout = HANG_LIMIT
    world.afterwards.push_async_callback(close, bot._bot)
    world.channels["telegram"] = bot.channel
    spawn(bot.poll())
    await telegram.polled()
    run = Outage(
        world=world,
        bot=bot,
        telegram=telegram,
        clock=clock,
        people=people,
        seed=SEED,
        length=length,
    )
    began = clock.now()
    try:
        await run.run()
        await check(run, began)
    finally:
        telegram.heal()
        for task in spawned:
            task.cancel()
        await asyncio.gather(*spawned, return_exceptions=True)
    return run


async def check(run: Outage, began: datetime) -> None:
    """Check that every card came, at most twice, and tells the one end in the end."""
    finals = {one.id: await run.world.read(one.id, query="") for one in run.asked}
    for one in run.asked:
        final = finals[one.id]
        answer = await run.world.call("GET", f"/v1/approvals/{one.id}/audit")
        kinds = [entry["kind"] for entry in (await answer.json())["entries"]]
        ends = [kind for kind in kinds if kind.removeprefix("approval.") in ENDS]
        assert len(ends) == 1, (one, kinds)
        for person in run.people:
            copies = run.copies(person, one)
            known = await run.known(person, one)
            assert len(copies) <= 2, (one, copies)
            if not copies:
                assert run.had_trouble(person.chat_id, one.at, run.clock.now(), began), one
                continue
            stamp = ENDS[final["status"]]
            for card in copies:
                if str(card.message_id) not in known:
                    # Sent, and never heard of: it is put right once somebody taps it.
                    await person.tap_data(held_anywhere(card), card=card)
                    await run.settle()
                assert card.text.startswith(stamp), (one, final["status"], card)
        mine = run.copies(run.people[0], one)
        if not run.had_trouble(run.people[0].chat_id, one.at, one.at + AT_ONCE, began):
            assert len(mine) == 1
            assert mine[0].at - one.at <= AT_ONCE, one


def held_anywhere(card: Card) -> str:
    return next(
        str(button["callback_data"])
        for row in card.buttons
        for button in row
        if "callback_data" in button
    )


async def test_no_card_is_lost_in_a_few_minutes_of_outages(
    build: Build, telegram: FakeTelegram, clock: FakeClock
) -> None:
    run = await outage(build, telegram, clock, timedelta(minutes=4))

    assert len(run.asked) > 20
    assert len(run.hit) > len(KINDS) / 2, run.hit


@pytest.mark.full
@pytest.mark.timeout(1800)
async def test_no_card_is_lost_in_half_an_hour_of_outages(
    build: Build, telegram: FakeTelegram, clock: FakeClock
) -> None:
    run = await outage(build, telegram, clock, timedelta(minutes=30))

    assert len(run.asked) > 150
    assert run.hit == set(KINDS)
