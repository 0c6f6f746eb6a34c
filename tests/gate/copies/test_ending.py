"""Alike asks that end alone, restarts and races."""

import asyncio
from collections import Counter
from random import Random

import pytest

from bot.core.approval import State
from bot.core.audit import verify
from bot.core.card import Verb
from bot.gate.channel import Target
from bot.gate.press import Effect
from tests.gate.copies.test_deciding import (
    ANA,
    BEN,
    NO,
    OWNER,
    ask,
    check_cards,
    ends_of,
    key_of,
    press,
    queue,
    settle,
    shown,
    states,
)
from tests.gate.racers import NO_BRAKE
from tests.gate.test_race import check_entries
from tests.world import World


async def end_alone(world: World, id: str, way: str) -> None:
    if way == "withdrawn":
        await world.gate.withdraw(key_of(world), id)
    elif way == "expired":
        left = (await world.gate.any(id)).expires_at - world.clock.now()
        world.clock.advance(seconds=left.total_seconds())
        await world.timers.work()
    else:
        assert (await world.decide(id, way)).status == 200


WAYS = ["withdrawn", "expired", "approved", "denied"]


@pytest.mark.parametrize("way", WAYS)
async def test_where_a_leader_ends_alone_its_oldest_copy_leads_the_rest(world, wall, way):
    (first,) = await ask(world, expires_in_sec=60)
    rest = await ask(world, 3)

    await end_alone(world, first, way)
    await check_cards(world, wall, [first, *rest])

    assert shown(wall, first) == (State(way), 0)
    assert await queue(world) == [(rest[0], 2)]
    assert wall.posts == [first, rest[0]]
    (late,) = await ask(world)
    assert (await world.gate.any(late)).copy_of == rest[0]
    assert (await press(world, rest[0], shown=3)).effect is Effect.DECIDED
    assert await states(world, [*rest, late]) == [State.APPROVED] * 4
    assert await ends_of(world) == dict.fromkeys((first, *rest, late), 1)


@pytest.mark.parametrize("way", WAYS)
async def test_where_a_copy_ends_alone_the_card_shows_one_fewer(world, wall, way):
    first, second = await ask(world, 2)
    (short,) = await ask(world, expires_in_sec=60)
    before = (await world.gate.any(first)).revision

    await end_alone(world, short, way)
    await check_cards(world, wall, [first, second, short])

    assert shown(wall, first) == (State.PENDING, 1)
    assert (await world.gate.any(first)).revision == before + 1
    assert wall.posts == [first]
    await press(world, first, shown=1)
    assert await states(world, [first, second, short]) == [
        State.APPROVED,
        State.APPROVED,
        State(way),
    ]


async def test_those_that_run_out_together_need_no_new_cards(build, wall):
    world = await build(users=(ANA,), loops=False)
    ids = [(await world.ask(expires_in_sec=60))["approval_id"] for _ in range(3)]
    world.clock.advance(seconds=60)

    await world.timers.work()

    assert await states(world, ids) == [State.EXPIRED] * 3
    assert await ends_of(world) == dict.fromkeys(ids, 1)
    owed = await world.store.read(
        lambda tx: tx.outbox.due(
            Target(channel="telegram", address=str(ANA)), world.clock.now(), limit=10
        )
    )
    assert len({one.card_id for one in owed}) == 1


async def test_of_those_found_overdue_together_each_is_ended_as_it_then_stands(build, wall):
    world = await build(users=(ANA,), loops=False)
    lives = (20, 10, 3600)
    ids = [(await world.ask(expires_in_sec=life))["approval_id"] for life in lives]
    world.clock.advance(seconds=20)

    await world.timers.work()

    leader = await world.gate.any(ids[0])
    assert leader.revision == len(["one joins", "another", "one ends", "the leader ends"])
    assert await states(world, ids) == [State.EXPIRED, State.EXPIRED, State.PENDING]
    assert await queue(world) == [(ids[2], 0)]


