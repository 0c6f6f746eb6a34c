"""The agent's number on the queue page, in a real Chromium with and without scripts."""

import pytest
from playwright.async_api import expect

from tests.web.pages.test_browser import card, link, phone, pytestmark, status  # noqa: F401
from tests.world import World

CRITICAL = {"urgency": "critical", "can_show_number": True, "agent": "claude"}


@pytest.mark.parametrize("java_script", [True, False])
async def test_the_number_that_the_agent_shows_is_picked(world: World, java_script: bool):
    answer = await world.ask(**CRITICAL)
    id, number = answer["approval_id"], str(answer["confirm_number"])
    async with phone(java_script=java_script) as context:
        page = await context.new_page()
        await page.goto(await link(world))
        await card(page, id).get_by_role("button", name="✅ Approve…").tap()
        await expect(page.get_by_role("button", name="❌ Deny").first).to_be_visible()
        for target in await page.locator(".confirm .option").all():
            box = await target.bounding_box()
            assert box is not None
            assert box["height"] >= 44

        await page.get_by_label(number, exact=True).check()
        await page.get_by_role("button", name="✅ Yes, run it").tap()

        await expect(page.get_by_text("Approved. claude goes on.")).to_be_visible()
    assert await status(world, id) == "approved"
