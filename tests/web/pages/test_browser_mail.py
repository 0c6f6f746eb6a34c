"""The page behind a mail's link in a real Chromium, as on a phone, with scripts and without."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.web.pages.mail_kit import ANA, asked, know, link
from tests.web.pages.test_browser import CHROMIUM, phone
from tests.world import World

BASH = {"action_type": "Bash", "title": "npm test", "preview": "npm test", "cwd": "/srv/shop"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium binary on this machine"),
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a browser shows asks nothing of the engine."""
    return sqlite_url


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
async def context(request, world: World) -> AsyncIterator[BrowserContext]:
    """Ana's phone."""
    await know(world, ANA, name="Ana")
    async with phone(java_script=request.param) as context:
        yield context


async def opened(world: World, context: BrowserContext, id: str) -> Page:
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(str(world.client.make_url(await link(world, id))))
    assert complaints == []
    return page


async def let_in(world: World, page: Page) -> None:
    code = await world.gate.devices.tell_code(ANA, actor="key:test")
    await page.get_by_label("2. The six digits of the code:").fill(str(code))
    await page.get_by_role("button", name="Let this browser in for 30 days").tap()


async def decision(world: World, id: str):
    return (await world.read(id))["decision"]


async def fits(page: Page) -> None:
    """Nothing scrolls sideways, and what is pressed is large enough for a thumb."""
    for width in (320, 390):
        await page.set_viewport_size({"width": width, "height": 844})
        box = await page.locator("body").evaluate("body => body.scrollWidth")
        assert box <= width
    for target in await page.locator(".card button, .card summary, .option").all():
        found = await target.bounding_box()
        if found is not None:  # inside what is folded away
            assert found["height"] >= 44


async def test_the_first_time_takes_a_code_and_every_later_time_one_tap(world, context):
    first = await asked(world, agent="claude", **BASH)
    page = await opened(world, context, first)
    await expect(page.get_by_role("heading", name="Who is there?")).to_be_visible()
    await expect(page.get_by_role("button", name="✅ Approve", exact=True)).to_have_count(0)
    await fits(page)

    await let_in(world, page)
    await fits(page)
    await page.get_by_role("button", name="✅ Approve", exact=True).tap()
    await expect(page.get_by_text("Approved. claude goes on.")).to_be_visible()
    second = await asked(world, title="Second")
    page = await opened(world, context, second)
    await page.get_by_role("button", name="❌ Deny", exact=True).tap()
    await expect(page.get_by_text("Denied.", exact=False).first).to_be_visible()

    assert (await decision(world, first))["via"] == "email"
    assert (await world.read(second))["status"] == "denied"


async def test_a_command_is_changed_by_touch(world, context):
    id = await asked(world, agent="claude", **BASH)
    page = await opened(world, context, id)
    await let_in(world, page)

    await page.get_by_text("Run something else instead").tap()
    await page.get_by_label("The command; the next page shows what changes:").fill("npm ci")
    await page.get_by_role("button", name="✏️ Run this instead…").tap()
    await expect(page.get_by_text("Run this instead?")).to_be_visible()
    await fits(page)
    await page.get_by_role("button", name="✅ Run this").tap()

    await expect(page.get_by_text("Approved.", exact=False).first).to_be_visible()
    assert (await decision(world, id))["override"] == "npm ci"


async def test_always_asks_what_and_a_critical_one_for_the_number(world, context):
    id = await asked(world, agent="claude", **BASH)
    page = await opened(world, context, id)
    await let_in(world, page)
    await page.get_by_role("button", name="♾ Always…").tap()
    await page.get_by_label("anything that begins with “npm test”").check()
    await fits(page)
    await page.get_by_role("button", name="✅ Approve with this rule").tap()
    await expect(page.get_by_text("Approved.", exact=False).first).to_be_visible()
    assert (await decision(world, id))["scope"] == "always"

    answer = await world.ask(urgency="critical", can_show_number=True, title="Drop it")
    page = await opened(world, context, answer["approval_id"])
    await page.get_by_role("button", name="✅ Approve…", exact=True).tap()
    await page.get_by_label(str(answer["confirm_number"]), exact=True).check()
    await fits(page)
    await page.get_by_role("button", name="✅ Yes, run it").tap()
    await expect(page.get_by_text("Approved.", exact=False).first).to_be_visible()
    assert (await decision(world, answer["approval_id"]))["decision"] == "approved"


async def test_questions_are_answered(world, context):
    id = await asked(world, options=["SQLite", "PostgreSQL"], title="Which database?")
    page = await opened(world, context, id)
    await let_in(world, page)
    await page.get_by_text("PostgreSQL").tap()
    await fits(page)
    await page.get_by_role("button", name="Answer").tap()
    await expect(page.get_by_text("Answered.", exact=False).first).to_be_visible()
    assert (await decision(world, id))["answers"] == ["PostgreSQL"]


async def test_what_is_decided_elsewhere_shows_by_itself(world: World):
    await know(world, ANA, name="Ana")
    id = await asked(world, agent="claude")
    async with phone() as context:
        page = await opened(world, context, id)
        await expect(page.locator("#mail-live")).to_have_text("updates by itself")

        await world.decide(id, "denied")

        await expect(page.get_by_text("Already denied by admin", exact=False)).to_be_visible()


async def test_typed_words_survive_what_is_decided_elsewhere(world: World):
    await know(world, ANA, name="Ana")
    id = await asked(world, agent="claude")
    async with phone() as context:
        page = await opened(world, context, id)
        await let_in(world, page)
        await page.get_by_text("Approve with a note").tap()
        field = page.get_by_label("The agent reads it:").last
        await field.fill("half a note")
        await expect(page.locator("#mail-live")).to_have_text("updates by itself")

        await world.decide(id, "denied")

        await expect(page.get_by_text("what you typed was not sent", exact=False)).to_be_visible()
        await expect(field).to_have_value("half a note")


async def test_a_keyboard_reaches_approve_before_deny(world: World):
    await know(world, ANA, name="Ana")
    id = await asked(world, agent="claude")
    async with phone() as context:
        page = await opened(world, context, id)
        await let_in(world, page)
        await expect(page.get_by_role("button", name="✅ Approve", exact=True)).to_be_visible()
        reached = []
        for _ in range(8):
            await page.keyboard.press("Tab")
            reached.append(await page.evaluate("document.activeElement.textContent.trim()"))

    names = [name for name in reached if name in {"✅ Approve", "❌ Deny"}]
    assert names[:2] == ["✅ Approve", "❌ Deny"]


@pytest.mark.full
async def test_a_scanner_that_runs_scripts_decides_nothing(world: World):
    """It opens the link from the mail, and presses every button of every page it comes to."""
    await know(world, ANA, name="Ana")
    ids = [await asked(world, **BASH), await asked(world, options=["A", "B"])]
    for id in ids:
        async with phone() as context:
            page = await opened(world, context, id)
            for number in range(await page.locator("button").count()):
                await page.goto(str(world.client.make_url(f"/a/{id}")))
                for field in await page.locator("input:not([type=hidden])").all():
                    await field.fill("123456")
                await page.locator("button").nth(number).click(force=True)
    assert {(await world.read(id))["status"] for id in ids} == {"pending"}
