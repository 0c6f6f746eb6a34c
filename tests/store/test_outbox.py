"""What is owed: in order, renewed rather than doubled, struck off only as it was taken."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.gate.channel import Target, Task
from tests.builders import CHAT, NOW, a_card, a_delivery, an_approval
from tests.store.kit import unit

ELSEWHERE = Target(channel="email", address="ana@example.org")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
async def card(store):
    approval = an_approval()
    card = a_card(approval)
    await store.write(unit(lambda tx: tx.approvals.add(approval)))
    await store.write(unit(lambda tx: tx.cards.add(card)))
    return card


def an_edit(card, **changes):
    return a_delivery(
        **{"id": f"{card.id}:edit", "task": Task.EDIT, "card_id": card.id, **changes}
    )


async def owe(store, *deliveries):
    for delivery in deliveries:
        await store.write(unit(lambda tx, each=delivery: tx.outbox.owe(each)))


async def due(store, target=CHAT, now=NOW, limit=50):
    return await store.read(lambda tx: tx.outbox.due(target, now, limit=limit))


async def settle(store, delivery):
    await store.write(unit(lambda tx: tx.outbox.settled(delivery.id, revision=delivery.revision)))


async def postpone(store, delivery, due_at, attempts=1):
    await store.write(
        unit(
            lambda tx: tx.outbox.postpone(
                delivery.id, due_at=due_at, attempts=attempts, fault="busy"
            )
        )
    )


async def give_up(store, delivery):
    await store.write(unit(lambda tx: tx.outbox.give_up(delivery.id, fault="blocked é")))


async def test_a_delivery_comes_back_as_it_went_in(store, card):
    said = a_delivery(body='{"text":"\\u00e9 \\ud83d"}', priority=0, attempts=2, revision=3)
    posted = a_delivery(task=Task.POST, card_id=card.id, target=ELSEWHERE)
    await owe(store, said, posted)

    assert await due(store) == (said,)
    assert await due(store, ELSEWHERE) == (posted,)


async def test_what_is_due_comes_by_priority_then_by_age(store):
    young, old, urgent, future = (
        a_delivery(created_at=NOW + timedelta(seconds=2)),
        a_delivery(created_at=NOW + timedelta(seconds=1)),
        a_delivery(created_at=NOW + timedelta(seconds=3), priority=0),
        a_delivery(due_at=LATER),
    )
    await owe(store, young, old, urgent, future)

    assert await due(store) == (urgent, old, young)
    assert await due(store, limit=2) == (urgent, old)
    assert future in await due(store, now=LATER)


async def test_every_lane_that_has_something_due_is_named_once(store):
    await owe(store, a_delivery(), a_delivery(), a_delivery(target=ELSEWHERE))
    await owe(store, a_delivery(target=replace(CHAT, address="7"), due_at=LATER))

    lanes = await store.read(lambda tx: tx.outbox.lanes_due(NOW))

    assert sorted(lanes, key=str) == sorted((CHAT, ELSEWHERE), key=str)


async def test_what_is_settled_is_owed_no_more(store):
    delivery = a_delivery()
    await owe(store, delivery)

    await settle(store, delivery)

    assert await due(store) == ()


async def test_an_edit_owed_already_is_renewed_and_starts_afresh(store, card):
    await owe(store, an_edit(card, priority=4, due_at=LATER))
    await postpone(store, an_edit(card), due_at=LATER, attempts=3)

    await owe(store, an_edit(card, id="another id", priority=0, body='{"new":1}'))

    (owed,) = await due(store)
    assert owed == an_edit(card, priority=0, body='{"new":1}', revision=1)


async def test_a_renewed_edit_is_never_less_urgent_or_later(store, card):
    await owe(store, an_edit(card, priority=0))

    await owe(store, an_edit(card, priority=4, due_at=LATER))

    (owed,) = await due(store)
    assert (owed.priority, owed.due_at, owed.revision) == (0, NOW, 1)


async def test_an_edit_renewed_while_it_is_sent_stays_owed(store, card):
    await owe(store, an_edit(card))
    (taken,) = await due(store)
    await owe(store, an_edit(card))

    await settle(store, taken)

    (owed,) = await due(store)
    assert owed.revision == 1
    await settle(store, owed)
    assert await due(store) == ()


async def test_edits_of_other_cards_and_other_tasks_stand_beside(store, card):
    other = a_card(an_approval(), approval_id=card.approval_id)
    await store.write(unit(lambda tx: tx.cards.add(other)))

    await owe(
        store,
        an_edit(card),
        an_edit(other),
        a_delivery(task=Task.POST, card_id=card.id),
        a_delivery(task=Task.ATTACH, card_id=card.id),
    )

    assert len(await due(store)) == 4


async def test_what_is_postponed_is_due_later_with_its_attempts(store):
    delivery = a_delivery()
    await owe(store, delivery)

    await postpone(store, delivery, due_at=LATER, attempts=2)

    assert await due(store) == ()
    assert await due(store, now=LATER) == (replace(delivery, due_at=LATER, attempts=2),)


async def test_what_was_given_up_is_due_no_more(store):
    delivery = a_delivery()
    await owe(store, delivery)

    await give_up(store, delivery)

    assert await due(store, now=LATER) == ()
    assert await store.read(lambda tx: tx.outbox.lanes_due(LATER)) == ()
    assert await store.read(lambda tx: tx.outbox.next_due(NOW - timedelta(days=1))) is None


async def test_an_edit_given_up_is_tried_again_once_another_is_owed(store, card):
    await owe(store, an_edit(card))
    await give_up(store, an_edit(card))

    await owe(store, an_edit(card))

    (owed,) = await due(store)
    assert owed.revision == 1


async def test_the_next_due_is_the_first_after_an_instant(store):
    def next_due(after):
        return store.read(lambda tx: tx.outbox.next_due(after))

    assert await next_due(NOW) is None
    await owe(store, a_delivery(), a_delivery(due_at=LATER), a_delivery(due_at=LATER))
    assert await next_due(NOW) == LATER
    assert await next_due(NOW - timedelta(milliseconds=1)) == NOW
    assert await next_due(LATER) is None
