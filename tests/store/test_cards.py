"""Cards are found by secret, by message and by approval; their faces turn one by one."""

import asyncio

import pytest

from bot.core.people import Approver
from bot.gate.channel import CardKind, Target, Task
from bot.store.engine import Conflict
from tests.builders import CHAT, NOW, a_card, a_delivery, an_approval
from tests.store.kit import unit

ELSEWHERE = Target(channel="telegram", address="-100200")


@pytest.fixture
async def approval(store):
    approval = an_approval()
    await store.write(unit(lambda tx: tx.approvals.add(approval)))
    return approval


async def added(store, *cards):
    for card in cards:
        await store.write(unit(lambda tx, each=card: tx.cards.add(each)))


async def get(store, card):
    return await store.read(lambda tx: tx.cards.get(card.id))


async def turn(store, card, face, face_revision):
    return await store.write(
        unit(lambda tx: tx.cards.turn(card.id, face, face_revision=face_revision))
    )


async def test_a_card_comes_back_as_it_went_in(store, approval):
    plain = a_card(approval)
    full = a_card(
        approval,
        kind=CardKind.PROMPT,
        message="77",
        face='{"ticked": ["A"], "words": "\\u00e9"}',
        face_revision=3,
        beside="76",
        target=ELSEWHERE,
    )
    await added(store, plain, full)

    assert await get(store, plain) == plain
    assert await get(store, full) == full
    assert await store.read(lambda tx: tx.cards.get("none")) is None


async def test_a_card_needs_its_approval(store):
    with pytest.raises(Conflict):
        await added(store, a_card(an_approval()))


async def test_cards_of_an_approval_come_in_the_order_they_were_made(store, approval):
    other = an_approval()
    await store.write(unit(lambda tx: tx.approvals.add(other)))
    cards = [a_card(approval, id=f"{9 - n}") for n in range(5)]
    await added(store, cards[0], a_card(other), *cards[1:])

    assert await store.read(lambda tx: tx.cards.of(approval.id)) == tuple(cards)


async def test_copies_share_a_secret(store, approval):
    card, copy, other = a_card(approval), a_card(approval), a_card(approval)
    copy = a_card(approval, handle=card.handle, message="2")
    await added(store, card, other, copy)

    assert await store.read(lambda tx: tx.cards.by_handle(card.handle)) == (card, copy)
    assert await store.read(lambda tx: tx.cards.by_handle("guess")) == ()


async def test_a_card_is_found_by_its_message_in_its_chat_only(store, approval):
    here, there, unposted = (
        a_card(approval, message="5"),
        a_card(approval, message="5", target=ELSEWHERE),
        a_card(approval),
    )
    await added(store, here, there, unposted)

    def by_message(target, message):
        return store.read(lambda tx: tx.cards.by_message(target, message))

    assert await by_message(CHAT, "5") == here
    assert await by_message(ELSEWHERE, "5") == there
    assert await by_message(CHAT, "6") is None
    await store.write(unit(lambda tx: tx.cards.posted(unposted.id, "6")))
    assert (await by_message(CHAT, "6")).id == unposted.id


async def test_a_face_turns_only_from_the_one_before_it(store, approval):
    card = a_card(approval)
    await added(store, card)

    assert not await turn(store, card, "{}", 2)
    assert await turn(store, card, '{"one":1}', 1)
    assert not await turn(store, card, '{"late":1}', 1)
    assert await turn(store, card, '{"two":2}', 2)

    turned = await get(store, card)
    assert (turned.face, turned.face_revision) == ('{"two":2}', 2)


async def test_of_many_turns_at_once_one_is_kept(store, approval):
    card = a_card(approval)
    await added(store, card)

    won = await asyncio.gather(*(turn(store, card, f'{{"n":{n}}}', 1) for n in range(30)))

    assert won.count(True) == 1
    assert (await get(store, card)).face == f'{{"n":{won.index(True)}}}'


async def test_a_chat_that_moved_takes_its_cards_deliveries_and_people_along(store, approval):
    card, other = a_card(approval, message="5"), a_card(approval, target=ELSEWHERE)
    await added(store, card, other)
    for task in (Task.EDIT, Task.SAY):
        delivery = a_delivery(task=task, card_id=card.id if task is Task.EDIT else None)
        await store.write(unit(lambda tx, each=delivery: tx.outbox.owe(each)))
    ana = Approver(id="ana", name="Ana")
    await store.write(unit(lambda tx: tx.people.put(ana, CHAT, source="test")))
    after = Target(channel="telegram", address="-100999")

    assert [one.id for one in await store.read(lambda tx: tx.cards.posted_in(CHAT))] == [card.id]
    await store.write(unit(lambda tx: tx.cards.moved(CHAT, after)))

    moved = await store.read(lambda tx: tx.cards.get(card.id))
    assert (moved.target, moved.message) == (after, None)
    assert await store.read(lambda tx: tx.cards.by_message(CHAT, "5")) is None
    assert await store.read(lambda tx: tx.outbox.lanes_due(NOW)) == (after,)
    assert await store.read(lambda tx: tx.people.by_address(after)) == ana
    assert await store.read(lambda tx: tx.people.by_address(CHAT)) is None
    assert await get(store, other) == other


async def test_who_is_at_the_new_address_already_stays(store):
    ana, ben = Approver(id="ana", name="Ana"), Approver(id="ben", name="Ben")
    await store.write(unit(lambda tx: tx.people.put(ana, CHAT, source="test")))
    await store.write(unit(lambda tx: tx.people.put(ben, ELSEWHERE, source="test")))

    await store.write(unit(lambda tx: tx.cards.moved(CHAT, ELSEWHERE)))

    assert await store.read(lambda tx: tx.people.by_address(ELSEWHERE)) == ben
