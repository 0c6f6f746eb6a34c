"""Claims are saved once, of approved actions only; they move with the gate, and are examined."""

from functools import partial

import pytest

from bot.core.approval import decided, expired, withdrawn
from bot.core.audit_check import AuditCheck
from bot.core.question import Answer
from bot.core.receipt import Claim
from bot.signing import ReceiptSigner, is_signed
from bot.store.audit_reading import check_file, check_gate, write_entries
from bot.store.draft import Draft
from bot.store.export import export_gate
from bot.store.import_ import import_gate
from tests.builders import NOW, a_decision, a_question, an_approval
from tests.store.kit import unit
from tests.store.moving import a_gate, go_on
from tests.world import ORDINARY, SIGNING_SEED

NONCE = "nonce-of-the-tests-0001"


def a_claim(**changes):
    default = {"nonce": NONCE, "receipt": '{"n":"ß"}', "signature": "c2ln", "key_id": "k"}
    return Claim(**default | changes)


async def claimed(store, id, claim):
    return await store.write(unit(lambda tx: tx.approvals.claim(id, claim, at=NOW)))


def kept(store, id):
    return store.read(lambda tx: tx.approvals.claim_of(id))


async def test_the_first_claim_stays_and_shows_when_it_was(store):
    waiting = an_approval()
    await store.write(unit(lambda tx: tx.approvals.add(waiting)))
    assert not await claimed(store, waiting.id, a_claim())
    ended = decided(waiting, a_decision())
    await store.write(unit(lambda tx: tx.approvals.finish(ended)))

    assert await kept(store, waiting.id) is None
    assert await claimed(store, waiting.id, a_claim())
    assert not await claimed(store, waiting.id, a_claim(nonce="another"))

    assert await kept(store, waiting.id) == a_claim()
    found = await store.read(lambda tx: tx.approvals.get(waiting.id))
    assert found.claimed_at == NOW
    assert await kept(store, "appr_none") is None


ANSWERED = decided(
    an_approval(questions=(a_question("A", "B"),)), a_decision(answers=(Answer(letters=("A",)),))
)


@pytest.mark.parametrize(
    "ended",
    [
        decided(an_approval(), a_decision(approved=False)),
        expired(an_approval(), at=NOW),
        withdrawn(an_approval(), at=NOW),
        ANSWERED,
    ],
)
async def test_what_is_no_approved_action_takes_no_claim(store, ended):
    waiting = an_approval(id=ended.id, questions=ended.questions)
    await store.write(unit(lambda tx: tx.approvals.add(waiting)))
    await store.write(unit(lambda tx: tx.approvals.finish(ended)))

    assert not await claimed(store, ended.id, a_claim())
    assert await kept(store, ended.id) is None


async def test_what_was_claimed_stays_so_in_the_other_database(database_url, another, file, clock):
    public_key = ReceiptSigner(SIGNING_SEED).public_key

    def begin():
        return AuditCheck(lambda content, signature, _: is_signed(public_key, content, signature))

    async with a_gate(database_url, clock) as world:
        ask = await world.ask(**ORDINARY)
        path = f"/v1/approvals/{ask['approval_id']}"
        await world.decide(ask["approval_id"])
        claim = partial(world.call, "POST", f"{path}/claim")
        body = {"digest": ask["digest"], "nonce": NONCE}
        first = await claim(json=body)
        content = await first.read()
        assert first.status == 200
    await export_gate(database_url, file, stop=go_on)

    await import_gate(another, file, stop=go_on)

    async with a_gate(another, clock) as world:
        claim = partial(world.call, "POST", f"{path}/claim")
        again, other = await claim(json=body), await claim(json=body | {"nonce": "n" * 16})
        assert (again.status, await again.read()) == (200, content)
        assert (other.status, (await other.json())["code"]) == (409, "claimed_already")
    for check in (check_file(file, begin), await check_gate(another, begin)):
        assert check.is_sound
        assert (check.claims, check.receipts, check.unverified) == (1, 1, 0)
    entries = file.with_name("audit.jsonl")
    with Draft(entries) as draft:
        head = await write_entries(another, draft)
        draft.publish()
    check = check_file(entries, begin)
    assert (check.is_sound, check.head, check.claims, check.receipts) == (True, head, 1, 0)
