"""However much is asked, an address gets a few mails a minute, and every ask is in one of them."""

import re

from tests.channels.email.test_faults import healed

LINK = re.compile(r"https://gate\.example\.org/a/[A-Za-z0-9_-]{43}")
DANGEROUS = {
    "action_type": "Bash",
    "title": "rm -rf /srv/backups",
    "preview": "rm -rf /srv/backups",
    "cwd": "/srv/shop",
}


async def test_a_burst_is_three_mails_and_one_list(office):
    for n in range(8):
        await office.world.ask(title=f"Deploy {n}")
        await office.settle()
    assert len(office.smtp.mails) == 3

    office.clock.advance(seconds=61)
    await office.settle()
    office.clock.advance(hours=1)
    await office.settle()

    *_, listed = office.smtp.mails
    assert len(office.smtp.mails) == 4
    assert listed["Subject"] == "[📥] 5 waiting"
    assert [f"Deploy {n}" in listed.text for n in range(8)] == [False] * 3 + [True] * 5
    assert len(set(LINK.findall(listed.text))) == 5
    assert set(LINK.findall(listed.html)) == set(LINK.findall(listed.text))


async def test_what_piled_up_while_the_server_was_down_is_one_list(office):
    await office.smtp.stop()
    for n in range(6):
        await office.world.ask(title=f"Deploy {n}")
        await office.settle()
        office.clock.advance(seconds=20)
    await office.smtp.start()

    subjects = await healed(office)
    for _ in range(4):
        office.clock.advance(seconds=61)
        await office.settle()

    assert len(office.smtp.mails) <= 4
    assert subjects
    texts = "".join(mail.text for mail in office.smtp.mails)
    assert all(f"Deploy {n}" in texts for n in range(6))


async def test_high_risk_has_its_own_mail_in_any_burst(office):
    for n in range(5):
        await office.world.ask(title=f"Deploy {n}")
    await office.settle()

    await office.world.ask(**DANGEROUS)
    await office.settle()

    assert office.smtp.mails[-1]["Subject"].startswith("[🔴] agent @ shop: rm -rf /srv/backups [")


async def test_what_was_decided_meanwhile_is_in_no_list(office):
    ids = [(await office.world.ask(title=f"Deploy {n}"))["approval_id"] for n in range(6)]
    await office.settle()
    mailed = len(office.smtp.mails)
    for id in ids:
        await office.world.decide(id)

    for _ in range(5):
        office.clock.advance(seconds=61)
        await office.settle()

    asked = [mail for mail in office.smtp.mails if LINK.search(mail.text)]
    assert len(asked) <= max(mailed, 1)


async def test_many_ends_at_once_are_one_list_too(office):
    ids = []
    for n in range(3):
        ids.append((await office.world.ask(title=f"Deploy {n}"))["approval_id"])
        await office.settle()
    office.clock.advance(seconds=61)
    for n in range(3, 6):
        ids.append((await office.world.ask(title=f"Deploy {n}"))["approval_id"])
        await office.settle()
    assert len(office.smtp.mails) == 6

    for id in ids:
        await office.world.decide(id)
    await office.settle()
    office.clock.advance(seconds=61)
    await office.settle()
    office.clock.advance(minutes=10)
    await office.settle()

    *_, listed = office.smtp.mails
    assert len(office.smtp.mails) == 7
    assert listed["Subject"] == "[📥] 6 ended"
    assert listed.text.count("✅ Approved by admin") == 6


async def test_what_a_list_told_is_told_its_end_in_that_thread(office):
    ids = [(await office.world.ask(title=f"Deploy {n}"))["approval_id"] for n in range(5)]
    await office.settle()
    office.clock.advance(seconds=61)
    await office.settle()
    listed = office.smtp.mails[-1]
    assert listed["Subject"].startswith("[📥]")
    office.clock.advance(seconds=61)
    (last,) = {id for id in ids if listed.text.rfind("Deploy 4") > 0 and id == ids[4]}

    await office.world.decide(last, "denied")
    await office.settle()

    told = office.smtp.mails[-1]
    assert told["In-Reply-To"] == listed["Message-ID"]
    assert "❌ Denied by admin" in told.text


async def test_a_list_that_is_refused_for_good_starts_no_loop(office):
    office.smtp.unknown.add("ana@example.org")
    for n in range(10):
        await office.world.ask(title=f"Deploy {n}")
    for _ in range(20):
        await office.settle()
        office.clock.advance(seconds=61)

    assert len(office.smtp.tried) <= 10
