"""Eight ways to end one approval, to be run against each other.

As a program it is a gate of its own on a database that several share: a line of JSON on standard
input is an order, the line on standard output what came of it.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.core.approval import Approval, State, decided
from bot.core.brake import Brake
from bot.core.card import Button, Verb
from bot.core.decision import Choice, Via
from bot.core.people import Decider
from bot.gate.channel import Target, Update
from bot.gate.press import Effect, Person, Place
from bot.gate.steps import Done
from bot.gate.submit import Ask
from tests.builders import a_decision, an_action
from tests.fakes.clock import FakeClock
from tests.world import ADMIN_KEY, AGENT_KEY, World

ANA, BEN = 1001, 1002
WAYS = (
    "ana approves",
    "ana denies",
    "ben approves",
    "ben denies",
    "key",
    "page",
    "timer",
    "agent",
)
CARELESS = tuple(f"careless {n}" for n in range(8))
NO_BRAKE = Brake(approvals=1_000_000)
_LIFE = timedelta(seconds=1)


class Racers:
    """Those who run in one gate; each returns whether it has won, and the end it was told."""

    def __init__(self, world: World, seed: int, *, first_update: int = 0) -> None:
        self.world = world
        self.random = Random(seed)
        self._key = world.gate.authenticate(AGENT_KEY)
        self._admin = world.gate.authenticate(ADMIN_KEY)
        self._updates = first_update
        self._handles = {}
        self._ways = {
            "ana approves": partial(self._tap, ANA, Verb.APPROVE),
            "ana denies": partial(self._tap, ANA, Verb.DENY),
            "ben approves": partial(self._tap, BEN, Verb.APPROVE),
            "ben denies": partial(self._tap, BEN, Verb.DENY),
            "key": partial(self._decide, Decider(name="admin", via=Via.API, key=self._admin)),
            "page": partial(self._decide, Decider(name="owner", via=Via.WEB, person="owner")),
            "timer": self._timer,
            "agent": self._withdraw,
            **dict.fromkeys(CARELESS, self._careless),
        }

    async def ask(self) -> Approval:
        """Ask what is to be raced for."""
        id = self.world.gate.new_approval_id()
        # What was denied is denied again, so each is another one.
        ask = Ask(action=an_action(cwd=None, title=id), life=_LIFE, session_id="s")
        return await self.world.gate.submit(self._key, ask, id=id)

    async def run(
        self, id: str, order: Sequence[tuple[str, int]]
    ) -> dict[str, tuple[bool, State]]:
        """Let these run at it, each after so many turns of the loop; return what each was told."""
        cards = await self.world.store.read(lambda tx: tx.cards.of(id))
        self._handles = {card.target.address: card.handle for card in cards}
        told: dict[str, tuple[bool, State]] = {}

        async def run(way: str, pauses: int) -> None:
            for _ in range(pauses):
                await asyncio.sleep(0)
            told[way] = await self._ways[way](id)

        async with asyncio.TaskGroup() as tasks:
            for way, pauses in order:
                tasks.create_task(run(way, pauses))
        return told

    async def _tap(self, person, verb, id):
        self._updates += 1
        target = Target(channel="telegram", address=str(person))
        reaction = await self.world.gate.chat.press(
            self._handles[str(person)],
            Button(verb=verb),
            person=Person(address=target, name=""),
            place=Place(target=target, message=None),
            update=Update(channel="telegram", id=self._updates),
        )
        return reaction.effect is Effect.DECIDED, reaction.approval.state

    async def _decide(self, decider, id):
        choice = Choice(approve=self.random.random() < 0.5)
        answered = await self.world.gate.decide(id, decider, choice)
        return answered.by_this, answered.approval.state

    async def _timer(self, id):
        self.world.clock.advance(seconds=1)
        await self.world.timers.work()
        return False, (await self.world.gate.any(id)).state

    async def _withdraw(self, id):
        ended = await self.world.gate.withdraw(self._key, id, reason="race")
        return ended.state is State.WITHDRAWN, ended.state

    async def _careless(self, id):
        """Read first and write after, for the control: several will believe to have won."""
        seen = await self.world.gate.any(id)
        if not seen.is_pending:
            return False, seen.state
        ended = decided(seen, a_decision(approved=self.random.random() < 0.5))
        await self.world.store.write(partial(_write_anyway, ended=ended))
        return True, ended.state


def _write_anyway(tx, *, ended):
    steps = tx.approvals.finish(ended)
    statement, parameters = next(steps)
    steps.close()
    careless = replace(statement, text=statement.text.replace("AND state = 'pending'", ""))
    assert careless.text != statement.text
    yield careless, parameters
    return Done(value=None)


async def main(url: str, number: int) -> None:
    """Serve orders until the input ends."""
    more = {"exclusive": False, "clock": FakeClock(), "users": (ANA, BEN), "loops": False}
    more["brake"] = NO_BRAKE
    async with World.start(url, **more) as world:
        racers = Racers(world, seed=number, first_update=number * 1_000_000)
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            order = json.loads(line)
            world.clock.advance(
                max(timedelta(0), datetime.fromisoformat(order["now"]) - world.clock.now())
                / timedelta(days=1)
            )
            if "race" in order:
                answer = await racers.run(order["approval"], order["race"])
            else:
                answer = (await racers.ask()).id
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
