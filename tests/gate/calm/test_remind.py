"""Who has not answered is reminded, and no reminder outlives its approval."""

import pytest

from tests.gate.calm.phones import (
    ANA,
    BEN,
    BY_ANA,
    HOUR,
    YES,
    ask,
    opened,
    pass_time,
    rules,
    settle,
)


async def test_people_are_reminded_at_half_time_and_near_the_end_the_last_one_stays(world, phones):
    await ask(world)

    await pass_time(world, HOUR / 2 - 1)
    assert phones.at(ANA) == ["card Deploy"]
    await pass_time(world, 1)
    assert phones.at(ANA) == ["card Deploy", "reminder Deploy"]
    first = list(phones.shown)[-1]
    await pass_time(world, HOUR * 0.4)
    assert phones.at(ANA) == ["card Deploy", "reminder Deploy"]
    assert first not in phones.shown
    assert phones.rang(ANA) == phones.at(ANA)


@pytest.mark.parametrize("way", ["approved", "denied", "withdrawn", "expired"])
async def test_when_it_ends_no_reminder_of_it_is_left(world, phones, way):
    id = await ask(world)
    await pass_time(world, HOUR / 2)

    if way == "withdrawn":
        await world.call("DELETE", f"/v1/approvals/{id}")
    elif way == "expired":
        await pass_time(world, HOUR)
    else:
        await world.decide(id, way)
    await settle(world)

    assert phones.at(ANA) == ["card Deploy"]
    await pass_time(world, HOUR)
    assert [kind for _, kind, _ in phones.history].count("reminder") <= 1 + (way == "expired")


async def test_a_reminder_that_was_not_delivered_in_time_is_not_delivered_any_more(world, phones):
    id = await ask(world)
    phones.refuses = True
    await pass_time(world, HOUR / 2)

    await world.decide(id)
    phones.refuses = False
    await pass_time(world, HOUR)

    assert [kind for _, kind, _ in phones.history] == ["card"]


async def test_of_two_reminders_that_were_held_up_only_the_later_comes(world, phones):
    await ask(world)
    phones.refuses = True
    await pass_time(world, HOUR / 2)
    await pass_time(world, HOUR * 0.4)

    phones.refuses = False
    await pass_time(world, 300)

    assert [kind for _, kind, _ in phones.history] == ["card", "reminder"]


async def test_after_a_long_stop_there_is_one_reminder_and_it_comes_once(build, world, phones):
    await ask(world)
    await world.store.close()
    world.clock.advance(seconds=HOUR * 0.95)

    after = await opened(build, phones, users=(ANA,))
    await settle(after)
    await settle(after)

    assert [kind for _, kind, _ in phones.history] == ["card", "reminder"]


async def test_a_restart_between_two_reminders_repeats_none(build, world, phones):
    id = await ask(world)
    await pass_time(world, HOUR / 2)
    await world.store.close()

    after = await opened(build, phones, users=(ANA,))
    await settle(after)
    assert phones.at(ANA) == ["card Deploy", "reminder Deploy"]
    await pass_time(after, HOUR * 0.4)
    assert [kind for _, kind, _ in phones.history] == ["card", "reminder", "reminder"]
    await after.decide(id)
    await settle(after)
    assert phones.at(ANA) == ["card Deploy"]


async def test_a_rule_says_when_people_are_reminded(world, phones):
    await rules(world, remind=["5m", "10m"])
    await ask(world)

    await pass_time(world, 300)
    await pass_time(world, 300)
    await pass_time(world, HOUR / 2)

    assert [kind for _, kind, _ in phones.history] == ["card", "reminder", "reminder"]


async def test_what_lives_under_two_minutes_has_no_reminder(world, phones):
    await ask(world, expires_in_sec=110)

    await pass_time(world, 100)

    assert phones.at(ANA) == ["card Deploy"]


async def test_low_risk_reminds_silently(world, phones):
    await ask(world, action_type="Bash", preview="ls", params={"command": "ls"}, title="ls")
    await pass_time(world, HOUR / 2)

    assert phones.at(ANA) == ["card ls", "reminder ls"]
    assert phones.rang(ANA) == []


async def test_asks_that_share_a_card_have_one_reminder(world, phones):
    for _ in range(3):
        await ask(world)

    await pass_time(world, HOUR / 2)

    assert phones.at(ANA) == ["card Deploy", "reminder Deploy"]


async def test_who_has_voted_is_not_reminded(build, phones):
    world = await opened(build, phones, users=(ANA, BEN))
    await rules(world, quorum=2)
    id = await ask(world)
    assert (await world.gate.decide(id, BY_ANA, YES)).counted

    await pass_time(world, HOUR / 2)

    assert phones.at(ANA) == ["card Deploy"]
    assert phones.at(BEN) == ["card Deploy", "reminder Deploy"]
