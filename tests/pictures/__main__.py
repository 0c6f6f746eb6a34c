"""Make the README's pictures: `python -m tests.pictures`, with Debian's Chromium installed.

A card is drawn from what the Bot API server received from the daemon, the page is the page.
"""

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.person import Card
from tests.pictures.ask import PUSH, QUESTION, REMOVE
from tests.pictures.scene import SCENES, ask, scene
from tests.pictures.small import smaller
from tests.pictures.telegram import page_of
from tests.web.pages.test_browser import ARGUMENTS, CHROMIUM

HERE = Path(__file__).parent


def keep(picture: bytes, name: str) -> None:
    """Write a picture beside this file."""
    (HERE / f"{name}.png").write_bytes(smaller(picture))


async def draw_card(browser: Browser, telegram: FakeTelegram, card: Card, name: str) -> None:
    """Draw one message as a phone shows it."""
    page = await browser.new_page(viewport={"width": 440, "height": 300}, device_scale_factor=1.5)
    rows = [[dict(button) for button in row] for row in card.buttons]
    await page.set_content(
        page_of(card.text, [dict(e) for e in card.entities], rows, now=telegram.now)
    )
    keep(await page.locator("body").screenshot(), name)
    await page.close()


async def draw_page(browser: Browser) -> None:
    """Photograph the queue page at a phone's width."""
    with tempfile.TemporaryDirectory() as directory:
        async with Daemon(Path(directory), APPROVAL_API_KEY="agent-key-for-pictures") as daemon:
            for body in (PUSH, REMOVE, QUESTION):
                await ask(daemon, body)
            page = await browser.new_page(
                viewport={"width": 430, "height": 900}, device_scale_factor=1.5
            )
            await page.goto(daemon.queue_link)
            await page.wait_for_selector("text=git push")
            keep(await page.screenshot(), "queue")
            await page.close()


async def main() -> None:
    """Make every picture anew."""
    if CHROMIUM is None:
        sys.exit("There is no Chromium here; install Debian's package chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for play in SCENES:
            async with scene() as at:
                await play(at, partial(draw_card, browser))
        await draw_page(browser)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
