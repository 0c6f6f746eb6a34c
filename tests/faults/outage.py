"""Telegram's bad days, by the clock: seeded faults over several chats, while people decide.

Nothing sleeps: the clock is moved half a second at a time, and all that can happen then happens.
A hang is the exception, which ends by the library's own limit, a fraction of a real second.
"""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.channels.telegram.bot import TelegramBot
from bot.gate.channel import CardKind, Target
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Card, FakeTelegram, Fault, Person
from tests.world import World

STEP: Final = timedelta(seconds=0.5)
ASK_EVERY: Final = timedelta(seconds=9)
LIFE: Final = 90
# After this long in order, a chat has what it was owed: the longest hold of a lane and of a 429.
RECOVERED: Final = timedelta(seconds=95)
HANG_LIMIT: Final = 1.0
# Of one chat; "refused" is everybody's.
KINDS: Final = ("reset", "hang", "late", "5xx", "429", "unheard")
ENDS: Final = {"approved": "✅ Approved", "denied": "❌ Denied", "expired": "⌛ Expired"}
_MOST_STEPS: Final = 2000
_MOMENTS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One chat's fault, or everybody's where `chat` is None."""

    chat: int | None
    kind: str
    begins: timedelta
    ends: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An ask, and when it was made."""

    id: str
    title: str
    at: datetime


