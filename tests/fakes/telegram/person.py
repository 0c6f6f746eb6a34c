"""People with a phone: they write, read cards, tap buttons by label and reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.chat import Card, Chat, Document, Json
from tests.fakes.telegram.text import utf16_length

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tests.fakes.telegram.world import World

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?(?!\S)")


@dataclass(slots=True, kw_only=True, eq=False)
class Tap:
    """One press of a button; `shown` is None until the bot answers it."""

    telegram: World = field(repr=False)
    query_id: str
    data: str
    at: datetime
    update_id: int | None = None
    shown: str | None = None
    alert: bool = False

    @property
    def answered(self) -> bool:
        """Say whether the bot has answered."""
        return self.shown is not None

    @property
    def answer(self) -> Coroutine[Any, Any, str]:
        """Await the text that the bot shows; empty where it only stops the spinner."""
        return self.wait()

    async def wait(self, timeout: float = 5) -> str:  # noqa: ASYNC109 - the person's patience in seconds
        """Wait for the bot's answer and return its text."""
        try:
            return await self.telegram.changes.until(lambda: self.shown, timeout)
        except TimeoutError:
            raise AssertionError(f"nobody answered the tap on {self.data!r}") from None


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """Somebody who meets the bot in a private chat or in groups; `home` is the usual chat."""

    telegram: World = field(repr=False)
    id: int
    name: str
    home: Chat = field(repr=False)
    language: str | None = None
    username: str | None = None
    is_bot: bool = False
    sender_chat: Chat | None = field(default=None, repr=False)

    @property
    def chat_id(self) -> int:
        """Return the id of the usual chat."""
        return self.home.id

    def render(self) -> Json:
        """Return the Bot API's User."""
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            shown["username"] = self.username
        if self.language:
            shown["language_code"] = self.language
        return shown

    async def send(
        self,
        text: str,
        *,
        to: Chat | None = None,
        thread: int | None = None,
        reply_to: Card | None = None,
        **extra: Any,
    ) -> Card:
        """Write a message; `extra` goes into the Message as it is."""
        chat = self._chat(to)
        if not text.strip() or utf16_length(text) > 4096:
            raise AssertionError("a person can send 1 to 4096 characters in one message")
        if thread is not None and thread not in chat.topics:
            raise AssertionError(f"{chat.title} has no topic {thread}")
        if self.sender_chat is not None:
            extra = {"sender_chat": self.sender_chat.render(), **extra}
        card = self.telegram.place(
            chat,
            sender=self.render(),
            text=text,
            entities=_commands(text),
            thread=thread,
            reply_to=reply_to,
            extra=extra,
        )
        if self._reaches_bot(card):
            card.update_id = self.telegram.publish("message", card.render())
        return card

    async def send_file(
        self, name: str, content: bytes, *, reply_to: Card | None = None, caption: str = ""
    ) -> Card:
        """Send a file, maybe in reply to a message."""
        file_id = f"FAKEFILE{len(self.telegram.documents) + 1:016d}"
        document = Document(name, content, file_id, "application/octet-stream")
        self.telegram.documents[file_id] = document
        card = self.telegram.place(
            reply_to.chat if reply_to is not None else self.home,
            sender=self.render(),
            text=caption,
            entities=[],
            document=document,
            reply_to=reply_to,
        )
        if self._reaches_bot(card):
            card.update_id = self.telegram.publish("message", card.render())
        return card

    async def reply(self, card: Card, text: str) -> Card:
        """Swipe a message and answer it."""
        if card.deleted:
            raise AssertionError(f"{card!r} is gone, nobody can reply to it")
        return await self.send(text, to=card.chat, thread=card.thread, reply_to=card)

    async def forward(self, card: Card, *, to: Chat | None = None) -> Card:
        """Forward a message: its text goes on, its buttons stay behind."""
        if card.protected:
            raise AssertionError(f"{card!r} is protected, nobody can forward it")
        origin = {
            "type": "user",
            "date": int(card.at.timestamp()),
            "sender_user": card.sender,
        }
        return await self.send(card.text, to=to, forward_origin=origin)

    async def edit(self, card: Card, text: str) -> Card:
        """Change an own message."""
        if card.sender.get("id") != self.id:
            raise AssertionError(f"{self.name} did not write {card!r}")
        card.change(at=self.telegram.now, text=text, entities=_commands(text))
        card.update_id = self.telegram.publish("edited_message", card.render())
        return card

    async def wait_for_card(
        self,
        contains: str = "",
        *,
        chat: Chat | None = None,
        thread: int | None = None,
        buttons: bool | None = None,
        newer_than: Card | None = None,
        timeout: float = 5,  # noqa: ASYNC109 - the person's patience in seconds
    ) -> Card:
        """Wait for the newest message of the bot that matches, in the usual or the given chat."""
        place = self._chat(chat)

        def look() -> Card | None:
            for card in reversed(self._from_bot(place)):
                if newer_than is not None and card.message_id <= newer_than.message_id:
                    return None
                fits = contains in card.text and thread in {None, card.thread}
                if fits and buttons in {None, bool(card.labels)}:
                    return card
            return None

        try:
            return await self.telegram.changes.until(look, timeout)
        except TimeoutError:
            seen = "\n".join(f"  {card!r}" for card in place.messages.values()) or "  nothing"
            raise AssertionError(f"no message with {contains!r}; the chat holds\n{seen}") from None

    async def tap(
        self,
        label: str,
        *,
        card: Card | None = None,
        chat: Chat | None = None,
        nth: int = 0,
        inaccessible: bool = False,
        inline: bool = False,
    ) -> Tap:
        """Press the button whose label is, or else contains, these words.

        The default card is the newest message with buttons; only members of its chat can tap it
        (`tap_data` lets anybody). `inaccessible` shows the bot only
        the ids of the message, `inline` no message at all.
        """
        card = card or self._newest_with_buttons(self._chat(chat))
        if card.deleted:
            raise AssertionError(f"{card!r} is gone, nobody can tap it")
        self._chat(card.chat)
        found = [one for row in card.buttons for one in row if one["text"] == label]
        found = found or [one for row in card.buttons for one in row if label in one["text"]]
        if len(found) <= nth:
            raise AssertionError(f"no button {label!r} on {card.text!r}; there are {card.labels}")
        if "callback_data" not in found[nth]:
            raise AssertionError(f"the button {label!r} sends no query: {found[nth]}")
        return await self.tap_data(
            found[nth]["callback_data"], card=card, inaccessible=inaccessible, inline=inline
        )

    async def tap_data(
        self,
        data: str,
        *,
        card: Card | None = None,
        inaccessible: bool = False,
        inline: bool = False,
    ) -> Tap:
        """Send a query with any data on any message, as a forged or outdated client can."""
        card = card or self._newest_with_buttons(self.home)
        tap = self.telegram.new_tap(data)
        query: Json = {
            "id": tap.query_id,
            "from": self.render(),
            "chat_instance": str(abs(card.chat_id) * 7919),
            "data": data,
        }
        if inline:
            query["inline_message_id"] = f"inline-{card.chat_id}-{card.message_id}"
        elif inaccessible:
            ids = {"chat": card.chat.render(), "message_id": card.message_id}
            query["message"] = {**ids, "date": 0}
        else:
            query["message"] = card.render()
        tap.update_id = self.telegram.publish("callback_query", query)
        return tap

    def block(self) -> None:
        """Stop the bot: sends to this person are refused from now on."""
        self.home.forbidden = "bot was blocked by the user"
        self.telegram.tell_membership(self.home, self.render(), "member", "kicked")

    def unblock(self) -> None:
        """Let the bot write again."""
        self.home.forbidden = None
        self.telegram.tell_membership(self.home, self.render(), "kicked", "member")

    def _chat(self, chat: Chat | None) -> Chat:
        chat = chat or self.home
        if self.id not in chat.members:
            raise AssertionError(f"{self.name} is not in {chat.title}")
        return chat

    def _from_bot(self, chat: Chat) -> list[Card]:
        bot = self.telegram.me["id"]
        own = [card for card in chat.messages.values() if card.sender.get("id") == bot]
        return [card for card in own if not card.deleted]

    def _newest_with_buttons(self, chat: Chat) -> Card:
        cards = [card for card in self._from_bot(chat) if card.buttons]
        if not cards:
            raise AssertionError(f"no message with buttons in the chat {chat.title}")
        return cards[-1]

    def _reaches_bot(self, card: Card) -> bool:
        """Apply privacy mode: in groups a bot hears commands, mentions and replies to itself."""
        if card.chat.is_private or card.chat.bot_is_admin or not self.telegram.privacy:
            return True
        name = self.telegram.me["username"]
        command = re.match(r"/\w+(?:@(\w+))?", card.text)
        if command is not None:
            return command[1] in {None, name}
        replied = card.reply_to is not None and card.reply_to.sender.get("id")
        return f"@{name}" in card.text or replied == self.telegram.me["id"]


def _commands(text: str) -> list[Json]:
    return [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: found.start()]),
            "length": len(found[0]),
        }
        for found in _COMMAND.finditer(text)
    ]
