import asyncio
from datetime import timedelta

from bot.channels.telegram.pacing import Pacing
from tests.fakes.clock import FakeClock

TENTH = 0.1


async def sent(pacing: Pacing, clock: FakeClock, chat: str, *, seconds: float) -> int:
    """Return how many messages went to the chat while this time passed, one after the other."""
    count = 0

    async def send() -> None:
        nonlocal count
        while True:
            await pacing.message(chat)
            count += 1

    async with asyncio.TaskGroup() as tasks:
        sender = tasks.create_task(send())
        for _ in range(round(seconds / TENTH)):
            await settle()
            clock.advance(seconds=TENTH)
        await settle()
        sender.cancel()
    return count


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_few_messages_go_at_once_and_then_one_a_second(clock: FakeClock) -> None:
    pacing = Pacing(clock)

    assert await sent(pacing, clock, "1001", seconds=0) == 4
    assert await sent(pacing, clock, "1001", seconds=10) in {10, 11}


async def test_a_group_gets_no_more_than_twenty_in_its_first_minute(clock: FakeClock) -> None:
    assert 15 <= await sent(Pacing(clock), clock, "-1005", seconds=59) <= 20


async def test_one_chat_does_not_slow_another(clock: FakeClock) -> None:
    pacing = Pacing(clock)
    await sent(pacing, clock, "1001", seconds=0)

    async with asyncio.timeout(5):
        await pacing.message("1002")


async def test_all_chats_together_get_no_more_than_thirty_a_second(clock: FakeClock) -> None:
    pacing = Pacing(clock)
    gone: list[str] = []

    async def send(chat: str) -> None:
        await pacing.message(chat)
        gone.append(chat)

    async with asyncio.TaskGroup() as tasks:
        senders = [tasks.create_task(send(str(chat))) for chat in range(1, 101)]
        for _ in range(10):
            await settle()
            clock.advance(seconds=TENTH)
        await settle()
        assert 20 <= len(gone) <= 31
        for sender in senders:
            sender.cancel()


async def test_a_chat_on_hold_gets_nothing_until_the_hold_ends(clock: FakeClock) -> None:
    pacing = Pacing(clock)
    async with asyncio.timeout(5):
        await pacing.message("1001")

    async with asyncio.TaskGroup() as tasks:
        pacing.hold("1001", timedelta(seconds=7))
        waiting = tasks.create_task(pacing.message("1001"))
        await settle()
        clock.advance(seconds=6.9)
        await settle()
        assert not waiting.done()
        clock.advance(seconds=0.2)
        await waiting


async def test_a_clock_set_back_makes_nobody_wait_longer(clock: FakeClock) -> None:
    pacing = Pacing(clock)
    async with asyncio.timeout(5):
        for _ in range(4):
            await pacing.message("1001")
    clock.jump(timedelta(hours=-1))

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(pacing.message("1001"))
        await settle()
        clock.advance(seconds=1.1)
        await waiting


async def test_answers_to_taps_count_in_no_chat(clock: FakeClock) -> None:
    pacing = Pacing(clock)
    await sent(pacing, clock, "1001", seconds=0)

    async with asyncio.timeout(5):
        await pacing.answer()


async def test_a_group_gets_no_more_than_twenty_in_any_minute(clock: FakeClock) -> None:
    pacing = Pacing(clock)
    await sent(pacing, clock, "-1005", seconds=59)
    clock.advance(minutes=5)

    for _ in range(3):
        assert await sent(pacing, clock, "-1005", seconds=60) <= 21


async def test_a_hold_of_one_chat_holds_no_other(clock: FakeClock) -> None:
    pacing = Pacing(clock)
    pacing.hold("1001", timedelta(seconds=60))

    assert await sent(pacing, clock, "1002", seconds=0) == 4
    assert await sent(pacing, clock, "1001", seconds=59) == 0


async def test_what_waits_for_one_chat_takes_nothing_of_what_all_share(clock: FakeClock) -> None:
    pacing = Pacing(clock)
    pacing.hold("1001", timedelta(seconds=60))

    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(pacing.message("1001")) for _ in range(100)]
        await settle()
        assert await sent(pacing, clock, "1002", seconds=0) == 4
        for task in waiting:
            task.cancel()
