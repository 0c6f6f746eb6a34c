"""Alike asks that wait in one session: one card, one answer, and an end of its own for each."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

import pytest

from bot.core.alike import MOST_COPIES
from bot.core.approval import Approval, State
from bot.core.audit import verify
from bot.core.card import Button, Verb
from bot.core.decision import Choice, Scope, Via
from bot.core.errors import CardOutdated
from bot.core.people import Decider
from bot.gate.channel import Card, Target, Update
from bot.gate.press import Effect, Person, Place, Reaction
from tests.world import OTHER_KEY, World

ANA, BEN = 1001, 1002


OWNER = Decider(name="owner", via=Via.WEB, person="owner")


YES, NO = Choice(approve=True), Choice(approve=False)


DANGEROUS = {
    "action_type": "Bash",
    "title": "rm",
    "preview": "rm -rf /srv/data",
    "cwd": "/home/me",
}


_updates = count(1)


@dataclass
class Wall:
    """A channel whose cards hang where everybody sees how they were shown last."""

    name: str = "telegram"
    cards: dict[str, Approval] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)

    async def post(self, card: Card, approval: Approval, *, silent: bool = False) -> str:
        self.posts.append(approval.id)
        self.cards[approval.id] = approval
        return str(len(self.posts))

    async def edit(self, card: Card, approval: Approval) -> None:
        self.cards[approval.id] = approval

    async def remove(self, card: Card, approval: Approval) -> None:
        raise AssertionError("nobody is reminded here")

    def needs_attachment(self, approval: Approval) -> bool:
        return False

    async def attach(self, card: Card, approval: Approval) -> None:
        raise AssertionError("nothing here is too long for a card")

    async def say(self, target: Target, body: str) -> None:
        raise AssertionError("nothing is said here")


async def settle(world: World) -> None:
    async with asyncio.timeout(20):
        await world.courier.flush()


async def ask(world: World, number: int = 1, **body: object) -> list[str]:
    """Ask so many times for the same, a second between; return the ids, the oldest first."""
    ids = []
    for _ in range(number):
        ids.append((await world.ask(**body))["approval_id"])
        world.clock.advance(seconds=1)
    await settle(world)
    return ids


async def press(
    world: World, id: str, verb: Verb = Verb.APPROVE, *, shown: int, who: int = ANA
) -> Reaction:
    """Press a button of the approval's card, as it was when it showed so many copies."""
    cards = await world.store.read(lambda tx: tx.cards.of(id))
    target = Target(channel="telegram", address=str(who))
    return await world.gate.chat.press(
        next(card.handle for card in cards if card.target == target),
        Button(verb=verb, step=0 if verb is Verb.DENY else shown),
        person=Person(address=target, name=""),
        place=Place(target=target, message=None),
        update=Update(channel="telegram", id=next(_updates)),
    )


async def states(world: World, ids: list[str]) -> list[State]:
    return [(await world.gate.any(id)).state for id in ids]


async def queue(world: World) -> list[tuple[str, int]]:
    """What people see waiting: whose card, and how many it shows besides."""
    return [(one.id, one.copies) for one in await world.gate.pending()]


def shown(wall: Wall, id: str) -> tuple[State, int]:
    """What the approval's card says on the wall."""
    return wall.cards[id].state, wall.cards[id].copies


async def check_cards(world: World, wall: Wall, ids: list[str]) -> None:
    """Whatever waits is on exactly one card, and each card says how it stands."""
    await settle(world)
    stored = [await world.gate.any(id) for id in ids]
    waiting = {one.id for one in stored if one.is_pending}
    on_cards: list[str] = []
    for one in stored:
        if one.is_pending and one.copy_of is None:
            copies = [each.id for each in stored if each.copy_of == one.id and each.is_pending]
            assert len(copies) == one.copies
            on_cards += [one.id, *copies]
        if one.id in wall.cards:
            assert shown(wall, one.id) == (one.state, one.copies)
    assert Counter(on_cards) == Counter(waiting)
    assert {id for id, _ in await queue(world)} == waiting & set(wall.cards)


