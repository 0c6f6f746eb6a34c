"""Whoever runs the gate hears in Telegram that mails do not go out, once, and when they do."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.core.people import Approver, Role
from bot.gate.channel import ChannelError, Sheet, Target
from bot.gate.mail_trouble import MailTrouble
from bot.gate.steps import Done
from tests.gate.test_deliver import Letters

ANA, DEFAULT = "1001", "ops@example.org"
DOWN = ChannelError("the mail server was not reached (connection refused)", unreachable=True)


@dataclass
class Notices(Letters):
    """A channel that shows sheets too."""

    shown: list[tuple[str, MailTrouble]] = field(default_factory=list)

    async def show_sheet(self, sheet: Sheet, content: object) -> str:
        assert isinstance(content, MailTrouble)
        self.shown.append((sheet.target.address, content))
        return sheet.message or f"sheet {len(self.shown)}"


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def mails() -> Letters:
    return Letters(name="email")


@pytest.fixture
async def world(build, notices, mails):
    world = await build(users=(int(ANA), 1002), email=True, email_default=DEFAULT)
    world.channels.update(telegram=notices, email=mails)

    def work(tx):
        owner = Approver(id=f"telegram-{ANA}", name="Ana", role=Role.OWNER)
        target = Target(channel="telegram", address=ANA)
        yield from tx.people.put(owner, target, source="paired")
        return Done(value=None)

    await world.store.write(work)
    return world


async def by_mail(world, **more) -> None:
    await world.ask(channel="email", target={"email_to": DEFAULT}, **more)


async def settle(world) -> None:
    async with asyncio.timeout(10):
        await world.courier.flush()


async def health(world):
    return await (await world.call("GET", "/health?deep=true", key=None)).json()


async def test_the_owner_is_told_once_a_trouble_lasts_and_when_it_is_over(
    world, notices, mails, clock
):
    mails.refusals[DEFAULT] = [DOWN] * 8
    await by_mail(world)
    await settle(world)
    assert notices.shown == []

    while mails.refusals[DEFAULT]:
        clock.advance(seconds=31)
        await settle(world)
    ((told_to, trouble),) = notices.shown
    assert told_to == ANA
    assert (trouble.address, trouble.fault, trouble.over) == ("", DOWN.fault, None)

    for _ in range(12):
        clock.advance(seconds=31)
        await settle(world)

    assert len(mails.posted) == 1
    _, (_, after) = notices.shown
    assert after.over is not None
    assert (await health(world))["status"] == "ok"


async def test_a_refused_address_is_told_at_once_and_once(world, notices, mails, clock):
    refused = ChannelError("the mail server refuses the address (550)", permanent=True)
    mails.refusals[DEFAULT] = [refused, refused]

    for n in range(2):
        await by_mail(world, title=f"Deploy {n}")
        await settle(world)
    ((_, trouble),) = notices.shown
    assert trouble.address == DEFAULT

    answer = await health(world)
    assert answer["status"] == "degraded"
    assert answer["checks"]["mail"]["error"] == "mails to one address are refused"
    assert DEFAULT not in str(answer)

    await by_mail(world, title="Deploy 2")
    await settle(world)
    assert notices.shown[-1][1].over is not None
    assert (await health(world))["checks"]["mail"] == {"status": "healthy"}


async def test_a_short_trouble_is_no_news(world, notices, mails, clock):
    mails.refusals[DEFAULT] = [DOWN]

    await by_mail(world)
    await settle(world)
    for _ in range(4):
        clock.advance(seconds=31)
        await settle(world)

    assert len(mails.posted) == 1
    assert notices.shown == []


async def test_without_mail_health_says_nothing_of_it(build):
    world = await build()

    assert "mail" not in (await health(world))["checks"]
