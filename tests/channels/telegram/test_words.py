"""Answers in words: what a reply is for is asked, and only a code decides by itself."""

import asyncio

import pytest

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_conversation import DANGEROUS, DATABASE, state_of
from tests.core.data.unclear_words import NEARLY, UNCLEAR
from tests.fakes.telegram import Card, FakeTelegram, Person

PUSH = {
    "action_type": "Bash",
    "title": "git push origin main",
    "preview": "git push origin main",
    "params": {"command": "git push origin main"},
}
WORDS = "wrong branch, use staging"


async def offer_for(ana: Person, card: Card, words: str) -> Card:
    """Reply to the card, and return the offer that comes."""
    written = await ana.reply(card, words)
    offer = await ana.wait_for_card("What shall I do with", buttons=True, newer_than=card)
    assert offer.reply_to is written
    return offer


def code_of(card: Card) -> str:
    return card.text.strip().rpartition("· ")[2]


async def test_a_reply_asks_what_it_is_for(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **PUSH)

    offer = await offer_for(ana, card, WORDS)

    assert offer.text == f"What shall I do with “{WORDS}”?\n🟡 agent: git push origin main"
    assert offer.labels == [
        "❌ Deny with this reason",
        "✅ Approve with this note",
        "✏️ Run this instead",
        "← It was nothing",
    ]
    assert await state_of(office, id) == "pending"


async def test_denied_with_this_reason(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **PUSH)
    offer = await offer_for(ana, card, WORDS)

    tap = await ana.tap("Deny with this reason")

    assert await tap.answer == "Denied. agent is told."
    await card.shows("❌ Denied by Ana in Telegram")
    assert f"“{WORDS}”" in card.text
    await offer.shows("❌ Denied by Ana in Telegram")
    assert offer.labels == []
    decision = (await office.world.read(id))["decision"]
    assert (decision["decision"], decision["note"]) == ("denied", WORDS)


async def test_approved_with_this_note(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)
    await offer_for(ana, card, "only on staging")

    tap = await ana.tap("Approve with this note")

    assert await tap.answer == "Approved. agent goes on."
    await card.shows("“only on staging”")
    decision = (await office.world.read(id))["decision"]
    assert (decision["decision"], decision["code"], decision["note"]) == (
        "approved",
        "4",
        "only on staging",
    )


async def test_a_note_on_a_dangerous_action_takes_the_second_tap_too(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana, **DANGEROUS)
    offer = await offer_for(ana, card, "go on")

    await (await ana.tap("Approve with this note")).answer

    await offer.shows("Approve it with the note “go on”?")
    assert "rm -rf ~/backups/old" in offer.text
    assert "⚠ Deletes recursively, outside the working directory." in offer.text
    assert offer.labels == ["✅ Yes, run it", "← Back"]
    assert await state_of(office, id) == "pending"
    await (await ana.tap("Yes, run it")).answer
    await card.shows("✅ Approved by Ana")


async def test_another_command_is_shown_and_then_run_instead(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **PUSH)
    offer = await offer_for(ana, card, "git push origin staging")

    await (await ana.tap("Run this instead")).answer
    await offer.shows("🟡 Run this instead?")
    assert "- git push origin main\n+ git push origin staging" in offer.text
    assert offer.labels == ["✅ Run this", "← Back"]
    assert await state_of(office, id) == "pending"

    await (await ana.tap("Run this")).answer
    await card.shows("✏️ Approved by Ana in Telegram with a change")
    decision = (await office.world.read(id))["decision"]
    assert (decision["code"], decision["override"]) == ("5", "git push origin staging")


async def test_another_command_is_marked_by_its_own_danger(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **PUSH)
    offer = await offer_for(ana, card, "rm -rf ~ —no-preserve-root")

    await (await ana.tap("Run this instead")).answer

    await offer.shows("🟣 Run this instead?")
    assert "⚠ Deletes a whole home directory" in offer.text
    assert "⚠ Did your keyboard change characters? It has —." in offer.text
    assert await state_of(office, id) == "pending"


