"""The topics of agents: in which part of a chat each agent's cards are shown.

A chat may have none, or refuse one; then cards go to the chat itself, and a topic is asked for
again after a while. No card waits for a topic.
"""

from datetime import timedelta
from functools import partial
from typing import Final

from bot.gate.channel import Target
from bot.gate.ports import Clock, Store
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction
from bot.gate.topic_tables import Topic

MADE_ANEW_AFTER: Final = timedelta(hours=1)


class Topics:
    """What a channel asks and tells of the topics it makes."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, target: Target, agent: str) -> tuple[str | None, bool]:
        """Return the agent's topic in a chat, and where there is none whether to make one."""
        kept = await self._store.read(lambda tx: tx.topics.get(target, agent))
        topic = kept or Topic(thread=None)
        return topic.thread, topic.is_wanted(self._clock.now())

    async def made(self, target: Target, agent: str, thread: str) -> None:
        """Keep the topic that was made; return once that is durable."""
        await self._keep(target, agent, Topic(thread=thread))

    async def failed(
        self, target: Target, agent: str, *, retry_after: timedelta = MADE_ANEW_AFTER
    ) -> None:
        """Keep that a topic can't be used or made; it is made anew after this long."""
        retry_at = self._clock.now() + retry_after
        await self._keep(target, agent, Topic(thread=None, retry_at=retry_at))

    async def _keep(self, target: Target, agent: str, topic: Topic) -> None:
        await self._store.write(partial(_kept, target=target, agent=agent, topic=topic))


def _kept(tx: Transaction, *, target: Target, agent: str, topic: Topic) -> Steps[Done[None]]:
    yield from tx.topics.put(target, agent, topic)
    return Done(value=None)
