"""One fault after the other, by chance: each ask is mailed at least once, and nothing in clear."""

import asyncio
import random
from collections.abc import Callable

import pytest

from bot.channels.email.transport import Patience
from tests.channels.email.conftest import OpenPostOffice
from tests.fakes.smtp import Cut, FakeSmtp

HASTY = Patience(connect=0.2, command=0.2, mail=0.2)


async def _hang_up(smtp: FakeSmtp) -> None:
    await smtp.stop()
    await smtp.start()


FAULTS: list[Callable[[FakeSmtp], None]] = [
    lambda smtp: smtp.refuse("MAIL", "421 4.3.2 Going down"),
    lambda smtp: smtp.refuse("RCPT", "450 4.2.0 Try later", "451 4.3.0 Not now"),
    lambda smtp: smtp.refuse("DATA", "421 4.3.2 Going down"),
    lambda smtp: smtp.refuse("DATA", "452 4.3.1 No room"),
    lambda smtp: smtp.cuts.append(Cut.BEFORE_KEPT),
    lambda smtp: smtp.cuts.append(Cut.AFTER_KEPT),
    lambda smtp: smtp.cuts.extend([Cut.BEFORE_KEPT, Cut.AFTER_KEPT]),
    lambda smtp: smtp.greets.clear(),
    lambda smtp: smtp.takes.clear(),
]


@pytest.mark.parametrize("count", [10, pytest.param(300, marks=pytest.mark.full)])
async def test_every_ask_is_mailed_in_the_end(open_office: OpenPostOffice, count: int):
    chance = random.Random(20261120)
    office = await open_office(patience=HASTY)
    smtp = office.smtp

    ids = []
    for n in range(count):
        chance.choice(FAULTS)(smtp)
        if chance.random() < 0.3:
            await _hang_up(smtp)
        ids.append((await office.world.ask(title=f"Deploy {n}"))["approval_id"])
        await office.settle()
        smtp.greets.set()
        smtp.takes.set()
        async with asyncio.timeout(20):
            while not any(ids[-1] in mail["Subject"] for mail in smtp.mails):
                office.clock.advance(seconds=31)
                await office.settle()
        office.clock.advance(seconds=61)

    by_id = {id: [mail for mail in smtp.mails if id in mail["Subject"]] for id in ids}
    for mails in by_id.values():
        assert len({mail["Message-ID"] for mail in mails if "Re:" not in mail["Subject"]}) == 1
    assert all(mail.was_secret for mail in smtp.mails)
    assert b"MAIL FROM" not in smtp.in_clear
