"""A mail's link: what it shows, to whom, and what it takes to decide behind it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.core.people import Role
from tests.web.pages.mail_kit import ANA, BEN, Browser, Mailbox, asked, enrolled, know, link
from tests.world import ADMIN_KEY, World


@pytest.fixture
async def browser(world: World) -> AsyncIterator[Browser]:
    """Ana's browser, in which no link was opened."""
    await know(world, ANA, name="Ana")
    found = Browser.of(world)
    yield found
    await found.close()


async def status(world: World, id: str) -> str:
    return str((await world.read(id))["status"])


async def test_a_link_shows_the_card_at_an_address_without_the_token(world, browser):
    id = await asked(world, agent="claude", title="Deploy 1.4")

    await browser.open(await link(world, id))

    assert (browser.status, browser.path) == (200, f"/a/{id}")
    assert "Deploy 1.4" in browser.text
    assert "Who is there?" in browser.text
    assert not {"approve", "deny"} & set(browser.buttons)
    assert await status(world, id) == "pending"


async def test_a_code_lets_the_browser_in_and_one_click_decides(world, browser):
    id = await asked(world, agent="claude")
    await enrolled(world, browser, id)

    await browser.press("approve")

    stood = await world.read(id)
    assert stood["status"] == "approved"
    assert (stood["decision"]["by"], stood["decision"]["via"]) == ("Ana", "email")
    assert "Approved. claude goes on." in browser.text
    assert browser.path == f"/a/{id}"


async def test_an_enrolled_browser_needs_no_code_for_the_next_mail(world, browser):
    await enrolled(world, browser, await asked(world))
    second = await asked(world)

    await browser.open(await link(world, second))
    await browser.press("deny", note="wrong branch")

    assert (await world.read(second))["decision"]["note"] == "wrong branch"
    (device,) = await world.gate.devices.listing()
    assert (device.name, device.address) == ("Safari, iPhone", ANA.address)


async def test_a_revoked_browser_decides_no_more(world, browser):
    id = await asked(world)
    await enrolled(world, browser, id)
    (device,) = await world.gate.devices.listing()

    assert await world.gate.devices.revoke(device.id, actor="key:admin")
    await browser.press("approve")

    assert browser.status == 403
    assert await status(world, id) == "pending"
    await browser.open(f"/a/{id}")
    assert "Who is there?" in browser.text


async def test_a_browser_does_not_decide_for_whoever_gets_the_address_next(world, browser):
    id = await asked(world)
    await enrolled(world, browser, id)

    await know(world, ANA, name="Ben")
    await browser.press("approve")

    assert browser.status == 403
    assert await status(world, id) == "pending"
    await browser.open(await link(world, id))
    assert "Who is there?" in browser.text


async def test_several_people_decide_each_by_mail(world, browser):
    await know(world, BEN, name="Ben")
    rule = {
        "match": {"action": "deploy"},
        "decision": "ask",
        "approvers": ["Ana", "Ben"],
        "quorum": 2,
    }
    body = {"name": "two", "priority": 1, "enabled": True, "rules": [rule]}
    assert (await world.call("POST", "/v1/policies", key=ADMIN_KEY, json=body)).status < 300
    id = await asked(world)
    other = Browser.of(world)
    await enrolled(world, browser, id)
    await enrolled(world, other, id, BEN)

    await browser.press("approve")
    assert await status(world, id) == "pending"
    assert "still" in browser.text
    await browser.press("approve")
    assert await status(world, id) == "pending"
    await other.press("approve")

    decision = (await world.read(id))["decision"]
    assert (decision["decision"], decision["via"]) == ("approved", "email")
    await other.close()


async def test_whom_a_rule_does_not_ask_may_not_decide(world, browser):
    await know(world, BEN, name="Ben")
    rule = {"match": {"action": "deploy"}, "decision": "ask", "approvers": ["Ben"]}
    body = {"name": "ben", "priority": 1, "enabled": True, "rules": [rule]}
    await world.call("POST", "/v1/policies", key=ADMIN_KEY, json=body)

    await browser.open(await link(world, await asked(world)))

    assert "Only Ben may decide this." in browser.text
    assert browser.buttons == []


async def test_a_browser_is_let_in_for_thirty_days(world, clock, browser):
    await enrolled(world, browser, await asked(world))

    clock.advance(days=30)
    await browser.open(await link(world, await asked(world)))

    assert "Who is there?" in browser.text


async def test_a_code_is_mailed_to_who_names_the_address(world, browser):
    mailbox = world.channels["email"] = Mailbox(world)
    id = await asked(world)
    await browser.open(await link(world, id))

    await browser.fill("/mail-code", address="ben@example.org")
    assert "not the address" in browser.text
    await browser.fill("/mail-code", address=" Ana@Example.org ")
    assert "on its way" in browser.text
    await world.courier.flush()
    ((address, code),) = mailbox.codes

    assert address == ANA.address
    assert all(code not in body for body in mailbox.bodies)
    await browser.let_in(f"{code[:3]} {code[3:]}")
    await browser.press("approve")
    assert await status(world, id) == "approved"


async def test_an_address_gets_one_code_an_hour(world, clock, browser):
    mailbox = world.channels["email"] = Mailbox(world)
    await browser.open(await link(world, await asked(world, expires_in_sec=86_400)))
    for _ in range(3):
        await browser.fill("/mail-code", address=ANA.address)
    assert "the next one can be at 13:00 UTC" in browser.text
    await world.courier.flush()
    assert len(mailbox.codes) == 1

    clock.advance(minutes=59)
    await browser.fill("/mail-code", address=ANA.address)
    clock.advance(minutes=1)
    await browser.open(await link(world, await asked(world)))
    await browser.fill("/mail-code", address=ANA.address)
    await world.courier.flush()

    assert len(mailbox.codes) == 2


