"""The methods about messages: send, edit, delete, and answer a tap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.chat import Card, Chat, Document, Json
from tests.fakes.telegram.keyboard import check_markup, is_inline
from tests.fakes.telegram.refusal import Refusal, bad
from tests.fakes.telegram.request import Params
from tests.fakes.telegram.text import Entity, format_text, refuse_control_characters, utf16_length

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

MAX_FILE = 50 * 1024 * 1024
DELETABLE = timedelta(hours=48)

_PREVIEW = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}


async def send_message(telegram: FakeTelegram, params: Params) -> Json:
    """Send a text."""
    text, entities = _message_text(params)
    preview = params.json("link_preview_options")
    if preview is not None and (not isinstance(preview, dict) or set(preview) - _PREVIEW):
        raise bad("can't parse link preview options JSON object")
    return _send(telegram, params, text=text, entities=entities, preview=preview)


async def send_document(telegram: FakeTelegram, params: Params) -> Json:
    """Send a file with a caption."""
    caption, entities = format_text(
        params.text("caption"),
        parse_mode=params.text("parse_mode"),
        entities=params.json("caption_entities"),
        limit=1024,
        too_long="message caption is too long",
    )
    document = _find_document(telegram, params)
    sent = _send(telegram, params, text=caption, entities=entities, document=document)
    telegram.documents[document.file_id] = document
    return sent


async def edit_message_text(telegram: FakeTelegram, params: Params) -> Json:
    """Replace text and keyboard of an own message."""
    text, entities = _message_text(params)
    card = _editable(telegram, params)
    if card.document is not None:
        raise bad("there is no text in the message to edit")
    return _edit(telegram, params, card, text=text, entities=entities)


async def edit_message_reply_markup(telegram: FakeTelegram, params: Params) -> Json:
    """Replace the keyboard of an own message."""
    return _edit(telegram, params, _editable(telegram, params))


async def delete_message(telegram: FakeTelegram, params: Params) -> bool:
    """Remove a message that is younger than 48 hours."""
    chat = telegram.find_chat(params)
    card = chat.messages.get(params.integer("message_id"))
    if card is None or card.deleted:
        raise bad("message to delete not found")
    own = card.sender.get("id") == telegram.me["id"]
    if telegram.now - card.at > DELETABLE:
        raise bad("message can't be deleted for everyone")
    if not (own or chat.is_private or chat.bot_is_admin):
        raise bad("message can't be deleted")
    card.deleted = True
    telegram.changes.announce()
    return True


async def answer_callback_query(telegram: FakeTelegram, params: Params) -> bool:
    """Show the person who tapped a short text, once."""
    text = params.text("text")
    if utf16_length(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    refuse_control_characters(text)
    tap = telegram.taps.get(params.text("callback_query_id"))
    if tap is None or tap.shown is not None or telegram.now - tap.at > telegram.query_window:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    tap.shown, tap.alert = text, params.flag("show_alert")
    telegram.changes.announce()
    return True


def _message_text(params: Params) -> tuple[str, list[Entity]]:
    text, entities = format_text(
        params.text("text"),
        parse_mode=params.text("parse_mode"),
        entities=params.json("entities"),
        limit=4096,
        too_long="message is too long",
    )
    if not text:
        raise bad("message text is empty")
    return text, entities


def _send(telegram: FakeTelegram, params: Params, **content: Any) -> Json:
    chat = telegram.find_chat(params)
    markup = check_markup(params.json("reply_markup"), in_private=chat.is_private)
    refuse_closed(chat)
    thread = find_thread(chat, params)
    reply_to, quote = _find_replied(chat, params, thread)
    if thread is None and reply_to is not None:
        thread = reply_to.thread
    telegram.limits.check(chat.id, in_group=chat.is_group, now=telegram.now)
    card = telegram.place(
        chat,
        sender=telegram.as_sender(),
        markup=markup,
        thread=thread,
        reply_to=reply_to,
        quote=quote,
        notified=not params.flag("disable_notification"),
        protected=params.flag("protect_content"),
        **content,
    )
    return card.render()


def _edit(telegram: FakeTelegram, params: Params, card: Card, **content: Any) -> Json:
    markup = check_markup(params.json("reply_markup"), in_private=card.chat.is_private)
    if not is_inline(markup):
        raise bad("inline keyboard expected")
    refuse_closed(card.chat)
    new = {"text": card.text, "entities": card.entities, **content, "markup": markup}
    if all(getattr(card, name) == value for name, value in new.items()):
        raise bad(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    telegram.limits.check(card.chat_id, in_group=card.chat.is_group, now=telegram.now)
    card.change(at=telegram.now, **new)
    return card.render()


def _editable(telegram: FakeTelegram, params: Params) -> Card:
    if "inline_message_id" in params.values:
        raise bad("MESSAGE_ID_INVALID")
    chat = telegram.find_chat(params)
    if "message_id" not in params.values:
        raise bad("message identifier is not specified")
    card = chat.messages.get(params.integer("message_id"))
    if card is None or card.deleted:
        raise bad("message to edit not found")
    if card.sender.get("id") != telegram.me["id"] or not is_inline(card.markup):
        raise bad("message can't be edited")
    return card


def refuse_closed(chat: Chat) -> None:
    """Refuse a chat that moved away or that shut the bot out."""
    if chat.migrated_to is not None:
        raise bad(
            "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
        )
    if chat.forbidden:
        raise Refusal(403, f"Forbidden: {chat.forbidden}")


def find_thread(chat: Chat, params: Params) -> int | None:
    """Return the topic a request names, where there is one and it is open."""
    thread = params.integer("message_thread_id") or None
    if thread is None:
        return None
    if thread not in chat.topics:
        raise bad("message thread not found")
    if thread in chat.closed_topics and not chat.bot_is_admin:
        raise bad("TOPIC_CLOSED")
    return thread


def _find_replied(
    chat: Chat, params: Params, thread: int | None
) -> tuple[Card | None, str | None]:
    reply = params.json("reply_parameters")
    if reply is None:
        if "reply_to_message_id" not in params.values:
            return None, None
        reply = {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": params.flag("allow_sending_without_reply"),
        }
    if not isinstance(reply, dict) or type(reply.get("message_id")) is not int:
        raise bad("can't parse reply parameters JSON object")
    card = chat.messages.get(reply["message_id"])
    elsewhere = reply.get("chat_id", chat.id) != chat.id
    reachable = card and not card.deleted and (thread is None or card.thread == thread)
    if card is None or elsewhere or not reachable:
        if reply.get("allow_sending_without_reply"):
            return None, None
        raise bad("message to be replied not found")
    quote = reply.get("quote")
    if quote is not None and (utf16_length(quote) > 1024 or quote not in card.text):
        raise bad("QUOTE_TEXT_INVALID")
    return card, quote


def _find_document(telegram: FakeTelegram, params: Params) -> Document:
    source = params.values.get("document", "")
    upload = params.files.get("document")
    if isinstance(source, str) and source.startswith("attach://"):
        upload = params.files.get(source.removeprefix("attach://"))
        if upload is None:
            raise bad("there is no file in the request for " + source)
    if upload is None:
        if source in telegram.documents:
            return telegram.documents[source]
        if not source:
            raise bad("there is no document in the request")
        raise bad("wrong file identifier/HTTP URL specified")
    if not upload.content:
        raise bad("file must be non-empty")
    if len(upload.content) > MAX_FILE:
        raise Refusal(413, "Request Entity Too Large")
    file_id = f"FAKEFILE{len(telegram.documents) + 1:016d}"
    return Document(upload.filename, upload.content, file_id, upload.media_type)
