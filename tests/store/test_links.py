"""Links come back by the hashes of their tokens and by nothing else; devices and codes end."""

import asyncio
import secrets
from datetime import timedelta

import pytest

from bot.core.device import DEVICE_LIFE, MOST_TRIES, Device, OpenCode
from bot.core.people import Approver
from bot.gate.channel import Target
from bot.gate.mail_link import find_link, new_link
from tests.builders import NOW, an_approval
from tests.store.kit import adding, unit

ANA = Target(channel="email", address="ana@example.org")
BEN = Target(channel="email", address="ben@example.org")
TOKEN = "t" * 43


def link(store, approval, token=TOKEN, address=ANA):
    return store.write(
        unit(
            lambda tx: new_link(tx, token=token, approval_id=approval.id, address=address, now=NOW)
        )
    )


async def find(store, token=TOKEN, **more):
    return await store.read(lambda tx: find_link(tx, token=token, **more))


async def test_a_link_comes_back_with_all_that_it_is_bound_to(store):
    approval = an_approval()
    await store.write(adding(approval))
    person = Approver(id="ana", name="Ana")
    await store.write(unit(lambda tx: tx.people.put(person, ANA, source="paired")))

    await link(store, approval)

    found = await find(store)
    assert (found.approval_id, found.address, found.person) == (approval.id, ANA, "ana")
    assert (found.made_at, found.expires_at) == (NOW, approval.expires_at)
    assert TOKEN not in repr(found)
    assert await find(store, purpose="another") is None


async def test_older_links_of_a_card_stay_good(store):
    approval = an_approval()
    await store.write(adding(approval))

    await link(store, approval, "1" * 43)
    await link(store, approval, "2" * 43)

    assert await find(store, "1" * 43) is not None
    assert await find(store, "2" * 43) is not None


async def test_no_link_leads_to_what_is_not_there(store):
    await link(store, an_approval())

    assert await find(store) is None


async def guessed(store, times):
    approval = an_approval()
    await store.write(adding(approval))
    await link(store, approval, secrets.token_urlsafe(32))

    def guess(tx):
        for _ in range(times):
            if (yield from find_link(tx, token=secrets.token_urlsafe(32))) is not None:
                return True
        return False

    return await store.read(guess)


async def test_no_guess_finds_a_link(store):
    assert not await guessed(store, 1_000)


@pytest.mark.full
async def test_none_of_many_guesses_finds_a_link(store):
    assert not await guessed(store, 100_000)


async def test_wrong_numbers_count_for_all_links_of_an_address(store):
    approval = an_approval()
    await store.write(adding(approval))
    await link(store, approval, "1" * 43)
    await store.write(unit(lambda tx: tx.links.miss(approval.id, ANA)))

    await link(store, approval, "2" * 43)
    await store.write(unit(lambda tx: tx.links.miss(approval.id, ANA)))

    assert await store.read(lambda tx: tx.links.misses(approval.id, ANA)) == 2
    assert await store.read(lambda tx: tx.links.misses(approval.id, BEN)) == 0


def a_device(id="d1", **changes):
    given = {
        "person": "ana",
        "name": "Firefox",
        "made_at": NOW,
        "used_at": NOW,
        "expires_at": NOW + DEVICE_LIFE,
    }
    return Device(id=id, channel=ANA.channel, address=ANA.address, **{**given, **changes})


async def test_devices_are_listed_by_last_use_until_they_end(store):
    later = NOW + timedelta(minutes=1)
    for id in ("d1", "d2", "d3"):
        await store.write(unit(lambda tx, id=id: tx.devices.add(a_device(id))))
    await store.write(unit(lambda tx: tx.devices.use("d2", now=later)))
    assert await store.write(unit(lambda tx: tx.devices.revoke("d3", now=later)))
    assert not await store.write(unit(lambda tx: tx.devices.revoke("d3", now=later)))

    listed = await store.read(lambda tx: tx.devices.listing(now=later))

    assert listed == (a_device("d2", used_at=later), a_device("d1"))
    assert await store.read(lambda tx: tx.devices.find("d1", now=later)) == a_device()
    assert await store.read(lambda tx: tx.devices.find("d3", now=later)) is None
    end = NOW + DEVICE_LIFE
    assert await store.read(lambda tx: tx.devices.find("d1", now=end)) is None


async def test_a_code_is_tried_so_often_and_used_once(store):
    code = OpenCode(nonce="n", expires_at=NOW + timedelta(minutes=10), mailed_at=NOW)
    await store.write(unit(lambda tx: tx.devices.put_code(ANA, code)))
    assert await store.read(lambda tx: tx.devices.code(ANA)) == code

    tries = await asyncio.gather(
        *(store.write(unit(lambda tx: tx.devices.try_code(ANA, "n", tries=0))) for _ in range(9))
    )
    used = await asyncio.gather(
        *(store.write(unit(lambda tx: tx.devices.use_code(ANA, "n", now=NOW))) for _ in range(9))
    )

    assert sorted(tries) == sorted(used) == [*[False] * 8, True]
    found = await store.read(lambda tx: tx.devices.code(ANA))
    assert (found.tries, found.used_at, found.mailed_at) == (1, NOW, NOW)
    assert found.tries < MOST_TRIES
    await store.write(unit(lambda tx: tx.devices.put_code(ANA, code)))
    assert await store.read(lambda tx: tx.devices.code(ANA)) == code


async def test_what_is_past_its_time_is_purged(store):
    approval = an_approval()
    await store.write(adding(approval))
    await link(store, approval)
    await store.write(unit(lambda tx: tx.devices.add(a_device())))
    code = OpenCode(nonce="n", expires_at=NOW)
    await store.write(unit(lambda tx: tx.devices.put_code(ANA, code)))

    await store.write(unit(lambda tx: tx.retention.purge(approval.expires_at)))
    assert await find(store) is not None
    late = approval.expires_at + DEVICE_LIFE + timedelta(seconds=1)
    await store.write(unit(lambda tx: tx.retention.purge(late)))

    assert await find(store) is None
    assert await store.read(lambda tx: tx.devices.listing(now=NOW)) == ()
    assert await store.read(lambda tx: tx.devices.code(ANA)) is None
