"""Topics come back as they went in, one for each chat and agent."""

from datetime import timedelta

from bot.gate.channel import Target
from bot.gate.topic_tables import Topic
from tests.builders import CHAT, NOW
from tests.store.kit import unit


async def put(store, agent, topic, target=CHAT):
    await store.write(unit(lambda tx: tx.topics.put(target, agent, topic)))


async def get(store, agent, target=CHAT):
    return await store.read(lambda tx: tx.topics.get(target, agent))


async def test_they_come_back_by_chat_and_agent(store):
    await put(store, "claude ☂", Topic(thread="7"))
    await put(store, "codex", Topic(thread=None, retry_at=NOW))

    assert await get(store, "claude ☂") == Topic(thread="7")
    assert await get(store, "codex") == Topic(thread=None, retry_at=NOW)
    assert await get(store, "pi") is None
    assert await get(store, "codex", Target(channel="telegram", address="-1005")) is None


async def test_the_later_takes_the_place_of_the_earlier(store):
    await put(store, "claude", Topic(thread="7"))

    await put(store, "claude", Topic(thread=None, retry_at=NOW + timedelta(hours=1)))
    await put(store, "claude", Topic(thread="9"))

    assert await get(store, "claude") == Topic(thread="9")
