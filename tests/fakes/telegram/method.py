"""The methods of the Bot API: each takes typed parameters and returns the result, or refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.chat import Json
from tests.fakes.telegram.message import (
    answer_callback_query,
    delete_message,
    edit_message_reply_markup,
    edit_message_text,
    find_thread,
    refuse_closed,
    send_document,
    send_message,
)
from tests.fakes.telegram.refusal import Refusal, bad
from tests.fakes.telegram.request import Params
from tests.fakes.telegram.text import utf16_length
from tests.fakes.telegram.topic import create_forum_topic
from tests.fakes.telegram.webhook import check_webhook

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_ACTIONS = """
typing upload_photo record_video upload_video record_voice upload_voice upload_document
choose_sticker find_location record_video_note upload_video_note
"""
_SCOPES = """
default all_private_chats all_group_chats all_chat_administrators chat chat_administrators
chat_member
"""


async def get_me(telegram: FakeTelegram, _: Params) -> Json:
    """Return the bot itself."""
    return telegram.me


async def get_updates(telegram: FakeTelegram, params: Params) -> list[Json]:
    """Long poll; an older poll that is under way gets the 409."""
    if telegram.webhook is not None:
        raise Refusal(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    limit = params.integer("limit", 100)
    if not 1 <= limit <= 100:
        limit = 100
    telegram.updates.allow(params.json("allowed_updates"))
    telegram.updates.expire(telegram.now)
    seconds = min(max(params.integer("timeout"), 0), 50)
    return await telegram.updates.poll(params.integer("offset"), limit, seconds)


async def set_webhook(telegram: FakeTelegram, params: Params) -> bool:
    """Point the updates at an address; an empty one removes the webhook."""
    url = params.text("url")
    if not url:
        return await delete_webhook(telegram, params)
    webhook = check_webhook(
        url, params.text("secret_token"), params.integer("max_connections", 40)
    )
    telegram.updates.allow(params.json("allowed_updates"))
    if params.flag("drop_pending_updates"):
        telegram.updates.drop()
    telegram.webhook = webhook
    telegram.updates.interrupt("terminated by setWebhook request")
    return True


async def delete_webhook(telegram: FakeTelegram, params: Params) -> bool:
    """Go back to polling."""
    if params.flag("drop_pending_updates"):
        telegram.updates.drop()
    telegram.webhook = None
    telegram.changes.announce()
    return True


async def get_webhook_info(telegram: FakeTelegram, _: Params) -> Json:
    """Return where updates go and how many wait."""
    webhook = telegram.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.updates.pending),
        "allowed_updates": sorted(telegram.updates.allowed),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        if webhook.error and webhook.error_at:
            info["last_error_message"] = webhook.error
            info["last_error_date"] = int(webhook.error_at.timestamp())
    return info


async def set_my_commands(telegram: FakeTelegram, params: Params) -> bool:
    """Keep the list of commands of one scope and language."""
    commands = params.json("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("can't parse commands JSON object")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    telegram.commands[_command_key(telegram, params)] = commands
    telegram.changes.announce()
    return True


async def delete_my_commands(telegram: FakeTelegram, params: Params) -> bool:
    """Forget the list of commands of one scope and language."""
    telegram.commands.pop(_command_key(telegram, params), None)
    return True


async def get_my_commands(telegram: FakeTelegram, params: Params) -> list[Json]:
    """Return the list of commands of one scope and language."""
    return telegram.commands.get(_command_key(telegram, params), [])


async def get_chat(telegram: FakeTelegram, params: Params) -> Json:
    """Return what the bot may know about a chat."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    accepted = dict.fromkeys((*gifts, "gifts_from_channels"), False)
    return {
        **telegram.find_chat(params).render(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": accepted,
    }


async def get_file(telegram: FakeTelegram, params: Params) -> Json:
    """Return where a file can be fetched from; those over 20 MB can't be."""
    document = telegram.documents.get(params.text("file_id"))
    if document is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(document.content) > 20 * 1024 * 1024:
        raise bad("file is too big")
    return {
        "file_id": document.file_id,
        "file_unique_id": f"unique-{document.file_id}",
        "file_size": len(document.content),
        "file_path": f"documents/{document.file_id}",
    }


async def send_chat_action(telegram: FakeTelegram, params: Params) -> bool:
    """Show that the bot is busy."""
    if params.text("action") not in _ACTIONS.split():
        raise bad("wrong parameter action in request")
    chat = telegram.find_chat(params)
    refuse_closed(chat)
    find_thread(chat, params)
    return True


def _command_key(telegram: FakeTelegram, params: Params) -> str:
    scope = params.json("scope") or {"type": "default"}
    if scope.get("type") not in _SCOPES.split():
        raise bad("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in scope:
        telegram.find_chat(Params({"chat_id": scope["chat_id"]}))
    return json.dumps([scope, params.text("language_code")], sort_keys=True)


Method = Callable[["FakeTelegram", Params], Awaitable[Any]]

METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "createForumTopic": create_forum_topic,
    "deleteMessage": delete_message,
    "deleteMyCommands": delete_my_commands,
    "deleteWebhook": delete_webhook,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageText": edit_message_text,
    "getChat": get_chat,
    "getFile": get_file,
    "getMe": get_me,
    "getMyCommands": get_my_commands,
    "getUpdates": get_updates,
    "getWebhookInfo": get_webhook_info,
    "sendChatAction": send_chat_action,
    "sendDocument": send_document,
    "sendMessage": send_message,
    "setMyCommands": set_my_commands,
    "setWebhook": set_webhook,
}
BY_LOWER_NAME = {name.lower(): name for name in METHODS}
