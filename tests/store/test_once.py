"""Asks and updates happen once, for as long as that is remembered."""

import asyncio
from datetime import timedelta

from bot.core.approval import LONGEST_LIFE
from bot.gate.channel import Update
from tests.builders import NOW, an_approval
from tests.store.kit import unit


async def first_sight(store, update, at=NOW):
    return await store.write(unit(lambda tx: tx.updates.first_sight(update, at)))


async def purge(store, now):
    await store.write(unit(lambda tx: tx.retention.purge(now)))


async def find(store, key_id, key):
    return await store.read(lambda tx: tx.idempotency.find(key_id, key))


async def an_ask(store, key_id="a" * 12, key='é"'):
    approval = an_approval()
    await store.write(unit(lambda tx: tx.approvals.add(approval)))
    await store.write(
        unit(
            lambda tx: tx.idempotency.add(
                key_id, key, fingerprint="print", approval_id=approval.id, at=NOW
            )
        )
    )
    return approval


async def test_an_ask_is_found_under_its_key_and_idempotency_key(store):
    approval = await an_ask(store)

    assert await find(store, "a" * 12, 'é"') == ("print", approval.id)
    assert await find(store, "b" * 12, 'é"') is None
    assert await find(store, "a" * 12, "é") is None


async def test_an_ask_is_found_for_as_long_as_it_may_be_pending(store):
    await an_ask(store)

    await purge(store, NOW + LONGEST_LIFE)
    assert await find(store, "a" * 12, 'é"') is not None

    await purge(store, NOW + LONGEST_LIFE + timedelta(days=2))
    assert await find(store, "a" * 12, 'é"') is None


async def test_an_update_is_seen_once(store):
    seen = await asyncio.gather(
        *(first_sight(store, Update(channel="telegram", id=7)) for _ in range(20))
    )

    assert seen.count(True) == 1
    assert await first_sight(store, Update(channel="telegram", id=8))
    assert await first_sight(store, Update(channel="slack", id=7))


async def test_updates_are_remembered_for_days(store):
    update = Update(channel="telegram", id=2**40)
    await first_sight(store, update)

    await purge(store, NOW + timedelta(days=6))
    assert not await first_sight(store, update)

    await purge(store, NOW + timedelta(days=8))
    assert await first_sight(store, update)


async def test_a_link_past_its_time_is_forgotten_and_a_fresh_one_is_not(store):
    for token, minutes in (("old", 1), ("fresh", 60)):
        await store.write(
            unit(
                lambda tx, token=token, minutes=minutes: tx.people.add_link(
                    token, person="owner", expires_at=NOW + timedelta(minutes=minutes)
                )
            )
        )

    await purge(store, NOW + timedelta(minutes=30))

    def use(token):
        return store.write(unit(lambda tx: tx.people.use_link(token, now=NOW)))

    assert await use("old") is None
    assert await use("fresh") == "owner"
