"""Haste through the whole gate: people who tap on and on, agents who ask on and on."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.approval import State
from bot.core.brake import Brake
from bot.core.card import asks_twice
from bot.core.decision import Choice, Via
from bot.core.errors import TooHasty
from bot.core.people import Approver, Decider
from bot.core.question import Answer
from bot.gate.channel import Target
from tests.store.kit import unit
from tests.world import OTHER_KEY, World

YES, NO = Choice(approve=True), Choice(approve=False)
BRAKE = Brake(approvals=3, window=timedelta(seconds=60), pending=5)
ANA = Decider(name="Ana", via=Via.TELEGRAM, person="ana")
ANA_AT_HER_DESK = Decider(name="Ana", via=Via.WEB, person="ana")
BEN = Decider(name="Ben", via=Via.WEB, person="ben")


@pytest.fixture
async def world(build) -> World:
    world = await build(brake=BRAKE)
    for number, who in enumerate((ANA, BEN)):
        approver = Approver(id=who.person or "", name=who.name)
        address = Target(channel="telegram", address=str(1001 + number))
        await world.store.write(
            unit(lambda tx, a=approver, at=address: tx.people.put(a, at, source="test"))
        )
    return world


async def ask(world: World, number: int = 1, **body: object) -> list[str]:
    """Ask for so many different things; return the ids."""
    made = [f"Deploy {world.ids.other()}" for _ in range(number)]
    return [(await world.ask(**{"title": title, **body}))["approval_id"] for title in made]


async def state(world: World, id: str) -> State:
    return (await world.gate.any(id)).state


async def kinds(world: World, id: str) -> list[str]:
    entries = await world.store.read(lambda tx: tx.audit.of(id))
    return [entry.record.kind for entry in entries]


async def hurry(world: World) -> str:
    """Let Ana approve as many as she may, and return one more that waits."""
    *first, last = await ask(world, BRAKE.approvals + 1)
    for id in first:
        assert (await world.gate.decide(id, ANA, YES)).by_this
    return last


async def test_one_more_tap_in_the_same_minute_is_refused_and_audited(world):
    id = await hurry(world)

    answered = await world.gate.decide(id, ANA, YES)

    assert isinstance(answered.refusal, TooHasty)
    assert await state(world, id) is State.PENDING
    assert (await kinds(world, id))[-1] == "decision.refused"


async def test_it_is_the_person_who_is_braked_and_not_the_channel(world):
    id = await hurry(world)

    assert (await world.gate.decide(id, ANA_AT_HER_DESK, YES)).refusal is not None
    assert (await world.gate.decide(id, BEN, YES)).by_this


async def test_who_types_the_code_approves_all_the_same(world):
    id = await hurry(world)

    assert (await world.gate.decide(id, ANA, YES, typed=True)).by_this


async def test_a_denial_is_never_braked(world):
    id = await hurry(world)

    assert (await world.gate.decide(id, ANA, NO)).by_this


async def test_an_answer_to_a_question_is_not_braked(world):
    await hurry(world)
    (id,) = await ask(world, options=["A", "B"])

    answer = Choice(approve=True, answers=(Answer(letters=("A",)),))

    assert (await world.gate.decide(id, ANA, answer)).by_this


async def test_when_the_minute_is_over_a_tap_is_enough_again(world):
    id = await hurry(world)
    assert (await world.gate.decide(id, ANA, YES)).refusal is not None

    world.clock.advance(seconds=60)

    assert (await world.gate.decide(id, ANA, YES)).by_this


async def test_a_restart_forgets_nothing_of_the_minute(world, build, database_url):
    id = await hurry(world)
    await world.store.close()

    after = await build(brake=BRAKE)

    assert isinstance((await after.gate.decide(id, ANA, YES)).refusal, TooHasty)


async def test_of_all_taps_at_once_no_more_than_so_many_approve(world):
    ids = await ask(world, 12)

    answers = await asyncio.gather(*(world.gate.decide(id, ANA, YES) for id in ids))

    assert sum(one.by_this for one in answers) == BRAKE.approvals
    assert sum(isinstance(one.refusal, TooHasty) for one in answers) == 12 - BRAKE.approvals


async def test_when_too_much_waits_of_one_key_all_of_it_takes_a_second_tap(world):
    ids = await ask(world, BRAKE.pending)
    assert not any([asks_twice(await world.gate.any(id)) for id in ids])

    ids += await ask(world, 3)

    assert all([asks_twice(await world.gate.any(id)) for id in ids])


async def test_another_keys_ask_takes_one_tap(world):
    await ask(world, BRAKE.pending + 2)

    (id,) = await ask(world, key=OTHER_KEY)

    assert not asks_twice(await world.gate.any(id))


async def test_once_the_crowd_is_gone_a_new_ask_takes_one_tap(world):
    for id in await ask(world, BRAKE.pending + 2):
        await world.gate.decide(id, ANA, NO)

    (id,) = await ask(world)

    assert not asks_twice(await world.gate.any(id))


async def test_the_same_again_after_a_denial_is_denied_without_a_card(world):
    (before,) = await ask(world, title="Drop it")
    await world.gate.decide(before, ANA, Choice(approve=False, note="wrong branch"))
    world.clock.advance(minutes=2)

    answer = await world.ask(title="Drop it")

    assert (answer["status"], answer["auto"]) == ("denied", True)
    assert answer["decision"]["via"] == "earlier"
    assert answer["decision"]["note"] == (
        "denied again: Ana denied the same at 12:00 UTC (wrong branch)"
    )
    assert await kinds(world, answer["approval_id"]) == ["approval.asked", "approval.denied"]
    assert (await world.gate.any(before)).repeats == 1
    assert await world.gate.pending() == ()


async def test_each_repetition_is_counted_and_puts_off_nothing(world):
    (before,) = await ask(world, title="Drop it")
    await world.gate.decide(before, ANA, NO)
    for _ in range(3):
        world.clock.advance(minutes=3)
        again = await world.ask(title="Drop it")
        assert again["status"] == "denied"

    world.clock.advance(minutes=1)

    assert (await world.gate.any(before)).repeats == 3
    assert (await world.ask(title="Drop it"))["status"] == "pending"


async def test_another_keys_or_a_changed_ask_is_asked_as_usual(world):
    (before,) = await ask(world, title="Drop it")
    await world.gate.decide(before, ANA, NO)

    assert (await world.ask(title="Drop it", preview="make drop"))["status"] == "pending"
    assert (await world.ask(title="Drop it", key=OTHER_KEY))["status"] == "pending"


async def test_what_a_key_denied_is_asked_again(world):
    (before,) = await ask(world, title="Drop it")
    await world.decide(before, "denied")

    assert (await world.ask(title="Drop it"))["status"] == "pending"


async def test_a_question_is_asked_again(world):
    (before,) = await ask(world, title="Which?", options=["A", "B"])
    await world.gate.decide(before, ANA, NO)

    assert (await world.ask(title="Which?", options=["A", "B"]))["status"] == "pending"
