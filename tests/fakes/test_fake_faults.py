"""Faults and limits at the fake."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    LinkPreviewOptions,
)

from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.test_fake_telegram import bot_of


class TestFaults:
    async def test_too_many_requests_tells_how_long_to_wait(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        telegram.fail("sendMessage", status=429, retry_after=3)

        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.send_message(ana.id, "x")

        assert refused.value.retry_after == 3
        assert telegram.messages(ana.id) == []
        await bot.send_message(ana.id, "x")

    async def test_a_fault_is_counted_and_filtered_by_chat(
        self, telegram: FakeTelegram, bot: Bot, ana: Person, ben: Person
    ) -> None:
        fault = telegram.fail("sendMessage", status=500, count=2, chat_id=ana.id)

        await bot.send_message(ben.id, "x")
        for _ in range(2):
            with pytest.raises(TelegramServerError):
                await bot.send_message(ana.id, "x")
        await bot.send_message(ana.id, "x")

        assert fault.hits == 2
        assert [call.outcome for call in telegram.called("sendMessage")] == [
            "ok",
            "500 Internal Server Error",
            "500 Internal Server Error",
            "ok",
        ]

    async def test_a_fault_without_count_lasts_until_healed(
        self, telegram: FakeTelegram, bot: Bot
    ) -> None:
        telegram.fail("*", status=502, count=None)
        for _ in range(3):
            with pytest.raises(TelegramServerError):
                await bot.get_me()

        telegram.heal()

        await bot.get_me()

    @pytest.mark.parametrize("accepted", [False, True])
    async def test_a_dropped_connection_hides_whether_the_message_exists(
        self, telegram: FakeTelegram, bot: Bot, ana: Person, accepted: bool
    ) -> None:
        telegram.fail("sendMessage", drop=True, accepted=accepted)

        with pytest.raises(TelegramNetworkError):
            await bot.send_message(ana.id, "x")

        assert len(telegram.messages(ana.id)) == int(accepted)

    async def test_an_error_can_come_after_the_effect(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        telegram.fail("sendMessage", status=504, accepted=True)

        with pytest.raises(TelegramServerError):
            await bot.send_message(ana.id, "x")

        assert len(telegram.messages(ana.id)) == 1

    async def test_junk_cannot_be_decoded(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        telegram.fail("sendMessage", junk=b"<html>")

        with pytest.raises(ClientDecodeError):
            await bot.send_message(ana.id, "x")

        assert telegram.messages(ana.id) == []

    async def test_a_hanging_request_outlasts_the_patience_of_the_bot(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        fault = telegram.fail("sendMessage", hang=60)

        with pytest.raises(TelegramNetworkError, match="timeout"):
            await bot.send_message(ana.id, "x", request_timeout=1)
        fault.release()

        assert (await ana.wait_for_card("x")).text == "x"

    async def test_closing_does_not_wait_for_what_hangs(self) -> None:
        async with asyncio.timeout(5), FakeTelegram() as telegram, bot_of(telegram) as bot:
            telegram.fail("getMe", hang=60)
            async with asyncio.TaskGroup() as tasks:
                hanging = tasks.create_task(bot.get_me())
                polling = tasks.create_task(bot.get_updates(timeout=50))
                await telegram.wait_for_calls("getMe")
                await telegram.polled()
                await telegram.aclose()

        assert hanging.result().is_bot
        assert polling.result() == []

    async def test_a_bot_that_dies_in_its_request_is_only_noted(
        self, telegram: FakeTelegram
    ) -> None:
        head = f"POST /bot{telegram.token}/sendMessage HTTP/1.1\r\nHost: x\r\n"
        _, writer = await asyncio.open_connection("127.0.0.1", telegram.port)
        writer.write(f"{head}Content-Length: 100\r\n\r\nchat_id=".encode())
        await telegram.wait_for_calls("sendMessage")

        writer.transport.abort()

        await telegram.wait_for_calls("sendMessage", outcome="connection lost")

    async def test_an_unknown_method_cannot_be_scripted(self, telegram: FakeTelegram) -> None:
        with pytest.raises(AssertionError, match="no method"):
            telegram.fail("sendMesage", status=500)


class TestRateLimits:
    async def test_one_message_a_second_in_a_chat(self, ana_limited: tuple[Any, ...]) -> None:
        telegram, bot, ana = ana_limited
        await bot.send_message(ana.id, "x")

        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(ana.id, "y")

        telegram.advance(1)
        await bot.send_message(ana.id, "y")

    async def test_twenty_messages_a_minute_in_a_group(self, ana_limited: tuple[Any, ...]) -> None:
        telegram, bot, ana = ana_limited
        group = telegram.group(-1005, "Team", members=[ana])
        for _ in range(20):
            await bot.send_message(group.id, "x")
            telegram.advance(1)

        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.send_message(group.id, "x")

        assert refused.value.retry_after == 40

    async def test_thirty_messages_a_second_in_all(self, ana_limited: tuple[Any, ...]) -> None:
        telegram, bot, _ = ana_limited
        for number in range(30):
            telegram.person(2000 + number, "One")
            await bot.send_message(2000 + number, "x")
        telegram.person(2999, "One more")

        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(2999, "x")


@pytest.fixture
async def ana_limited() -> AsyncIterator[tuple[FakeTelegram, Bot, Person]]:
    async with FakeTelegram(rate_limits=True) as telegram, bot_of(telegram) as bot:
        yield telegram, bot, telegram.person(1001, "Ana")


async def test_what_is_notified_protected_and_previewed_is_kept(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(
        ana.id,
        "x",
        disable_notification=True,
        protect_content=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )

    card = ana.home.messages[sent.message_id]
    assert not card.notified
    assert sent.has_protected_content
    assert sent.link_preview_options is not None
    assert sent.link_preview_options.is_disabled
    with pytest.raises(AssertionError, match="protected"):
        await ana.forward(card)
