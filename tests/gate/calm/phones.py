"""A channel that keeps what stands in each chat, and short ways to let time pass."""

from dataclasses import dataclass, field
from typing import Any

from bot.core.approval import Approval
from bot.core.decision import Choice, Via
from bot.core.people import Decider
from bot.gate.channel import Card, ChannelError
from tests.world import ADMIN_KEY, World

ANA, BEN = 1001, 1002
HOUR = 3600
YES, NO = Choice(approve=True), Choice(approve=False)
BY_ANA = Decider(name="Ana", via=Via.WEB, person="telegram-1001")
BY_BEN = Decider(name="Ben", via=Via.WEB, person="telegram-1002")


@dataclass
class Phones:
    """A channel that keeps what stands in each chat: kind and title, and whether it rang."""

    name: str = "telegram"
    shown: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    history: list[tuple[str, str, str]] = field(default_factory=list)
    refuses: bool = False
    count: int = 0

    async def post(self, card: Card, approval: Approval, *, silent: bool = False) -> str:
        if self.refuses:
            raise ChannelError("away")
        self.count += 1
        address, title = card.target.address, approval.action.title
        self.history.append((address, card.kind, title))
        self.shown[str(self.count)] = (address, f"{card.kind} {title}", not silent)
        return str(self.count)

    async def edit(self, card: Card, approval: Approval) -> None:
        assert card.message in self.shown

    async def remove(self, card: Card, approval: Approval) -> None:
        assert card.message is not None
        del self.shown[card.message]

    def needs_attachment(self, approval: Approval) -> bool:
        return False

    def at(self, who: int) -> list[str]:
        """What stands in a person's chat."""
        return [words for address, words, _ in self.shown.values() if address == str(who)]

    def rang(self, who: int) -> list[str]:
        """What of it came with a sound."""
        return [
            words
            for address, words, rang in self.shown.values()
            if (address, rang) == (str(who), True)
        ]


async def opened(build, phones: Phones, **settings: Any) -> World:
    world: World = await build(loops=False, **settings)
    world.channels["telegram"] = phones
    return world


async def pass_time(world: World, seconds: float) -> None:
    """Let time pass, and everything be done that is due then."""
    world.clock.advance(seconds=seconds)
    await settle(world)


async def settle(world: World) -> None:
    await world.timers.work()
    for _ in range(6):  # what is posted may owe more
        await _deliver(world)


async def _deliver(world: World) -> None:
    now = world.clock.now()
    for lane in await world.store.read(lambda tx: tx.outbox.lanes_due(now)):
        await world.courier._work_lane(lane)


async def rules(world: World, **routing: Any) -> None:
    """Let a rule ask about everything, with this routing."""
    rule = {"name": "payments", "match": {}, "decision": "ask", **routing}
    response = await world.call(
        "POST", "/v1/policies", key=ADMIN_KEY, json={"name": "p", "rules": [rule]}
    )
    assert response.status in {200, 201}, await response.text()


async def ask(world: World, title: str = "Deploy", **body: Any) -> str:
    answer = await world.ask(title=title, **body)
    await settle(world)
    id: str = answer["approval_id"]
    return id
