"""Sheets are found by secret and by chat; their states turn one by one; old ones are forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.approval import State
from bot.core.people import Approver
from bot.core.risk import Assessment, Level
from bot.gate.channel import Sheet, Target, Task
from bot.store.engine import Conflict
from bot.store.once import SHEET_KEPT
from tests.builders import CHAT, NOW, a_card, a_delivery, a_short_code, an_approval, an_id
from tests.store.kit import unit

ELSEWHERE = Target(channel="telegram", address="-100200")
ANA = Approver(id="ana", name="Ana")
SECOND = timedelta(seconds=1)


def a_sheet(**changes) -> Sheet:
    """A list in Ana's chat that is nobody's in particular, not posted yet."""
    default = {
        "id": an_id(),
        "kind": "pending",
        "target": CHAT,
        "handle": an_id()[-22:],
        "person": None,
        "made_at": NOW,
        "touched_at": NOW,
    }
    return Sheet(**{**default, **changes})


async def write(store, query):
    return await store.write(unit(query))


async def added(store, *sheets):
    for sheet in sheets:
        await write(store, lambda tx, each=sheet: tx.sheets.add(each))


async def get(store, sheet):
    return await store.read(lambda tx: tx.sheets.get(sheet.id))


async def waiting(store, *, level=Level.NORMAL, target=CHAT, held_at=None, **changes):
    approval = an_approval(risk=Assessment(level=level), short_code=a_short_code(), **changes)
    card = a_card(approval, target=target, held_at=held_at)
    await write(store, lambda tx: tx.approvals.add(approval))
    await write(store, lambda tx: tx.cards.add(card))
    return approval, card


async def test_a_sheet_comes_back_as_it_went_in(store):
    await write(store, lambda tx: tx.people.put(ANA, CHAT, source="test"))
    plain = a_sheet()
    full = a_sheet(
        person=ANA.id,
        state={"rows": ["é", 1, None, [True]]},
        message="77",
        revision=3,
        touched_at=NOW + SECOND,
        closed_at=NOW + 2 * SECOND,
    )
    await added(store, plain, full)

    assert await get(store, plain) == plain
    assert await get(store, full) == full
    assert await store.read(lambda tx: tx.sheets.by_handle(full.handle)) == full
    assert await store.read(lambda tx: tx.sheets.by_handle("guess")) is None


async def test_no_two_sheets_have_one_secret(store):
    sheet = a_sheet()
    await added(store, sheet)

    with pytest.raises(Conflict):
        await added(store, replace(sheet, id=an_id()))


async def test_open_ones_are_found_in_their_chat(store):
    first, second = a_sheet(), a_sheet(made_at=NOW + SECOND)
    await added(store, second, first, a_sheet(target=ELSEWHERE), a_sheet(closed_at=NOW))

    assert await store.read(lambda tx: tx.sheets.open_in(CHAT)) == (first, second)


async def test_a_state_turns_only_from_the_one_before_it(store):
    sheet = a_sheet()
    await added(store, sheet)

    async def turn(state, revision):
        return await write(
            store,
            lambda tx: tx.sheets.turn(sheet.id, state, revision=revision, at=NOW + SECOND),
        )

    assert not await turn({"late": 1}, 2)
    assert await turn({"one": 1}, 1)
    assert not await turn({"again": 1}, 1)
    turned = await get(store, sheet)
    assert (turned.state, turned.revision, turned.touched_at) == ({"one": 1}, 1, NOW + SECOND)


async def test_closing_is_told_once(store):
    sheet = a_sheet()
    await added(store, sheet)

    assert await write(store, lambda tx: tx.sheets.close(sheet.id, NOW))
    assert not await write(store, lambda tx: tx.sheets.close(sheet.id, NOW + SECOND))
    assert (await get(store, sheet)).closed_at == NOW


async def test_what_shows_an_approval_is_found(store):
    approval, _ = await waiting(store)
    naming = a_sheet(state={"rows": [approval.id]}, made_at=NOW + SECOND)
    digest = a_sheet(kind="digest")
    await added(
        store,
        naming,
        digest,
        a_sheet(),
        a_sheet(kind="digest", target=ELSEWHERE),
        replace(naming, id=an_id(), handle=an_id(), closed_at=NOW),
    )

    assert await store.read(lambda tx: tx.sheets.showing(approval.id)) == (digest, naming)


async def test_a_sheet_owes_one_delivery_that_is_renewed(store):
    sheet = a_sheet()
    await added(store, sheet)
    owed = a_delivery(task=Task.SHEET, sheet_id=sheet.id, priority=4)

    await write(store, lambda tx: tx.outbox.owe(owed))
    await write(store, lambda tx: tx.outbox.owe(replace(owed, priority=0)))

    [due] = await store.read(lambda tx: tx.outbox.due(CHAT, NOW, limit=9))
    assert (due.sheet_id, due.revision, due.priority) == (sheet.id, 1, 0)
    # What was read before the renewal neither strikes it off nor puts it off.
    await write(store, lambda tx: tx.outbox.settled(owed.id, revision=0))
    await write(store, lambda tx: tx.outbox.again(owed.id, revision=0, due_at=NOW + SECOND))
    assert await store.read(lambda tx: tx.outbox.due(CHAT, NOW, limit=9)) == (due,)
    await write(store, lambda tx: tx.outbox.again(owed.id, revision=1, due_at=NOW + SECOND))
    assert await store.read(lambda tx: tx.outbox.due(CHAT, NOW, limit=9)) == ()
    assert await store.read(lambda tx: tx.outbox.next_due(NOW)) == NOW + SECOND


async def test_what_nobody_touched_is_forgotten_with_what_it_owes(store):
    old, young = a_sheet(), a_sheet(touched_at=NOW + 2 * SECOND)
    await added(store, old, young)
    for sheet in (old, young):
        owed = a_delivery(task=Task.SHEET, sheet_id=sheet.id)
        await write(store, lambda tx, each=owed: tx.outbox.owe(each))

    await write(store, lambda tx: tx.retention.purge(NOW + SHEET_KEPT + SECOND))

    assert await get(store, old) is None
    assert await get(store, young) == young
    [due] = await store.read(lambda tx: tx.outbox.due(CHAT, NOW, limit=9))
    assert due.sheet_id == young.id


async def test_a_chat_that_moved_takes_its_sheets_along(store):
    sheet = a_sheet(message="5")
    await added(store, sheet)

    await write(store, lambda tx: tx.cards.moved(CHAT, ELSEWHERE))

    moved = await get(store, sheet)
    assert (moved.target, moved.message) == (ELSEWHERE, None)


async def test_what_waits_is_paged_by_age_in_a_chat_or_anywhere(store):
    made = [
        await waiting(store, created_at=NOW + n * SECOND, target=ELSEWHERE if n == 1 else CHAT)
        for n in range(4)
    ]
    first, there, third, last = (approval for approval, _ in made)
    await waiting(store, created_at=NOW, state=State.EXPIRED, ended_at=NOW)

    async def page(target, **more):
        return await store.read(lambda tx: tx.approvals.waiting(target, limit=2, **more))

    assert await page(None, beyond=None) == (first, there)
    assert await page(CHAT, beyond=None) == (first, third)
    assert await page(None, beyond=there) == (third, last)
    assert await page(None, beyond=last, older=True) == (there, third)
    assert await page(ELSEWHERE, beyond=there) == ()


async def test_what_waits_is_counted_with_its_risk(store):
    high, _ = await waiting(store, level=Level.HIGH)
    middle, _ = await waiting(store, created_at=NOW + SECOND, key_id="b" * 12)
    await waiting(store, level=Level.CRITICAL, created_at=NOW + 2 * SECOND, target=ELSEWHERE)

    async def count(target, before):
        return await store.read(lambda tx: tx.approvals.count_waiting(target, before=before))

    assert await count(None, None) == (3, 2, 0)
    assert await count(CHAT, middle) == (2, 1, 1)
    assert await store.read(lambda tx: tx.approvals.pending_of(high.key_id, most=5)) == 2
    assert await store.read(lambda tx: tx.approvals.pending_of(high.key_id, most=1)) == 1
    assert await store.read(lambda tx: tx.approvals.pending_by_key()) == (
        ("a" * 12, 2),
        ("b" * 12, 1),
    )


async def test_a_burst_is_what_came_to_a_chat_lately_and_waits(store):
    await waiting(store, created_at=NOW - SECOND)
    await waiting(store, created_at=NOW)
    await waiting(store, created_at=NOW, key_id="b" * 12, held_at=NOW)
    await waiting(store, created_at=NOW, target=ELSEWHERE)
    await waiting(store, created_at=NOW, state=State.EXPIRED, ended_at=NOW)
    digest = a_sheet(kind="digest")
    await added(store, digest, a_sheet(kind="digest", closed_at=NOW), a_sheet())

    burst = await store.read(
        lambda tx: tx.sheets.burst(CHAT, "a" * 12, since=NOW - SECOND, most=9)
    )

    assert (burst.recent, burst.recent_of_key, burst.pending_of_key) == (2, 1, 3)
    assert (burst.digest, burst.held_at) == (digest.id, NOW)


async def test_cards_are_held_back_until_released(store):
    _, one = await waiting(store, held_at=NOW)
    _, other = await waiting(store, held_at=NOW + SECOND)
    _, free = await waiting(store)
    await waiting(store, held_at=NOW, state=State.EXPIRED, ended_at=NOW)

    async def held():
        return [card.id for card in await store.read(lambda tx: tx.cards.held_in(CHAT, limit=9))]

    assert await held() == [one.id, other.id]
    assert await store.read(lambda tx: tx.cards.last_held(CHAT)) == NOW + SECOND
    await write(store, lambda tx: tx.cards.held(free.id, NOW + 2 * SECOND))
    await write(store, lambda tx: tx.cards.released(one.id, beside="9"))
    assert await held() == [other.id, free.id]
    assert (await store.read(lambda tx: tx.cards.get(one.id))).beside == "9"
    await write(store, lambda tx: tx.cards.forget_held(CHAT))
    assert await held() == []
    assert await store.read(lambda tx: tx.cards.last_held(CHAT)) is None
