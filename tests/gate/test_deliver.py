"""The outbox: nothing owed is forgotten, nothing that fails holds others up."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.core.approval import Approval, State
from bot.core.decision import Choice, Via
from bot.core.people import Decider
from bot.gate.channel import Card, ChannelError, Target
from bot.gate.deliver import backoff
from tests.world import World

ANA, BEN = "1001", "1002"
OWNER = Decider(name="owner", via=Via.WEB, person="owner")


@dataclass
class Letters:
    """A channel that keeps what it was given, and refuses what it is told to refuse."""

    name: str = "telegram"
    posted: list[tuple[str, str, State]] = field(default_factory=list)
    edited: list[tuple[str, str, State]] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    refusals: dict[str, list[ChannelError | Exception]] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    in_post: asyncio.Event = field(default_factory=asyncio.Event)
    is_long: bool = False

    async def _pass(self, address: str) -> None:
        self.in_post.set()
        if address in self.gates:
            await self.gates[address].wait()
        waiting = self.refusals.get(address)
        if waiting:
            raise waiting.pop(0)

    async def post(self, card: Card, approval: Approval, *, silent: bool = False) -> str:
        await self._pass(card.target.address)
        self.posted.append((card.target.address, approval.id, approval.state))
        return str(len(self.posted))

    async def edit(self, card: Card, approval: Approval) -> None:
        await self._pass(card.target.address)
        self.edited.append((card.target.address, approval.id, approval.state))

    async def remove(self, card: Card, approval: Approval) -> None:
        raise AssertionError("nobody is reminded here")

    def needs_attachment(self, approval: Approval) -> bool:
        return self.is_long

    async def attach(self, card: Card, approval: Approval) -> None:
        self.attached.append(card.target.address)

    async def say(self, target: Target, body: str) -> None:
        await self._pass(target.address)


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
async def world(build, letters) -> World:
    world = await build(users=(int(ANA), int(BEN)))
    world.channels["telegram"] = letters
    return world


async def settle(world: World) -> None:
    async with asyncio.timeout(10):
        await world.courier.flush()


async def test_every_approver_gets_the_card_and_later_the_end(world, letters):
    id = (await world.ask())["approval_id"]
    await settle(world)
    assert sorted(letters.posted) == [(ANA, id, State.PENDING), (BEN, id, State.PENDING)]

    await world.decide(id)
    await settle(world)

    assert sorted(letters.edited) == [(ANA, id, State.APPROVED), (BEN, id, State.APPROVED)]
    assert len(letters.posted) == 2


async def test_what_is_owed_survives_a_restart(build, clock, letters):
    first = await build(users=(int(ANA),))
    id = (await first.ask())["approval_id"]
    await first.store.close()

    second = await build(users=(int(ANA),))
    second.channels["telegram"] = letters
    second.courier.nudge()
    async with asyncio.timeout(10):
        while not letters.posted:
            await asyncio.sleep(0)

    assert letters.posted == [(ANA, id, State.PENDING)]


async def test_deadlines_survive_a_restart(build, clock):
    first = await build()
    id = (await first.ask(expires_in_sec=60))["approval_id"]
    await first.store.close()
    clock.advance(seconds=3600)

    second = await build()
    async with asyncio.timeout(10):
        while (await second.read(id))["status"] == "pending":
            await asyncio.sleep(0)

    assert (await second.read(id))["status"] == "expired"


async def test_a_clock_that_jumps_back_revives_nothing(world, clock):
    id = (await world.ask(expires_in_sec=60))["approval_id"]
    clock.advance(seconds=60)
    await world.timers.work()

    clock.jump(timedelta(days=-2))
    refused = await world.decide(id)

    assert refused.status == 410
    assert (await world.read(id))["status"] == "expired"


async def test_a_clock_that_jumps_ahead_approves_nothing(world, clock):
    id = (await world.ask(expires_in_sec=60))["approval_id"]

    clock.jump(timedelta(days=2))
    refused = await world.decide(id)

    assert refused.status == 410
    assert (await world.read(id))["status"] == "expired"


async def test_a_chat_that_is_asked_to_wait_delays_no_other(world, letters, clock):
    letters.refusals[ANA] = [ChannelError("flood", retry_after=timedelta(seconds=30))]

    id = (await world.ask())["approval_id"]
    await settle(world)

    assert letters.posted == [(BEN, id, State.PENDING)]
    clock.advance(seconds=29)
    await settle(world)
    assert len(letters.posted) == 1
    clock.advance(seconds=1)
    async with asyncio.timeout(10):
        while len(letters.posted) < 2:
            await asyncio.sleep(0)


async def test_a_passing_fault_is_tried_again_later_and_later(world, letters, clock):
    letters.refusals[ANA] = [ChannelError("down"), RuntimeError("a bug"), ChannelError("down")]
    letters.refusals[BEN] = [ChannelError("gone", permanent=True)]

    await world.ask()
    for seconds in (1, 2, 4):
        await settle(world)
        assert letters.posted == []
        clock.advance(seconds=seconds)
    async with asyncio.timeout(10):
        while not letters.posted:
            await asyncio.sleep(0)

    assert [address for address, _, _ in letters.posted] == [ANA]


def test_the_pause_doubles_up_to_five_minutes():
    pauses = [backoff(n).total_seconds() for n in (1, 2, 3, 9, 10, 1000)]

    assert pauses == [1, 2, 4, 256, 300, 300]


async def test_a_permanent_fault_is_given_up_and_kept_in_the_audit(world, letters, clock):
    letters.refusals[ANA] = [ChannelError("bot was blocked by the user", permanent=True)]

    id = (await world.ask())["approval_id"]
    await settle(world)
    clock.advance(days=1)
    await settle(world)

    assert [address for address, _, _ in letters.posted] == [BEN]
    entries = (await (await world.call("GET", f"/v1/approvals/{id}/audit")).json())["entries"]
    failed = [entry for entry in entries if entry["kind"] == "delivery.failed"]
    assert [entry["facts"]["to"] for entry in failed] == [ANA]


async def test_a_chat_that_moved_is_followed(world, letters):
    letters.refusals[ANA] = [ChannelError("moved", moved_to="-1009")]

    id = (await world.ask())["approval_id"]
    await settle(world)
    await world.decide(id)
    await settle(world)

    assert ("-1009", id, State.PENDING) in letters.posted
    assert ("-1009", id, State.APPROVED) in letters.edited


async def test_a_decision_while_the_card_is_on_its_way_is_shown_after_it(world, letters):
    letters.gates[ANA] = asyncio.Event()
    id = (await world.ask())["approval_id"]
    await letters.in_post.wait()

    await world.decide(id, "denied")
    letters.gates[ANA].set()
    await settle(world)

    assert (ANA, id, State.PENDING) in letters.posted
    assert (ANA, id, State.DENIED) in letters.edited


async def test_what_ended_before_its_card_went_out_is_not_shown(world, letters):
    world.channels.clear()
    id = (await world.ask())["approval_id"]
    await world.decide(id)

    world.channels["telegram"] = letters
    await settle(world)

    assert letters.posted == []


async def test_what_no_card_holds_follows_as_a_file(world, letters):
    letters.is_long = True

    await world.ask()
    await settle(world)

    assert sorted(letters.attached) == [ANA, BEN]


async def test_edits_that_pile_up_become_one(world, letters, clock):
    id = (await world.ask())["approval_id"]
    await settle(world)
    letters.refusals[ANA] = [ChannelError("flood", retry_after=timedelta(seconds=30))]
    await world.decide(id)
    await settle(world)
    await world.call("POST", f"/v1/approvals/{id}/outcome", json={"exit_code": 0})
    clock.advance(seconds=30)
    await settle(world)

    to_ana = [end for address, _, end in letters.edited if address == ANA]
    assert to_ana == [State.APPROVED]


async def test_nothing_is_sent_before_it_is_kept(world, letters):
    """A submission that fails at its commit leaves nobody a card."""
    gate = world.gate
    asked = await world.ask()
    await settle(world)
    before = len(letters.posted)

    with pytest.raises(ZeroDivisionError):
        await world.store.write(_asks_and_fails(asked["approval_id"]))
    await settle(world)

    assert len(letters.posted) == before
    answered = await gate.decide(asked["approval_id"], OWNER, Choice(approve=False))
    assert answered.by_this


def _asks_and_fails(id: str):
    def work(tx):
        approval = yield from tx.approvals.get(id)
        yield from tx.cards.of(approval.id)
        from dataclasses import replace

        copy = replace(approval, id="appr_" + "f" * 32, short_code="zzzzz")
        yield from tx.approvals.add(copy)
        raise ZeroDivisionError

    return work


async def test_one_delivery_that_always_fails_holds_no_other_up(world, letters, clock):
    letters.refusals[ANA] = [RuntimeError("a card that cannot be drawn")]
    bad = (await world.ask(title="bad"))["approval_id"]
    await settle(world)

    good = (await world.ask(title="good"))["approval_id"]
    await settle(world)

    assert (ANA, good, State.PENDING) in letters.posted
    assert (ANA, bad, State.PENDING) not in letters.posted


async def test_a_delivery_that_fails_for_hours_is_given_up(world, letters, clock):
    letters.refusals[ANA] = [RuntimeError("never")] * 100
    await world.ask()

    for _ in range(40):
        await settle(world)
        clock.advance(minutes=5)
    await settle(world)

    assert len(letters.refusals[ANA]) > 60


async def test_cards_of_a_chat_that_moved_are_posted_anew(world, letters):
    """Messages are numbered anew there, so an old number would be another message."""
    open_one = (await world.ask(title="One"))["approval_id"]
    ended = (await world.ask(title="Two"))["approval_id"]
    await settle(world)
    await world.decide(ended)
    await settle(world)
    letters.refusals[ANA] = [ChannelError("moved", moved_to="-1009")]
    new = (await world.ask())["approval_id"]
    await settle(world)

    there = [id for address, id, _ in letters.posted if address == "-1009"]
    assert sorted(there) == sorted([open_one, new])
    assert ended not in there


async def test_a_chat_that_can_be_reached_again_gets_what_is_pending(world, letters):
    letters.refusals[ANA] = [ChannelError("blocked", permanent=True)] * 2
    ended = (await world.ask())["approval_id"]
    pending = (await world.ask())["approval_id"]
    await settle(world)
    await world.decide(ended)
    assert ANA not in [address for address, _, _ in letters.posted]

    for _ in range(2):
        await world.gate.chat.show_again(Target(channel="telegram", address=ANA))
        await settle(world)

    assert [id for address, id, _ in letters.posted if address == ANA] == [pending]