async def test_a_bare_no_offers_to_deny_and_nothing_else(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **PUSH)

    offer = await offer_for(ana, card, "no")

    assert offer.labels == ["❌ Deny", "← It was nothing"]
    await (await ana.tap("Deny", card=offer)).answer
    assert (await office.world.read(id))["decision"]["note"] is None
    assert await state_of(office, id) == "denied"


async def test_it_was_nothing_leaves_the_card_as_it_is(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **PUSH)
    offer = await offer_for(ana, card, WORDS)

    tap = await ana.tap("It was nothing")

    assert await tap.answer == "Nothing is decided. The card still waits."
    await offer.shows(f"Nothing was decided by “{WORDS}”.")
    assert offer.labels == []
    assert await state_of(office, id) == "pending"


async def test_a_second_reply_closes_the_offer_for_the_first(office: Office, ana: Person) -> None:
    _, card = await office.ask(ana, **PUSH)
    first = await offer_for(ana, card, "wait")
    stale = first.buttons[0][0]["callback_data"]

    second = await ana.reply(card, WORDS)

    await ana.wait_for_card(WORDS, buttons=True, newer_than=second)
    await first.shows("Nothing was decided by “wait”.")
    tap = await ana.tap_data(stale, card=first)
    assert await tap.answer == "Telegram showed you an old card; it is up to date now."


async def test_an_offer_closes_when_the_card_is_decided(office: Office, ana: Person) -> None:
    _, card = await office.ask(ana, **PUSH)
    offer = await offer_for(ana, card, WORDS)
    late = offer.buttons[0][1]["callback_data"]

    await (await ana.tap("Approve", card=card)).answer

    await offer.shows("✅ Approved by Ana in Telegram")
    assert offer.labels == []
    tap = await ana.tap_data(late, card=offer)
    assert (await tap.answer).startswith("Already approved by Ana")


