"""Who acts in Telegram: a person by their numeric id, wherever they are; nobody else may act."""

from typing import Final

from aiogram.types import CallbackQuery, Message, User
from aiogram.types import Update as Event

from bot.core.character import BRACKETS, is_invisible
from bot.core.preview import one_line
from bot.gate.channel import Target, Update
from bot.gate.press import Person, Place

CHANNEL: Final = "telegram"
_NAME_LIMIT: Final = 48

# Accounts that stand for somebody else: anonymous administrators, channels, Telegram itself.
_NOBODY: Final = frozenset({1087968824, 136817688, 777000})
_UNKNOWN: Final = Target(channel=CHANNEL, address="")


def of_query(query: CallbackQuery) -> Person:
    """Return who tapped."""
    return _person(query.from_user, speaks_for_themselves=True)


def of_message(message: Message) -> Person:
    """Return who wrote: nobody in particular for channels, anonymous senders and forwards."""
    return _person(
        message.from_user,
        speaks_for_themselves=(
            message.sender_chat is None
            and message.forward_origin is None
            and message.via_bot is None
            and message.chat.type != "channel"
        ),
    )


def place_of_query(query: CallbackQuery) -> Place:
    """Return the message tapped on, also where Telegram shows no more than its ids."""
    if query.message is None:
        return Place(target=_UNKNOWN, message=None)
    return Place(target=chat_target(query.message.chat.id), message=str(query.message.message_id))


def topic_of(message: Message) -> str | None:
    """Return the topic in which a message stands, or None for the chat itself."""
    if not message.is_topic_message or message.message_thread_id is None:
        return None
    return str(message.message_thread_id)


def replied(message: Message) -> Message | None:
    """Return the message that somebody replied to.

    In a topic Telegram shows every message as a reply to the one that opened it; that is none.
    """
    found = message.reply_to_message
    if found is None or found.forum_topic_created is not None:
        return None
    return found


def chat_target(chat_id: int) -> Target:
    """Return a chat, or a person's private chat, as the gate names it."""
    return Target(channel=CHANNEL, address=str(chat_id))


def update_of(event: Event) -> Update:
    """Return the number under which an update is handled, once."""
    return Update(channel=CHANNEL, id=event.update_id)


def answer_of(event: Event) -> Update:
    """Return the number under which an update is answered, once, beside what it did."""
    return Update(channel=f"{CHANNEL}.answer", id=event.update_id)


def replied_place(message: Message) -> Place:
    """Return the chat, and the message there that somebody replied to."""
    target, before = chat_target(message.chat.id), replied(message)
    return Place(target=target, message=str(before.message_id) if before is not None else None)


def clean_name(raw: str, *, id: int) -> str:
    """Return a person's name without what draws nothing; their id where nothing is left."""
    drawn = "".join(
        character if not is_invisible(character) and character not in BRACKETS else " "
        for character in raw[:200]
    )
    return one_line(" ".join(drawn.split()), limit=_NAME_LIMIT) or f"id {id}"


def _person(user: User | None, *, speaks_for_themselves: bool) -> Person:
    if user is None:
        return Person(address=_UNKNOWN, name="", may_act=False)
    return Person(
        address=chat_target(user.id),
        name=clean_name(user.first_name, id=user.id),
        may_act=speaks_for_themselves and not user.is_bot and user.id not in _NOBODY,
    )