async def test_a_code_mail_that_is_late_is_not_sent(world, clock, browser):
    await browser.open(await link(world, await asked(world)))
    await browser.fill("/mail-code", address=ANA.address)

    clock.advance(minutes=10)
    mailbox = world.channels["email"] = Mailbox(world)
    await world.courier.flush()

    assert mailbox.codes == []


async def test_five_wrong_codes_close_the_door_and_the_right_one_comes_too_late(world, browser):
    await browser.open(await link(world, await asked(world)))
    code = await world.gate.devices.tell_code(ANA, actor="key:test")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    for _ in range(4):
        await browser.let_in(wrong)
        assert "That is not the code" in browser.text
    await browser.let_in("not a code")
    assert "six digits" in browser.text
    await browser.let_in(wrong)
    await browser.let_in(code)

    assert "No code is open" in browser.text
    assert await world.gate.devices.listing() == ()


async def test_a_code_works_once_and_for_ten_minutes(world, clock, browser):
    id = await asked(world)
    other = Browser.of(world)
    code = await world.gate.devices.tell_code(ANA, actor="key:test")
    for one in (browser, other):
        await one.open(await link(world, id))
    pages = await asyncio.gather(*(one.let_in(code) for one in (browser, other)))
    await other.close()
    assert sum("Who is there?" in page for page in pages) == 1

    code = await world.gate.devices.tell_code(ANA, actor="key:test")
    late = Browser.of(world)
    await late.open(await link(world, id))
    clock.advance(minutes=10)
    await late.let_in(code)
    assert "No code is open" in late.text
    await late.close()


async def test_a_code_of_one_address_opens_no_other(world, browser):
    await know(world, BEN, name="Ben")
    code = await world.gate.devices.tell_code(BEN, actor="key:test")
    await world.gate.devices.tell_code(ANA, actor="key:test")
    await browser.open(await link(world, await asked(world)))

    await browser.let_in(code)

    assert "That is not the code" in browser.text


async def test_a_browser_enrolled_for_one_address_presses_for_no_other(world, browser):
    await know(world, BEN, name="Ben")
    await enrolled(world, browser, await asked(world))
    other = await asked(world)

    await browser.open(await link(world, other, BEN))

    assert "Who is there?" in browser.text


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.VIEWER, "You may look here, not decide."), (None, "You are not an approver here.")],
)
async def test_who_may_not_decide_is_told_so(world, browser, role, words):
    if role is not None:
        await know(world, BEN, name="Ben", role=role)
    id = await asked(world)

    await browser.open(await link(world, id, BEN))

    assert words in browser.text
    assert browser.buttons == []
    assert "Who is there?" not in browser.text


async def test_nobody_is_told_a_code_for_an_address_that_nobody_has(world):
    assert await world.gate.devices.tell_code(BEN, actor="key:test") is None


async def test_strangers_get_one_answer_for_unknown_ended_and_expired(world, clock, browser):
    pages = []
    ended = await asked(world)
    its_link = await link(world, ended)
    await world.decide(ended)
    expired = await link(world, await asked(world, expires_in_sec=60))
    clock.advance(seconds=60)
    for path in (f"/a/{'x' * 43}", "/a/short", f"/a/{ended}", its_link, expired):
        pages.append((await browser.open(path), browser.status))

    assert {status for _, status in pages} == {404}
    assert len({html for html, _ in pages}) == 1
    assert "This link shows nothing" in browser.text


async def test_a_known_browser_sees_what_became_of_it(world, browser):
    await enrolled(world, browser, await asked(world))
    id = await asked(world, agent="claude", title="Deploy 1.5")
    path = await link(world, id)
    await world.decide(id, "denied", note="too late today")

    await browser.open(path)

    assert browser.status == 200
    assert "Already denied by admin" in browser.text
    assert "Deploy 1.5" in browser.text
    assert "“too late today”" in browser.text
    assert browser.buttons == []


async def test_an_old_link_leads_an_enrolled_browser_to_the_page(world, browser):
    id = await asked(world)
    await enrolled(world, browser, await asked(world))

    await browser.open(f"/v1/action/{id}/approve?sig=0123456789abcdef")

    assert browser.path == f"/a/{id}"
    assert "approve" in browser.buttons
    assert await status(world, id) == "pending"


@pytest.mark.parametrize("action", ["approve", "deny", "always", "option_A", "submit_note", "x"])
async def test_an_old_link_decides_nothing_and_tells_strangers_nothing(world, browser, action):
    id = await asked(world)

    await browser.open(f"/v1/action/{id}/{action}?sig=0123456789abcdef&note=x&reply=y")

    assert browser.status == 404
    assert "Open the link in the newest mail" in browser.text
    assert await status(world, id) == "pending"


async def test_a_hundred_presses_at_once_decide_once(world, browser):
    id = await asked(world)
    await enrolled(world, browser, id)
    approve, deny = browser.form("approve"), browser.form("deny")

    async def press(number):
        form, word = (approve, "approve") if number % 2 else (deny, "deny")
        async with browser.session.post(form.action, data={**form.fields, "do": word}) as answer:
            return answer.status, await answer.text()

    answers = await asyncio.gather(*(press(number) for number in range(100)))

    assert {status for status, _ in answers} == {200}
    kinds = [entry.record.kind for entry in await world.store.read(lambda tx: tx.audit.of(id))]
    assert sum(kind in {"approval.approved", "approval.denied"} for kind in kinds) == 1
    assert len({text for _, text in answers}) == 1


async def test_the_page_speaks_as_its_reader_prefers(world, browser):
    id = await asked(world)

    await browser.open(await link(world, id), headers={"Accept-Language": "zh-CN"})

    assert 'lang="zh-Hans-CN"' in browser.html
