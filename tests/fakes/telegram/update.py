"""The queue of updates: kept until confirmed, fetched by one poller or pushed to a webhook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.telegram.changes import Changes
from tests.fakes.telegram.refusal import Refusal

KEPT = timedelta(hours=24)

_WORDS = """
message edited_message channel_post edited_channel_post business_connection business_message
edited_business_message deleted_business_messages guest_message message_reaction
message_reaction_count inline_query chosen_inline_result callback_query shipping_query
pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member
chat_join_request chat_boost removed_chat_boost managed_bot subscription
stopped_message_generation
"""
KINDS = frozenset(_WORDS.split())
DEFAULT_KINDS = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True, eq=False)
class Pending:
    """An update that waits to be confirmed; `again` means it is sent a second time."""

    body: dict[str, Any]
    at: datetime
    again: bool = False

    @property
    def id(self) -> int:
        """Return the update_id."""
        return int(self.body["update_id"])


@dataclass(slots=True, eq=False)
class UpdateQueue:
    """Updates in order of their growing ids."""

    changes: Changes
    last_id: int = 700_000_000
    allowed: frozenset[str] = DEFAULT_KINDS
    pending: list[Pending] = field(default_factory=list)
    archive: dict[int, dict[str, Any]] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)
    closing: bool = False
    waiting: int = 0
    _poll: int = 0
    _conflict: str = ""

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Remember which kinds the bot wants; None leaves the last choice, empty resets it."""
        if kinds is not None:
            self.allowed = frozenset(kinds) & KINDS or DEFAULT_KINDS

    def publish(self, kind: str, payload: dict[str, Any], *, at: datetime) -> int | None:
        """Queue an update and return its id, or None where the bot does not want this kind."""
        if kind not in self.allowed:
            return None
        self.last_id += 1
        body = {"update_id": self.last_id, kind: payload}
        self.archive[self.last_id] = body
        self.pending.append(Pending(body, at))
        self.changes.announce()
        return self.last_id

    def redeliver(self, update_id: int, *, at: datetime) -> None:
        """Send an update again, whether it was confirmed or not."""
        self.pending.append(Pending(self.archive[update_id], at, again=True))
        self.changes.announce()

    def drop(self) -> None:
        """Forget everything that waits; nothing of it counts as confirmed."""
        self.pending.clear()
        self.changes.announce()

    def expire(self, now: datetime) -> None:
        """Forget what nobody fetched within a day."""
        self.pending = [one for one in self.pending if now - one.at < KEPT]

    def confirm(self, done: Pending) -> None:
        """Take one update off the queue."""
        self.confirmed.add(done.id)
        if done in self.pending:
            self.pending.remove(done)
        self.changes.announce()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Confirm what lies before the offset, then wait for more; one poller at a time."""
        self.interrupt(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        mine = self._poll
        if offset < 0:
            offset = max(self.last_id + 1 + offset, 0)
        for one in [one for one in self.pending if one.id < offset and not one.again]:
            self.confirm(one)

        def look() -> list[dict[str, Any]] | None:
            if mine != self._poll:
                raise Refusal(409, f"Conflict: {self._conflict}")
            ready = [one for one in self.pending if one.again or one.id >= offset][:limit]
            for one in ready:
                one.again = False
            return [one.body for one in ready] or ([] if self.closing else None)

        self.waiting += 1
        self.changes.announce()
        try:
            return await self.changes.until(look, seconds)
        except TimeoutError:
            return []
        finally:
            self.waiting -= 1

    def interrupt(self, cause: str) -> None:
        """End the poll that is under way with a 409 of these words."""
        self._poll += 1
        self._conflict = cause
        self.changes.announce()
