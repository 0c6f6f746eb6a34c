"""Strangers decide nothing; commands, and who is answered."""

import pytest

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_conversation import DANGEROUS, DATABASE, state_of
from tests.fakes.telegram import Card, FakeTelegram, Person

# Strangers


async def refused_in_audit(office: Office, id: str) -> int:
    response = await office.world.call("GET", f"/v1/approvals/{id}/audit")
    entries = (await response.json())["entries"]
    return [one["kind"] for one in entries].count("decision.refused")


@pytest.mark.parametrize("how", ["seen", "inaccessible"])
@pytest.mark.parametrize("label", ["✅ Approve", "❌ Deny", "♾ Always", "🔍 Details"])
async def test_an_outsider_in_the_group_decides_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person, label: str, how: str
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve])
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    id = (await office.world.ask())["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)
    before = len(telegram.messages(group.id))

    tap = await eve.tap(label, card=card, inaccessible=how == "inaccessible")

    assert await tap.answer == "You are not an approver here. (your id: 6666)"
    assert tap.alert
    assert await state_of(office, id) == "pending"
    assert await refused_in_audit(office, id) == 1
    assert len(telegram.messages(group.id)) == before


async def test_an_outsider_in_a_topic_decides_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve], topics={4: "Shop"})
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    id = (await office.world.ask())["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)
    copy = telegram.place(group, sender=telegram.as_sender(), text="x", thread=4)
    copy.markup = card.markup

    tap = await eve.tap("Approve", card=copy)

    assert await tap.answer == "You are not an approver here. (your id: 6666)"
    assert await state_of(office, id) == "pending"


async def test_an_outsiders_forged_tap_from_their_own_chat_finds_no_card(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    id, card = await office.ask(ana)
    written = await eve.send("hello")

    tap = await eve.tap_data(card.buttons[0][0]["callback_data"], card=written)

    assert await tap.answer == "I don't know this card. Send /pending to see what waits."
    assert await state_of(office, id) == "pending"


async def test_an_inline_messages_tap_decides_nothing(office: Office, ana: Person) -> None:
    id, card = await office.ask(ana)

    tap = await ana.tap("Approve", card=card, inline=True)

    assert await tap.answer == "I don't know this card. Send /pending to see what waits."
    assert await state_of(office, id) == "pending"


async def test_an_anonymous_admin_decides_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    group = telegram.group(-1005, "Team", members=[ana])
    somebody = telegram.anonymous_admin(group)
    office: Office = await open_office(users=(ana.id, somebody.id), chat=group.id)
    id = (await office.world.ask())["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)

    tap = await somebody.tap("Approve", card=card)

    assert await tap.answer
    assert await state_of(office, id) == "pending"


async def test_a_bot_decides_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    robo = telegram.person(2002, "Robo", is_bot=True)
    office: Office = await open_office(users=(ana.id, robo.id))
    id = (await office.world.ask())["approval_id"]
    card = await robo.wait_for_card(buttons=True)

    tap = await robo.tap("Approve", card=card)

    assert await tap.answer
    assert await state_of(office, id) == "pending"


async def test_an_outsiders_reply_in_the_group_is_met_with_silence(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve])
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    id = (await office.world.ask(**DATABASE))["approval_id"]
    card = await ana.wait_for_card(chat=group, buttons=True)

    written = await eve.reply(card, "MySQL")
    await telegram.delivered()

    assert await state_of(office, id) == "pending"
    assert await refused_in_audit(office, id) == 1
    assert telegram.messages(group.id)[-1] is written


@pytest.mark.parametrize("data", ["", "1", "1.a.", "1.a.zzzzzzzzzzzzzzzzzzzzzz", "v1:a:b", "\0"])
async def test_forged_data_decides_nothing(office: Office, ana: Person, data: str) -> None:
    id, card = await office.ask(ana)

    tap = await ana.tap_data(data, card=card)

    assert await tap.answer == "I don't know this card. Send /pending to see what waits."
    assert await state_of(office, id) == "pending"


async def test_one_cards_button_under_another_card_decides_neither(
    office: Office, ana: Person
) -> None:
    one, card = await office.ask(ana, title="One")
    other, second = await office.ask(ana, title="Other")

    tap = await ana.tap_data(card.buttons[0][0]["callback_data"], card=second)

    assert await tap.answer == "I don't know this card. Send /pending to see what waits."
    assert await state_of(office, one) == await state_of(office, other) == "pending"


# Commands


async def test_a_stranger_is_told_their_id_and_nothing_else(
    office: Office, telegram: FakeTelegram
) -> None:
    eve = telegram.person(6666, "Eve")

    await eve.send("/start")

    told = await eve.wait_for_card("I don't know you. Your id is 6666.")
    assert told.pieces("code") == ["6666", "ok2run setup"]


async def test_a_stranger_who_goes_on_writing_is_answered_once(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    for _ in range(5):
        await eve.send("/start")
    await eve.send("/pending")
    await eve.send("hello?")
    await telegram.delivered()
    await ana.send("/id")
    await ana.wait_for_card("Your id is 1001.")

    answers = [one for one in telegram.messages(eve.chat_id) if one.sender["id"] != eve.id]
    assert len(answers) <= 1


async def test_an_approver_is_greeted_and_helped(office: Office, ana: Person) -> None:
    await ana.send("/start")
    await ana.wait_for_card("Hello Ana.")

    await ana.send("/help")

    await ana.wait_for_card("/pending – what waits for an answer")


async def test_pending_lists_what_waits_oldest_first(office: Office, ana: Person) -> None:
    await office.ask(ana, title="First", cwd="/srv/shop", agent="claude")
    office.clock.advance(seconds=1)
    await office.ask(ana, **DANGEROUS)
    office.clock.advance(seconds=1)
    await office.ask(ana, **DATABASE)

    await ana.send("/pending")

    told = await ana.wait_for_card("📥 3 waiting")
    lines = told.text.splitlines()[1:]
    assert [line[:3] for line in lines] == ["1 🟡", "2 🔴", "3 ❓"]
    assert "claude @ shop First" in lines[0]
    assert "Which database?" in lines[2]


async def test_pending_is_empty_where_nothing_waits(office: Office, ana: Person) -> None:
    await ana.send("/pending")

    await ana.wait_for_card("Nothing waits for an answer")


async def test_in_groups_only_approvers_are_answered(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    group = telegram.group(-1005, "Team", members=[ana, eve])
    await open_office(users=(ana.id,), chat=group.id)
    await eve.send("/start", to=group)
    await eve.send("/id", to=group)

    await ana.send("/id", to=group)

    await ana.wait_for_card("This chat's id is -1005.", chat=group)
    own = [one for one in telegram.messages(group.id) if one.sender["id"] not in {1001, 6666}]
    assert len(own) == 1


async def test_a_command_delivered_again_is_answered_once(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    written = await ana.send("/help")
    await ana.wait_for_card("/pending –")
    assert written.update_id is not None

    telegram.redeliver(written.update_id)
    await telegram.delivered()
    await ana.send("/id")
    await ana.wait_for_card("Your id is")

    def is_help(one: Card) -> bool:
        return "/pending –" in one.text

    assert sum(map(is_help, telegram.messages(ana.chat_id))) == 1
