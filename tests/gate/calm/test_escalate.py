"""Further people are asked where nobody has ended it in time."""

from tests.gate.calm.phones import (
    ANA,
    BEN,
    BY_ANA,
    BY_BEN,
    NO,
    YES,
    ask,
    opened,
    pass_time,
    rules,
    settle,
)


async def test_when_nobody_ended_it_further_people_are_asked_and_may_decide(build, phones):
    world = await opened(build, phones, users=(ANA, BEN))
    await rules(world, approvers=["1001"], escalate={"after": "15m", "approvers": ["1002"]})
    id = await ask(world)
    assert (await world.gate.decide(id, BY_BEN, YES)).refusal is not None
    assert phones.at(BEN) == []

    await pass_time(world, 15 * 60)

    assert phones.at(BEN) == ["card Deploy"]
    approval = await world.gate.any(id)
    assert approval.ruling is not None
    assert approval.ruling.escalated == ("id 1002",)
    entries = await world.store.read(lambda tx: tx.audit.of(id))
    assert entries[-1].record.kind == "approval.escalated"
    assert list(entries[-1].record.facts["asked"]) == ["telegram:1002"]
    assert (await world.gate.decide(id, BY_BEN, YES)).by_this


async def test_what_ended_before_is_not_escalated(build, phones):
    world = await opened(build, phones, users=(ANA, BEN))
    await rules(world, approvers=["1001"], escalate={"after": "15m", "approvers": ["1002"]})
    id = await ask(world)
    await world.gate.decide(id, BY_ANA, NO)

    await pass_time(world, 15 * 60)

    assert phones.at(BEN) == []


async def test_it_is_escalated_once_over_a_restart_and_reminders_reach_all(build, phones):
    world = await opened(build, phones, users=(ANA, BEN))
    await rules(world, approvers=["1001"], escalate={"after": "15m", "approvers": ["1002"]})
    id = await ask(world)
    await world.store.close()
    world.clock.advance(seconds=20 * 60)

    after = await opened(build, phones, users=(ANA, BEN))
    await settle(after)
    await settle(after)
    assert phones.at(BEN) == ["card Deploy"]
    await pass_time(after, 10 * 60)

    assert phones.at(ANA) == phones.at(BEN) == ["card Deploy", "reminder Deploy"]
    entries = await after.store.read(lambda tx: tx.audit.of(id))
    assert [one.record.kind for one in entries].count("approval.escalated") == 1


async def test_who_has_a_card_already_gets_no_second_one(build, phones):
    world = await opened(build, phones, users=(ANA, BEN))
    await rules(world, escalate={"after": "15m", "approvers": ["1002"]})
    await ask(world)

    await pass_time(world, 15 * 60)

    assert phones.at(BEN) == ["card Deploy"]


async def test_a_channel_can_be_asked_later(build, phones):
    world = await opened(build, phones, users=(ANA,))
    await rules(world, escalate={"after": "15m", "channels": ["telegram:-100500"]})
    await ask(world)

    await pass_time(world, 15 * 60)

    assert phones.at(-100500) == ["card Deploy"]


async def test_nobody_to_escalate_to_is_told_too(world, phones):
    await rules(world, approvers=["1001"], escalate={"after": "15m", "approvers": ["nobody"]})
    id = await ask(world)

    await pass_time(world, 15 * 60)
    await settle(world)

    ruling = (await world.gate.any(id)).ruling
    assert ruling is not None
    assert (ruling.escalated, ruling.escalated_at) == ((), world.clock.now())
