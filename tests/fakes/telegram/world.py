"""What is in the fake: the clock, chats, people, messages, taps, and the updates of it all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.fakes.telegram.changes import Changes
from tests.fakes.telegram.chat import Card, Chat, Document, Json
from tests.fakes.telegram.person import Person, Tap
from tests.fakes.telegram.refusal import bad
from tests.fakes.telegram.request import Params
from tests.fakes.telegram.update import UpdateQueue

TOKEN = "123456:AAFakeTokenOfNoBotAnywhere-12345678"
START = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
ANONYMOUS = 1087968824
SERVICE = {"id": 777000, "is_bot": False, "first_name": "Telegram"}

_NOT_US = """
can_read_all_group_messages supports_guest_queries supports_inline_queries can_connect_to_business
has_main_web_app has_topics_enabled allows_users_to_create_topics can_manage_bots
supports_join_request_queries
"""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class World:
    """Everything that Telegram knows around one bot.

    `clock` may hand in the instant from outside; `advance` adds to it in any case.
    """

    token: str = TOKEN
    clock: Callable[[], datetime] | None = None
    privacy: bool = True
    query_window: timedelta = timedelta(seconds=30)
    changes: Changes = field(default_factory=Changes)
    chats: dict[int, Chat] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    updates: UpdateQueue = field(init=False)
    me: Json = field(init=False)
    _elapsed: timedelta = timedelta()
    _private_ids: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.updates = UpdateQueue(self.changes)
        not_us = dict.fromkeys(_NOT_US.split(), False)
        self.me = {**self.as_sender(), "can_join_groups": True, **not_us}
        self.me["can_read_all_group_messages"] = not self.privacy

    @property
    def now(self) -> datetime:
        """Return the instant on this server's clock."""
        return (self.clock() if self.clock else START) + self._elapsed

    @property
    def confirmed(self) -> set[int]:
        """Return the ids of the updates that the bot has taken for good."""
        return self.updates.confirmed

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self._elapsed += timedelta(seconds=seconds)
        self.changes.announce()

    def person(
        self,
        id: int,
        name: str,
        *,
        language: str | None = "en",
        username: str | None = None,
        is_bot: bool = False,
        started: bool = True,
    ) -> Person:
        """Let somebody open a private chat with the bot; not yet, where `started` is false."""
        chat = self._open(Chat(id=id, kind="private", title=name, ids=self._private_ids))
        chat.username, chat.members = username, {id}
        if not started:
            chat.forbidden = "bot can't initiate conversation with a user"
        person = Person(telegram=self, id=id, name=name, home=chat)
        person.language, person.username, person.is_bot = language, username, is_bot
        self.people[id] = person
        return person

    def group(
        self,
        id: int,
        title: str,
        *,
        members: Iterable[Person] = (),
        topics: dict[int, str] | None = None,
        kind: str = "supergroup",
        is_forum: bool = False,
        bot_is_admin: bool = False,
    ) -> Chat:
        """Make a group with the bot in it; topics are `{thread: name}`.

        A forum may have none yet.
        """
        first = max(topics or {}, default=0) + 1
        chat = self._open(Chat(id=id, kind=kind, title=title, ids=count(first)))
        chat.members = {person.id for person in members}
        chat.bot_is_admin = bot_is_admin
        chat.is_forum = is_forum or bool(topics)
        for thread, name in (topics or {}).items():
            chat.topics[thread] = name
            start = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
            chat.messages[thread] = Card(
                chat=chat,
                message_id=thread,
                thread=thread,
                sender=SERVICE,
                at=self.now,
                changes=self.changes,
                extra=start,
            )
        return chat

    def channel(self, id: int, title: str) -> Chat:
        """Make a channel with the bot in it."""
        return self._open(Chat(id=id, kind="channel", title=title, ids=count(1)))

    def post(self, channel: Chat, text: str) -> Card:
        """Publish a post in a channel: it has no `from`, only the channel."""
        extra = {"sender_chat": channel.render()}
        card = self.place(channel, sender={}, text=text, extra=extra)
        card.update_id = self.publish("channel_post", card.render())
        return card

    def anonymous_admin(self, group: Chat) -> Person:
        """Return an administrator of the group who hides behind it."""
        group.members.add(ANONYMOUS)
        person = Person(telegram=self, id=ANONYMOUS, name="Group", home=group)
        person.username, person.is_bot = "GroupAnonymousBot", True
        person.sender_chat = group
        return person

    def migrate(self, group: Chat, new_id: int) -> Chat:
        """Upgrade a group: the old id refuses from now on and names the new one."""
        new = self._open(Chat(id=new_id, kind="supergroup", title=group.title, ids=count(1)))
        new.members = group.members
        left = self.place(group, sender=SERVICE, extra={"migrate_to_chat_id": new_id})
        self.publish("message", left.render())
        group.migrated_to = new_id
        came = self.place(new, sender=SERVICE, extra={"migrate_from_chat_id": group.id})
        self.publish("message", came.render())
        return new

    def remove_bot(self, group: Chat, by: Person) -> None:
        """Throw the bot out of a group."""
        group.forbidden = f"bot was kicked from the {group.kind} chat"
        self.tell_membership(group, by.render(), "member", "kicked")

    def messages(self, chat_id: int) -> list[Card]:
        """Return what stands in a chat, oldest first, deleted messages left out."""
        return [card for card in self.chats[chat_id].messages.values() if not card.deleted]

    async def delivered(self, timeout: float = 5) -> None:  # noqa: ASYNC109 - the test's patience in seconds
        """Wait until the bot has confirmed every update."""
        await self.changes.until(lambda: None if self.updates.pending else True, timeout)

    async def polled(self, timeout: float = 5) -> None:  # noqa: ASYNC109 - the test's patience in seconds
        """Wait until a getUpdates is under way."""
        await self.changes.until(lambda: True if self.updates.waiting else None, timeout)

    def redeliver(self, update_id: int) -> None:
        """Send an update once more."""
        self.updates.redeliver(update_id, at=self.now)

    def publish(self, kind: str, payload: Json) -> int | None:
        """Queue an update; the id, or None where the bot does not want this kind."""
        # A snapshot: what the bot fetches later shows the message as it was then.
        return self.updates.publish(kind, json.loads(json.dumps(payload)), at=self.now)

    def as_sender(self) -> Json:
        """Return the bot as the sender of a message."""
        bot_id = int(self.token.partition(":")[0])
        return {"id": bot_id, "is_bot": True, "first_name": "Gate", "username": "ok2run_fake_bot"}

    def find_chat(self, params: Params) -> Chat:
        """Return the chat a request is about."""
        wanted = params.values.get("chat_id", "")
        if wanted == "":
            raise bad("chat_id is empty")
        for chat in self.chats.values():
            if wanted in (chat.id, chat.username and f"@{chat.username}"):
                return chat
        raise bad("chat not found")

    def place(self, chat: Chat, *, sender: Json, **fields: Any) -> Card:
        """Put a message into a chat."""
        message_id = next(chat.ids)
        card = Card(
            chat=chat,
            message_id=message_id,
            sender=sender,
            at=self.now,
            changes=self.changes,
            **fields,
        )
        chat.messages[message_id] = card
        self.changes.announce()
        return card

    def new_tap(self, data: str) -> Tap:
        """Register a callback query."""
        query_id = str(4_000_000_000_000_000_001 + len(self.taps))
        tap = Tap(telegram=self, query_id=query_id, data=data, at=self.now)
        self.taps[query_id] = tap
        return tap

    def tell_membership(self, chat: Chat, by: Json, old: str, new: str) -> None:
        """Tell the bot that its place in a chat changed."""
        until = {"kicked": {"until_date": 0}}
        states = {
            f"{name}_chat_member": {
                "status": status,
                "user": self.as_sender(),
                **until.get(status, {}),
            }
            for name, status in (("old", old), ("new", new))
        }
        at = int(self.now.timestamp())
        self.publish("my_chat_member", {"chat": chat.render(), "from": by, "date": at, **states})

    def _open(self, chat: Chat) -> Chat:
        if chat.id in self.chats:
            raise AssertionError(f"there is a chat {chat.id} already")
        self.chats[chat.id] = chat
        return chat
