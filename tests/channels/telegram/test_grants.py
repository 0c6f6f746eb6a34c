"""/grants: the standing approvals in force, and one tap that revokes."""

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import Card, FakeTelegram, Person


async def grant(office: Office, who: Person, action_type: str = "deploy") -> None:
    """Let a person allow a kind of action from now on."""
    _, card = await office.ask(who, action_type=action_type, title=f"{action_type} now")
    await (await who.tap("Always", card=card)).answer
    await card.shows("From now on")
    office.clock.advance(seconds=60)


async def listed(office: Office, who: Person) -> Card:
    """Send /grants and return the list."""
    last = office.telegram.messages(who.chat_id)[-1:]
    await who.send("/grants")
    return await who.wait_for_card("standing approval", newer_than=last[0] if last else None)


async def test_grants_are_listed_with_their_words_and_uses(office: Office, ana: Person) -> None:
    await grant(office, ana)
    assert (await office.world.ask(action_type="deploy"))["auto"]

    card = await listed(office, ana)

    lines = card.text.splitlines()
    assert lines[0] == "♾ 1 standing approval in force"
    assert lines[1].startswith("1 ♾ From now on: any deploy, for agent")
    assert lines[2] == "   used 1 time · last 12:01 UTC · by Ana, 2026-11-20"
    assert card.labels == ["Revoke 1", "🔄 Refresh"]


async def test_one_tap_revokes_and_the_next_request_asks(office: Office, ana: Person) -> None:
    await grant(office, ana)
    card = await listed(office, ana)

    tap = await ana.tap("Revoke 1", card=card)

    assert await tap.answer == "Revoked. agent asks again."
    await card.shows("🚫 revoked by Ana")
    assert card.labels == ["1 🚫", "🔄 Refresh"]
    assert not (await office.world.ask(action_type="deploy"))["auto"]
    again = await ana.tap("1 🚫", card=card)
    assert await again.answer == "It is not in force any more."


async def test_another_persons_list_says_who_revoked(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office: Office = await open_office(users=(ana.id, ben.id))
    await grant(office, ana)
    hers, his = await listed(office, ana), await listed(office, ben)

    await (await ben.tap("Revoke 1", card=his)).answer

    await hers.shows("🚫 revoked by Ben")
    tap = await ana.tap("1 🚫", card=hers)
    assert await tap.answer == "It is not in force any more."


async def test_what_a_key_revokes_shows_in_an_open_list(office: Office, ana: Person) -> None:
    await grant(office, ana)
    card = await listed(office, ana)
    response = await office.world.call("GET", "/v1/grants")
    [one] = (await response.json())["grants"]

    await office.world.call("DELETE", f"/v1/grants/{one['grant_id']}")

    await card.shows("🚫 revoked by agent")


async def test_grants_come_in_pages(office: Office, ana: Person) -> None:
    for n in range(6):
        await grant(office, ana, f"kind-{n}")
    card = await listed(office, ana)
    assert "5 ♾ From now on: any kind-1" in card.text

    await (await ana.tap("›", card=card)).answer

    await card.shows("6 ♾ From now on: any kind-0")
    await (await ana.tap("Revoke 6", card=card)).answer
    await card.shows("🚫 revoked by Ana")
    await (await ana.tap("‹", card=card)).answer
    await card.shows("♾ 5 standing approvals in force")


async def test_without_any_it_says_so(office: Office, ana: Person) -> None:
    card = await listed(office, ana)

    assert card.text == "♾ No standing approval is in force. 🔁 or ♾ on a card makes one."


async def test_a_stranger_gets_no_list(office: Office, telegram: FakeTelegram) -> None:
    eve = telegram.person(1003, "Eve")

    await eve.send("/grants")
    await eve.send("/start")

    told = await eve.wait_for_card("I don't know you.")
    assert len(telegram.messages(eve.id)) == 3
    assert "standing" not in told.text
