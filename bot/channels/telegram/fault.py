"""Telegram's refusals as the gate's: permanent, temporary, wait so long, moved there."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from bot.gate.channel import ChannelError

# What a call to Telegram may raise; everything else is a fault of this program.
CALL_ERRORS: Final = (AiogramError, OSError, TimeoutError, UnicodeError)

# Nothing more can be said in this chat.
_CHAT: Final = (
    "chat not found",
    "user is deactivated",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "peer_id_invalid",
    "user_is_blocked",
)
# This message can't be changed; a new one can be sent.
_GONE: Final = ("message to edit not found", "message_id_invalid")
_MESSAGE: Final = (*_GONE, "message can't be edited")
# This topic takes no message; its chat may.
_TOPIC: Final = (
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "topic_id_invalid",
    "topic closed",
    "topic deleted",
)
_PERMANENT: Final = (*_CHAT, *_MESSAGE, *_TOPIC)


def is_unchanged(error: BaseException) -> bool:
    """Tell whether an edit was refused because the message shows just that already."""
    return isinstance(error, TelegramBadRequest) and "message is not modified" in error.message


def is_gone(error: BaseException) -> bool:
    """Tell whether a message could not be deleted because it is not there any more."""
    return isinstance(error, TelegramBadRequest) and "to delete not found" in error.message


def is_too_old(error: BaseException) -> bool:
    """Tell whether a message may not be deleted any more; that ends after 48 hours.

    Source: https://core.telegram.org/bots/api#deletemessage
    """
    return isinstance(error, TelegramBadRequest) and "can't be deleted" in error.message


def is_of_topic(error: BaseException | None) -> bool:
    """Tell whether the topic was refused, not the message or the chat."""
    return isinstance(error, TelegramBadRequest) and _has(error, _TOPIC)


def may_pass_plainly(error: BaseException) -> bool:
    """Tell whether the message itself was refused, so that a plainer one may be taken."""
    if not isinstance(error, TelegramBadRequest):
        return False
    return not _has(error, (*_PERMANENT, "message is not modified"))


def channel_error(error: BaseException) -> ChannelError:
    """Return what the gate makes of a failed call; its words hold no address and no token."""
    if isinstance(error, TelegramRetryAfter):
        return ChannelError("too many messages", retry_after=timedelta(seconds=error.retry_after))
    if isinstance(error, TelegramMigrateToChat):
        return ChannelError("the group has moved", moved_to=str(error.migrate_to_chat_id))
    if isinstance(error, TelegramUnauthorizedError):
        return ChannelError("Telegram does not know the bot's token (401)", unreachable=True)
    if isinstance(error, TelegramNetworkError):
        cause = type(error.__cause__ or error).__name__
        return ChannelError(f"Telegram was not reached ({cause})", unreachable=True)
    if isinstance(error, TelegramBadRequest):
        return ChannelError(
            error.message,
            permanent=True,
            uneditable=not _has(error, _CHAT),
            gone=_has(error, _GONE),
        )
    if isinstance(error, TelegramForbiddenError):
        return ChannelError(error.message, permanent=True)
    if isinstance(error, TelegramNotFound):
        return ChannelError(
            "Telegram knows no such method, or not the bot's token (404)", unreachable=True
        )
    if isinstance(error, TelegramAPIError):
        return ChannelError(f"{type(error).__name__}: {error.message}")
    if isinstance(error, ClientDecodeError):
        return ChannelError("Telegram's answer was not understood")
    if isinstance(error, UnicodeError):
        return ChannelError("the text is not one that can be sent")
    return ChannelError(f"Telegram was not reached ({type(error).__name__})", unreachable=True)


def _has(error: TelegramAPIError, known: Iterable[str]) -> bool:
    words = error.message.lower()
    return any(one in words for one in known)


def accepted_message(error: BaseException) -> int | None:
    """Return the id of a message that was sent although the answer was not understood.

    Without this a server that answers with more than the library knows would get the card again
    and again.
    """
    if not isinstance(error, ClientDecodeError) or not isinstance(error.data, dict):
        return None
    result = error.data.get("result")
    if error.data.get("ok") is not True or not isinstance(result, dict):
        return None
    message_id = result.get("message_id")
    return message_id if isinstance(message_id, int) else None
