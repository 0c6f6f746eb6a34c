"""Topics of agents ↔ rows."""

from typing import Final

from bot.gate.channel import Target
from bot.gate.steps import Steps
from bot.gate.topic_tables import Topic
from bot.store.column import maybe_instant, maybe_milliseconds, maybe_text
from bot.store.statements import load

_SQL: Final = load("topics.sql")
_GET = _SQL["get"]
_PUT = _SQL["put"]


class TopicRows:
    """Topics, by chat and agent."""

    def get(self, target: Target, agent: str) -> Steps[Topic | None]:
        """Find the topic of an agent in a chat."""
        rows = yield (
            _GET,
            {"channel": target.channel, "address": target.address, "agent": agent},
        )
        if not rows:
            return None
        return Topic(thread=maybe_text(rows[0][0]), retry_at=maybe_instant(rows[0][1]))

    def put(self, target: Target, agent: str, topic: Topic) -> Steps[None]:
        """Save it, over the one before."""
        yield (
            _PUT,
            {
                "channel": target.channel,
                "address": target.address,
                "agent": agent,
                "thread": topic.thread,
                "retry_at": maybe_milliseconds(topic.retry_at),
            },
        )
