"""The fake refuses what Telegram refuses, and moves updates as Telegram does."""

import json
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendChecklist
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputChecklist,
    InputChecklistTask,
    MessageEntity,
)
from aiogram.utils.formatting import Bold, Code, DateTime, ExpandableBlockQuote, Pre, Text
from pydantic import BaseModel

from tests.fakes.telegram import Card, FakeTelegram, Person

CHOICE = [("✅ Approve", "d:1:a"), ("⛔ Deny", "d:1:d")]


class PlainSession(AiohttpSession):
    """Closes at once: aiogram's own waits a quarter of a second for TLS, which is not here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def bot_of(telegram: FakeTelegram, token: str | None = None) -> Bot:
    api = TelegramAPIServer.from_base(telegram.url)
    return Bot(token or telegram.token, session=PlainSession(api=api))


def keyboard(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(text=text, callback_data=data) for text, data in buttons]
    return InlineKeyboardMarkup(inline_keyboard=[row])


async def send_card(bot: Bot, person: Person, text: str = "git push") -> Card:
    sent = await bot.send_message(person.id, text, reply_markup=keyboard(*CHOICE))
    return person.home.messages[sent.message_id]


def plain(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(exclude_none=True)


async def post(
    http: aiohttp.ClientSession, telegram: FakeTelegram, method: str, **how: Any
) -> tuple[int, dict[str, Any]]:
    async with http.post(f"{telegram.url}/bot{telegram.token}/{method}", **how) as answer:
        return answer.status, await answer.json()


class TestAddress:
    async def test_the_bot_is_a_full_user(self, bot: Bot) -> None:
        me = await bot.get_me()

        assert me.is_bot
        assert me.can_join_groups
        assert me.has_topics_enabled is False
        assert bot.id == me.id

    async def test_a_wrong_token_is_unauthorized(self, telegram: FakeTelegram) -> None:
        async with bot_of(telegram, "1:" + "x" * 35) as stranger:
            with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
                await stranger.get_me()

    async def test_a_revoked_token_is_unauthorized(self, telegram: FakeTelegram, bot: Bot) -> None:
        telegram.revoked = True

        with pytest.raises(TelegramUnauthorizedError):
            await bot.get_me()

    async def test_an_unknown_method_is_not_found(self, bot: Bot, ana: Person) -> None:
        task = InputChecklistTask(id=1, text="x")
        checklist = InputChecklist(title="x", tasks=[task])
        method = SendChecklist(business_connection_id="x", chat_id=ana.id, checklist=checklist)

        with pytest.raises(TelegramNotFound, match="Not Found"):
            await bot(method)

    async def test_the_log_holds_every_call_with_typed_parameters(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        await bot.send_message(ana.id, '{"a":1}', reply_markup=keyboard(("Go", "go")))

        call = telegram.called("sendMessage")[0]
        assert call.params["chat_id"] == 1001
        assert call.params["text"] == '{"a":1}'
        assert call.params["reply_markup"]["inline_keyboard"][0][0]["text"] == "Go"
        assert (call.outcome, call.at) == ("ok", telegram.now)


class TestEncodings:
    @pytest.mark.parametrize("how", ["json", "data", "params"])
    async def test_parameters_arrive_in_any_encoding(
        self, telegram: FakeTelegram, http: aiohttp.ClientSession, ana: Person, how: str
    ) -> None:
        markup: Any = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
        markup = markup if how == "json" else json.dumps(markup)
        values = {"chat_id": 1001, "text": "héllo 🙂", "reply_markup": markup}

        status, body = await post(http, telegram, "sendmessage", **{how: values})

        assert (status, body["ok"]) == (200, True)
        assert telegram.messages(1001)[0].labels == ["Go"]

    async def test_lone_surrogates_are_refused(
        self, telegram: FakeTelegram, http: aiohttp.ClientSession, ana: Person
    ) -> None:
        body = b'{"chat_id": 1001, "text": "x \\ud800"}'
        headers = {"Content-Type": "application/json"}

        status, answer = await post(http, telegram, "sendMessage", data=body, headers=headers)

        assert status == 400
        assert answer["description"] == "Bad Request: strings must be encoded in UTF-8"

    async def test_broken_utf8_in_a_form_is_refused(
        self, telegram: FakeTelegram, http: aiohttp.ClientSession, ana: Person
    ) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}

        status, answer = await post(
            http, telegram, "sendMessage", data=b"chat_id=1001&text=%ff", headers=headers
        )

        assert status == 400
        assert "UTF-8" in answer["description"]

    async def test_a_get_request_is_answered(
        self, telegram: FakeTelegram, http: aiohttp.ClientSession
    ) -> None:
        async with http.get(f"{telegram.url}/bot{telegram.token}/getme") as answer:
            body = await answer.json()

        assert body == {"ok": True, "result": telegram.me}

    async def test_a_broken_multipart_body_is_refused(
        self, telegram: FakeTelegram, http: aiohttp.ClientSession
    ) -> None:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}

        status, answer = await post(http, telegram, "getMe", data=b"junk", headers=headers)

        assert (status, answer["description"]) == (400, "Bad Request: can't parse multipart body")

    async def test_broken_nested_json_is_refused(
        self, telegram: FakeTelegram, http: aiohttp.ClientSession, ana: Person
    ) -> None:
        values = {"chat_id": "1001", "text": "x", "reply_markup": "{"}

        status, answer = await post(http, telegram, "sendMessage", data=values)

        assert status == 400
        assert "can't parse reply_markup JSON object" in answer["description"]


class TestText:
    async def test_length_is_counted_in_utf16_after_parsing(self, bot: Bot, ana: Person) -> None:
        await bot.send_message(ana.id, "<b>" + "🙂" * 2048 + "</b>", parse_mode="HTML")

        with pytest.raises(TelegramBadRequest, match="message is too long"):
            await bot.send_message(ana.id, "🙂" * 2048 + "x")

    @pytest.mark.parametrize("text", ["", "  \n ", "<b> </b>"])
    async def test_empty_text_is_refused(self, bot: Bot, ana: Person, text: str) -> None:
        with pytest.raises(TelegramBadRequest, match="message text is empty"):
            await bot.send_message(ana.id, text, parse_mode="HTML")

    async def test_nul_is_refused(self, bot: Bot, ana: Person) -> None:
        with pytest.raises(TelegramBadRequest, match=r"U\+0000"):
            await bot.send_message(ana.id, "a\x00b")

    async def test_text_is_trimmed_and_entities_move_with_it(self, bot: Bot, ana: Person) -> None:
        sent = await bot.send_message(ana.id, "\n 🙂 <b>x</b> \n", parse_mode="HTML")

        assert sent.text == "🙂 x"
        assert sent.entities is not None
        assert sent.entities[0].extract_from(sent.text) == "x"

    @pytest.mark.parametrize(
        ("text", "cause"),
        [
            ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("<b><i>x</b></i>", 'expected "</i>", found "</b>"'),
            ("é<blink>x</blink>", 'Unsupported start tag "blink" at byte offset 2'),
            ("a < b", "start tag at byte offset 2"),
            ("<span>x</span>", 'must have class "tg-spoiler"'),
            ("<a href='x>y</a>", "Unclosed start tag"),
        ],
    )
    async def test_wrong_html_is_refused(
        self, bot: Bot, ana: Person, text: str, cause: str
    ) -> None:
        with pytest.raises(TelegramBadRequest) as refused:
            await bot.send_message(ana.id, text, parse_mode="HTML")

        assert "Bad Request: can't parse entities: " in refused.value.message
        assert cause in refused.value.message

    async def test_html_becomes_entities(self, bot: Bot, ana: Person) -> None:
        source = (
            '🙂<b>b<i>i</i></b><pre><code class="language-bash">ls &lt;x&gt;</code></pre>'
            '<blockquote expandable>q</blockquote><a href="https://a.b/?x&amp;y">l</a>'
            '<tg-time unix="1700000000" format="r">soon</tg-time><tg-spoiler>s</tg-spoiler>'
        )

        sent = await bot.send_message(ana.id, source, parse_mode="HTML")

        card = ana.home.messages[sent.message_id]
        assert card.text == "🙂bils <x>qlsoons"
        assert card.pieces("pre") == ["ls <x>"]
        assert card.pieces("bold") == ["bi"]
        assert card.pieces("italic") == ["i"]
        assert card.pieces("expandable_blockquote") == ["q"]
        assert [one.get("language") for one in card.entities if one["type"] == "pre"] == ["bash"]
        assert [one["url"] for one in card.entities if "url" in one] == ["https://a.b/?x&y"]
        assert card.pieces("date_time") == ["soon"]

    async def test_other_parse_modes_are_refused(self, bot: Bot, ana: Person) -> None:
        with pytest.raises(TelegramBadRequest, match="unsupported parse_mode"):
            await bot.send_message(ana.id, "*x*", parse_mode="MarkdownV2")

    async def test_formatted_text_of_aiogram_passes(self, bot: Bot, ana: Person) -> None:
        text = Text(
            Bold("🔴 claude"),
            Pre("rm -rf build\n", language="bash"),
            ExpandableBlockQuote("why ", Code("x")),
            DateTime("in 5 min", unix_time=1_800_000_000, date_time_format="r"),
        )

        sent = await bot.send_message(ana.id, **text.as_kwargs())

        assert sent.entities is not None
        assert [one.type for one in sent.entities] == [
            "bold",
            "pre",
            "expandable_blockquote",
            "code",
            "date_time",
        ]

    async def test_entities_over_a_hundred_are_dropped(self, bot: Bot, ana: Person) -> None:
        many = [MessageEntity(type="bold", offset=2 * n, length=1) for n in range(120)]

        sent = await bot.send_message(ana.id, "x " * 120, entities=many)

        assert len(sent.entities or []) == 100
