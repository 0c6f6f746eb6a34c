"""What the bot makes of raw updates: handled, to come again, or set aside."""

from typing import Any

import pytest

from bot.channels.telegram.bot import TelegramBot
from bot.core.errors import Busy
from tests.channels.telegram.conftest import Office
from tests.fakes.telegram import FakeTelegram, Person


def an_update(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {"update_id": number, **fields}


def a_message(text: str = "/help", *, id: int = 1001) -> dict[str, Any]:
    ana = {"id": id, "is_bot": False, "first_name": "Ana"}
    chat = {"id": id, "type": "private", "first_name": "Ana"}
    return {"message_id": 900, "date": 1, "chat": chat, "from": ana, "text": text}


async def test_an_update_by_webhook_is_handled(office: Office, ana: Person) -> None:
    await office.bot.receive(an_update(message=a_message()))

    await ana.wait_for_card("/pending –")


@pytest.mark.parametrize(
    "update",
    [
        {},
        an_update(),
        an_update(edited_message=a_message()),
        an_update(channel_post=a_message()),
        an_update(poll={"id": "1"}),
        an_update(something_new={"a": 1}),
    ],
)
async def test_other_kinds_of_updates_are_passed_over(
    office: Office, update: dict[str, Any]
) -> None:
    await office.bot.receive(update)


@pytest.mark.parametrize(
    "update",
    [
        an_update(message=5),
        an_update(message={}),
        an_update(message={**a_message(), "chat": {"id": "x"}}),
        an_update(callback_query={"id": "1", "data": "x"}),
        {"update_id": "x", "message": a_message()},
        {"message": a_message()},
    ],
)
async def test_an_update_that_cannot_be_read_is_set_aside(
    office: Office, update: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await office.bot.receive(update)

    assert "cannot be read, set aside" in caplog.text


async def test_an_update_that_fails_is_asked_for_twice_and_then_set_aside(
    office: Office, telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    bot: TelegramBot = office.bot
    bot._dispatcher.sub_routers[0].message.handlers[0].callback = fail

    for _ in range(2):
        with pytest.raises(Busy):
            await bot.receive(an_update(message=a_message()))
    await bot.receive(an_update(message=a_message()))

    assert "set aside" in caplog.text


async def test_a_busy_store_asks_for_the_update_again(office: Office) -> None:
    await office.world.store.close()

    with pytest.raises(Busy):
        await office.bot.receive(an_update(message=a_message()))


async def test_the_bot_learns_its_name_when_telegram_is_there(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    await telegram.wait_for_calls("getMe", outcome="ok")

    group = telegram.group(-1005, "Team", members=[ana])
    await ana.send("/id@ok2run_fake_bot", to=group)

    await ana.wait_for_card("This chat's id", chat=group)


async def test_commands_to_other_bots_are_not_ours(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    await ana.send("/id@other_bot")
    await ana.send("/help")
    await ana.wait_for_card("/pending –")

    assert not any("Your id" in one.text for one in telegram.messages(ana.id))


async def test_the_webhook_is_set_and_removed(office: Office, telegram: FakeTelegram) -> None:
    await office.bot.stop_polling()

    answer = await office.bot.set_webhook("https://gate.example/v1/telegram/webhook", "s3cret")

    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    assert telegram.webhook is not None
    assert telegram.webhook.secret == "s3cret"
    assert telegram.updates.allowed == {"message", "callback_query"}
    assert (await office.bot.delete_webhook())["ok"]
    assert telegram.webhook is None
