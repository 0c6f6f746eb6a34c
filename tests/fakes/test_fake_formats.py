"""Entities and keyboards at the fake."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
)
from aiogram.types import (
    CopyTextButton,
    DisabledButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    WebAppInfo,
)

from tests.fakes.telegram import Chat, Person
from tests.fakes.test_fake_telegram import plain

ENTITY_FAULTS: list[tuple[list[dict[str, Any]], str]] = [
    ([{"type": "marquee", "offset": 0, "length": 1}], "unsupported type"),
    ([{"type": "bold", "offset": -1, "length": 1}], "incorrect offset"),
    ([{"type": "bold", "offset": 0, "length": 0}], "incorrect length"),
    ([{"type": "bold", "offset": 0, "length": 99}], "ends after the end of the text"),
    ([{"type": "bold", "offset": 99, "length": 1}], "begins after the end of the text"),
    ([{"type": "bold", "offset": 1, "length": 2}], "begins in a middle of a UTF-16 symbol"),
    ([{"type": "bold", "offset": 0, "length": 1}], "ends in a middle of a UTF-16 symbol"),
    ([{"type": "text_link", "offset": 0, "length": 2}], "lacks 'url'"),
    ([{"type": "bold", "offset": 0, "length": 2, "url": "x"}], "bold has no 'url'"),
    ([{"type": "date_time", "offset": 0, "length": 2}], "lacks 'unix_time'"),
    (
        [
            {
                "type": "date_time",
                "offset": 0,
                "length": 2,
                "unix_time": 1,
                "date_time_format": "tT",
            }
        ],
        "invalid date-time format",
    ),
    (
        [
            {"type": "bold", "offset": 0, "length": 4},
            {"type": "italic", "offset": 3, "length": 3},
        ],
        "overlap in part",
    ),
    (
        [{"type": "pre", "offset": 0, "length": 5}, {"type": "bold", "offset": 3, "length": 1}],
        "bold can't be nested in pre",
    ),
    (
        [{"type": "bold", "offset": 0, "length": 5}, {"type": "code", "offset": 3, "length": 1}],
        "code can't be nested in bold",
    ),
    (
        [
            {"type": "blockquote", "offset": 0, "length": 6},
            {"type": "expandable_blockquote", "offset": 3, "length": 2},
        ],
        "can't be nested in blockquote",
    ),
    (
        [{"type": "code", "offset": 0, "length": 2}, {"type": "pre", "offset": 0, "length": 2}],
        "can't be nested",
    ),
]


class TestEntities:
    @pytest.mark.parametrize(("entities", "cause"), ENTITY_FAULTS)
    async def test_wrong_entities_are_refused(
        self, bot: Bot, ana: Person, entities: list[dict[str, Any]], cause: str
    ) -> None:
        built = [MessageEntity(**entity) for entity in entities]

        with pytest.raises(TelegramBadRequest) as refused:
            await bot.send_message(ana.id, "🙂 abcd", entities=built)

        assert cause in refused.value.message

    @pytest.mark.parametrize("form", ["r", "", "w", "wDT", "dt", "D", "T"])
    async def test_every_date_time_format_passes(self, bot: Bot, ana: Person, form: str) -> None:
        entity = MessageEntity(
            type="date_time", offset=0, length=4, unix_time=1, date_time_format=form
        )

        sent = await bot.send_message(ana.id, "soon", entities=[entity])

        assert sent.entities is not None
        assert [plain(one) for one in sent.entities] == [plain(entity)]


BUTTON_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"text": "x", "callback_data": "é" * 32 + "x"}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
    ({"text": " ", "callback_data": "x"}, "must be non-empty"),
    ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
    ({"text": "x", "callback_data": "x", "url": "https://a.b"}, "exactly one action"),
    ({"text": "x", "callback_data": "x", "style": "link"}, "invalid button style"),
    ({"text": "x", "copy_text": CopyTextButton(text="x" * 257)}, "BUTTON_COPY_TEXT_INVALID"),
    ({"text": "x", "copy_text": CopyTextButton(text="")}, "BUTTON_COPY_TEXT_INVALID"),
    ({"text": "x", "url": "ftp://a.b"}, "Unsupported URL protocol"),
    ({"text": "x", "url": "http://localhost:8000"}, "Wrong HTTP URL"),
    ({"text": "x", "web_app": WebAppInfo(url="http://a.b")}, "Only HTTPS links are allowed"),
]


class TestKeyboards:
    @pytest.mark.parametrize(("button", "cause"), BUTTON_FAULTS)
    async def test_wrong_buttons_are_refused(
        self, bot: Bot, ana: Person, button: dict[str, Any], cause: str
    ) -> None:
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(**button)]])

        with pytest.raises(TelegramBadRequest) as refused:
            await bot.send_message(ana.id, "x", reply_markup=markup)

        assert cause in refused.value.message

    async def test_good_buttons_come_back_as_sent(self, bot: Bot, ana: Person) -> None:
        row = [
            InlineKeyboardButton(text="Go", callback_data="é" * 32, style="success"),
            InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="x" * 256)),
            InlineKeyboardButton(text="Done", disabled=DisabledButton()),
            InlineKeyboardButton(text="Page", url="http://127.0.0.1:8000/x"),
            InlineKeyboardButton(text="App", web_app=WebAppInfo(url="https://a.b")),
        ]

        sent = await bot.send_message(
            ana.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[row])
        )

        assert sent.reply_markup is not None
        assert plain(sent.reply_markup) == {"inline_keyboard": [[plain(one) for one in row]]}

    async def test_a_web_app_button_is_refused_in_a_group(self, bot: Bot, team: Chat) -> None:
        button = InlineKeyboardButton(text="App", web_app=WebAppInfo(url="https://a.b"))
        markup = InlineKeyboardMarkup(inline_keyboard=[[button]])

        with pytest.raises(TelegramBadRequest, match="BUTTON_TYPE_INVALID"):
            await bot.send_message(team.id, "x", reply_markup=markup)

    async def test_more_than_a_hundred_buttons_are_refused(self, bot: Bot, ana: Person) -> None:
        row = [InlineKeyboardButton(text="x", callback_data="x")]
        await bot.send_message(
            ana.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[row] * 100)
        )

        with pytest.raises(TelegramBadRequest, match="reply markup is too long"):
            await bot.send_message(
                ana.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[row] * 101)
            )

    async def test_force_reply_is_not_echoed(self, bot: Bot, ana: Person) -> None:
        sent = await bot.send_message(
            ana.id, "Why?", reply_markup=ForceReply(input_field_placeholder="Reason")
        )

        assert sent.reply_markup is None
        assert ana.home.messages[sent.message_id].asks_for_reply

    async def test_a_long_placeholder_is_refused(self, bot: Bot, ana: Person) -> None:
        with pytest.raises(TelegramBadRequest, match="placeholder"):
            await bot.send_message(
                ana.id, "Why?", reply_markup=ForceReply(input_field_placeholder="x" * 65)
            )
