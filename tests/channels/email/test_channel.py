"""A card is one mail, and its end one more; what waits between the two is not told by mail."""

import re

from bot.gate.channel import Target
from bot.gate.events import Owed
from bot.gate.steps import Done
from tests.builders import a_delivery
from tests.channels.email.conftest import ANA, SENDER
from tests.world import ADMIN_KEY

LINK = re.compile(r"https://gate\.example\.org/a/([A-Za-z0-9_-]{43})")


async def test_an_ask_is_mailed_to_the_default_address(office):
    id = (await office.world.ask(title="git push", preview="git push origin main"))["approval_id"]
    await office.settle()

    (mail,) = office.smtp.mails
    assert (mail.sender, mail.recipients) == (SENDER, (ANA,))
    assert mail.was_secret
    assert mail["Subject"] == f"[🟡] agent: git push [{id}]"
    assert "git push origin main" in mail.text
    assert "git push origin main" in mail.html
    assert LINK.search(mail.text)
    assert LINK.search(mail.html)


async def test_the_end_is_told_once_in_the_same_thread(office):
    id = (await office.world.ask())["approval_id"]
    await office.settle()

    await office.world.decide(id)
    await office.settle()
    await office.world.call("POST", f"/v1/approvals/{id}/outcome", json={"exit_code": 0})
    await office.settle()

    asked, told = office.smtp.mails
    assert told["Subject"] == f"Re: {asked['Subject']}"
    assert told["In-Reply-To"] == told["References"] == asked["Message-ID"]
    assert told["Message-ID"] != asked["Message-ID"]
    assert "✅ Approved by admin" in told.text
    assert not LINK.search(told.text)


async def test_changes_while_it_waits_are_not_mailed(office):
    for _ in range(3):
        await office.world.ask()
        await office.settle()

    assert len(office.smtp.mails) == 1


async def test_reminders_are_mailed_only_where_a_rule_wants_them(office):
    await office.world.ask()
    for _ in range(6):
        office.clock.advance(minutes=9)
        await office.world.timers.work()
        await office.settle()
    assert len(office.smtp.mails) == 1

    rules = [{"match": {"action": "pay"}, "decision": "ask", "remind": ["10m"]}]
    document = {"name": "pay", "rules": rules}
    await office.world.call("POST", "/v1/policies", key=ADMIN_KEY, json=document)
    await office.world.ask(action_type="pay")
    await office.settle()
    office.clock.advance(minutes=10)
    await office.world.timers.work()
    await office.settle()

    (asked,) = [mail for mail in office.smtp.mails if "Type: pay" in mail.text]
    (reminded,) = [mail for mail in office.smtp.mails if "⏰" in mail.text]
    assert reminded["In-Reply-To"] == asked["Message-ID"]
    assert "⏰ This still waits for an answer." in reminded.text
    assert LINK.search(reminded.text)


async def test_an_end_before_the_mail_went_out_leaves_nothing_to_mail(office):
    await office.smtp.stop()
    id = (await office.world.ask())["approval_id"]
    await office.settle()
    await office.world.decide(id)
    await office.smtp.start()

    for _ in range(3):
        office.clock.advance(seconds=31)
        await office.settle()

    assert office.smtp.mails == []


async def test_what_another_channel_would_say_is_not_mailed(office):
    target = Target(channel="email", address=ANA)
    delivery = a_delivery(target=target, body='{"text": "hello"}')

    def work(tx):
        yield from tx.outbox.owe(delivery)
        return Done(value=None, events=(Owed(due_at=delivery.due_at),))

    await office.world.store.write(work)
    await office.settle()

    assert office.smtp.mails == []
    assert office.smtp.tried == []


async def test_a_mail_without_a_public_address_holds_no_link(open_office):
    office = await open_office(public_url=None)

    await office.world.ask()
    await office.settle()

    (mail,) = office.smtp.mails
    assert "/a/" not in mail.text + mail.html
    assert "This mail holds no link" in mail.text
