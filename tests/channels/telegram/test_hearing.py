"""A message whose answer was lost is sent again, but not again and again."""

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.gate.channel import ChannelError
from tests.builders import an_approval
from tests.channels.telegram.test_channel import GROUP, fault_of, posted
from tests.fakes.telegram import FakeTelegram, Person


@pytest.mark.parametrize("answer", [{"drop": True}, {"status": 502}, {"junk": b"<html>"}])
async def test_while_answers_stay_away_nothing_more_is_sent(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person, answer: dict[str, object]
) -> None:
    away = telegram.fail("*", accepted=True, count=None, chat_id=ana.id, **answer)

    for _ in range(4):
        fault = await fault_of(channel, an_approval())
        assert not fault.permanent
    away.heal()
    await posted(channel, an_approval())

    assert len(telegram.messages(ana.id)) == 2


async def test_another_chat_is_not_asked_first(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.fail("*", drop=True, accepted=True, chat_id=-1005)
    telegram.group(-1005, "Team", members=[ana])
    with pytest.raises(ChannelError):
        await channel.say(GROUP, '{"text": "hello", "silent": true}')

    await posted(channel, an_approval())

    assert telegram.called("sendChatAction") == []


async def test_what_never_reached_telegram_is_simply_sent_again(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    await telegram.go_down()
    await fault_of(channel, an_approval())
    await telegram.come_up()

    await posted(channel, an_approval())

    assert telegram.called("sendChatAction") == []
    assert len(telegram.messages(ana.id)) == 1


async def test_a_chat_that_takes_no_action_is_no_reason_to_wait(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.fail("sendMessage", drop=True)
    telegram.fail("sendChatAction", status=400, description="Bad Request: TOPIC_CLOSED")
    await fault_of(channel, an_approval())

    await posted(channel, an_approval())

    assert len(telegram.messages(ana.id)) == 1
