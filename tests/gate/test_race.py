"""Exactly one decision, whoever races: two people's taps, a key, the page, the timer."""

from collections import Counter

import pytest

from bot.core.approval import State
from bot.core.audit import verify
from tests.gate.racers import ANA, BEN, CARELESS, NO_BRAKE, WAYS, Racers
from tests.world import World


async def race(racers: Racers) -> tuple[str, set[State], State]:
    """Let all eight run at one approval; return who won, what they were told, what stands."""
    approval = await racers.ask()
    order = racers.random.sample(WAYS, len(WAYS))

    told = await racers.run(approval.id, [(way, racers.random.randrange(3)) for way in order])

    winners = [way for way, (won, _) in told.items() if won]
    assert len(winners) <= 1, winners
    final = (await racers.world.gate.any(approval.id)).state
    winner = winners[0] if winners else "timer"
    assert (final is State.EXPIRED) == (winner == "timer")
    return winner, {state for _, state in told.values()}, final


def check_wins(wins: Counter[str], count: int) -> None:
    """Nobody is always too late."""
    assert sum(wins.values()) == count
    assert set(wins) == set(WAYS)
    assert min(wins.values()) >= 0.05 * count, wins


def check_entries(entries, count: int) -> None:
    """The chain has one end of each approval."""
    ends = Counter(
        entry.record.approval_id
        for entry in entries
        if entry.record.kind.startswith("approval.") and entry.record.kind != "approval.asked"
    )
    assert set(ends.values()) == {1}
    assert len(ends) == count


async def run_races(world: World, count: int) -> None:
    racers = Racers(world, seed=2026)
    wins: Counter[str] = Counter()
    for _ in range(count):
        winner, told, final = await race(racers)
        wins[winner] += 1
        assert told == {final}

    check_wins(wins, count)
    entries = await world.store.read(lambda tx: tx.audit.after(0, limit=100_000))
    assert verify(entries) is None
    check_entries(entries, count)


async def test_of_eight_racers_one_wins_and_all_are_told_the_same(build):
    world = await build(users=(ANA, BEN), loops=False, brake=NO_BRAKE)

    await run_races(world, 1000)


@pytest.mark.full
async def test_of_eight_racers_one_wins_five_thousand_times(build):
    world = await build(users=(ANA, BEN), loops=False, brake=NO_BRAKE)

    await run_races(world, 5000)


async def test_reading_first_and_writing_after_would_decide_more_than_once(build):
    """The control: the same race without the condition in the update has several winners."""
    world = await build(users=(ANA, BEN), loops=False, brake=NO_BRAKE)
    racers = Racers(world, seed=1)
    approval = await racers.ask()

    told = await racers.run(approval.id, [(way, 0) for way in CARELESS])

    assert sum(won for won, _ in told.values()) > 1
