"""The queue page in a real Chromium, as on a phone."""

import contextlib
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, Locator, Page, Route, async_playwright, expect

from tests.world import World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 390, "height": 844}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A browser takes its time on a busy machine.
expect.set_options(timeout=20_000)
STILL = "#queue:not(.settling)"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium binary on this machine"),
]


@contextlib.asynccontextmanager
async def phone(*, java_script: bool = True) -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield await browser.new_context(
                viewport=PHONE, has_touch=True, java_script_enabled=java_script
            )
        finally:
            await browser.close()


@pytest.fixture
async def page(world: World) -> AsyncIterator[Page]:
    """A signed-in phone; after the test nothing may stand in its console."""
    complaints: list[str] = []
    async with phone() as context:
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(await link(world))
        await expect(page.locator("#live")).to_have_text("updates by itself")
        yield page
        expected = getattr(page, "expected_complaints", 0)
        assert len(complaints) == expected, complaints


async def link(world: World) -> str:
    return str(world.client.make_url(await world.queue_link()))


async def ask(world: World, **body: object) -> str:
    return str((await world.ask(**body))["approval_id"])


def card(page: Page, id: str) -> Locator:
    return page.locator(f"#card-{id}")


async def status(world: World, id: str) -> str:
    return str((await world.read(id))["status"])


async def test_a_tap_approves_and_the_next_card_comes_by_itself(world: World, page: Page):
    first = await ask(world, agent="claude", title="First")
    await expect(card(page, first)).to_be_visible()
    await page.locator(STILL).wait_for()

    await card(page, first).get_by_role("button", name="✅ Approve").tap()
    await expect(page.get_by_text("Approved. claude goes on.")).to_be_visible()
    second = await ask(world, title="Second")

    await expect(card(page, second)).to_be_visible()
    await expect(page).to_have_title("(1) ok2run")
    assert await status(world, first) == "approved"
    assert await status(world, second) == "pending"


async def test_nothing_scrolls_sideways(world: World, page: Page):
    long = "x" * 3000
    await ask(world, title=long, preview=long, cwd=f"/{long}", reason=long, params={long: long})
    await ask(world, questions=[{"question": long, "options": [{"label": long}]}])
    await expect(page.locator("[data-card]")).to_have_count(2)

    for width in (320, 360, 390, 1200):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_buttons_are_large_enough_for_a_thumb(world: World, page: Page):
    await ask(world)
    await ask(world, questions=[{"question": "Which?", "options": [{"label": "A"}]}])
    await expect(page.locator("[data-card]")).to_have_count(2)

    for target in await page.locator(".card button, .card summary, .option").all():
        box = await target.bounding_box()
        if box is not None:  # inside what is folded away
            assert box["height"] >= 44


async def test_what_was_decided_elsewhere_goes_away(world: World, page: Page):
    id = await ask(world)
    await expect(card(page, id)).to_be_visible()

    await world.decide(id)

    await expect(card(page, id)).to_have_count(0)
    await expect(page.get_by_text("Nothing is waiting")).to_be_visible()


async def test_typed_words_survive_what_comes_and_what_ends(world: World, page: Page):
    id = await ask(world, questions=[{"question": "Name?"}])
    field = card(page, id).get_by_role("textbox").first
    await field.fill("half an ans")

    other = await ask(world, urgency="critical")
    await expect(card(page, other)).to_be_visible()
    await expect(field).to_have_value("half an ans")

    await world.decide(id, "denied")
    await expect(card(page, id)).to_contain_text("what you typed was not sent")
    await expect(field).to_have_value("half an ans")
    await expect(card(page, id).get_by_role("button", name="Answer")).to_be_disabled()


async def test_a_tap_on_what_has_just_moved_counts_for_nothing(world: World, page: Page):
    below = await ask(world)
    await expect(card(page, below)).to_be_visible()
    await page.locator(STILL).wait_for()
    await page.evaluate(
        """() => new MutationObserver(() => {
             document.querySelector("[data-card] button[value=approve]").click();
           }).observe(document.getElementById("cards"), {childList: true})"""
    )

    above = await ask(world, urgency="critical")
    await expect(card(page, above)).to_be_visible()
    await page.locator(STILL).wait_for()

    assert await status(world, above) == "pending"
    await expect(card(page, above).get_by_role("button", name="✅ Yes, run it")).to_have_count(0)


async def test_a_dangerous_action_takes_two_taps(world: World, page: Page):
    id = await ask(world, urgency="high")
    await expect(card(page, id)).to_be_visible()
    await page.locator(STILL).wait_for()

    await card(page, id).get_by_role("button", name="✅ Approve…").tap()
    await page.get_by_role("link", name="← Back", exact=True).tap()
    assert await status(world, id) == "pending"
    await card(page, id).get_by_role("button", name="✅ Approve…").tap()
    await page.get_by_role("button", name="✅ Yes, run it").tap()

    await expect(page.get_by_text("Approved.")).to_be_visible()
    assert await status(world, id) == "approved"