async def ends_of(world: World) -> Counter[str]:
    """How many ends the audit has of each approval."""
    entries = await world.store.read(lambda tx: tx.audit.after(0, limit=10_000))
    assert verify(entries) is None
    return Counter(
        entry.record.approval_id
        for entry in entries
        if entry.record.kind.startswith("approval.") and entry.record.kind != "approval.asked"
    )


# Joining


async def test_an_ask_like_one_that_waits_is_shown_on_its_card(world, wall):
    first, second, third = await ask(world, 3)

    assert wall.posts == [first]
    assert shown(wall, first) == (State.PENDING, 2)
    assert await queue(world) == [(first, 2)]
    listed = await (await world.call("GET", "/v1/approvals")).json()
    assert {one["approval_id"] for one in listed["approvals"]} == {first, second, third}
    assert len({one["short_code"] for one in listed["approvals"]}) == 3
    entries = await world.store.read(lambda tx: tx.audit.of(second))
    assert entries[0].record.facts["copy_of"] == first


@pytest.mark.parametrize(
    "different",
    [
        {"key": OTHER_KEY},
        {"session_id": "s2"},
        {"title": "Deploy 1.5"},
        {"preview": "make deploy VERSION=1.5"},
        {"params": {"version": "1.5"}},
        {"cwd": "/srv/other"},
        {"agent": "codex"},
        {"reason": "another one"},
        {"urgency": "high"},
    ],
)
async def test_what_differs_in_anything_that_a_card_says_has_its_own(world, wall, different):
    (first,) = await ask(world)
    (other,) = await ask(world, **different)

    assert wall.posts == [first, other]
    assert await queue(world) == [(first, 0), (other, 0)]


@pytest.mark.parametrize(
    "body", [{"session_id": ""}, {"action_type": "question", "options": ["A", "B"]}]
)
async def test_without_a_session_and_for_questions_each_has_its_own(world, wall, body):
    assert await ask(world, 2, **body) == wall.posts


async def test_what_goes_elsewhere_has_its_own(build, wall):
    world = await build(users=(ANA, BEN))
    world.channels["telegram"] = wall
    await ask(world)

    await ask(world, channel="telegram", target={"tg_chat_id": str(BEN)})

    assert [copies for _, copies in await queue(world)] == [0, 0]


async def test_a_repeated_ask_is_the_same_and_no_copy(world):
    for _ in range(2):
        await world.call(
            "POST",
            "/v1/approvals",
            json={"session_id": "s1", "action_type": "deploy", "title": "Deploy 1.4"},
            headers={"Idempotency-Key": "one"},
        )

    assert [copies for _, copies in await queue(world)] == [0]


async def test_a_grant_is_looked_at_before(world, wall):
    first, second = await ask(world, 2, action_type="Build")
    await world.gate.decide(first, OWNER, Choice(approve=True, scope=Scope.ALWAYS))

    again = await world.ask(action_type="Build")

    assert again["auto"]
    assert await queue(world) == [(second, 0)]


async def test_what_runs_out_now_takes_no_copies(build, wall):
    world = await build(users=(ANA,), loops=False)
    first = (await world.ask(expires_in_sec=10))["approval_id"]
    world.clock.advance(seconds=10)

    second = (await world.ask())["approval_id"]

    assert (await world.gate.any(second)).copy_of is None
    assert (await world.gate.any(first)).copies == 0


async def test_a_card_shows_so_many_and_the_next_begins_another(world, wall):
    ids = await ask(world, MOST_COPIES + 3)

    assert wall.posts == [ids[0], ids[MOST_COPIES + 1]]
    assert await queue(world) == [(ids[0], MOST_COPIES), (ids[MOST_COPIES + 1], 1)]

    assert (await press(world, ids[0], shown=MOST_COPIES)).effect is Effect.DECIDED
    await check_cards(world, wall, ids)


# Deciding


