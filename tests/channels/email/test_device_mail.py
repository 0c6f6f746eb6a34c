"""A code comes by mail, and lets the browser in that asked for it; the link's mail holds none."""

import re

from bot.core.people import Approver
from bot.gate.channel import Target
from tests.channels.email.conftest import ANA, PostOffice
from tests.store.kit import unit
from tests.web.pages.mail_kit import Browser


async def know(office: PostOffice) -> None:
    to = Target(channel="email", address=ANA)
    person = Approver(id="ana", name="Ana")
    await office.world.store.write(unit(lambda tx: tx.people.put(person, to, source="paired")))


def text_of(office: PostOffice) -> str:
    return office.smtp.mails[-1].text


async def test_from_the_mail_to_the_agents_answer(office: PostOffice) -> None:
    await know(office)
    id = (await office.world.ask(channel="email", target={"email_to": ANA}))["approval_id"]
    await office.settle()
    found = re.search(r"https://gate\.example\.org(/a/\S+)", text_of(office))
    assert found is not None
    browser = Browser.of(office.world)
    await browser.open(found[1])
    await browser.fill("/mail-code", address=ANA)
    await office.settle()

    code = re.search(r"Code: (\d{3} \d{3})", text_of(office))
    assert code is not None
    assert "/a/" not in text_of(office)
    await browser.let_in(code[1])
    await browser.press("approve")

    assert (await office.world.read(id))["decision"]["via"] == "email"
    await browser.close()