async def test_a_tap_after_the_deadline_lets_the_copy_lead(build, wall):
    world = await build(users=(ANA,), loops=False)
    lives = (10, 3600)
    ids = [(await world.ask(expires_in_sec=life))["approval_id"] for life in lives]
    world.clock.advance(seconds=10)

    assert (await press(world, ids[0], shown=1)).effect is Effect.LATE

    assert await states(world, ids) == [State.EXPIRED, State.PENDING]
    assert await queue(world) == [(ids[1], 0)]


async def test_a_chat_that_can_be_reached_again_gets_no_cards_of_copies(world, wall):
    ids = await ask(world, 3)

    await world.gate.chat.show_again(Target(channel="telegram", address=str(ANA)))
    await settle(world)

    assert wall.posts == ids[:1]


# Restarts and races


async def test_a_restart_in_between_forgets_nothing(build, wall):
    before = await build(users=(ANA,), loops=False)
    ids = []
    for _ in range(3):
        ids.append((await before.ask())["approval_id"])
        before.clock.advance(seconds=1)
    await before.gate.withdraw(key_of(before), ids[0])
    await before.store.close()

    after = await build(users=(ANA,))
    after.channels["telegram"] = wall
    after.courier.nudge()
    await check_cards(after, wall, ids)

    assert wall.posts == [ids[1]]
    assert (await press(after, ids[1], shown=1)).effect is Effect.DECIDED
    assert await states(after, ids) == [State.WITHDRAWN, State.APPROVED, State.APPROVED]


async def run_races(world: World, rounds: int) -> Counter[str]:
    """Let eight press cards, each for what theirs shows, while copies join and leave."""
    chance, effects, asked = Random(2026), Counter(), []

    async def after(pauses: int, work):
        for _ in range(pauses):
            await asyncio.sleep(0)
        return await work

    async def one_press(leader: str, copies: int, who: int) -> None:
        verb = chance.choice((Verb.APPROVE, Verb.APPROVE, Verb.DENY))
        reaction = await press(world, leader, verb, shown=copies, who=who)
        effects[reaction.effect] += 1
        if reaction.effect is Effect.DECIDED and verb is Verb.APPROVE:
            assert reaction.approval.copies <= copies

    for number in range(rounds):
        session = f"race {number}"
        ids = [
            (await world.ask(session_id=session, title=session))["approval_id"]
            for _ in range(chance.randrange(1, 4))
        ]
        leader = await world.gate.any(ids[0])

        async def join(session: str = session, ids: list[str] = ids) -> None:
            ids.append((await world.ask(session_id=session, title=session))["approval_id"])

        async def leave(id: str) -> None:
            await world.gate.withdraw(key_of(world), id)

        work = [
            one_press(leader.id, leader.copies + chance.choice((0, 0, 1)), who)
            for who in (ANA, BEN) * 4
        ]
        work += [join() for _ in range(3)]
        work += [leave(chance.choice(ids))]
        async with asyncio.TaskGroup() as tasks:
            for each in chance.sample(work, len(work)):
                tasks.create_task(after(chance.randrange(12), each))
        asked += ids
        stored = [await world.gate.any(id) for id in ids]
        by_people = [
            one for one in stored if one.state is State.APPROVED and one.decision is not None
        ]
        leaders = [one for one in by_people if one.copy_of is None]
        assert len(by_people) == sum(1 + one.copies for one in leaders)
        for one in await world.gate.pending():
            await world.gate.decide(one.id, OWNER, NO, shown=one.copies)

    assert set(await states(world, asked)) <= {State.APPROVED, State.DENIED, State.WITHDRAWN}
    entries = await world.store.read(lambda tx: tx.audit.after(0, limit=100_000))
    assert verify(entries) is None
    check_entries(entries, len(asked))
    return effects


async def test_while_copies_join_nobody_decides_more_than_was_shown(build):
    world = await build(users=(ANA, BEN), loops=False, brake=NO_BRAKE)

    effects = await run_races(world, 60)

    assert {Effect.DECIDED, Effect.STALE, Effect.LATE} <= set(effects)
