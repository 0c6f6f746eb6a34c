"""Approvers are enabled by the sources that name them; links work once; keys come by source."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.people import ALL_RIGHTS, Approver
from bot.gate.channel import Target
from bot.store.engine import Conflict
from tests.builders import CHAT, NOW, a_key
from tests.store.kit import unit

ANA = Approver(id="telegram-1001", name="Ana é 漢")
BEN = Approver(id="telegram-1002", name="Ben")
BENS = Target(channel="telegram", address="1002")


async def put(store, approver, target, source="environment"):
    await store.write(unit(lambda tx: tx.people.put(approver, target, source=source)))


async def keep_only(store, source, *ids):
    await store.write(unit(lambda tx: tx.people.keep_only(source, ids)))


async def at(store, target):
    return await store.read(lambda tx: tx.people.by_address(target))


async def get(store, id):
    return await store.read(lambda tx: tx.people.get(id))


async def test_an_approver_is_found_by_id_and_by_address(store):
    await put(store, ANA, CHAT)
    await put(store, BEN, None)

    assert await at(store, CHAT) == ANA
    assert await at(store, Target(channel="email", address=CHAT.address)) is None
    assert await get(store, BEN.id) == BEN
    assert await get(store, "nobody") is None


async def test_addresses_are_those_of_enabled_approvers_in_the_channel(store):
    await put(store, ANA, CHAT)
    await put(store, ANA, Target(channel="email", address="ana@example.org"))
    await put(store, BEN, BENS)

    def addresses(channel):
        return store.read(lambda tx: tx.people.addresses(channel))

    assert await addresses("telegram") == ("1001", "1002")
    await keep_only(store, "environment", BEN.id)
    assert await addresses("telegram") == ("1002",)
    assert await addresses("email") == ()


async def test_who_is_no_longer_named_is_nobody_until_named_again(store):
    await put(store, ANA, CHAT)
    await put(store, BEN, BENS)

    await keep_only(store, "environment", BEN.id)

    assert await at(store, CHAT) is None
    assert await get(store, ANA.id) is None
    assert await at(store, BENS) == BEN
    await put(store, ANA, CHAT)
    assert await at(store, CHAT) == ANA


async def test_one_source_does_not_disable_what_another_names(store):
    await put(store, ANA, CHAT, source="paired")
    await put(store, ANA, CHAT, source="environment")

    await keep_only(store, "environment")

    assert await at(store, CHAT) == ANA
    await keep_only(store, "paired")
    assert await at(store, CHAT) is None


async def test_a_name_that_a_channel_gave_survives_the_next_start(store):
    await put(store, Approver(id=ANA.id, name="id 1001"), CHAT)
    await store.write(unit(lambda tx: tx.people.rename(ANA.id, ANA.name)))

    await put(store, Approver(id=ANA.id, name="id 1001"), CHAT)

    assert await at(store, CHAT) == ANA


async def test_an_address_belongs_to_whom_it_was_given_last(store):
    await put(store, ANA, CHAT)
    await put(store, BEN, CHAT)

    assert await at(store, CHAT) == BEN


async def test_a_link_works_once_and_in_its_time(store):
    async def use(token, now=NOW):
        return await store.write(unit(lambda tx: tx.people.use_link(token, now=now)))

    for token in ("one", "two"):
        await store.write(
            unit(
                lambda tx, token=token: tx.people.add_link(
                    token, person="owner", expires_at=NOW + timedelta(minutes=10)
                )
            )
        )

    used = await asyncio.gather(*(use("one") for _ in range(10)))
    assert sorted(used, key=str) == [*[None] * 9, "owner"]
    assert await use("two", NOW + timedelta(minutes=10)) is None
    assert await use("guess") is None
    assert await use("two") == "owner"


async def put_key(store, key, source="environment"):
    await store.write(unit(lambda tx: tx.keys.put(key, source=source)))


async def keys(store):
    return await store.read(lambda tx: tx.keys.all())


async def test_a_key_comes_back_as_it_went_in(store):
    agent, admin = a_key("a", name="é"), a_key("b", rights=ALL_RIGHTS)
    await put_key(store, agent)
    await put_key(store, admin)

    assert await keys(store) == (agent, admin)


async def test_a_key_put_again_keeps_its_age_and_takes_the_rest(store):
    await put_key(store, a_key())

    await put_key(store, a_key(name="new", decides=True, created_at=NOW + timedelta(days=1)))

    assert await keys(store) == (a_key(name="new", decides=True),)


async def test_two_keys_of_one_hash_are_refused(store):
    await put_key(store, a_key())

    with pytest.raises(Conflict):
        await put_key(store, a_key(id="another"))


async def test_keys_that_a_source_no_longer_names_are_gone(store):
    for letter, source in (("a", "environment"), ("b", "environment"), ("c", "first start")):
        await put_key(store, a_key(letter), source)

    await store.write(unit(lambda tx: tx.keys.keep_only("environment", ["b" * 12])))

    assert await keys(store) == (a_key("b"), a_key("c"))
    assert await store.read(lambda tx: tx.keys.any_from("first start"))
    assert not await store.read(lambda tx: tx.keys.any_from("bootstrap"))
