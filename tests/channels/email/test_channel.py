"""A card is one mail, and its end one more; what waits between the two is not told by mail."""

import re

from tests.channels.email.conftest import ANA, SENDER

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
