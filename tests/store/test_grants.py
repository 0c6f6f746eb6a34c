"""One grant a reach; made again it is the same one; revoked it covers nothing."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.core.decision import Scope
from bot.core.end import End
from bot.core.extent import Breadth, Extent
from bot.core.grant import covers
from bot.store import open_engine
from bot.store.document import dumps
from bot.store.grants import GrantRows
from bot.store.migrate import migrate, migrations
from bot.store.statements import statement
from tests.builders import NOW, a_grant, an_action, an_approval
from tests.store.kit import a_record, adding, unit

LATER = NOW + timedelta(days=1)
OLD_GRANT = statement(
    "old_grant",
    "INSERT INTO grants (id, reach, scope, key_id, agent, action_type, cwd, session_id, made_by, "
    "made_at, uses, last_used_at) VALUES (:id, :reach, :scope, 'aaaaaaaaaaaa', 'claude', 'Bash', "
    "'/srv/shop', CAST(:session AS TEXT), 'Ana', 1795176000000, 2, 1795176000000)",
)
EXACT = Extent(breadth=Breadth.EXACT, text="npm test")


async def make(store, grant):
    return await store.write(unit(lambda tx: tx.grants.make(grant)))


async def get(store, id):
    return await store.read(lambda tx: tx.grants.get(id))


async def revoke(store, id, at=NOW):
    return await store.write(unit(lambda tx: tx.grants.revoke(id, at)))


async def use(store, id, at=NOW):
    return await store.write(unit(lambda tx: tx.grants.used(id, at)))


async def candidates(store, approval, now=NOW):
    return await store.read(lambda tx: tx.grants.candidates(approval, now))


def session_grant(**changes):
    return a_grant(scope=Scope.SESSION, **{"session_id": "s1", **changes})


@pytest.mark.parametrize(
    "grant",
    [
        a_grant(),
        a_grant(cwd=None),
        a_grant(cwd="", agent="é 漢 \u202e", action_type='"quoted"', made_by="'; --"),
        session_grant(),
        session_grant(end=End.HOUR, expires_at=LATER),
        a_grant(extent=EXACT, end=End.THRICE, uses_left=3),
        a_grant(extent=Extent(breadth=Breadth.METHOD, text="https://é", more="GET")),
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
    assert await store.read(lambda tx: tx.grants.listing(key_id=None, now=NOW)) == (first,)


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
        a_grant(extent=EXACT),
        a_grant(end=End.HOUR, expires_at=LATER),
        a_grant(end=End.THRICE, uses_left=3),
        a_grant(extent=EXACT, end=End.THRICE, uses_left=3),
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
        await use(store, grant.id, at)

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
        return store.read(lambda tx: tx.grants.listing(key_id=key_id, now=NOW))

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


async def test_an_ended_grant_is_neither_listed_nor_used(store):
    timed = await make(store, a_grant(end=End.HOUR, expires_at=LATER))

    before = LATER - timedelta(milliseconds=1)
    assert await candidates(store, an_approval(), before) == (timed,)
    assert await candidates(store, an_approval(), LATER) == ()
    assert await store.read(lambda tx: tx.grants.listing(key_id=None, now=LATER)) == ()
    assert await use(store, timed.id, LATER) is None
    assert await get(store, timed.id) == timed


async def test_uses_are_counted_down_and_never_below_none(store):
    grant = await make(store, a_grant(end=End.THRICE, uses_left=3))

    used = await asyncio.gather(*(use(store, grant.id) for _ in range(30)))

    left = sorted(one.uses_left for one in used if one is not None)
    assert left == [0, 1, 2]
    spent = await get(store, grant.id)
    assert (spent.uses, spent.uses_left) == (3, 0)
    assert await candidates(store, an_approval()) == ()
    assert await store.read(lambda tx: tx.grants.listing(key_id=None, now=NOW)) == ()


async def test_a_revoked_grant_counts_no_use(store):
    grant = await make(store, a_grant())
    await revoke(store, grant.id)

    assert await use(store, grant.id) is None


async def test_made_again_a_clock_and_a_count_begin_anew(store):
    timed = await make(store, a_grant(end=End.HOUR, expires_at=NOW + timedelta(hours=1)))
    counted = await make(store, a_grant(end=End.THRICE, uses_left=3))
    await use(store, counted.id)

    later = await make(
        store, a_grant(end=End.HOUR, expires_at=LATER, made_by="Ben", made_at=LATER)
    )
    again = await make(store, a_grant(end=End.THRICE, uses_left=3, made_by="Ben", made_at=LATER))

    assert later == replace(timed, expires_at=LATER, made_by="Ben", made_at=LATER)
    assert (again.id, again.uses, again.uses_left) == (counted.id, 1, 3)


async def test_what_counts_no_uses_is_a_candidate_before_what_does(store):
    counted = await make(store, a_grant(end=End.THRICE, uses_left=3))
    session = await make(store, session_grant(made_at=LATER))

    assert await candidates(store, an_approval()) == (session, counted)


async def test_an_end_or_an_extent_of_another_version_covers_nothing(store, engine):
    one, other = await make(store, a_grant()), await make(store, a_grant(extent=EXACT))
    for text, id in (
        ("UPDATE grants SET ends = 'at dusk' WHERE id = :id", one.id),
        ('UPDATE grants SET extent = \'["planet","",""]\' WHERE id = :id', other.id),
    ):
        await engine.run(lambda text=text, id=id: (yield statement("another", text), {"id": id}))

    found = await candidates(store, an_approval())

    assert {grant.extent.breadth for grant in found} == {Breadth.UNKNOWN}
    assert not any(covers(grant, an_approval(), NOW) for grant in found)


async def test_what_a_grant_let_pass_is_found_newest_first(store):
    by_grant = [an_approval(created_at=NOW + timedelta(minutes=n)) for n in range(3)]
    for approval in (*by_grant, an_approval()):
        record = a_record(
            "approval.approved",
            actor="grant:rule_1" if approval in by_grant else "grant:rule_2",
            approval_id=approval.id,
        )
        await store.write(adding(approval, audit=(record,)))

    async def allowed(limit):
        return await store.read(lambda tx: tx.approvals.allowed_by("rule_1", limit=limit))

    assert await allowed(9) == tuple(by_grant[::-1])
    assert await allowed(2) == tuple(by_grant[:0:-1])


@pytest.fixture
async def first_schema(database_url):
    """An engine whose database has the first schema, with an Always and a Session grant."""
    engine = await open_engine(database_url, exclusive=True, busy_timeout=timedelta(seconds=5))
    await migrate(engine, migrations()[:1])
    for id, scope, session in (("rule_1", "always", None), ("rule_2", "session", "s1")):
        reach = dumps([scope, "a" * 12, "Bash", "/srv/shop", session])
        row = {
            "id": id,
            "reach": hashlib.sha256(reach.encode()).hexdigest(),
            "scope": scope,
            "session": session,
        }
        await engine.run(lambda row=row: (yield OLD_GRANT, row))
    yield engine
    await engine.close()


async def test_what_was_granted_before_covers_the_whole_type_until_revoked(first_schema):
    await migrate(first_schema, migrations())

    always, session = await first_schema.read(lambda: GrantRows().candidates(an_approval(), NOW))

    assert always == a_grant(id="rule_1", uses=2, last_used_at=NOW)
    assert session == session_grant(id="rule_2", uses=2, last_used_at=NOW, end=End.SESSION)
    assert covers(always, an_approval(), LATER)
    for grant in (always, session):
        again = await first_schema.run(
            lambda grant=grant: GrantRows().make(replace(grant, id="rule_3"))
        )
        assert again == grant