@pytest.mark.parametrize(
    ("verb", "state"), [(Verb.APPROVE, State.APPROVED), (Verb.DENY, State.DENIED)]
)
async def test_one_answer_is_for_both_and_both_agents_go_on(world, wall, verb, state):
    ids = await ask(world, 2)
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(world.read(id, query="?wait=30")) for id in ids]
        while len(world.gate.waiters) < len(ids):
            await asyncio.sleep(0)

        reaction = await press(world, ids[0], verb, shown=1)

    assert reaction.effect is Effect.DECIDED
    assert [task.result()["status"] for task in waiting] == [state, state]
    first, second = [await world.gate.any(id) for id in ids]
    assert first.decision == second.decision
    assert await ends_of(world) == dict.fromkeys(ids, 1)
    await check_cards(world, wall, ids)
    assert shown(wall, ids[0]) == (state, 1)
    assert wall.posts == ids[:1]


async def test_a_grant_is_made_once(world):
    ids = await ask(world, 3, action_type="Build")

    await press(world, ids[0], Verb.SESSION, shown=2)

    decisions = [(await world.gate.any(id)).decision for id in ids]
    assert len({one.grant_id for one in decisions}) == 1
    entries = await world.store.read(lambda tx: tx.audit.after(0, limit=100))
    assert [e.record.approval_id for e in entries if e.record.kind == "grant.made"] == [ids[0]]


async def test_a_replacement_and_a_note_are_for_all_of_them(world):
    ids = await ask(world, 2)

    choice = Choice(approve=True, override="make deploy DRY=1", note="dry first")
    await world.gate.decide(ids[0], OWNER, choice, shown=1)

    for id in ids:
        decision = (await world.gate.any(id)).decision
        assert (decision.override, decision.note) == ("make deploy DRY=1", "dry first")


async def test_a_press_on_a_card_that_showed_fewer_decides_nothing(world, wall):
    ids = await ask(world, 2)

    stale = await press(world, ids[0], shown=0)

    assert stale.effect is Effect.STALE
    assert str(stale.refusal) == "One more like it came in; the card shows both now."
    assert await states(world, ids) == [State.PENDING] * 2
    assert (await press(world, ids[0], shown=1)).effect is Effect.DECIDED
    assert await states(world, ids) == [State.APPROVED] * 2


async def test_a_page_that_showed_fewer_decides_nothing(world):
    ids = await ask(world, 3)

    answered = await world.gate.decide(ids[0], OWNER, YES, shown=1)

    assert type(answered.refusal) is CardOutdated
    assert str(answered.refusal) == "More like it came in; the card shows all of them now."
    assert await states(world, ids) == [State.PENDING] * 3
    assert (await world.gate.decide(ids[0], OWNER, NO, shown=1)).by_this
    assert await states(world, ids) == [State.DENIED] * 3


async def test_a_second_tap_counts_what_came_in_since_the_first(world, wall):
    (first,) = await ask(world, **DANGEROUS)
    assert (await press(world, first, shown=0)).effect is Effect.TURNED
    (second,) = await ask(world, **DANGEROUS)

    assert (await press(world, first, Verb.CONFIRM, shown=0)).effect is Effect.STALE
    assert (await press(world, first, Verb.CONFIRM, shown=1)).effect is Effect.DECIDED

    assert await states(world, [first, second]) == [State.APPROVED] * 2


async def test_a_card_that_showed_more_decides_what_is_left(world, wall):
    ids = await ask(world, 3)
    await world.gate.withdraw(key_of(world), ids[1])

    assert (await press(world, ids[0], shown=2)).effect is Effect.DECIDED

    assert await states(world, ids) == [State.APPROVED, State.WITHDRAWN, State.APPROVED]
    await check_cards(world, wall, ids)


async def test_a_copy_whose_time_is_up_is_not_approved_with_the_others(build, wall):
    world = await build(users=(ANA,), loops=False)
    lives = (3600, 10, 3600)
    ids = [(await world.ask(expires_in_sec=life))["approval_id"] for life in lives]
    world.clock.advance(seconds=10)

    assert (await press(world, ids[0], shown=2)).effect is Effect.DECIDED

    assert await states(world, ids) == [State.APPROVED, State.EXPIRED, State.APPROVED]
    assert (await world.gate.any(ids[0])).copies == 1
    assert await ends_of(world) == dict.fromkeys(ids, 1)


# Ending alone


def key_of(world: World):
    return world.gate.authenticate("agent-key-for-tests-0001")
