"""Chats and the messages in them, as people see them and as the Bot API shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.telegram.changes import Changes
from tests.fakes.telegram.keyboard import is_inline
from tests.fakes.telegram.text import Entity, utf16_slice

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """An uploaded file."""

    filename: str
    content: bytes
    file_id: str
    media_type: str = "application/octet-stream"

    def render(self) -> Json:
        """Return the Bot API's Document."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id[-12:],
            "file_name": self.filename,
            "mime_type": self.media_type,
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a message said at one time."""

    text: str
    entities: list[Entity]
    buttons: list[list[Json]]
    at: datetime

    @property
    def labels(self) -> list[str]:
        """Return the words on the buttons."""
        return [button["text"] for row in self.buttons for button in row]


@dataclass(slots=True, kw_only=True, eq=False)
class Chat:
    """A private chat, group, supergroup or channel, seen from the bot."""

    id: int
    kind: str
    title: str
    ids: Iterator[int] = field(repr=False)
    username: str | None = None
    members: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    is_forum: bool = False
    bot_is_admin: bool = False
    forbidden: str | None = None
    migrated_to: int | None = None
    messages: dict[int, Card] = field(default_factory=dict, repr=False)

    @property
    def is_private(self) -> bool:
        """Say whether this is a chat with one person."""
        return self.kind == "private"

    @property
    def is_group(self) -> bool:
        """Say whether several people write here."""
        return self.kind in {"group", "supergroup"}

    def render(self) -> Json:
        """Return the Bot API's Chat."""
        shown: Json = {"id": self.id, "type": self.kind}
        shown["first_name" if self.is_private else "title"] = self.title
        if self.username:
            shown["username"] = self.username
        if self.topics or self.is_forum:
            shown["is_forum"] = True
        return shown

    def delete_topic(self, thread: int) -> None:
        """Remove a topic and all that stands in it; sends into it are refused from now on."""
        del self.topics[thread]
        for card in self.messages.values():
            if card.thread == thread:
                card.deleted = True

    def close_topic(self, thread: int) -> None:
        """Close a topic to the bot."""
        self.closed_topics.add(thread)


@dataclass(slots=True, kw_only=True, eq=False)
class Card:
    """A message; what it shows is its current state, `history` holds the earlier ones."""

    chat: Chat
    message_id: int
    sender: Json
    at: datetime
    changes: Changes
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    markup: Json | None = None
    thread: int | None = None
    reply_to: Card | None = None
    quote: str | None = None
    document: Document | None = None
    notified: bool = True
    protected: bool = False
    preview: Json | None = None
    extra: Json = field(default_factory=dict)
    edited_at: datetime | None = None
    history: list[Version] = field(default_factory=list)
    deleted: bool = False
    update_id: int | None = None

    @property
    def chat_id(self) -> int:
        """Return the id of the chat it stands in."""
        return self.chat.id

    @property
    def buttons(self) -> list[list[Json]]:
        """Return the rows of inline buttons, each as Telegram keeps it."""
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def labels(self) -> list[str]:
        """Return the words on the buttons, row by row."""
        return [button["text"] for row in self.buttons for button in row]

    @property
    def asks_for_reply(self) -> bool:
        """Say whether the message opens the reader's reply field."""
        return bool((self.markup or {}).get("force_reply"))

    def pieces(self, kind: str) -> list[str]:
        """Return the pieces of the text that carry an entity of this kind."""
        return [
            utf16_slice(self.text, entity["offset"], entity["length"])
            for entity in self.entities
            if entity["type"] == kind
        ]

    def change(self, *, at: datetime, **fields: Any) -> None:
        """Keep the current state as history and show the new one."""
        self.history.append(
            Version(text=self.text, entities=self.entities, buttons=self.buttons, at=at)
        )
        for name, value in fields.items():
            setattr(self, name, value)
        self.edited_at = at
        self.changes.announce()

    async def until(self, look: Callable[[Card], object], timeout: float = 5) -> Card:  # noqa: ASYNC109 - the reader's patience in seconds
        """Wait for the message to become what `look` asks for."""
        try:
            return await self.changes.until(lambda: self if look(self) else None, timeout)
        except TimeoutError:
            raise AssertionError(f"the card did not change as awaited: {self!r}") from None

    async def shows(self, words: str, timeout: float = 5) -> Card:  # noqa: ASYNC109 - the reader's patience in seconds
        """Wait for the message to contain the words."""
        return await self.until(lambda card: words in card.text, timeout)

    def render(self, *, deep: bool = True) -> Json:
        """Return the Bot API's Message; a replied message is shown one level deep."""
        shown: Json = {
            "message_id": self.message_id,
            "date": int(self.at.timestamp()),
            "chat": self.chat.render(),
            **self.extra,
        }
        if self.sender:
            shown["from"] = self.sender
        words, marks = ("caption", "caption_entities") if self.document else ("text", "entities")
        optional = {
            words: self.text,
            marks: self.entities,
            "document": self.document.render() if self.document else None,
            "message_thread_id": self.thread,
            "is_topic_message": self.thread is not None,
            "edit_date": int(self.edited_at.timestamp()) if self.edited_at else None,
            "has_protected_content": self.protected,
            "link_preview_options": self.preview,
            "reply_markup": self.markup if is_inline(self.markup) else None,
        }
        shown.update({name: value for name, value in optional.items() if value})
        if deep and (target := self.reply_to or self._topic_start()) and not target.deleted:
            shown["reply_to_message"] = target.render(deep=False)
            if self.quote:
                position = target.text.find(self.quote)
                shown["quote"] = {"text": self.quote, "position": max(position, 0)}
        return shown

    def _topic_start(self) -> Card | None:
        """Return the service message that opened the topic: Telegram shows it as replied to."""
        if self.thread is None or self.thread == self.message_id:
            return None
        return self.chat.messages.get(self.thread)

    def __repr__(self) -> str:
        return (
            f"Card({self.chat_id}/{self.message_id}, {self.text!r}, labels={self.labels}, "
            f"edits={len(self.history)}{', deleted' if self.deleted else ''})"
        )