async def test_somebody_elses_words_are_not_mine_to_press(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    group = telegram.group(-1009, "Ops", members=[ana, ben])
    office = await open_office(users=(ana.id, ben.id), chat=group.id)
    id = (await office.world.ask(**PUSH))["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)
    await ana.reply(card, WORDS)
    offer = await ana.wait_for_card("What shall I do with", chat=group, buttons=True)

    tap = await ben.tap("Deny with this reason", card=offer)

    assert await tap.answer == "These are somebody else's words. Reply to the card with yours."
    assert await state_of(office, id) == "pending"


async def test_a_copy_that_joins_is_told_before_it_is_approved(
    office: Office, ana: Person
) -> None:
    first, card = await office.ask(ana)
    offer = await offer_for(ana, card, "fine")
    held = offer.buttons[0][1]["callback_data"]
    office.clock.advance(seconds=1)
    second = (await office.world.ask())["approval_id"]
    await card.shows("Asked twice")

    tap = await ana.tap_data(held, card=offer)

    assert await tap.answer == "One more like it came in; the card shows both now."
    await offer.shows("Asked twice; one answer is for both.")
    assert [await state_of(office, id) for id in (first, second)] == ["pending"] * 2
    await (await ana.tap("Approve with this note", card=offer)).answer
    assert [await state_of(office, id) for id in (first, second)] == ["approved"] * 2


async def test_too_many_words_are_refused_with_what_is_too_much(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana, **PUSH)

    await ana.reply(card, "x" * 1001)

    await ana.wait_for_card("That is too long to go with an answer: 1,001 characters")
    assert await state_of(office, id) == "pending"


# Codes


@pytest.mark.parametrize("template", ["yes {code}", "Yes {CODE}.", "“yes {code}”"])
async def test_yes_and_the_code_approves(office: Office, ana: Person, template: str) -> None:
    id, card = await office.ask(ana)
    code = code_of(card)

    await ana.send(template.format(code=code, CODE=code.upper()))

    await ana.wait_for_card("Approved. agent goes on.")
    await card.shows("✅ Approved by Ana in Telegram")
    assert await state_of(office, id) == "approved"


async def test_yes_and_the_code_may_be_a_reply_to_its_own_card_only(
    office: Office, ana: Person
) -> None:
    first, one = await office.ask(ana, title="Deploy 1.4")
    second, other = await office.ask(ana, title="Deploy 1.5", preview="make deploy V=5")

    await ana.reply(one, f"yes {code_of(other)}")
    await ana.wait_for_card("What shall I do with")
    assert [await state_of(office, id) for id in (first, second)] == ["pending"] * 2

    await ana.reply(other, f"yes {code_of(other)}")
    await other.shows("✅ Approved by Ana")
    assert await state_of(office, first) == "pending"


async def test_no_and_the_code_denies_with_the_reason(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)

    await ana.send(f"no {code_of(card)} Not on Friday")

    await card.shows("❌ Denied by Ana in Telegram")
    assert (await office.world.read(id))["decision"]["note"] == "Not on Friday"


async def test_a_dangerous_action_is_not_approved_by_its_code(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **DANGEROUS)

    await ana.send(f"yes {code_of(card)}")

    again = await ana.wait_for_card("rm -rf", buttons=True, newer_than=card)
    assert again.labels == card.labels
    await ana.wait_for_card("Nothing is decided: this one takes a tap.")
    assert await state_of(office, id) == "pending"
    await (await ana.tap("Deny", card=again)).answer
    await card.shows("❌ Denied by Ana")
    await again.shows("❌ Denied by Ana")


async def test_yes_and_a_questions_code_answers_nothing(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana, **DATABASE)

    await ana.send(f"yes {code_of(card)}")

    await ana.wait_for_card("That is a question")
    assert await state_of(office, id) == "pending"


async def test_a_code_that_nothing_has_is_told_so(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)
    code = code_of(card)
    await (await ana.tap("Deny")).answer

    await ana.send(f"yes {code}")

    await ana.wait_for_card("Nothing that waits here has this code.")
    assert await state_of(office, id) == "denied"


async def test_a_strangers_code_does_nothing(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    id, card = await office.ask(ana)
    stranger = telegram.person(1999, "Eve")

    await stranger.send(f"yes {code_of(card)}")
    await telegram.delivered()

    assert await state_of(office, id) == "pending"
    assert telegram.messages(stranger.chat_id)[1:] == []


async def test_a_code_sent_twice_at_once_decides_once(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ana.send(f"yes {code_of(card)}"))
        tasks.create_task(ana.send(f"no {code_of(card)}"))

    await card.until(lambda one: one.labels == [])
    assert await state_of(office, id) in {"approved", "denied"}
    kinds = [entry["kind"] for entry in await audit_of(office, id)]
    assert sum(kind in {"approval.approved", "approval.denied"} for kind in kinds) == 1


# What never approves


async def audit_of(office: Office, id: str) -> list[dict[str, object]]:
    answer = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    entries: list[dict[str, object]] = (await answer.json())["entries"]
    return entries


async def test_no_unclear_words_approve_as_a_reply_or_by_themselves(
    office: Office, ana: Person
) -> None:
    id, card = await office.ask(ana)
    nearly = [words.format(code=code_of(card)) for words in NEARLY]
    assert len(UNCLEAR) >= 80

    for words in (*UNCLEAR, *nearly):
        await ana.reply(card, words)
    for words in nearly:
        await ana.send(words)
    await office.telegram.delivered(timeout=60)

    assert await state_of(office, id) == "pending"
    assert card.labels[0] == "✅ Approve"


async def test_editing_a_message_decides_nothing(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)
    written = await ana.send("hello")

    await ana.edit(written, f"yes {code_of(card)}")
    await office.telegram.delivered()

    assert await state_of(office, id) == "pending"
