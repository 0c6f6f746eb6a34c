"""The fake refuses what Telegram refuses, and moves updates as Telegram does."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendChecklist
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CopyTextButton,
    DisabledButton,
    ForceReply,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputChecklist,
    InputChecklistTask,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
    WebAppInfo,
)
from aiogram.utils.formatting import Bold, Code, DateTime, ExpandableBlockQuote, Pre, Text
from aiohttp import web
from pydantic import BaseModel

from tests.fakes.telegram import Card, Chat, FakeTelegram, Person

CHOICE = [("✅ Approve", "d:1:a"), ("⛔ Deny", "d:1:d")]


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_of(telegram) as one:
        yield one


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person(1001, "Ana")


@pytest.fixture
def ben(telegram: FakeTelegram) -> Person:
    return telegram.person(1002, "Ben", language="zh")


@pytest.fixture
def team(telegram: FakeTelegram, ana: Person, ben: Person) -> Chat:
    return telegram.group(-1001234, "Team", members=[ana, ben], topics={7: "agents"})


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


class TestPlaces:
    async def test_an_unknown_chat_is_not_found(self, bot: Bot) -> None:
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(5, "x")

    async def test_a_person_who_blocked_the_bot_is_forbidden(self, bot: Bot, ana: Person) -> None:
        ana.block()

        with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
            await bot.send_message(ana.id, "x")
        ana.unblock()
        await bot.send_message(ana.id, "x")

    async def test_blocking_is_told_as_an_update(self, bot: Bot, ana: Person) -> None:
        ana.block()

        update = (await bot.get_updates())[0]

        assert update.my_chat_member is not None
        assert update.my_chat_member.new_chat_member.status == "kicked"

    async def test_who_never_started_the_bot_cannot_be_written_to(
        self, telegram: FakeTelegram, bot: Bot
    ) -> None:
        telegram.person(1003, "Cy", started=False)

        with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
            await bot.send_message(1003, "x")

    async def test_a_migrated_group_names_its_new_id(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        old = telegram.group(-55, "Small", members=[ana], kind="group")
        telegram.migrate(old, -1009955)

        with pytest.raises(TelegramMigrateToChat) as moved:
            await bot.send_message(-55, "x")

        assert moved.value.migrate_to_chat_id == -1009955
        assert "group chat was upgraded to a supergroup chat" in moved.value.message
        await bot.send_message(-1009955, "x")
        told = [update.message for update in await bot.get_updates()]
        assert [one.migrate_to_chat_id for one in told if one] == [-1009955, None]

    async def test_a_group_that_threw_the_bot_out_is_forbidden(
        self, telegram: FakeTelegram, bot: Bot, ana: Person, team: Chat
    ) -> None:
        telegram.remove_bot(team, ana)

        with pytest.raises(TelegramForbiddenError, match="kicked from the supergroup"):
            await bot.send_message(team.id, "x")

    async def test_topics_hold_their_messages(self, bot: Bot, ana: Person, team: Chat) -> None:
        sent = await bot.send_message(team.id, "x", message_thread_id=7)

        assert (sent.message_thread_id, sent.is_topic_message) == (7, True)
        assert (await ana.wait_for_card("x", chat=team, thread=7)).thread == 7

    async def test_an_unknown_topic_is_refused(self, bot: Bot, ana: Person, team: Chat) -> None:
        with pytest.raises(TelegramBadRequest, match="message thread not found"):
            await bot.send_message(team.id, "x", message_thread_id=8)
        with pytest.raises(TelegramBadRequest, match="message thread not found"):
            await bot.send_message(ana.id, "x", message_thread_id=1)

    async def test_a_closed_topic_is_refused(self, bot: Bot, team: Chat) -> None:
        team.close_topic(7)

        with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
            await bot.send_message(team.id, "x", message_thread_id=7)

    async def test_a_message_in_a_topic_seems_to_reply_to_the_topic(
        self, bot: Bot, ana: Person, team: Chat
    ) -> None:
        await ana.send("/pending", to=team, thread=7)

        message = (await bot.get_updates())[0].message

        assert message is not None
        assert message.reply_to_message is not None
        assert message.reply_to_message.message_id == 7
        assert message.reply_to_message.forum_topic_created is not None

    async def test_get_chat_gives_a_full_chat(self, bot: Bot, team: Chat) -> None:
        chat = await bot.get_chat(team.id)

        assert (chat.title, chat.type, chat.is_forum) == ("Team", "supergroup", True)

    async def test_chat_actions_are_checked(self, bot: Bot, ana: Person) -> None:
        assert await bot.send_chat_action(ana.id, "typing")
        with pytest.raises(TelegramBadRequest, match="wrong parameter action"):
            await bot.send_chat_action(ana.id, "sleeping")

    async def test_commands_are_kept_by_scope(self, bot: Bot) -> None:
        await bot.set_my_commands([BotCommand(command="pending", description="Queue")])

        assert [one.command for one in await bot.get_my_commands()] == ["pending"]
        with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
            await bot.set_my_commands([BotCommand(command="Pending", description="x")])


class TestReplies:
    async def test_a_reply_shows_the_card_one_level_deep(self, bot: Bot, ana: Person) -> None:
        card = await send_card(bot, ana)
        reminder = await bot.send_message(
            ana.id, "still?", reply_parameters=ReplyParameters(message_id=card.message_id)
        )
        await ana.reply(ana.home.messages[reminder.message_id], "why?")

        message = (await bot.get_updates())[0].message

        assert message is not None
        assert message.reply_to_message is not None
        assert message.reply_to_message.text == "still?"
        assert message.reply_to_message.reply_to_message is None

    async def test_a_reply_to_nothing_is_refused_unless_allowed(
        self, bot: Bot, ana: Person
    ) -> None:
        with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
            await bot.send_message(ana.id, "x", reply_parameters=ReplyParameters(message_id=99))

        allowed = ReplyParameters(message_id=99, allow_sending_without_reply=True)
        sent = await bot.send_message(ana.id, "x", reply_parameters=allowed)
        assert sent.reply_to_message is None

    async def test_a_reply_stays_in_the_topic_of_its_card(self, bot: Bot, team: Chat) -> None:
        card = await bot.send_message(team.id, "x", message_thread_id=7)

        sent = await bot.send_message(
            team.id, "y", reply_parameters=ReplyParameters(message_id=card.message_id)
        )

        assert sent.message_thread_id == 7


class TestEdits:
    async def test_an_edit_replaces_text_and_buttons_and_keeps_history(
        self, bot: Bot, ana: Person
    ) -> None:
        card = await send_card(bot, ana)

        edited = await bot.edit_message_text(
            "Approved", chat_id=ana.id, message_id=card.message_id
        )

        assert isinstance(edited, Message)
        assert edited.edit_date is not None
        assert (card.text, card.labels) == ("Approved", [])
        assert [(old.text, old.labels) for old in card.history] == [
            ("git push", ["✅ Approve", "⛔ Deny"])
        ]

    async def test_the_same_again_is_not_modified(self, bot: Bot, ana: Person) -> None:
        card = await send_card(bot, ana)
        place: dict[str, Any] = {"chat_id": ana.id, "message_id": card.message_id}

        with pytest.raises(TelegramBadRequest, match="message is not modified: specified new"):
            await bot.edit_message_text("git push ", reply_markup=keyboard(*CHOICE), **place)
        with pytest.raises(TelegramBadRequest, match="message is not modified"):
            await bot.edit_message_reply_markup(reply_markup=keyboard(*CHOICE), **place)
        assert card.history == []

    async def test_markup_alone_can_be_edited(self, bot: Bot, ana: Person) -> None:
        card = await send_card(bot, ana)

        await bot.edit_message_reply_markup(chat_id=ana.id, message_id=card.message_id)

        assert (card.text, card.labels) == ("git push", [])

    async def test_an_unknown_message_cannot_be_edited(self, bot: Bot, ana: Person) -> None:
        with pytest.raises(TelegramBadRequest, match="message to edit not found"):
            await bot.edit_message_text("x", chat_id=ana.id, message_id=77)

    async def test_a_message_of_somebody_else_cannot_be_edited(
        self, bot: Bot, ana: Person
    ) -> None:
        theirs = await ana.send("hello")

        with pytest.raises(TelegramBadRequest, match="message can't be edited"):
            await bot.edit_message_text("x", chat_id=ana.id, message_id=theirs.message_id)

    async def test_a_message_with_force_reply_cannot_be_edited(
        self, bot: Bot, ana: Person
    ) -> None:
        sent = await bot.send_message(ana.id, "Why?", reply_markup=ForceReply())

        with pytest.raises(TelegramBadRequest, match="message can't be edited"):
            await bot.edit_message_text("x", chat_id=ana.id, message_id=sent.message_id)

    async def test_a_document_has_no_text_to_edit(self, bot: Bot, ana: Person) -> None:
        sent = await bot.send_document(ana.id, BufferedInputFile(b"x", "a.txt"))

        with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
            await bot.edit_message_text("x", chat_id=ana.id, message_id=sent.message_id)

    async def test_a_deleted_message_is_gone(self, bot: Bot, ana: Person) -> None:
        card = await send_card(bot, ana)

        await bot.delete_message(ana.id, card.message_id)

        assert card.deleted
        with pytest.raises(TelegramBadRequest, match="message to delete not found"):
            await bot.delete_message(ana.id, card.message_id)
        with pytest.raises(TelegramBadRequest, match="message to edit not found"):
            await bot.edit_message_text("x", chat_id=ana.id, message_id=card.message_id)

    async def test_a_message_older_than_two_days_cannot_be_deleted(
        self, telegram: FakeTelegram, bot: Bot, ana: Person
    ) -> None:
        card = await send_card(bot, ana)
        telegram.advance(48 * 3600 + 1)

        with pytest.raises(TelegramBadRequest, match="can't be deleted for everyone"):
            await bot.delete_message(ana.id, card.message_id)


class TestDocuments:
    async def test_a_document_arrives_with_its_bytes(self, bot: Bot, ana: Person) -> None:
        sent = await bot.send_document(
            ana.id,
            BufferedInputFile(b"+1\n-2\n", "change.diff"),
            caption="<b>diff</b>",
            parse_mode="HTML",
            disable_notification=True,
        )

        card = await ana.wait_for_card("diff")
        assert card.document is not None
        assert (card.document.filename, card.document.content) == ("change.diff", b"+1\n-2\n")
        assert not card.notified
        assert sent.document is not None
        assert sent.document.file_size == 6
        again = await bot.send_document(ana.id, sent.document.file_id)
        assert again.document == sent.document

    async def test_an_empty_document_is_refused(self, bot: Bot, ana: Person) -> None:
        with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
            await bot.send_document(ana.id, BufferedInputFile(b"", "a.txt"))

    async def test_a_long_caption_is_refused(self, bot: Bot, ana: Person) -> None:
        with pytest.raises(TelegramBadRequest, match="message caption is too long"):
            await bot.send_document(ana.id, BufferedInputFile(b"x", "a"), caption="x" * 1025)

    async def test_a_file_over_fifty_megabytes_is_refused(self, bot: Bot, ana: Person) -> None:
        file = BufferedInputFile(bytes(50 * 1024 * 1024 + 1), "big.bin")

        with pytest.raises(TelegramNetworkError, match="Request Entity Too Large"):
            await bot.send_document(ana.id, file)

    async def test_a_missing_part_is_refused(
        self, telegram: FakeTelegram, http: aiohttp.ClientSession, ana: Person
    ) -> None:
        values = {"chat_id": "1001", "document": "attach://nothing"}

        status, answer = await post(http, telegram, "sendDocument", data=values)

        assert (status, "no file" in answer["description"]) == (400, True)


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
