"""People at the fake: their taps and what they write."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
)
from aiogram.types import (
    InaccessibleMessage,
    Message,
)

from tests.fakes.telegram import Chat, FakeTelegram, Person
from tests.fakes.test_fake_telegram import CHOICE, keyboard, plain, send_card


class TestTaps:
    async def test_a_tap_by_label_reaches_the_bot_and_the_answer_the_person(
        self, bot: Bot, ana: Person
    ) -> None:
        card = await send_card(bot, ana)
        tap = await ana.tap("Approve")

        query = (await bot.get_updates())[0].callback_query
        assert query is not None
        await bot.answer_callback_query(query.id, "Approved", show_alert=True)

        assert (query.data, query.from_user.id) == ("d:1:a", ana.id)
        assert isinstance(query.message, Message)
        assert query.message.message_id == card.message_id
        assert query.message.reply_markup is not None
        assert plain(query.message.reply_markup) == plain(keyboard(*CHOICE))
        assert await tap.answer == "Approved"
        assert tap.alert

    async def test_a_query_is_answered_once(self, bot: Bot, ana: Person) -> None:
        await send_card(bot, ana)
        tap = await ana.tap("Deny")
        await bot.answer_callback_query(tap.query_id)

        with pytest.raises(TelegramBadRequest, match="query is too old and response timeout"):
            await bot.answer_callback_query(tap.query_id, "again")
        assert await tap.answer == ""

    async def test_an_old_query_cannot_be_answered(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        await send_card(bot, ana)
        tap = await ana.tap("Deny")
        telegram.advance(31)

        with pytest.raises(TelegramBadRequest, match="query ID is invalid"):
            await bot.answer_callback_query(tap.query_id)

    async def test_a_long_answer_is_refused(self, bot: Bot, ana: Person) -> None:
        await send_card(bot, ana)
        tap = await ana.tap("Deny")

        with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
            await bot.answer_callback_query(tap.query_id, "x" * 201)
        assert not tap.answered

    async def test_a_missing_label_lists_the_labels(self, bot: Bot, ana: Person) -> None:
        await send_card(bot, ana)

        with pytest.raises(AssertionError, match="✅ Approve"):
            await ana.tap("Always")

    async def test_an_unanswered_tap_is_an_assertion(self, bot: Bot, ana: Person) -> None:
        await send_card(bot, ana)
        tap = await ana.tap("Approve")

        with pytest.raises(AssertionError, match="nobody answered"):
            await tap.wait(timeout=0.01)

    async def test_a_stranger_cannot_tap_a_card_of_another_chat(
        self, bot: Bot, ana: Person, ben: Person
    ) -> None:
        card = await send_card(bot, ana)

        with pytest.raises(AssertionError, match="Ben is not in Ana"):
            await ben.tap("Approve", card=card)

    async def test_forged_data_arrives_as_it_is(self, bot: Bot, ana: Person, ben: Person) -> None:
        card = await send_card(bot, ana)
        await ben.tap_data("d:9:a", card=card)

        query = (await bot.get_updates())[0].callback_query

        assert query is not None
        assert (query.from_user.id, query.data) == (ben.id, "d:9:a")

    async def test_old_messages_can_be_inaccessible_and_inline_ones_absent(
        self, bot: Bot, ana: Person
    ) -> None:
        await send_card(bot, ana)
        await ana.tap("Approve", inaccessible=True)
        await ana.tap("Approve", inline=True)

        old, inline = [update.callback_query for update in await bot.get_updates()]

        assert old is not None
        assert inline is not None
        assert isinstance(old.message, InaccessibleMessage)
        assert inline.message is None
        assert inline.inline_message_id is not None


class TestVoices:
    async def test_an_anonymous_admin_hides_behind_the_group(
        self, telegram: FakeTelegram, bot: Bot, team: Chat
    ) -> None:
        sent = await bot.send_message(team.id, "x", reply_markup=keyboard(*CHOICE))
        admin = telegram.anonymous_admin(team)
        await admin.tap("Approve")
        await admin.reply(team.messages[sent.message_id], "no")

        tapped, replied = await bot.get_updates()

        assert tapped.callback_query is not None
        assert tapped.callback_query.from_user.id == 1087968824
        assert replied.message is not None
        assert replied.message.from_user is not None
        assert replied.message.from_user.is_bot
        assert replied.message.sender_chat is not None
        assert replied.message.sender_chat.id == team.id

    async def test_a_channel_post_has_no_author(self, telegram: FakeTelegram, bot: Bot) -> None:
        telegram.post(telegram.channel(-1007, "News"), "/start")

        post = (await bot.get_updates())[0].channel_post

        assert post is not None
        assert (post.text, post.from_user) == ("/start", None)

    async def test_a_forward_carries_its_origin_and_no_buttons(
        self, bot: Bot, ana: Person
    ) -> None:
        await ana.forward(await send_card(bot, ana))

        message = (await bot.get_updates())[0].message

        assert message is not None
        assert message.forward_origin is not None
        assert message.reply_markup is None

    async def test_privacy_mode_hides_small_talk_in_groups(
        self, bot: Bot, ana: Person, team: Chat
    ) -> None:
        card = await bot.send_message(team.id, "card")
        await ana.send("hello all", to=team)
        await ana.send("/pending", to=team)
        await ana.send("/pending@other_bot", to=team)
        await ana.reply(team.messages[card.message_id], "why?")

        texts = [update.message.text for update in await bot.get_updates() if update.message]

        assert texts == ["/pending", "why?"]

    async def test_an_edit_of_a_person_is_an_update(self, bot: Bot, ana: Person) -> None:
        await ana.edit(await ana.send("no"), "yes")

        first, second = await bot.get_updates()

        assert first.message is not None
        assert first.message.text == "no"
        assert second.edited_message is not None
        assert second.edited_message.text == "yes"

    async def test_outsiders_cannot_write_in_a_group(
        self, telegram: FakeTelegram, team: Chat
    ) -> None:
        outsider = telegram.person(6, "Eve")

        with pytest.raises(AssertionError, match="Eve is not in Team"):
            await outsider.send("/pending", to=team)

    async def test_waiting_for_a_card_ends_when_it_comes(self, bot: Bot, ana: Person) -> None:
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(ana.wait_for_card("push", buttons=True))
            await asyncio.sleep(0)
            await bot.send_message(ana.id, "push without buttons")
            card = await send_card(bot, ana)

        assert waiting.result() is card

    async def test_waiting_in_vain_tells_what_is_there(self, bot: Bot, ana: Person) -> None:
        await send_card(bot, ana)

        with pytest.raises(AssertionError, match="git push"):
            await ana.wait_for_card("git pull", timeout=0.01)

    async def test_a_card_can_be_awaited_to_change(self, bot: Bot, ana: Person) -> None:
        card = await send_card(bot, ana)

        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(card.shows("Approved"))
            await bot.edit_message_text("Approved", chat_id=ana.id, message_id=card.message_id)

        assert waiting.result() is card