async def test_questions_are_answered_by_touch(world: World, page: Page):
    options = [{"label": "SQLite"}, {"label": "PostgreSQL"}]
    id = await ask(
        world,
        questions=[
            {"question": "Which database?", "options": options},
            {"question": "Which branch?", "options": [{"label": "main"}]},
        ],
    )
    shown = card(page, id)
    await expect(shown).to_be_visible()
    await page.locator(STILL).wait_for()

    await shown.get_by_text("PostgreSQL").tap()
    await shown.get_by_role("textbox").nth(1).fill("next")
    await shown.get_by_role("button", name="Answer").tap()

    await expect(page.get_by_text("Answered.")).to_be_visible()
    assert (await world.read(id))["decision"]["answers"] == ["PostgreSQL", "next"]


async def test_enter_in_the_reason_denies_and_never_approves(world: World, page: Page):
    id = await ask(world)
    await expect(card(page, id)).to_be_visible()
    await page.locator(STILL).wait_for()

    await card(page, id).get_by_text("Deny with a reason").tap()
    await card(page, id).get_by_label("The agent reads it:").fill("wrong branch")
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Denied.", exact=False).first).to_be_visible()
    assert (await world.read(id))["decision"]["note"] == "wrong branch"


async def test_the_page_connects_again(world: World, page: Page):
    failures = []

    async def fail_once(route: Route) -> None:
        if failures:
            await route.continue_()
        else:
            failures.append(route)
            await route.fulfill(status=503, body="")

    await page.route("**/queue/events", fail_once)
    page.expected_complaints = 1  # type: ignore[attr-defined]  # the browser logs the 503
    await page.reload()
    id = await ask(world)

    await expect(card(page, id)).to_be_visible()
    await expect(page.locator("#live")).to_have_text("updates by itself")


async def test_from_another_sites_page_the_link_signs_in_too(world: World):
    target = await link(world)
    async with phone() as context:
        page = await context.new_page()
        html = f'<a href="{target}">ok2run</a>'
        await page.route(
            "http://other.example/",
            lambda route: route.fulfill(body=html, content_type="text/html"),
        )
        await page.goto("http://other.example/")

        await page.get_by_text("ok2run").tap()

        await expect(page.get_by_text("Nothing is waiting")).to_be_visible()


async def test_without_scripts_everything_works_by_forms(world: World):
    id = await ask(world, agent="claude")
    async with phone(java_script=False) as context:
        page = await context.new_page()
        await page.goto(await link(world))

        await card(page, id).get_by_role("button", name="✅ Approve").tap()

        await expect(page.get_by_text("Approved. claude goes on.")).to_be_visible()
    assert await status(world, id) == "approved"


@pytest.mark.parametrize("java_script", [True, False])
async def test_what_is_chosen_shows_its_whole_rule(world: World, java_script: bool):
    bash = {"action_type": "Bash", "preview": "npm test", "cwd": "/home/ana/shop"}
    id = await ask(world, agent="claude", title="npm test", **bash)
    async with phone(java_script=java_script) as context:
        page = await context.new_page()
        await page.goto(await link(world))
        await card(page, id).get_by_role("button", name="♾ Always").tap()
        await expect(page.locator(".rules .rule:visible")).to_have_text(
            "♾ From now on: exactly “npm test”, for claude and whoever shares its key, "
            "in /home/ana/shop, until revoked. Dangerous ones still ask."
        )
        for width in (320, 390):
            await page.set_viewport_size({"width": width, "height": 844})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
        for target in await page.locator(".choose button, .choose .option").all():
            box = await target.bounding_box()
            assert box is not None
            assert box["height"] >= 44

        await page.get_by_label("anything that begins with “npm test”").check()
        await page.get_by_label("for 1 hour").check()
        await expect(page.locator(".rules .rule:visible")).to_have_text(
            "♾ From now on: anything that begins with “npm test” (unusual options still ask), "
            "for claude and whoever shares its key, in /home/ana/shop, for 1 hour. "
            "Dangerous ones still ask."
        )
        await page.get_by_role("button", name="✅ Approve with this rule").tap()

        await expect(page.get_by_text("Approved. claude goes on.")).to_be_visible()
        again = await world.ask(**{**bash, "title": "npm test -- unit"}, params={}, agent="claude")
        assert again["status"] == "pending"
        other = {**bash, "title": "npm test -- a", "preview": "npm test -- a"}
        assert (await world.ask(**other))["status"] == "approved"


async def test_a_card_says_at_once_that_one_more_shares_it(world: World, page: Page):
    first = (await world.ask())["approval_id"]
    await expect(page.locator(f"#card-{first}")).to_be_visible()
    world.clock.advance(seconds=1)
    second = (await world.ask())["approval_id"]

    await expect(page.locator(f"#card-{first} .times")).to_have_text("×2")
    await page.locator(STILL).wait_for()
    await page.get_by_role("button", name="✅ Approve").tap()

    await expect(page.locator(".sentence")).to_contain_text("Approved.")
    for id in (first, second):
        assert (await world.read(id))["status"] == "approved"
