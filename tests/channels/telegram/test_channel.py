"""How the channel's calls end: taken, refused for good, refused for now, moved."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from aiogram.utils.formatting import Bold, Code, Text

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.commands import spoken
from bot.channels.telegram.pacing import Pacing
from bot.core.approval import Approval, decided
from bot.core.risk import Level
from bot.gate.channel import Card, CardKind, ChannelError, Target
from tests.builders import CHAT, a_card, a_decision, a_question, an_action, an_approval
from tests.channels.telegram.conftest import EagerClock, SameReader, a_bot, close
from tests.fakes.telegram import FakeTelegram, Person

GROUP = Target(channel="telegram", address="-1005")


async def posted(channel: TelegramChannel, approval: Approval, **changes: object) -> Card:
    card = a_card(approval, handle="AbCdEfGhIjKlMnOpQrSt_-", **changes)
    return replace(card, message=await channel.post(card, approval))


async def fault_of(
    channel: TelegramChannel, approval: Approval, **changes: object
) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        await posted(channel, approval, **changes)
    return caught.value


async def test_the_reference_of_a_card_is_its_messages_number(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    card = await posted(channel, an_approval())

    assert [str(one.message_id) for one in telegram.messages(ana.id)] == [card.message]


async def test_an_edit_that_changes_nothing_is_done(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    approval = an_approval()
    card = await posted(channel, approval)

    await channel.edit(card, approval)

    assert "not modified" in telegram.called("editMessageText")[0].outcome


async def test_editing_a_deleted_message_is_refused_for_good(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    approval = an_approval()
    card = await posted(channel, approval)
    telegram.messages(ana.id)[0].deleted = True

    with pytest.raises(ChannelError) as caught:
        await channel.edit(card, decided(approval, a_decision()))

    assert caught.value.permanent
    assert len(telegram.called("editMessageText")) == 1


async def test_editing_what_was_never_posted_is_refused_for_good(
    channel: TelegramChannel, ana: Person
) -> None:
    approval = an_approval()

    with pytest.raises(ChannelError) as caught:
        await channel.edit(a_card(approval), approval)

    assert caught.value.permanent


async def test_a_person_who_blocked_the_bot_is_refused_for_good(
    channel: TelegramChannel, ana: Person
) -> None:
    ana.block()

    assert (await fault_of(channel, an_approval())).permanent


async def test_a_chat_that_is_none_is_refused_for_good(channel: TelegramChannel) -> None:
    fault = await fault_of(channel, an_approval())

    assert fault.permanent
    assert "chat not found" in fault.fault


async def test_too_many_messages_wait_as_long_as_telegram_says(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.fail("sendMessage", status=429, retry_after=7)

    fault = await fault_of(channel, an_approval())

    assert not fault.permanent
    assert fault.retry_after == timedelta(seconds=7)


async def test_a_group_that_moved_names_its_new_address(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.migrate(telegram.group(-1005, "Team", members=[ana], kind="group"), -1000999)

    assert (await fault_of(channel, an_approval(), target=GROUP)).moved_to == "-1000999"


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 500},
        {"status": 502, "junk": b"<html>Bad Gateway</html>"},
        {"junk": b"not json"},
        {"drop": True},
        {"status": 404},
        {"status": 401},
    ],
)
async def test_other_trouble_is_tried_again(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person, failure: dict[str, object]
) -> None:
    telegram.fail("sendMessage", **failure)

    fault = await fault_of(channel, an_approval())

    assert not fault.permanent
    assert fault.retry_after is None


async def test_no_fault_and_no_log_holds_the_token(
    telegram: FakeTelegram, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    bot = a_bot(telegram)
    channel = TelegramChannel(bot, Pacing(EagerClock()), SameReader())
    telegram.fail("sendMessage", drop=True)
    telegram.fail("sendMessage", status=401)

    faults = [await fault_of(channel, an_approval()) for _ in range(2)]
    await telegram.aclose()
    faults.append(await fault_of(channel, an_approval()))
    await close(bot)

    secret = telegram.token.partition(":")[2]
    assert not any(secret in one.fault for one in faults)
    assert secret not in caplog.text


async def test_a_refused_token_is_loud(
    channel: TelegramChannel,
    telegram: FakeTelegram,
    ana: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.revoked = True

    await fault_of(channel, an_approval())

    assert [one.levelname for one in caplog.records] == ["ERROR"]


@pytest.mark.parametrize(
    "words",
    ["Bad Request: can't parse entities: no", "Bad Request: ENTITY_BOUNDS_INVALID"],
)
async def test_a_refused_form_is_sent_once_more_as_plain_text(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person, words: str
) -> None:
    telegram.fail("sendMessage", status=400, description=words)

    await posted(channel, an_approval())

    [message] = telegram.messages(ana.id)
    assert message.entities == []
    assert "git push origin main" in message.text
    assert "✅ Approve" in message.labels


async def test_what_is_refused_plainly_too_is_given_up(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.fail("sendMessage", status=400, description="Bad Request: no", count=2)

    assert (await fault_of(channel, an_approval())).permanent
    assert len(telegram.called("sendMessage")) == 2


async def test_a_card_whose_answer_is_not_understood_is_not_sent_again(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    strange = json.dumps({"ok": True, "result": {"message_id": 1, "chat": "?"}}).encode()
    telegram.fail("sendMessage", junk=strange, accepted=True)

    card = await posted(channel, an_approval())

    assert card.message == "1"


async def test_a_prompt_opens_the_reply_field_under_the_card(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    approval = an_approval(questions=(a_question("a", text="Which one?"),))
    card = await posted(channel, approval)

    await posted(channel, approval, kind=CardKind.PROMPT, beside=card.message)

    prompt = telegram.messages(ana.id)[-1]
    assert prompt.asks_for_reply
    assert prompt.reply_to is telegram.messages(ana.id)[0]
    assert prompt.pieces("code") == ["Which one?"]


async def test_details_too_long_for_a_message_come_as_a_file(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    approval = an_approval(action=an_action(context={"log": "x" * 5000}))
    card = await posted(channel, approval)

    await posted(channel, approval, kind=CardKind.DETAILS, beside=card.message)

    told = telegram.messages(ana.id)[-1]
    assert told.document is not None
    assert "x" * 5000 in told.document.content.decode()
    assert approval.digest in told.text


async def test_a_card_that_was_deleted_is_answered_all_the_same(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    approval = an_approval()
    card = await posted(channel, approval)
    telegram.messages(ana.id)[0].deleted = True

    await posted(channel, approval, kind=CardKind.DETAILS, beside=card.message)

    assert "SHA-256" in telegram.messages(ana.id)[-1].text


async def test_a_small_message_keeps_its_entities_and_its_silence(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    written = await ana.send("hello")
    body = spoken(Text("🙂 ", Bold("b"), Code("c")), reply_to=written.message_id, silent=True)

    await channel.say(CHAT, body)

    said = telegram.messages(ana.id)[-1]
    assert (said.pieces("bold"), said.pieces("code")) == (["b"], ["c"])
    assert said.reply_to is written
    assert not said.notified


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"text": "a", "entities": [1]}'])
async def test_a_small_message_that_is_none_is_refused_for_good(
    channel: TelegramChannel, body: str
) -> None:
    with pytest.raises(ChannelError) as caught:
        await channel.say(CHAT, body)

    assert caught.value.permanent


async def test_low_risk_comes_without_a_sound(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    loud = an_approval()
    quiet = replace(loud, risk=replace(loud.risk, level=Level.LOW))

    await posted(channel, loud)
    await posted(channel, quiet)

    assert [one.notified for one in telegram.messages(ana.id)] == [True, False]


async def test_links_are_never_previewed(
    channel: TelegramChannel, telegram: FakeTelegram, ana: Person
) -> None:
    await posted(channel, an_approval())

    assert telegram.messages(ana.id)[0].preview == {"is_disabled": True}
