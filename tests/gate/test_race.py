"""Exactly one decision, whoever races: two people's taps, a key, the page, the timer."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.core.approval import Approval, State, decided
from bot.core.audit import verify
from bot.core.card import Button, Verb
from bot.core.decision import Choice, Via
from bot.core.people import Decider
from bot.gate.ports import Done, Target, Update
from bot.gate.press import Effect, Person, Place
from bot.gate.submit import Ask
from tests.builders import a_decision, an_action
from tests.world import ADMIN_KEY, AGENT_KEY, World

ANA, BEN = 1001, 1002
LIFE = timedelta(seconds=1)


class Racers:
    """Eight ways to end one approval; each returns the end it was told."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.key = world.gate.authenticate(AGENT_KEY)
        self.admin = world.gate.authenticate(ADMIN_KEY)
        self.updates = 0

    async def ask(self) -> Approval:
        ask = Ask(action=an_action(cwd=None), life=LIFE, session_id="s")
        id = self.world.gate.new_approval_id()
        return await self.world.gate.submit(self.key, ask, id=id)

    async def race(self) -> tuple[str, set[State], Approval]:
        """Let all eight run at one approval; return who won, what they were told, what stands."""
        approval = await self.ask()
        cards = await self.world.store.read(lambda tx: tx.cards.of(approval.id))
        handles = {card.target.address: card.handle for card in cards}
        gate, admin = self.world.gate, self.admin
        racers = {
            "ana approves": partial(self._tap, handles, ANA, Verb.APPROVE),
            "ana denies": partial(self._tap, handles, ANA, Verb.DENY),
            "ben approves": partial(self._tap, handles, BEN, Verb.APPROVE),
            "ben denies": partial(self._tap, handles, BEN, Verb.DENY),
            "key": partial(self._decide, Decider(name="admin", via=Via.API, key=admin)),
            "page": partial(self._decide, Decider(name="owner", via=Via.WEB, person="owner")),
            "timer": self._timer,
            "agent": self._withdraw,
        }
        order = self.random.sample(sorted(racers), len(racers))
        told: dict[str, tuple[bool, State]] = {}

        async def run(name: str, pauses: int) -> None:
            for _ in range(pauses):
                await asyncio.sleep(0)
            told[name] = await racers[name](approval)

        async with asyncio.TaskGroup() as tasks:
            for name in order:
                tasks.create_task(run(name, self.random.randrange(3)))
        winners = [name for name, (won, _) in told.items() if won]
        assert len(winners) <= 1, winners
        final = await gate.any(approval.id)
        winner = winners[0] if winners else "timer"
        assert (final.state is State.EXPIRED) == (winner == "timer")
        return winner, {state for _, state in told.values()}, final

    async def _tap(self, handles, person, verb, approval):
        self.updates += 1
        target = Target(channel="telegram", address=str(person))
        reaction = await self.world.gate.press(
            handles[str(person)],
            Button(verb=verb),
            person=Person(address=target, name=""),
            place=Place(target=target, message=None),
            update=Update(channel="telegram", id=self.updates),
        )
        return reaction.effect is Effect.DECIDED, reaction.approval.state

    async def _decide(self, decider, approval):
        choice = Choice(approve=self.random.random() < 0.5)
        answered = await self.world.gate.decide(approval.id, decider, choice)
        return answered.by_this, answered.approval.state

    async def _timer(self, approval):
        self.world.clock.advance(seconds=1)
        await self.world.timers.work()
        return False, (await self.world.gate.any(approval.id)).state

    async def _withdraw(self, approval):
        ended = await self.world.gate.withdraw(self.key, approval.id, reason="race")
        return ended.state is State.WITHDRAWN, ended.state


async def run_races(world: World, count: int, *, least_share: float) -> None:
    racers = Racers(world, seed=2026)
    wins: Counter[str] = Counter()
    for _ in range(count):
        winner, told, final = await racers.race()
        wins[winner] += 1
        assert told == {final.state}

    assert sum(wins.values()) == count
    assert len(wins) == 8
    assert min(wins.values()) >= least_share * count, wins
    entries = await world.store.read(lambda tx: tx.audit.after(0, limit=100_000))
    assert verify(entries) is None
    ends = Counter(
        entry.record.approval_id
        for entry in entries
        if entry.record.kind.startswith("approval.") and entry.record.kind != "approval.asked"
    )
    assert set(ends.values()) == {1}
    assert len(ends) == count


async def test_of_eight_racers_one_wins_and_all_are_told_the_same(build):
    world = await build(users=(ANA, BEN), loops=False)

    await run_races(world, 1000, least_share=0.05)


@pytest.mark.full
async def test_of_eight_racers_one_wins_five_thousand_times(build):
    world = await build(users=(ANA, BEN), loops=False)

    await run_races(world, 5000, least_share=0.05)


async def test_reading_first_and_writing_after_would_decide_more_than_once(build):
    """The control: the same race without the condition in the update has several winners."""
    world = await build(users=(ANA, BEN), loops=False)
    racers = Racers(world, seed=1)
    approval = await racers.ask()

    def write_anyway(tx, *, ended):
        for statement, parameters in _rows(tx.approvals.finish(ended)):
            careless = replace(statement, text=statement.text.replace("AND state = 'pending'", ""))
            assert careless.text != statement.text
            yield careless, parameters
        return Done(value=True)

    async def careless(approved: bool) -> bool:
        seen = await world.gate.any(approval.id)
        if not seen.is_pending:
            return False
        ended = decided(seen, a_decision(approved=approved))
        return await world.store.write(partial(write_anyway, ended=ended))

    async with asyncio.TaskGroup() as tasks:
        racing = [tasks.create_task(careless(n % 2 == 0)) for n in range(8)]

    assert sum(task.result() for task in racing) > 1


def _rows(steps):
    """Yield what a repository's method would have run first."""
    yield next(steps)
    steps.close()
