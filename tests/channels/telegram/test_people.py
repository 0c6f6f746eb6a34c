"""An owner lets people in with /pair and sees and removes them with /people."""

import re

import pytest

from bot.core.people import Role
from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_pairing import kinds, offered, told
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.store.kit import all_entries

LINK = re.compile(r"https://t\.me/ok2run_fake_bot\?start=([2-9A-HJ-NP-Z]{8})")


@pytest.fixture
def ben(telegram: FakeTelegram) -> Person:
    return telegram.person(1002, "Ben")


@pytest.fixture
async def owned(open_office: OpenOffice, telegram: FakeTelegram, ana: Person) -> Office:
    """Ana is paired as the owner; the settings name nobody."""
    office: Office = await open_office(telegram=True)
    await telegram.wait_for_calls("getMe", outcome="ok")
    await told(ana, f"/start {await offered(office, Role.OWNER)}", "You are now an owner")
    return office


async def asked_for(person: Person, command: str, contains: str) -> Card:
    last = await person.send(command)
    return await person.wait_for_card(contains, newer_than=last)


def code_on(card: Card) -> str:
    found = LINK.search(card.text)
    assert found is not None, card.text
    assert f"/start {found[1][:4]}-{found[1][4:]}" in card.text
    return found[1]


async def test_an_owner_lets_an_approver_in_who_is_then_on_the_list(
    owned: Office, ana: Person, ben: Person
) -> None:
    card = await asked_for(ana, "/pair", "Who is to come?")
    assert card.labels == ["Approver", "Viewer", "Owner…"]

    tap = await ana.tap("Approver", card=card)

    assert await tap.answer == "Here is a code, for ten minutes."
    await card.shows("it makes whoever uses it a new approver")
    await told(ben, f"/start {code_on(card)}", "You are now an approver")
    await card.shows("This code was used.")
    listed = await asked_for(ana, "/people", "👥 2 people are here")
    assert "Ana · owner · 1001" in listed.text
    assert "Ben · approver · 1002" in listed.text


async def test_an_owner_is_made_only_after_a_second_tap(
    owned: Office, ana: Person, ben: Person
) -> None:
    card = await asked_for(ana, "/pair", "Who is to come?")

    tap = await ana.tap("Owner…", card=card)

    assert await tap.answer == "Nothing is made yet: tap Yes if you are sure."
    await card.shows("Make a code for an owner?")
    assert await kinds(owned, "pairing.offered") == ["pairing.offered"]
    await ana.tap("Yes", card=card)
    await card.shows("a new owner")
    await told(ben, f"/start {code_on(card)}", "You are now an owner")


async def test_a_code_is_shown_for_as_long_as_it_works(owned: Office, ana: Person) -> None:
    card = await asked_for(ana, "/pair", "Who is to come?")
    await ana.tap("Viewer", card=card)
    await card.shows("a new viewer")
    code = code_on(card)

    await owned.pass_time(601, lambda: "has run out" in card.text)

    assert code not in card.text
    entries = await owned.world.store.read(all_entries)
    assert all(code not in str(entry.record.facts) for entry in entries)


@pytest.mark.parametrize("command", ["/pair", "/people"])
async def test_only_an_owner_may(owned: Office, ana: Person, ben: Person, command: str) -> None:
    await told(ben, f"/start {await offered(owned, Role.APPROVER)}", "You are now an approver")

    card = await asked_for(ben, command, "Only an owner of this gate may do that.")

    assert card.labels == []


async def test_an_owner_who_is_one_no_longer_makes_no_code(
    owned: Office, ana: Person, ben: Person
) -> None:
    await told(ben, f"/start {await offered(owned, Role.OWNER)}", "You are now an owner")
    card = await asked_for(ben, "/pair", "Who is to come?")
    await owned.world.gate.people.remove("telegram-1002", by="telegram-1001")
    await told(ben, f"/start {await offered(owned, Role.VIEWER)}", "You may now look")

    tap = await ben.tap("Approver", card=card)

    assert await tap.answer == "Only an owner of this gate may do that."
    assert await kinds(owned, "pairing.refused") == ["pairing.refused"]


async def test_in_a_group_no_code_is_shown(
    owned: Office, telegram: FakeTelegram, ana: Person
) -> None:
    group = telegram.group(-1005, "Team", members=[ana])

    last = await ana.send("/pair", to=group)

    card = await ana.wait_for_card("Ask me that in our own chat.", chat=group, newer_than=last)
    assert card.labels == []


async def test_a_person_is_removed_after_a_second_tap(
    owned: Office, ana: Person, ben: Person
) -> None:
    await told(ben, f"/start {await offered(owned, Role.APPROVER)}", "You are now an approver")
    _, asked = await owned.ask(ben)
    card = await asked_for(ana, "/people", "2 people are here")

    tap = await ana.tap("Remove Ben…", card=card)

    assert await tap.answer == "Nobody is removed yet: tap Yes if you are sure."
    await card.shows("Remove Ben, approver?")
    tap = await ana.tap("Yes, remove", card=card)
    assert await tap.answer == "Ben is removed."
    await card.shows("1 person is here")
    tap = await ben.tap("Approve", card=asked)
    assert await tap.answer == "You are not an approver here. (your id: 1002)"
    assert await kinds(owned, "person.removed") == ["person.removed"]


async def test_the_last_owner_stays(owned: Office, ana: Person) -> None:
    card = await asked_for(ana, "/people", "1 person is here")
    await ana.tap("Remove Ana…", card=card)
    await card.shows("Remove Ana, owner?")

    tap = await ana.tap("Yes, remove", card=card)

    assert await tap.answer == "This is the last owner; pair another owner first."
    await card.shows("1 person is here")


async def test_whom_the_settings_name_has_no_button(office: Office, ana: Person) -> None:
    await told(ana, f"/start {await offered(office, Role.OWNER)}", "You are now an owner")

    card = await asked_for(ana, "/people", "named in the settings")

    assert card.labels == []
