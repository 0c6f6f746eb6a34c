"""One grant a reach; made again it is the same one; revoked it covers nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.core.decision import Scope
from tests.builders import NOW, a_grant, an_action, an_approval
from tests.store.kit import unit

LATER = NOW + timedelta(days=1)


async def make(store, grant):
    return await store.write(unit(lambda tx: tx.grants.make(grant)))


async def get(store, id):
    return await store.read(lambda tx: tx.grants.get(id))


async def revoke(store, id, at=NOW):
    return await store.write(unit(lambda tx: tx.grants.revoke(id, at)))


async def candidates(store, approval):
    return await store.read(lambda tx: tx.grants.candidates(approval))


def session_grant(**changes):
    return a_grant(scope=Scope.SESSION, **{"session_id": "s1", **changes})


@pytest.mark.parametrize(
    "grant",
    [
        a_grant(),
        a_grant(cwd=None),
        a_grant(cwd="", agent="é 漢 \u202e", action_type='"quoted"', made_by="'; --"),
        session_grant(),
    ],
)
async def test_a_grant_comes_back_as_it_was_made(store, grant):
    assert await make(store, grant) == grant
    assert await get(store, grant.id) == grant


async def test_made_twice_it_is_one_and_the_first_stays(store):
    first = a_grant()
    await make(store, first)

    again = await make(store, a_grant(made_by="Ben", made_at=LATER))

    assert again == first
    assert await store.read(lambda tx: tx.grants.listing(key_id=None)) == (first,)


async def test_made_by_many_at_once_it_is_one(store):
    made = await asyncio.gather(*(make(store, a_grant()) for _ in range(30)))

    assert len({grant.id for grant in made}) == 1


async def test_made_again_after_it_was_revoked_it_is_the_same_one_in_force(store):
    first = a_grant()
    await make(store, first)
    await revoke(store, first.id)

    again = await make(store, a_grant(made_by="Ben", made_at=LATER))

    assert again == replace(first, made_by="Ben", made_at=LATER)
    assert await candidates(store, an_approval()) == (again,)


@pytest.mark.parametrize(
    "other",
    [
        a_grant(key_id="b" * 12),
        a_grant(action_type="Write"),
        a_grant(cwd="/srv/other"),
        a_grant(cwd=None),
        a_grant(cwd=""),
        session_grant(),
    ],
)
async def test_another_reach_is_another_grant(store, other):
    plain = a_grant()
    await make(store, plain)

    assert (await make(store, other)).id == other.id


async def test_a_session_is_part_of_the_reach(store):
    one, two = session_grant(), session_grant(session_id="s2")
    assert (await make(store, one)).id == one.id
    assert (await make(store, two)).id == two.id


async def test_candidates_are_of_this_key_type_and_directory_with_always_first(store):
    session, always = session_grant(), a_grant(made_at=LATER)
    await make(store, session)
    await make(store, always)
    for change in ({"key_id": "b" * 12}, {"action_type": "Write"}, {"cwd": "/"}, {"cwd": None}):
        await make(store, a_grant(**change))
    await make(store, session_grant(session_id="s2"))

    assert await candidates(store, an_approval()) == (always, session)
    assert await candidates(store, an_approval(session_id="")) == (always,)


@pytest.mark.parametrize("cwd", [None, "", "/srv/shop"])
async def test_an_absent_directory_is_a_value_of_its_own(store, cwd):
    grants = {other: await make(store, a_grant(cwd=other)) for other in (None, "", "/srv/shop")}

    assert await candidates(store, an_approval(action=an_action(cwd=cwd))) == (grants[cwd],)


async def test_uses_are_counted(store):
    grant = await make(store, a_grant())

    for at in (NOW, LATER):
        await store.write(unit(lambda tx, at=at: tx.grants.used(grant.id, at)))

    assert await get(store, grant.id) == replace(grant, uses=2, last_used_at=LATER)


async def test_a_grant_is_revoked_once(store):
    grant = await make(store, a_grant())

    assert await revoke(store, grant.id, LATER)
    assert not await revoke(store, grant.id, NOW)
    assert not await revoke(store, "rule_none")

    assert await get(store, grant.id) == replace(grant, revoked_at=LATER)
    assert await candidates(store, an_approval()) == ()


async def test_a_listing_has_what_is_in_force_newest_first(store):
    old, new, others = a_grant(), a_grant(cwd=None, made_at=LATER), a_grant(key_id="b" * 12)
    revoked = a_grant(cwd="/")
    for grant in (old, new, others, revoked):
        await make(store, grant)
    await revoke(store, revoked.id)

    def listing(key_id):
        return store.read(lambda tx: tx.grants.listing(key_id=key_id))

    assert await listing("a" * 12) == (new, old)
    assert (await listing(None))[0] == new
    assert set(await listing(None)) == {old, new, others}


async def test_a_grant_of_any_length_covers_its_own_kind_alone(store):
    long = "".join(str(uuid4()) for _ in range(3000))
    asked, other = (
        an_approval(session_id=long, action=an_action(action_type=long + end, cwd=long))
        for end in "ab"
    )

    made = await make(store, session_grant(action_type=long + "a", cwd=long, session_id=long))

    assert await candidates(store, asked) == (made,)
    assert await candidates(store, other) == ()
