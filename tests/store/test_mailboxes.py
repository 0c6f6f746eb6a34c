"""What is known of addresses that mails go to comes back as it went in."""

from datetime import timedelta

from bot.gate.channel import Target, Task
from bot.gate.mailbox_tables import Claim, Mailbox
from tests.builders import NOW, a_card, a_delivery, an_approval
from tests.store.kit import adding, unit

ANA = "ana@example.org"
MINUTE = timedelta(minutes=1)


async def write(store, query):
    await store.write(unit(query))


async def get(store, address=ANA):
    return await store.read(lambda tx: tx.mailboxes.get(address))


async def test_mails_are_counted_in_a_window_that_begins_with_the_first(store):
    for seconds in (0, 30, 59):
        now = NOW + timedelta(seconds=seconds)
        await write(store, lambda tx, now=now: tx.mailboxes.sent(ANA, now=now, since=now - MINUTE))
    assert await get(store) == Mailbox(address=ANA, window_from=NOW, sent=3)

    later = NOW + MINUTE
    await write(store, lambda tx: tx.mailboxes.sent(ANA, now=later, since=later - MINUTE))

    assert await get(store) == Mailbox(address=ANA, window_from=later, sent=1)
    assert await get(store, "ben@example.org") is None


async def test_a_fault_stays_since_its_first_time_until_a_mail_is_taken(store):
    await write(store, lambda tx: tx.mailboxes.failed(ANA, fault="550", now=NOW))
    await write(store, lambda tx: tx.mailboxes.failed(ANA, fault="552", now=NOW + MINUTE))
    await write(store, lambda tx: tx.mailboxes.told(ANA, now=NOW + MINUTE))

    (kept,) = await store.read(lambda tx: tx.mailboxes.failing())
    assert (kept.failed_at, kept.fault, kept.told_at) == (NOW, "552", NOW + MINUTE)

    await write(store, lambda tx: tx.mailboxes.sent(ANA, now=NOW + MINUTE, since=NOW))
    assert await store.read(lambda tx: tx.mailboxes.failing()) == ()


async def test_a_claim_is_one_an_address(store):
    first = Claim(
        address=ANA,
        person="telegram-1001",
        name="Ana",
        made_by="key:a",
        made_at=NOW,
        expires_at=NOW + MINUTE,
    )
    await write(store, lambda tx: tx.mailboxes.put_claim(first))
    await write(store, lambda tx: tx.mailboxes.put_code(ANA, "f" * 64))
    await write(store, lambda tx: tx.mailboxes.try_code(ANA))
    kept = await store.read(lambda tx: tx.mailboxes.claim(ANA))
    assert (kept.code_sha256, kept.tries, kept.name) == ("f" * 64, 1, "Ana")

    await write(store, lambda tx: tx.mailboxes.put_claim(first))
    assert await store.read(lambda tx: tx.mailboxes.claim(ANA)) == first

    await write(store, lambda tx: tx.mailboxes.drop_claim(ANA))
    assert await store.read(lambda tx: tx.mailboxes.claim(ANA)) is None


async def test_only_the_mails_of_that_approval_are_hastened(store):
    later = NOW + timedelta(minutes=5)
    one, other = an_approval(), an_approval()
    for approval in (one, other):
        await store.write(adding(approval))
        for channel in ("email", "telegram"):
            target = Target(channel=channel, address=f"{channel}-{approval.id}")
            card = a_card(approval, target=target)
            owed = a_delivery(task=Task.POST, target=target, card_id=card.id, due_at=later)
            await write(store, lambda tx, card=card: tx.cards.add(card))
            await write(store, lambda tx, owed=owed: tx.outbox.owe(owed))

    await write(store, lambda tx: tx.outbox.hasten(one.id, NOW))

    lanes = await store.read(lambda tx: tx.outbox.lanes_due(NOW))
    assert lanes == (Target(channel="email", address=f"email-{one.id}"),)


async def test_cards_held_back_for_a_list_are_found_waiting_or_ended(store):
    approval = an_approval()
    target = Target(channel="email", address=ANA)
    cards = [a_card(approval, target=target) for _ in range(3)]
    await store.write(adding(approval))
    for card in cards:
        await write(store, lambda tx, card=card: tx.cards.add(card))
    await write(store, lambda tx: tx.cards.held(cards[1].id, NOW + MINUTE))
    await write(store, lambda tx: tx.cards.held(cards[0].id, NOW))

    found = await store.read(lambda tx: tx.cards.held_mails(target))

    assert [card.id for card in found] == [cards[0].id, cards[1].id]


async def test_a_claim_past_its_time_is_forgotten(store):
    kept = Claim(
        address=ANA,
        person="telegram-1001",
        name="Ana",
        made_by="key:a",
        made_at=NOW,
        expires_at=NOW + MINUTE,
    )
    await write(store, lambda tx: tx.mailboxes.put_claim(kept))

    await write(store, lambda tx: tx.retention.purge(NOW + MINUTE))
    assert await store.read(lambda tx: tx.mailboxes.claim(ANA)) == kept
    await write(store, lambda tx: tx.retention.purge(NOW + 2 * MINUTE))

    assert await store.read(lambda tx: tx.mailboxes.claim(ANA)) is None
