"""Who does not answer in Telegram is mailed, once, and nobody who has answered is."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.people import Approver, Role
from bot.gate.channel import ChannelError, Target
from bot.gate.steps import Done
from tests.gate.test_deliver import Letters
from tests.world import World

ANA, BEN, CHAT = "1001", "1002", "-1005"
ANAS_MAIL, DEFAULT = "ana@example.org", "ops@example.org"
AFTER = timedelta(minutes=5)


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def mails() -> Letters:
    return Letters(name="email")


@pytest.fixture
async def open_world(build, letters, mails):
    async def make(**settings) -> World:
        world = await build(
            **{"users": (int(ANA),), "email": True, "email_after": AFTER, **settings}
        )
        world.channels.update(telegram=letters, email=mails)
        return world

    return make


async def reach_by_mail(world: World, person: str, address: str) -> None:
    """Let a person have a mail address as well."""

    def work(tx):
        known = yield from tx.people.get(person)
        approver = known or Approver(id=person, name=person, role=Role.APPROVER)
        target = Target(channel="email", address=address)
        yield from tx.people.put(approver, target, source="paired")
        return Done(value=(yield from tx.people.listing()))

    world.gate._registry.know(await world.store.write(work))


async def settle(world: World) -> None:
    async with asyncio.timeout(10):
        await world.courier.flush()


def sent_to(letters: Letters) -> list[str]:
    return sorted(address for address, _, _ in letters.posted)


async def test_who_does_not_answer_in_time_is_mailed_once(open_world, letters, mails, clock):
    world = await open_world(email_default=DEFAULT)
    await world.ask()
    await settle(world)
    assert (sent_to(letters), sent_to(mails)) == ([ANA], [])

    clock.advance(seconds=299)
    await settle(world)
    assert sent_to(mails) == []
    clock.advance(seconds=1)
    await settle(world)
    clock.advance(minutes=20)
    await settle(world)

    assert sent_to(mails) == [DEFAULT]


async def test_an_answer_in_time_leaves_nothing_to_mail(open_world, mails, clock):
    world = await open_world(email_default=DEFAULT)
    id = (await world.ask())["approval_id"]

    await world.decide(id)
    clock.advance(minutes=10)
    await settle(world)

    assert mails.posted == mails.edited == []


async def test_those_are_mailed_who_were_asked(open_world, mails, clock):
    world = await open_world(email_default=DEFAULT)
    await reach_by_mail(world, f"telegram-{ANA}", ANAS_MAIL)
    await reach_by_mail(world, "mail-ben", "ben@example.org")

    await world.ask()
    clock.advance(minutes=5)
    await settle(world)

    assert sent_to(mails) == [ANAS_MAIL]


async def test_what_telegram_takes_for_good_no_more_is_mailed_at_once(open_world, letters, mails):
    world = await open_world(email_default=DEFAULT)
    letters.refusals[ANA] = [ChannelError("blocked", permanent=True)]

    await world.ask()
    await settle(world)

    assert sent_to(mails) == [DEFAULT]


async def test_while_telegram_is_down_each_ask_is_one_mail(open_world, letters, mails, clock):
    world = await open_world(email_default=DEFAULT)
    letters.refusals[ANA] = [ChannelError("down", unreachable=True)] * 1000

    ids = [(await world.ask(title=f"Deploy {n}"))["approval_id"] for n in range(3)]
    for _ in range(30):
        await settle(world)
        clock.advance(seconds=30)
    await settle(world)

    assert sorted(id for _, id, _ in mails.posted) == sorted(ids)


async def test_it_survives_a_restart(build, open_world, letters, mails, clock):
    first = await open_world(email_default=DEFAULT)
    await first.ask()
    await settle(first)
    await first.store.close()

    second = await open_world(email_default=DEFAULT)
    clock.advance(minutes=5)
    await settle(second)

    assert sent_to(mails) == [DEFAULT]


@pytest.mark.parametrize(("after", "mailed"), [(None, []), (timedelta(0), [DEFAULT])])
async def test_it_may_be_off_or_at_once(open_world, mails, clock, after, mailed):
    world = await open_world(email_default=DEFAULT, email_after=after)

    await world.ask()
    await settle(world)
    assert sent_to(mails) == mailed
    clock.advance(minutes=30)
    await settle(world)

    assert sent_to(mails) == mailed


async def test_without_telegram_mail_is_the_way_at_once(open_world, mails):
    world = await open_world(users=(), telegram=False, email_default=DEFAULT)

    await world.ask()
    await settle(world)

    assert sent_to(mails) == [DEFAULT]


async def test_a_named_target_is_mailed_at_once_and_telegram_left_alone(
    open_world, letters, mails
):
    world = await open_world(email_default=DEFAULT)

    await world.ask(channel="email", target={"email_to": "Ops@Example.org"})
    await settle(world)

    assert (sent_to(letters), sent_to(mails)) == ([], [DEFAULT])


async def test_an_address_that_nobody_allowed_is_refused(open_world):
    world = await open_world(email_default=DEFAULT)
    await reach_by_mail(world, f"telegram-{ANA}", ANAS_MAIL)

    for address, status in ((ANAS_MAIL, 200), ("eve@example.org", 403), (f"{DEFAULT},x", 403)):
        body = {"channel": "email", "target": {"email_to": address}, "session_id": "s"}
        body |= {"action_type": "deploy", "title": "Deploy", "preview": "make deploy"}
        answer = await world.call("POST", "/v1/approvals", json=body)
        assert answer.status == status
        if status == 403:
            assert (await answer.json())["code"] == "target_not_allowed"


async def test_mail_that_is_off_is_told(build):
    world = await build(users=(int(ANA),))

    body = {"channel": "email", "target": {"email_to": DEFAULT}, "session_id": "s"}
    body |= {"action_type": "deploy", "title": "Deploy", "preview": "make deploy"}
    answer = await world.call("POST", "/v1/approvals", json=body)

    assert (answer.status, (await answer.json())["code"]) == (422, "channel_off")


async def rule(world: World, **more) -> None:
    document = {"name": "rule", "rules": [{"match": {"action": "deploy"}, "decision": "ask"}]}
    document["rules"][0] |= more
    answer = await world.call(
        "POST", "/v1/policies", key="admin-key-for-tests-0001", json=document
    )
    assert answer.status in (200, 201), await answer.text()


async def test_a_rule_may_ask_by_mail_alone(open_world, letters, mails):
    world = await open_world(email_default=DEFAULT)
    await rule(world, channels=["email"])

    await world.ask()
    await settle(world)

    assert (sent_to(letters), sent_to(mails)) == ([], [DEFAULT])


async def test_a_rule_may_ask_in_telegram_alone(open_world, letters, mails, clock):
    world = await open_world(email_default=DEFAULT)
    await rule(world, channels=["telegram"])

    await world.ask()
    clock.advance(minutes=30)
    await settle(world)

    assert (sent_to(letters), sent_to(mails)) == ([ANA], [])


async def test_a_rule_may_escalate_to_mail_before_that_time(open_world, mails, clock):
    world = await open_world(email_default=DEFAULT)
    await rule(world, escalate={"after": "1m", "channels": ["email"]})

    await world.ask()
    await settle(world)
    clock.advance(seconds=60)
    await world.timers.work()
    await settle(world)
    assert sent_to(mails) == [DEFAULT]
    clock.advance(minutes=10)
    await settle(world)

    assert sent_to(mails) == [DEFAULT]


async def test_a_person_whom_a_rule_names_is_mailed_and_nobody_else(open_world, mails, clock):
    world = await open_world(email_default=DEFAULT)
    await reach_by_mail(world, f"telegram-{ANA}", ANAS_MAIL)
    await reach_by_mail(world, "mail-ben", "ben@example.org")
    await rule(world, approvers=["mail-ben"])

    await world.ask()
    await settle(world)

    assert sent_to(mails) == ["ben@example.org"]


async def test_a_pause_holds_mails_back_too(open_world, mails, clock):
    world = await open_world(email_default=DEFAULT)
    await world.call("POST", "/v1/pause", key="admin-key-for-tests-0001", json={})
    await world.ask()
    clock.advance(minutes=10)
    await settle(world)
    assert mails.posted == []

    await world.call("POST", "/v1/resume", key="admin-key-for-tests-0001", json={})
    await world.gate.chores()
    await settle(world)
    assert mails.posted == []
    clock.advance(minutes=5)
    await settle(world)

    assert sent_to(mails) == [DEFAULT]


async def test_alike_asks_share_one_mail(open_world, mails, clock):
    world = await open_world(email_default=DEFAULT)
    for _ in range(3):
        await world.ask()

    clock.advance(minutes=5)
    await settle(world)

    assert sent_to(mails) == [DEFAULT]


async def test_addresses_from_when_there_was_mail_are_left_alone(open_world, letters, mails):
    world = await open_world(email=False, email_default=None)
    await reach_by_mail(world, f"telegram-{ANA}", ANAS_MAIL)
    await rule(world, approvers=[f"telegram-{ANA}"])

    id = (await world.ask())["approval_id"]
    await settle(world)

    assert (sent_to(letters), sent_to(mails)) == ([ANA], [])
    audit = await (await world.call("GET", f"/v1/approvals/{id}/audit")).json()
    assert audit["entries"][0]["facts"]["asked"] == [f"telegram:{ANA}"]


async def test_a_copy_that_is_left_alone_is_mailed_at_its_own_time(open_world, mails, clock):
    world = await open_world(email_default=DEFAULT)
    first = (await world.ask())["approval_id"]
    clock.advance(minutes=1)
    second = (await world.ask())["approval_id"]

    await world.call("DELETE", f"/v1/approvals/{first}")
    await settle(world)
    clock.advance(seconds=299)
    await settle(world)
    assert mails.posted == []
    clock.advance(seconds=1)
    await settle(world)

    assert [id for _, id, _ in mails.posted] == [second]
