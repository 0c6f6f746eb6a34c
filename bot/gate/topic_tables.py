"""What a unit of work may read and write of topics, as a Protocol."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.gate.channel import Target
from bot.gate.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """An agent's topic in a chat: the channel's reference, or None until `retry_at`."""

    thread: str | None
    retry_at: datetime | None = None

    def is_wanted(self, now: datetime) -> bool:
        """Tell whether one is to be made, or made anew."""
        return self.thread is None and (self.retry_at is None or self.retry_at <= now)


class TopicTable(Protocol):
    """Topics, by chat and agent."""

    def get(self, target: Target, agent: str) -> Steps[Topic | None]:
        """Find the topic of an agent in a chat."""

    def put(self, target: Target, agent: str, topic: Topic) -> Steps[None]:
        """Save it, over the one before."""