@dataclass(kw_only=True)
class Outage:
    """A run: the gate, its bot, Telegram, the people, and what was asked."""

    world: World
    bot: TelegramBot
    telegram: FakeTelegram
    clock: FakeClock
    people: list[Person]
    seed: int
    length: timedelta
    asked: list[Asked] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    hit: set[str] = field(default_factory=set)
    _faults: dict[Trouble, Fault] = field(default_factory=dict)

    async def run(self) -> None:
        """Let it all happen, and then get better, until nothing is owed any more."""
        chance = random.Random(self.seed)
        began = self.clock.now()
        self.troubles = list(_plan(chance, [one.id for one in self.people[1:]], self.length))
        next_ask = began
        while (passed := self.clock.now() - began) < self.length:
            await self._change_faults(passed)
            if self.clock.now() >= next_ask:
                await self._ask(chance)
                next_ask = self.clock.now() + ASK_EVERY
            if chance.random() < 0.15:
                await self._decide(chance)
            await self.step()
        for trouble in list(self._faults):
            await self._end(trouble)
        for one in self.asked:
            await self.world.decide(one.id)  # what nobody decided meanwhile
        await self.settle()

    async def settle(self) -> None:
        """Let time pass until nothing is owed and nothing waits."""
        for _ in range(_MOST_STEPS):
            await self.step()
            owed = await self.world.store.read(_owes)
            if not owed and not self.telegram.updates.pending:
                return
        raise AssertionError("something is still owed after all that time")

    async def step(self) -> None:
        """Move the clock, and let all happen that can."""
        self.clock.advance(seconds=STEP.total_seconds())
        self.telegram.changes.announce()
        for _ in range(4):
            await self.world.store.read(_nothing)
            while self._is_busy():
                await asyncio.sleep(0.001)
        await self._let_the_healthy_finish()

    async def _let_the_healthy_finish(self) -> None:
        """Give threads a moment; one that waited for a chat that hangs takes longer than that."""
        lane = Target(channel="telegram", address=str(self.people[0].id))
        for _ in range(_MOMENTS):
            if lane not in self.world.courier._busy:
                return
            await asyncio.sleep(0.005)

    def _is_busy(self) -> bool:
        recent = self.telegram.calls[-200:]
        return any(
            one.outcome == "under way" and one.method not in {"getUpdates", "getMe"}
            for one in recent
        )

    async def _ask(self, chance: random.Random) -> None:
        title = f"Job {len(self.asked):03}"
        at = self.clock.now()
        life = LIFE if chance.random() < 0.3 else 600
        answer = await self.world.ask(
            title=title, params={"n": title}, expires_in_sec=life, session_id=""
        )
        self.asked.append(Asked(id=answer["approval_id"], title=title, at=at))

    async def _decide(self, chance: random.Random) -> None:
        """Let one or two people tap, or a key decide, on one of the latest asks."""
        if not self.asked:
            return
        one = chance.choice(self.asked[-4:])
        if chance.random() < 0.2:
            await self.world.decide(one.id, chance.choice(["approved", "denied"]))
            return
        for person in chance.sample(self.people, 2):
            cards = [card for card in self.copies(person, one) if card.buttons]
            if cards:
                label = chance.choice(["Approve", "Deny"])
                await person.tap_data(_held(cards[-1], label), card=cards[-1])

    def copies(self, person: Person, one: Asked) -> list[Card]:
        """Return the messages in somebody's chat that are this card; reminders reply to one."""
        said = self.telegram.messages(person.chat_id)
        return [
            card for card in said if f"agent: {one.title}" in card.text and card.reply_to is None
        ]

    async def known(self, person: Person, one: Asked) -> set[str]:
        """Return the numbers of those that the gate knows."""
        cards = await self.world.store.read(lambda tx: tx.cards.of(one.id))
        return {
            card.message or ""
            for card in cards
            if card.target.address == str(person.chat_id) and card.kind is CardKind.CARD
        }

    def had_trouble(self, chat: int, since: datetime, until: datetime, began: datetime) -> bool:
        """Tell whether a chat had any, or had just had it."""
        return any(
            one.chat in {None, chat}
            and began + one.begins <= until
            and began + one.ends + RECOVERED >= since
            for one in self.troubles
        )

    async def _change_faults(self, passed: timedelta) -> None:
        for trouble in self.troubles:
            is_on = trouble.begins <= passed < trouble.ends
            if is_on and trouble not in self._faults:
                await self._begin(trouble)
            elif not is_on and trouble in self._faults:
                await self._end(trouble)

    async def _begin(self, trouble: Trouble) -> None:
        seconds = round((trouble.ends - trouble.begins).total_seconds())
        scripted: dict[str, dict[str, Any]] = {
            "refused": {"drop": True, "chat_id": -1},
            "reset": {"drop": True},
            "hang": {"hang": 30, "status": 504},
            "late": {"hang": 30},
            "5xx": {"status": 502, "junk": b"<html>Bad Gateway</html>"},
            "429": {"status": 429, "retry_after": max(3, min(seconds, 60))},
            "unheard": {"drop": True, "accepted": True},
        }
        fault = self.telegram.fail(
            "*", count=None, **{"chat_id": trouble.chat, **scripted[trouble.kind]}
        )
        self._faults[trouble] = fault
        if trouble.kind == "refused":
            await self.telegram.go_down()

    async def _end(self, trouble: Trouble) -> None:
        fault = self._faults.pop(trouble)
        if fault.hits:
            self.hit.add(trouble.kind)
        fault.heal()
        if trouble.kind == "refused":
            await self.telegram.come_up()


def _plan(chance: random.Random, chats: list[int], length: timedelta) -> Iterator[Trouble]:
    """Plan faults for all these chats, with time in between to recover, and one for everybody."""
    kinds = list(KINDS)
    for chat in chats:
        chance.shuffle(kinds)
        begins = timedelta(seconds=chance.randint(5, 20))
        number = 0
        while begins < length - timedelta(seconds=10):
            lasts = timedelta(seconds=chance.randint(3, 60))
            kind = kinds[number % len(kinds)]
            yield Trouble(chat=chat, kind=kind, begins=begins, ends=begins + lasts)
            number += 1
            begins += lasts + timedelta(seconds=chance.randint(40, 70))
    middle = length / 2
    yield Trouble(chat=None, kind="refused", begins=middle, ends=middle + timedelta(seconds=20))


def _held(card: Card, label: str) -> str:
    buttons = [button for row in card.buttons for button in row]
    found = [str(one["callback_data"]) for one in buttons if label in one["text"]]
    return found[0] if found else str(buttons[0].get("callback_data", "x"))


def _owes(tx: Any) -> Any:
    far = yield from tx.outbox.next_due(datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
    return far is not None


def _nothing(tx: Any) -> Any:
    yield from ()
