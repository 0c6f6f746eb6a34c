"""The method that opens a topic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fakes.telegram.chat import Json
from tests.fakes.telegram.message import refuse_closed
from tests.fakes.telegram.refusal import bad
from tests.fakes.telegram.request import Params
from tests.fakes.telegram.text import utf16_length

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

_BLUE = 7322096
_COLOURS = {7322096, 16766590, 13338331, 9367192, 16749490, 16478047}


async def create_forum_topic(telegram: FakeTelegram, params: Params) -> Json:
    """Open a topic in a forum that the bot may manage, or in a private chat that has topics."""
    chat = telegram.find_chat(params)
    refuse_closed(chat)
    if chat.is_private:
        if not telegram.me["has_topics_enabled"]:
            raise bad("BOT_FORUM_CREATE_FORBIDDEN")
    elif not chat.is_forum:
        raise bad("the chat is not a forum")
    elif not chat.bot_is_admin:
        raise bad("not enough rights to create a topic")
    name = params.text("name").strip()
    if not name or re.search(r"[\x00-\x1f]", name):
        raise bad("TOPIC_TITLE_EMPTY")
    if utf16_length(name) > 128:
        raise bad("topic name is too long")
    colour = int(params.values.get("icon_color", _BLUE))
    if colour not in _COLOURS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    topic = {"name": name, "icon_color": colour}
    opened = telegram.place(
        chat, sender=telegram.as_sender(), extra={"forum_topic_created": topic}
    )
    opened.thread = opened.message_id
    chat.topics[opened.message_id] = name
    return {"message_thread_id": opened.message_id, **topic}
