"""Roles by source, pairing codes that work once, and wrong attempts that are counted."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.core.people import Approver, Role
from bot.gate.channel import Target
from tests.builders import CHAT, NOW
from tests.store.kit import unit

ANA = Approver(id="telegram-1001", name="Ana")
EVE = Target(channel="telegram", address="6666")
SINCE = NOW - timedelta(minutes=15)


async def put(store, role, source):
    person = replace(ANA, role=role)
    await store.write(unit(lambda tx: tx.people.put(person, CHAT, source=source)))


async def role(store):
    found = await store.read(lambda tx: tx.people.by_address(CHAT))
    return found and found.role


async def test_a_person_may_all_that_any_source_says(store):
    await put(store, Role.VIEWER, "paired")
    assert await role(store) is Role.VIEWER

    await put(store, Role.APPROVER, "environment")
    assert await role(store) is Role.APPROVER

    await put(store, Role.OWNER, "paired")
    assert await role(store) is Role.OWNER

    await store.write(unit(lambda tx: tx.people.drop(ANA.id, source="paired")))
    assert await role(store) is Role.APPROVER


async def test_a_rule_that_names_a_viewer_means_nobody(store):
    await put(store, Role.VIEWER, "paired")

    assert await store.read(lambda tx: tx.people.named(["ana"])) == ()


async def test_the_listing_tells_roles_addresses_and_sources(store):
    await put(store, Role.OWNER, "paired")
    await put(store, Role.APPROVER, "environment")

    (known,) = await store.read(lambda tx: tx.people.listing())

    assert known.person == replace(ANA, role=Role.OWNER)
    assert known.targets == (CHAT,)
    assert known.sources == ("environment", "paired")


async def test_a_code_works_once_and_in_its_time(store):
    end = NOW + timedelta(minutes=10)
    for code in ("one", "two"):
        await store.write(
            unit(
                lambda tx, code=code: tx.pairings.add(
                    code, role=Role.VIEWER, made_by="setup", expires_at=end
                )
            )
        )

    async def use(code, now=NOW):
        return await store.write(unit(lambda tx: tx.pairings.use(code, now=now)))

    assert await store.read(lambda tx: tx.pairings.find("one", now=NOW)) == (Role.VIEWER, "setup")
    used = await asyncio.gather(*(use("one") for _ in range(10)))
    assert sorted(used) == [*[False] * 9, True]
    assert await store.read(lambda tx: tx.pairings.find("one", now=NOW)) is None
    assert not await use("two", end)
    await store.write(unit(lambda tx: tx.pairings.drop_of("setup")))
    assert not await use("two")


async def test_wrong_attempts_are_counted_until_they_are_long_ago(store):
    async def fail(now):
        since = now - timedelta(minutes=15)
        return await store.write(unit(lambda tx: tx.pairings.fail(EVE, now=now, since=since)))

    assert [await fail(NOW), await fail(NOW)] == [1, 2]
    assert await store.read(lambda tx: tx.pairings.failures(EVE, since=SINCE)) == 2
    assert await store.read(lambda tx: tx.pairings.failures(CHAT, since=SINCE)) == 0
    assert await fail(NOW + timedelta(minutes=16)) == 1
    await store.write(unit(lambda tx: tx.pairings.forgive(EVE)))
    assert await store.read(lambda tx: tx.pairings.failures(EVE, since=SINCE)) == 0


async def test_what_is_past_is_not_kept(store):
    await store.write(
        unit(lambda tx: tx.pairings.add("x", role=Role.OWNER, made_by="setup", expires_at=NOW))
    )
    await store.write(unit(lambda tx: tx.pairings.fail(EVE, now=NOW, since=SINCE)))

    later = NOW + timedelta(days=8)
    await store.write(unit(lambda tx: tx.retention.purge(later)))

    assert await store.read(lambda tx: tx.pairings.find("x", now=SINCE)) is None
    assert await store.read(lambda tx: tx.pairings.failures(EVE, since=SINCE)) == 0


async def test_the_last_list_of_commands_is_remembered(store):
    await store.write(unit(lambda tx: tx.menus.put("1 default", "a")))
    await store.write(unit(lambda tx: tx.menus.put("1 default", "b")))
    assert await store.read(lambda tx: tx.menus.all()) == {"1 default": "b"}

    await store.write(unit(lambda tx: tx.menus.drop("1 default")))

    assert await store.read(lambda tx: tx.menus.all()) == {}
