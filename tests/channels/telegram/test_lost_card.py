"""A card that can't be edited: what waits is posted anew, what has ended is told once."""

import pytest

from tests.channels.telegram.conftest import Office
from tests.channels.telegram.test_conversation import DANGEROUS
from tests.fakes.telegram import Card, Person

REFUSALS = ["Bad Request: message can't be edited", "Bad Request: no such form of words"]


async def settled(office: Office) -> None:
    """Return once nothing is owed."""
    await office.world.courier.flush()


def texts(office: Office, ana: Person) -> list[str]:
    return [one.text for one in office.telegram.messages(ana.chat_id)]


def delete(card: Card) -> None:
    card.deleted = True


async def test_the_end_of_a_deleted_card_is_told_once(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)
    delete(card)

    await office.world.decide(id)

    told = await ana.wait_for_card("✅ Approved by")
    assert "Deploy 1.4" in told.text
    assert not told.notified
    assert "✅ Approve" not in told.labels


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_the_end_of_a_card_that_is_refused_is_told_in_reply_to_it(
    office: Office, ana: Person, refusal: str
) -> None:
    id, card = await office.ask(ana)
    office.telegram.fail("editMessageText", status=400, description=refusal, count=None)

    await office.world.decide(id, "denied")

    told = await ana.wait_for_card("❌ Denied by")
    assert told.reply_to is card


async def test_what_can_never_be_edited_gets_one_message_and_no_more(
    office: Office, ana: Person
) -> None:
    id, _ = await office.ask(ana)
    office.telegram.fail("editMessageText", status=400, description=REFUSALS[0], count=None)
    await office.world.decide(id)
    await ana.wait_for_card("✅ Approved by")

    await office.world.call("POST", f"/v1/approvals/{id}/outcome", json={"exit_code": 0})
    await settled(office)

    assert len(texts(office, ana)) == 2


async def test_the_message_that_told_the_end_tells_the_outcome_too(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana)
    delete(card)
    await office.world.decide(id)
    told = await ana.wait_for_card("✅ Approved by")

    await office.world.call("POST", f"/v1/approvals/{id}/outcome", json={"exit_code": 0})

    await told.shows("exit 0")
    assert len(texts(office, ana)) == 1


async def test_a_waiting_card_that_is_gone_is_posted_anew_and_works(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana, **DANGEROUS)
    first = await ana.tap("Approve…")
    delete(card)
    await first.answer

    again = await ana.wait_for_card("rm -rf", buttons=True, newer_than=card)
    assert again.notified
    await (await ana.tap("Yes, run it", card=again)).answer

    await again.shows("✅ Approved by Ana")
    assert (await office.world.read(id))["status"] == "approved"


async def test_one_copy_that_is_gone_leaves_the_other_to_tell_it(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana)
    await ana.send("/pending")
    await ana.wait_for_card("1 waiting")
    await (await ana.tap("open")).answer
    copy = await ana.wait_for_card("agent: Deploy", buttons=True, newer_than=card)
    delete(card)

    await office.world.decide(id)

    await copy.shows("✅ Approved by")
    await settled(office)
    assert sum("✅ Approved by" in one for one in texts(office, ana)) == 1


async def test_the_loss_stands_in_the_audit(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)
    delete(card)

    await office.world.decide(id)
    await ana.wait_for_card("✅ Approved by")

    answer = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    entries = (await answer.json())["entries"]
    (lost,) = [one for one in entries if one["kind"] == "card.lost"]
    assert lost["facts"]["fault"] == "Bad Request: message to edit not found"
