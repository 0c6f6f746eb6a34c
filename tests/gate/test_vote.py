"""Rules that name people and want several of them, through the whole gate."""

import asyncio

import pytest

from bot.core.approval import State
from bot.core.decision import Choice, Via
from bot.core.errors import NotAskedHere, ReasonMissing
from bot.core.people import Approver, Decider
from bot.core.routing import Routing
from bot.core.ruling import Ruling
from bot.gate.channel import Target
from tests.builders import an_approval
from tests.store.kit import unit
from tests.world import World

YES, NO = Choice(approve=True), Choice(approve=False)


def person(name: str) -> Decider:
    return Decider(name=name, via=Via.WEB, person=name.lower())


ANA, BEN, EVE = person("Ana"), person("Ben"), person("Eve")


@pytest.fixture
async def world(build) -> World:
    world = await build()
    for number, who in enumerate((ANA, BEN, EVE)):
        approver = Approver(id=who.person or "", name=who.name)
        address = Target(channel="telegram", address=str(1001 + number))
        await world.store.write(
            unit(lambda tx, a=approver, at=address: tx.people.put(a, at, source="test"))
        )
    return world


async def asked(world: World, **routing: object) -> str:
    """Put an approval into the store of which a rule says this; return its id."""
    names = routing.get("approvers", ())
    people = await world.store.read(lambda tx: tx.people.named(names))
    named = tuple(person.id for person, _ in people)
    ruling = Ruling(rule="payments", because="money", named=named, routing=Routing(**routing))
    approval = an_approval(ruling=ruling, created_at=world.clock.now())
    await world.store.write(unit(lambda tx: tx.approvals.add(approval)))
    return approval.id


async def kinds(world: World, id: str) -> list[str]:
    entries = await world.store.read(lambda tx: tx.audit.of(id))
    return [entry.record.kind for entry in entries]


async def test_two_of_two_approve_and_both_are_named(world: World):
    id = await asked(world, quorum=2)

    first = await world.gate.decide(id, ANA, Choice(approve=True, note="looked"))
    assert (first.counted, first.by_this) == (True, False)
    assert (await world.gate.any(id)).state is State.PENDING

    second = await world.gate.decide(id, BEN, YES)
    ended = await world.gate.any(id)
    assert second.by_this
    assert ended == second.approval
    assert ended.state is State.APPROVED
    assert ended.decision is not None
    assert (ended.decision.by, ended.decision.note) == ("Ana, Ben", "Ana: looked")
    assert await kinds(world, id) == ["approval.voted", "approval.voted", "approval.approved"]


async def test_the_same_person_twice_is_one_vote(world: World):
    id = await asked(world, quorum=2)

    for _ in range(3):
        assert (await world.gate.decide(id, ANA, YES)).counted

    assert (await world.gate.any(id)).state is State.PENDING


async def test_one_denial_ends_it(world: World):
    id = await asked(world, quorum=2)
    await world.gate.decide(id, ANA, YES)

    await world.gate.decide(id, BEN, Choice(approve=False, note="wrong branch"))

    ended = await world.gate.any(id)
    assert ended.state is State.DENIED
    assert ended.decision is not None
    assert (ended.decision.by, ended.decision.note) == ("Ben", "Ben: wrong branch")


async def test_time_ends_it_though_one_approved(world: World):
    id = await asked(world, quorum=2)
    await world.gate.decide(id, ANA, YES)
    world.clock.advance(seconds=3601)

    late = await world.gate.decide(id, BEN, YES)

    assert not late.by_this
    assert (await world.gate.any(id)).state is State.EXPIRED


async def test_of_all_that_vote_at_once_each_counts_once(world: World):
    id = await asked(world, quorum=3)

    answers = await asyncio.gather(
        *(world.gate.decide(id, who, YES) for who in (ANA, BEN, EVE) for _ in range(4))
    )

    assert sum(answer.by_this for answer in answers) == 1
    ended = await world.gate.any(id)
    assert sorted(vote.name for vote in ended.votes) == ["Ana", "Ben", "Eve"]


@pytest.mark.parametrize("approvers", [("ana",), ("Ana",), ("1001",), ("ben", "1001")])
async def test_only_those_whom_the_rule_names_decide(world: World, approvers):
    id = await asked(world, approvers=approvers)

    refused = await world.gate.decide(id, EVE, YES)
    assert type(refused.refusal) is NotAskedHere
    assert await kinds(world, id) == ["decision.refused"]

    assert (await world.gate.decide(id, ANA, YES)).by_this


async def test_a_name_that_two_people_have_is_nobodys(world: World):
    for id in ("ana", "eve"):
        await world.store.write(unit(lambda tx, id=id: tx.people.rename(id, "Zoe")))
    id = await asked(world, approvers=("zoe",))

    assert type((await world.gate.decide(id, EVE, YES)).refusal) is NotAskedHere
    assert type((await world.gate.decide(id, ANA, YES)).refusal) is NotAskedHere


async def test_nobody_takes_over_a_name_after_it_was_asked(world: World):
    await world.store.write(unit(lambda tx: tx.people.rename("ana", "Zoe")))
    id = await asked(world, approvers=("zoe",))
    await world.store.write(unit(lambda tx: tx.people.rename("ana", "Anna")))
    await world.store.write(unit(lambda tx: tx.people.rename("eve", "Zoe")))

    taker = Decider(name="Zoe", via=Via.WEB, person="eve")
    assert type((await world.gate.decide(id, taker, YES)).refusal) is NotAskedHere
    assert (await world.gate.decide(id, ANA, YES)).by_this


async def test_approving_takes_the_reason_that_the_rule_wants(world: World):
    id = await asked(world, require_reason=True)

    assert type((await world.gate.decide(id, ANA, YES)).refusal) is ReasonMissing
    assert (await world.gate.any(id)).is_pending
    assert (await world.gate.decide(id, ANA, NO)).by_this
