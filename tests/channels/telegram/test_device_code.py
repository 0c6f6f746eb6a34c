"""/code tells a person the code that lets a browser decide for their own mail address."""

import re

from bot.gate.channel import Target
from tests.channels.telegram.conftest import Office
from tests.channels.telegram.test_conversation_settings import told
from tests.fakes.telegram import Person
from tests.store.kit import unit

MAIL = Target(channel="email", address="ana@example.org")
OTHER = Target(channel="email", address="ana@example.net")


async def know(office: Office, ana: Person, *addresses: Target) -> None:
    """Let Ana have these addresses too."""
    chat = Target(channel="telegram", address=str(ana.id))
    known = await office.world.gate.approver_at(chat)
    assert known is not None
    for address in addresses:
        await office.world.store.write(
            unit(lambda tx, to=address: tx.people.put(known, to, source="paired"))
        )


async def test_a_code_is_told_and_lets_a_browser_in(office: Office, ana: Person) -> None:
    await know(office, ana, MAIL)

    text = await told(ana, "/code", "lets a browser decide")

    assert MAIL.address in text
    code = re.sub(r"\D", "", text.split(" lets ")[0])
    enrolled = await office.world.gate.devices.enrol(MAIL, code, name="Firefox")
    assert enrolled.device is not None


async def test_of_several_addresses_one_has_to_be_named(office: Office, ana: Person) -> None:
    await know(office, ana, MAIL, OTHER)

    assert "/code ana@example.net" in await told(ana, "/code", "For which address?")
    assert OTHER.address in await told(ana, "/code Ana@Example.net", "lets a browser decide")
    assert "/code" in await told(ana, "/code ben@example.org", "For which address?")


async def test_who_has_no_address_gets_no_code(office: Office, ana: Person) -> None:
    assert "no code" in await told(ana, "/code", "no mail address")
