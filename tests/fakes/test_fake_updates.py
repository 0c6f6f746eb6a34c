"""Updates at the fake: polling and webhooks."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
)
from aiogram.types import (
    Message,
)
from aiohttp import web

from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.test_fake_telegram import send_card


class TestPolling:
    async def test_updates_stay_until_the_offset_moves_past_them(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        await ana.send("one")
        await ana.send("two")

        first = await bot.get_updates(limit=1)
        again = await bot.get_updates()
        rest = await bot.get_updates(offset=first[0].update_id + 1)

        assert [len(first), len(again), len(rest)] == [1, 2, 1]
        assert telegram.confirmed == {first[0].update_id}
        assert await bot.get_updates(offset=rest[0].update_id + 1) == []
        await telegram.delivered()

    async def test_a_negative_offset_keeps_only_the_last(self, bot: Bot, ana: Person) -> None:
        await ana.send("one")
        await ana.send("two")

        updates = await bot.get_updates(offset=-1)

        assert [update.message.text for update in updates if update.message] == ["two"]

    async def test_a_long_poll_wakes_with_the_update(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(bot.get_updates(timeout=30))
            await telegram.polled()
            await ana.send("/start abc")

        message = waiting.result()[0].message
        assert message is not None
        assert message.text == "/start abc"
        assert message.from_user is not None
        assert message.from_user.language_code == "en"

    async def test_a_redelivered_update_comes_again(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        await ana.send("one")
        first = (await bot.get_updates())[0]
        past = first.update_id + 1
        await bot.get_updates(offset=past)

        telegram.redeliver(first.update_id)

        assert await bot.get_updates(offset=past) == [first]
        assert await bot.get_updates(offset=past) == []

    async def test_an_update_is_a_snapshot(self, bot: Bot, ana: Person) -> None:
        card = await send_card(bot, ana)
        await ana.tap("Approve")
        await bot.edit_message_text("Expired", chat_id=ana.id, message_id=card.message_id)

        query = (await bot.get_updates())[0].callback_query

        assert query is not None
        assert isinstance(query.message, Message)
        assert query.message.text == "git push"

    async def test_the_older_of_two_pollers_is_told_of_the_conflict(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            older = tasks.create_task(refused_poll(bot))
            await telegram.polled()
            newer = tasks.create_task(bot.get_updates(timeout=30))
            words = await older
            await ana.send("hi")

        assert "make sure that only one bot instance is running" in words
        assert len(newer.result()) == 1

    async def test_allowed_updates_are_remembered(self, bot: Bot, ana: Person) -> None:
        await bot.get_updates(allowed_updates=["callback_query"])
        await ana.send("unheard")
        await send_card(bot, ana)
        await ana.tap("Approve")

        updates = await bot.get_updates()

        assert [update.event_type for update in updates] == ["callback_query"]

    async def test_updates_older_than_a_day_are_lost(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        await ana.send("old")
        telegram.advance(24 * 3600)

        assert await bot.get_updates() == []


async def refused_poll(bot: Bot) -> str:
    with pytest.raises(TelegramConflictError) as refused:
        await bot.get_updates(timeout=30)
    return refused.value.message


class Receiver:
    """A webhook of a bot: keeps what comes, answers what it is told to."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[int] = []

    async def receive(self, request: web.Request) -> web.Response:
        self.updates.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def receiver(aiohttp_server: Any) -> tuple[Receiver, str]:
    one = Receiver()
    app = web.Application()
    app.router.add_post("/hook", one.receive)
    server = await aiohttp_server(app)
    return one, str(server.make_url("/hook"))


class TestWebhook:
    async def test_updates_are_posted_in_order_with_the_secret(
        self, telegram: FakeTelegram, bot: Bot, ana: Person, receiver: tuple[Receiver, str]
    ) -> None:
        hook, url = receiver
        await bot.set_webhook(url, secret_token="S-1_x")
        sent = [await ana.send("one"), await ana.send("two")]

        await telegram.delivered()

        assert [update["message"]["text"] for update in hook.updates] == ["one", "two"]
        assert hook.secrets == ["S-1_x", "S-1_x"]
        assert telegram.confirmed == {card.update_id for card in sent}

    async def test_what_is_not_answered_with_2xx_is_sent_again(
        self, telegram: FakeTelegram, bot: Bot, ana: Person, receiver: tuple[Receiver, str]
    ) -> None:
        hook, url = receiver
        hook.answers = [500, 401, 200]
        await bot.set_webhook(url)
        await ana.send("one")

        await telegram.delivered()

        assert [update["message"]["text"] for update in hook.updates] == ["one"] * 3
        info = await bot.get_webhook_info()
        assert info.last_error_message is not None
        assert "401" in info.last_error_message
        assert info.pending_update_count == 0

    async def test_an_unreachable_webhook_keeps_the_updates(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        await bot.set_webhook("http://127.0.0.1:9/hook")
        await ana.send("one")

        with pytest.raises(TimeoutError):
            await telegram.delivered(timeout=0.1)

        info = await bot.get_webhook_info()
        assert (info.pending_update_count, info.last_error_message is None) == (1, False)
        await bot.delete_webhook()
        assert len(await bot.get_updates()) == 1

    async def test_a_redelivered_update_is_posted_again(
        self, telegram: FakeTelegram, bot: Bot, ana: Person, receiver: tuple[Receiver, str]
    ) -> None:
        hook, url = receiver
        await bot.set_webhook(url)
        card = await ana.send("one")
        await telegram.delivered()
        assert card.update_id is not None

        telegram.redeliver(card.update_id)
        await telegram.delivered()

        assert [update["update_id"] for update in hook.updates] == [card.update_id] * 2

    async def test_polling_beside_a_webhook_is_a_conflict(
        self, bot: Bot, receiver: tuple[Receiver, str]
    ) -> None:
        await bot.set_webhook(receiver[1])

        with pytest.raises(TelegramConflictError, match="while webhook is active"):
            await bot.get_updates()

    async def test_setting_a_webhook_ends_the_poll(
        self, telegram: FakeTelegram, bot: Bot, receiver: tuple[Receiver, str]
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            poll = tasks.create_task(refused_poll(bot))
            await telegram.polled()
            await bot.set_webhook(receiver[1])

        assert "terminated by setWebhook request" in poll.result()

    @pytest.mark.parametrize(
        ("url", "secret", "cause"),
        [
            ("http://example.org/hook", "x", "An HTTPS URL must be provided"),
            ("https://example.org:9000/hook", "x", "only on ports 80, 88, 443 or 8443"),
            ("https://example.org/hook", "a b", "unallowed characters"),
            ("https://example.org/hook", "x" * 257, "secret token is too long"),
        ],
    )
    async def test_wrong_webhooks_are_refused(
        self, bot: Bot, url: str, secret: str, cause: str
    ) -> None:
        with pytest.raises(TelegramBadRequest, match=cause):
            await bot.set_webhook(url, secret_token=secret)

    async def test_pending_updates_can_be_dropped(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        await ana.send("one")

        await bot.delete_webhook(drop_pending_updates=True)

        assert await bot.get_updates() == []
        assert telegram.confirmed == set()
