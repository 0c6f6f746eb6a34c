"""Updates come once handled, whatever happens on the way."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram.poller import Poller
from bot.core.errors import Busy
from tests.channels.telegram.conftest import EagerClock
from tests.fakes.telegram import FakeTelegram, Person

Update = Mapping[str, Any]


class Inbox:
    """Takes updates; `faults` are raised first, one a call."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.calls = 0
        self.texts: list[str] = []
        self.changed = asyncio.Event()

    async def receive(self, update: Update) -> None:
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)
        self.texts.append(update["message"]["text"])
        self.changed.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.texts) < count:
                self.changed.clear()
                await self.changed.wait()


def a_poller(telegram: FakeTelegram, receive: Callable[[Update], Awaitable[None]]) -> Poller:
    return Poller(
        base=telegram.url,
        token=telegram.token,
        receive=receive,
        clock=EagerClock(),
        long_poll_seconds=5,
    )


@asynccontextmanager
async def running(poller: Poller) -> AsyncIterator[asyncio.Task[None]]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(poller.run())
        try:
            yield task
        finally:
            await poller.stop()


async def test_updates_are_handed_on_in_order(telegram: FakeTelegram, ana: Person) -> None:
    inbox = Inbox()
    for number in range(5):
        await ana.send(str(number))

    async with running(a_poller(telegram, inbox.receive)):
        await inbox.until(5)
        await ana.send("5")
        await inbox.until(6)

    assert inbox.texts == ["0", "1", "2", "3", "4", "5"]


async def test_an_update_is_confirmed_only_after_it_was_handled(
    telegram: FakeTelegram, ana: Person
) -> None:
    seen: list[set[int]] = []

    async def receive(_: Update) -> None:
        seen.append(set(telegram.confirmed))

    one, other = await ana.send("one"), await ana.send("other")

    async with running(a_poller(telegram, receive)):
        await telegram.delivered()

    assert seen == [set(), set()]
    assert telegram.confirmed == {one.update_id, other.update_id}


async def test_a_busy_gate_gets_the_same_update_again_and_no_other(
    telegram: FakeTelegram, ana: Person
) -> None:
    inbox = Inbox(Busy("full"), Busy("full"), Busy("full"))
    await ana.send("one")
    await ana.send("two")

    async with running(a_poller(telegram, inbox.receive)):
        await inbox.until(2)

    assert inbox.texts == ["one", "two"]
    assert inbox.calls == 5


