"""Every button behind a mail's link, in a browser that was let in, to the agent's answer."""

from collections.abc import AsyncIterator

import pytest

from bot.core.device import MailConfirm
from tests.web.pages.mail_kit import ANA, Browser, asked, enrolled, know, link
from tests.web.pages.reader import Markup
from tests.world import World

BASH = {"action_type": "Bash", "title": "npm test", "preview": "npm test", "cwd": "/srv/shop"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page offers asks nothing of the engine."""
    return sqlite_url


@pytest.fixture
async def browser(world: World) -> AsyncIterator[Browser]:
    """Ana's browser, in which she was let in."""
    await know(world, ANA, name="Ana")
    found = Browser.of(world)
    await enrolled(world, found, await asked(world))
    yield found
    await found.close()


async def opened(browser: Browser, **body) -> str:
    id = await asked(browser.world, **body)
    await browser.open(await link(browser.world, id))
    assert browser.status == 200, browser.html
    return id


async def decision(browser: Browser, id: str):
    return (await browser.world.read(id))["decision"]


async def test_an_ordinary_card_has_every_button(browser: Browser):
    await opened(browser, **BASH)

    assert browser.buttons == [
        *("approve", "session", "always", "deny", "deny", "note", "instead"),
    ]


async def test_session_and_always_ask_what_and_for_how_long(browser: Browser):
    id = await opened(browser, **BASH)

    await browser.press("always")
    assert "anything that begins with “npm test”" in browser.text
    extents = [
        given["value"]
        for tag, given in Markup(browser.html).elements
        if tag == "input" and given.get("name") == "extent"
    ]
    await browser.press("grant", extent=extents[1], end="1h")

    found = await decision(browser, id)
    assert (found["scope"], found["via"]) == ("always", "email")
    again = await browser.world.ask(**BASH)
    assert again["status"] == "approved"


async def test_a_note_goes_with_an_approval(browser: Browser):
    id = await opened(browser, **BASH)

    await browser.press("note", note=" be careful ")

    found = await decision(browser, id)
    assert (found["decision"], found["note"]) == ("approved", "be careful")


async def test_an_empty_note_is_asked_for(browser: Browser):
    id = await opened(browser, **BASH)

    await browser.press("note", note="  ")

    assert browser.status == 422
    assert "Write something first." in browser.text
    assert await decision(browser, id) is None


async def test_a_changed_command_is_shown_before_it_runs(browser: Browser):
    id = await opened(browser, **BASH)

    await browser.press("instead", words="npm test -- --bail")
    assert "Run this instead?" in browser.text
    assert "+ npm test -- --bail" in browser.html
    assert await decision(browser, id) is None
    await browser.press("run")

    found = await decision(browser, id)
    assert (found["decision"], found["override"]) == ("approved", "npm test -- --bail")


async def test_only_the_command_that_was_shown_runs(browser: Browser):
    id = await opened(browser, **BASH)
    await browser.press("instead", words="npm test -- --bail")
    form = browser.form("run")

    await browser.send(form.action, {**form.fields, "do": "run", "words": "rm -rf /"})

    assert browser.status == 403
    assert await decision(browser, id) is None


async def test_what_changes_for_the_worse_says_so(browser: Browser):
    await opened(browser, **BASH)

    await browser.press("instead", words="rm -rf ~/backups “x”")

    assert "Deletes recursively" in browser.text
    assert "Did your keyboard change characters?" in browser.text


async def test_an_unchanged_command_is_not_run_instead(browser: Browser):
    id = await opened(browser, **BASH)

    await browser.press("instead", words="npm test")

    assert browser.status == 422
    assert await decision(browser, id) is None


async def test_a_dangerous_action_takes_two_presses(browser: Browser):
    id = await opened(browser, urgency="high")

    await browser.press("approve")
    assert await decision(browser, id) is None
    await browser.press("confirm")

    assert (await decision(browser, id))["decision"] == "approved"


async def test_a_note_on_a_dangerous_action_takes_two_presses(browser: Browser):
    id = await opened(browser, urgency="high")

    await browser.press("note", note="only this once")
    assert "“only this once”" in browser.text
    assert await decision(browser, id) is None
    await browser.press("confirm")

    assert (await decision(browser, id))["note"] == "only this once"


async def test_a_critical_action_takes_the_agents_number(browser: Browser):
    answer = await browser.world.ask(urgency="critical", can_show_number=True)
    id, number = answer["approval_id"], answer["confirm_number"]
    await browser.open(await link(browser.world, id))

    assert "note" not in browser.buttons
    await browser.press("approve")
    await browser.press("confirm", number=str(number))

    assert (await decision(browser, id))["decision"] == "approved"


async def test_a_wrong_number_denies_as_in_the_chat(browser: Browser):
    answer = await browser.world.ask(urgency="critical", can_show_number=True)
    id = answer["approval_id"]
    approval = await browser.world.gate.any(id)
    wrong = next(one for one in approval.number.offered if one != approval.number.right)
    await browser.open(await link(browser.world, id))

    await browser.press("approve")
    await browser.press("confirm", number=str(wrong))

    assert (await decision(browser, id))["decision"] == "denied"


async def test_deny_and_stop(browser: Browser):
    id = await opened(browser)

    await browser.press("deny", note="wrong branch")

    found = await decision(browser, id)
    assert (found["decision"], found["note"]) == ("denied", "wrong branch")
    assert "Denied." in browser.text


@pytest.mark.parametrize(
    ("fields", "answers"),
    [({"q0": "B"}, ["PostgreSQL"]), ({"q0": "words", "q0_words": "files"}, ["files"])],
)
async def test_a_question_is_answered(browser: Browser, fields, answers):
    id = await opened(browser, options=["SQLite", "PostgreSQL"], allow_custom=True)

    await browser.press("answer", **fields)

    assert (await decision(browser, id))["answers"] == answers


async def test_several_answers_are_ticked(browser: Browser):
    id = await opened(browser, options=["red", "green", "blue"], multiple=True)

    await browser.press("answer", q0=["A", "C"])

    assert (await decision(browser, id))["answers"] == ["red", "blue"]


async def test_a_question_without_an_answer_is_asked_again(browser: Browser):
    id = await opened(browser, options=["red", "green"])

    await browser.press("answer")

    assert browser.status == 422
    assert "This question has no answer yet." in browser.text
    assert await decision(browser, id) is None


async def test_the_card_shows_all_of_a_long_action(browser: Browser):
    text = "\n".join(f"line {number}" for number in range(3000))

    await opened(browser, preview=text)

    assert "line 0" in browser.html
    assert "line 1500" in browser.html
    assert "line 2999" in browser.html
    assert "approve" in browser.buttons


async def test_hidden_values_are_counted_and_not_shown(browser: Browser):
    secret = "ghp_" + "a1B2" * 9
    await opened(browser, preview=f"curl -H 'Authorization: Bearer {secret}' example.org")

    assert secret not in browser.html
    assert "1 value hidden" in browser.text


async def test_hidden_values_are_revealed_where_that_is_allowed(build):
    world = await build(allow_reveal=True)
    await know(world, ANA, name="Ana")
    secret = "ghp_" + "a1B2" * 9
    browser, id = Browser.of(world), await asked(world, preview=f"export GH_TOKEN={secret}")
    await enrolled(world, browser, id)
    assert secret not in browser.html

    await browser.fill("/reveal")

    assert secret in browser.html
    kinds = [entry.record.kind for entry in await world.store.read(lambda tx: tx.audit.of(id))]
    assert "approval.revealed" in kinds
    await browser.close()


@pytest.fixture
async def by_number(build) -> World:
    world = await build(mail_confirm=MailConfirm.NUMBER)
    await know(world, ANA, name="Ana")
    return world


async def test_where_a_number_counts_the_agents_lets_decide_this_one(by_number: World):
    answer = await by_number.ask(urgency="critical", can_show_number=True)
    browser = Browser.of(by_number)
    await browser.open(await link(by_number, answer["approval_id"]))
    assert "approve" not in browser.buttons

    await browser.fill("/number", number=str(answer["confirm_number"]))
    assert "approve" in browser.buttons
    await browser.press("deny")

    assert (await by_number.read(answer["approval_id"]))["status"] == "denied"
    other = await asked(by_number)
    await browser.open(await link(by_number, other))
    assert "approve" not in browser.buttons
    await browser.close()


async def test_three_wrong_numbers_leave_the_code_alone_and_decide_nothing(by_number: World):
    answer = await by_number.ask(urgency="critical", can_show_number=True)
    id, right = answer["approval_id"], answer["confirm_number"]
    wrong = [number for number in range(10, 99) if number != right]
    for number in wrong[:3]:
        browser = Browser.of(by_number)
        await browser.open(await link(by_number, id))
        await browser.fill("/number", number=str(number))
        assert "nothing was decided" in browser.text
        await browser.close()

    browser = Browser.of(by_number)
    await browser.open(await link(by_number, id))
    await browser.fill("/number", number=str(right))

    assert "approve" not in browser.buttons
    assert (await by_number.read(id))["status"] == "pending"
    await enrolled(by_number, browser, id)
    assert "approve" in browser.buttons
    await browser.close()


async def test_where_a_click_is_enough_the_link_alone_decides(build):
    world = await build(mail_confirm=MailConfirm.CLICK)
    await know(world, ANA, name="Ana")
    browser, id = Browser.of(world), await asked(world)
    await browser.open(await link(world, id))

    await browser.press("approve")

    assert (await world.read(id))["status"] == "approved"
    await browser.close()
