"""Exactly one decision, also where three gates in processes of their own share one database."""

import asyncio
import json
import os
import sys
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from random import Random

import pytest

from bot.core.approval import State
from bot.core.audit import Head, verify
from bot.store import open_store
from tests.builders import NOW
from tests.daemon import ROOT
from tests.gate.racers import CARELESS, WAYS
from tests.gate.test_race import check_entries, check_wins
from tests.postgres import fetch

GATES = 3


class Gates:
    """The processes, and orders to them; all of their clocks show the same when a race begins."""

    def __init__(self, processes, seed):
        self._processes = processes
        self._now = NOW
        self.random = Random(seed)

    async def race(self, ways):
        """Let these run at a new approval, spread over the gates; return what each was told."""
        self._now += timedelta(seconds=2)
        (id,) = await self._order({self.random.randrange(GATES): {"ask": True}})
        races = {gate: [] for gate in range(GATES)}
        for way in self.random.sample(ways, len(ways)):
            races[self.random.randrange(GATES)].append((way, self.random.randrange(3)))
        told = await self._order(
            {gate: {"approval": id, "race": race} for gate, race in races.items()}
        )
        return id, {
            way: (won, State(state)) for each in told for way, (won, state) in each.items()
        }

    async def _order(self, orders):
        for gate, order in orders.items():
            line = json.dumps({**order, "now": self._now.isoformat()})
            self._processes[gate].stdin.write(line.encode() + b"\n")
        answers = [await self._processes[gate].stdout.readline() for gate in orders]
        assert all(answers), "a gate has ended"
        return [json.loads(answer) for answer in answers]


@asynccontextmanager
async def a_process(url, number):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.gate.racers", url, str(number)),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'web' / 'client'}"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.stdin.close()
        assert await process.wait() == 0


@asynccontextmanager
async def three_gates(url, *, seed):
    async with AsyncExitStack() as stack:
        processes = [
            await stack.enter_async_context(a_process(url, number)) for number in range(GATES)
        ]
        for process in processes:
            assert await process.stdout.readline() == b"ready\n"
        yield Gates(processes, seed)


async def states_and_entries(url):
    async with (
        open_store(url, exclusive=False) as store,
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(store.run())
        rows = await fetch(url, "SELECT id, state FROM approvals")
        entries = await store.read(lambda tx: tx.audit.after(0, limit=100_000))
        await store.close()
    return {id: State(state) for id, state in rows}, entries


async def run_races(url, count):
    wins, told_of = Counter(), {}
    async with three_gates(url, seed=2026) as gates:
        for _ in range(count):
            id, told = await gates.race(WAYS)
            winners = [way for way, (won, _) in told.items() if won]
            assert len(winners) <= 1, winners
            wins[winners[0] if winners else "timer"] += 1
            told_of[id] = {state for _, state in told.values()}

    states, entries = await states_and_entries(url)
    assert told_of == {id: {state} for id, state in states.items()}
    assert wins["timer"] == Counter(states.values())[State.EXPIRED]
    check_wins(wins, count)
    check_entries(entries, count)
    ((seq, hash),) = await fetch(url, "SELECT seq, hash FROM audit_head")
    assert verify(entries, end=Head(seq=seq, hash=hash)) is None
    ((deadlocks,),) = await fetch(
        url, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    assert deadlocks == 0
    print(f"\n{count} races over {GATES} processes, {deadlocks} deadlocks, wins: {dict(wins)}")


async def test_of_eight_racers_in_three_gates_one_wins_and_all_are_told_the_same(postgres_url):
    await run_races(postgres_url, 1000)


@pytest.mark.full
async def test_of_eight_racers_in_three_gates_one_wins_five_thousand_times(postgres_url):
    await run_races(postgres_url, 5000)


async def test_reading_first_and_writing_after_would_decide_more_than_once(postgres_url):
    """The control: without the condition in the update there are several winners."""
    async with three_gates(postgres_url, seed=1) as gates:
        _, told = await gates.race(CARELESS)

    assert sum(won for won, _ in told.values()) > 1