async def test_stopping_finishes_the_update_in_hand_and_confirms_it(
    telegram: FakeTelegram, ana: Person
) -> None:
    entered, released = asyncio.Event(), asyncio.Event()
    handled: list[str] = []

    async def receive(update: Update) -> None:
        entered.set()
        await released.wait()
        handled.append(update["message"]["text"])

    one = await ana.send("one")
    other = await ana.send("other")
    poller = a_poller(telegram, receive)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(poller.run())
        await entered.wait()
        stopping = tasks.create_task(poller.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        released.set()
        await stopping
        await task

    assert handled == ["one"]
    assert telegram.confirmed == {one.update_id}
    assert [pending.id for pending in telegram.updates.pending] == [other.update_id]


async def test_stopping_does_not_wait_for_the_long_poll(telegram: FakeTelegram) -> None:
    poller = a_poller(telegram, Inbox().receive)

    async with running(poller) as task:
        await telegram.polled()
        async with asyncio.timeout(2):
            await poller.stop()
            await task


async def test_stopping_while_the_gate_is_busy_leaves_the_update_unconfirmed(
    telegram: FakeTelegram, ana: Person
) -> None:
    written = await ana.send("one")
    called = asyncio.Event()

    async def receive(_: Update) -> None:
        called.set()
        raise Busy("full")

    async with running(a_poller(telegram, receive)):
        await called.wait()

    assert written.update_id not in telegram.confirmed


async def test_stopping_a_poller_that_does_not_run_returns(telegram: FakeTelegram) -> None:
    async with asyncio.timeout(2):
        await a_poller(telegram, Inbox().receive).stop()


async def test_a_stopped_poller_can_run_again(telegram: FakeTelegram, ana: Person) -> None:
    inbox = Inbox()
    poller = a_poller(telegram, inbox.receive)
    async with running(poller):
        await telegram.polled()
    await ana.send("later")

    async with running(poller):
        await inbox.until(1)

    assert inbox.texts == ["later"]


async def test_a_webhook_is_removed_before_the_first_poll(
    telegram: FakeTelegram, ana: Person
) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{telegram.url}/bot{telegram.token}/setWebhook"
        await session.post(url, json={"url": "https://gate.example/hook"})
    telegram.updates.pending.clear()
    inbox = Inbox()

    async with running(a_poller(telegram, inbox.receive)):
        await ana.send("one")
        await inbox.until(1)

    assert telegram.webhook is None


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 500},
        {"status": 502, "junk": b"<html>"},
        {"drop": True},
        {"junk": b"[]"},
        {"junk": b'{"ok": true, "result": 5}'},
        {"status": 429, "retry_after": 3},
    ],
)
@pytest.mark.parametrize("method", ["deleteWebhook", "getUpdates"])
async def test_trouble_on_the_way_is_survived(
    telegram: FakeTelegram, ana: Person, failure: dict[str, Any], method: str
) -> None:
    telegram.fail(method, count=3, **failure)
    inbox = Inbox()
    await ana.send("one")
    poller = a_poller(telegram, inbox.receive)

    async with running(poller):
        await inbox.until(1)

    assert poller.trouble is None
    assert inbox.texts == ["one"]


async def test_an_update_whose_answer_was_lost_comes_again(
    telegram: FakeTelegram, ana: Person
) -> None:
    telegram.fail("getUpdates", drop=True, accepted=True)
    inbox = Inbox()
    await ana.send("one")

    async with running(a_poller(telegram, inbox.receive)):
        await inbox.until(1)

    assert inbox.texts == ["one"]


async def test_a_second_poller_is_told_loudly_and_outlived(
    telegram: FakeTelegram, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    fault = telegram.fail("getUpdates", status=409, count=None)
    inbox = Inbox()
    poller = a_poller(telegram, inbox.receive)

    async with running(poller):
        await telegram.wait_for_calls("getUpdates", 3)
        assert poller.trouble == "conflict"
        fault.heal()
        await ana.send("one")
        await inbox.until(1)
        assert poller.trouble is None

    assert "ERROR" in [record.levelname for record in caplog.records]


async def test_a_stopped_poller_has_no_trouble_with_others(telegram: FakeTelegram) -> None:
    telegram.fail("getUpdates", status=409, count=None)
    poller = a_poller(telegram, Inbox().receive)

    async with running(poller):
        await telegram.wait_for_calls("getUpdates", 2, outcome="409")

    assert poller.trouble is None


async def test_a_refused_token_ends_the_polling(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.revoked = True
    poller = a_poller(telegram, Inbox().receive)

    async with asyncio.timeout(5):
        await poller.run()

    assert poller.trouble == "unauthorized"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_an_answer_without_numbers_is_no_tight_circle(telegram: FakeTelegram) -> None:
    junk = b'{"ok": true, "result": [{"message": {}}, 5, {"update_id": "x"}]}'
    telegram.fail("getUpdates", junk=junk, count=2)

    async with running(a_poller(telegram, Inbox().receive)):
        await telegram.wait_for_calls("getUpdates", 3)


async def test_no_log_holds_the_token(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    telegram.fail("getUpdates", drop=True, count=2)
    telegram.fail("getUpdates", status=500, count=2)
    poller = a_poller(telegram, Inbox().receive)

    async with running(poller):
        await telegram.wait_for_calls("getUpdates", 5)

    assert telegram.token.partition(":")[2] not in caplog.text
    assert "no updates" in caplog.text
