"""In quiet hours cards come silently or when they end, but for what is urgent."""

from datetime import UTC, datetime

from bot.core.approval import State
from bot.core.preference import Preferences, Quiet, QuietMode
from bot.gate.channel import CardKind, Target
from tests.gate.calm.phones import ANA, BEN, HOUR, ask, opened, pass_time, settle
from tests.world import World


async def prefers(world: World, mode: QuietMode, zone: str = "UTC") -> None:
    person = await world.gate.approver_at(Target(channel="telegram", address=str(ANA)))
    assert person is not None
    quiet = Quiet(from_minute=22 * 60, to_minute=7 * 60, mode=mode)
    await world.gate.preferences.change(person, lambda _: Preferences(timezone=zone, quiet=quiet))


async def late_in_the_evening(world: World, mode: QuietMode) -> None:
    await prefers(world, mode)
    world.clock.advance(hours=11)


async def test_in_quiet_hours_cards_and_reminders_come_silently(world, phones):
    await late_in_the_evening(world, QuietMode.SILENT)
    answer = await world.ask(title="Deploy")
    await settle(world)
    await pass_time(world, HOUR / 2)

    assert not answer["queued_quiet_hours"]
    assert phones.at(ANA) == ["card Deploy", "reminder Deploy"]
    assert phones.rang(ANA) == []


async def test_held_cards_come_when_the_quiet_hours_end_and_the_agent_knows(world, phones):
    await late_in_the_evening(world, QuietMode.HELD)

    answer = await world.ask(title="Deploy", expires_in_sec=24 * HOUR)
    await settle(world)

    assert answer["queued_quiet_hours"]
    assert answer["queued_until"] == datetime(2026, 11, 21, 7, 0, tzinfo=UTC).timestamp()
    await pass_time(world, 8 * HOUR - 1)
    assert phones.at(ANA) == []
    await pass_time(world, 1)
    assert phones.rang(ANA) == ["card Deploy"]


async def test_what_is_held_ends_in_time_and_is_never_posted(world, phones):
    await late_in_the_evening(world, QuietMode.HELD)
    id = await ask(world)

    await pass_time(world, 9 * HOUR)

    assert (await world.gate.any(id)).state is State.EXPIRED
    assert phones.at(ANA) == []


async def test_high_risk_is_never_held_and_critical_rings(world, phones):
    await late_in_the_evening(world, QuietMode.HELD)

    await ask(world, "high", urgency="high")
    answer = await world.ask(title="critical", urgency="critical")
    await settle(world)

    assert not answer["queued_quiet_hours"]
    assert phones.at(ANA) == ["card high", "card critical"]
    assert phones.rang(ANA) == ["card critical"]


async def test_where_one_of_two_is_awake_nothing_is_queued(build, phones):
    world = await opened(build, phones, users=(ANA, BEN))
    await late_in_the_evening(world, QuietMode.HELD)

    answer = await world.ask(title="Deploy")
    await settle(world)

    assert not answer["queued_quiet_hours"]
    assert (phones.at(ANA), phones.rang(BEN)) == ([], ["card Deploy"])


async def test_whoever_ends_their_quiet_hours_gets_what_was_held_at_once(world, phones):
    await late_in_the_evening(world, QuietMode.HELD)
    await ask(world)
    person = await world.gate.approver_at(Target(channel="telegram", address=str(ANA)))
    assert person is not None

    await world.gate.preferences.change(person, lambda _: Preferences())
    await settle(world)

    assert phones.rang(ANA) == ["card Deploy"]


async def test_held_cards_survive_a_restart(build, world, phones):
    await late_in_the_evening(world, QuietMode.HELD)
    await ask(world, expires_in_sec=24 * HOUR)
    await world.store.close()

    after = await opened(build, phones, users=(ANA,))
    await settle(after)
    assert phones.at(ANA) == []
    await pass_time(after, 8 * HOUR)

    assert phones.at(ANA) == ["card Deploy"]
    assert CardKind.REMINDER not in [kind for _, kind, _ in phones.history]
