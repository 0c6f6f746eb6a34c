"""The fake opens topics where Telegram does, and refuses them in Telegram's words."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from tests.fakes.telegram import FakeTelegram, Person


async def test_a_topic_takes_messages_and_is_seen_as_opened_by_the_bot(
    bot: Bot, telegram: FakeTelegram, ana: Person
) -> None:
    team = telegram.group(-1006, "Forum", members=[ana], is_forum=True, bot_is_admin=True)

    topic = await bot.create_forum_topic(team.id, "claude")
    sent = await bot.send_message(team.id, "x", message_thread_id=topic.message_thread_id)
    await ana.send("hm", to=team, thread=topic.message_thread_id)

    assert (topic.name, sent.message_thread_id) == ("claude", topic.message_thread_id)
    message = (await bot.get_updates())[0].message
    assert message is not None
    assert message.reply_to_message is not None
    assert message.reply_to_message.from_user is not None
    assert message.reply_to_message.from_user.id == bot.id
    assert message.reply_to_message.forum_topic_created is not None


async def test_a_topic_is_refused_where_there_can_be_none(
    bot: Bot, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.group(-1006, "Plain", members=[ana], bot_is_admin=True)
    telegram.group(-1007, "Forum", members=[ana], is_forum=True)
    ruled = telegram.group(-1008, "Ruled", members=[ana], is_forum=True, bot_is_admin=True)

    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(-1006, "claude")
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(-1007, "claude")
    with pytest.raises(TelegramBadRequest, match="BOT_FORUM_CREATE_FORBIDDEN"):
        await bot.create_forum_topic(ana.id, "claude")
    with pytest.raises(TelegramBadRequest, match="topic name is too long"):
        await bot.create_forum_topic(ruled.id, "x" * 129)


async def test_a_server_that_is_down_answers_nobody_until_it_comes_up(
    bot: Bot, telegram: FakeTelegram, ana: Person
) -> None:
    await telegram.go_down()
    with pytest.raises(Exception, match=r"ClientConnectorError|ServerDisconnected"):
        await bot.send_message(ana.id, "x")

    await telegram.come_up()

    await bot.send_message(ana.id, "y")
    assert [one.text for one in telegram.messages(ana.id)] == ["y"]
