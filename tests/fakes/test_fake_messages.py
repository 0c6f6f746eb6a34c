"""Messages at the fake: where they may go, replies, edits, documents."""

from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    ForceReply,
    Message,
    ReplyParameters,
)

from tests.fakes.telegram import Chat, FakeTelegram, Person
from tests.fakes.test_fake_telegram import CHOICE, keyboard, post, send_card


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
