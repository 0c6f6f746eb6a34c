"""Make the README's pictures: `python -m tests.pictures`, with Debian's Chromium installed.

A card is drawn from what the Bot API server received from the daemon, the page is the page.
"""

import asyncio
import json
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from bot.clock import SystemClock
from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.person import Card
from tests.pictures.telegram import page_of
from tests.web.pages.test_browser import ARGUMENTS, CHROMIUM

HERE = Path(__file__).parent
PUSH: dict[str, Any] = {
    "session_id": "s1",
    "action_type": "Bash",
    "title": "git push origin main",
    "preview": "git push origin main",
    "language": "bash",
    "cwd": "/home/ana/shop",
    "agent": "claude",
    "reason": "Tests pass, publishing the fix.",
}
REMOVE: dict[str, Any] = {
    **PUSH,
    "title": "rm -rf ~/backups/old",
    "preview": "rm -rf ~/backups/old",
    "cwd": "/home/ana/infra",
    "agent": "codex",
    "reason": "The disk is full.",
    "expires_in_sec": 600,
}
QUESTION: dict[str, Any] = {
    "session_id": "s1",
    "action_type": "question",
    "title": "Which database should we use?",
    "cwd": "/home/ana/shop",
    "agent": "claude",
    "options": ["SQLite – one file", "PostgreSQL – a server", "Both, behind a switch"],
}


async def ask(daemon: Daemon, body: dict[str, Any]) -> None:
    """Ask as an agent does."""
    request = urllib.request.Request(  # noqa: S310  the daemon's own address
        f"{daemon.url}/v1/approvals",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {daemon.agent_key}",
            "Content-Type": "application/json",
        },
    )
    await asyncio.to_thread(lambda: urllib.request.urlopen(request).close())  # noqa: S310


async def draw_card(browser: Browser, telegram: FakeTelegram, card: Card, name: str) -> None:
    """Draw one message as a phone shows it."""
    page = await browser.new_page(viewport={"width": 440, "height": 300}, device_scale_factor=2)
    rows = [[dict(button) for button in row] for row in card.buttons]
    await page.set_content(
        page_of(card.text, [dict(e) for e in card.entities], rows, now=telegram.now)
    )
    await page.locator("body").screenshot(path=str(HERE / f"{name}.png"))
    await page.close()


async def draw_cards(browser: Browser) -> None:
    """Draw an action's card, a dangerous one's, a question's, and one that was decided."""
    with tempfile.TemporaryDirectory() as directory:
        async with (
            FakeTelegram(clock=SystemClock().now) as telegram,
            Daemon(
                Path(directory),
                TELEGRAM_BOT_TOKEN=telegram.token,
                TELEGRAM_API_BASE=telegram.url,
                ALLOWED_USER_IDS="1001",
                APPROVAL_API_KEY="agent-key-for-pictures",
            ) as daemon,
        ):
            ana = telegram.person(1001, "Ana")
            bodies = {"card": PUSH, "card-danger": REMOVE, "card-question": QUESTION}
            for name, body in bodies.items():
                await ask(daemon, body)
                card = await ana.wait_for_card(body["title"], timeout=30)
                await draw_card(browser, telegram, card, name)
                if name == "card":
                    await ana.tap("Approve", card=card)
                    await card.shows("Approved")
                    await draw_card(browser, telegram, card, "card-decided")


async def draw_page(browser: Browser) -> None:
    """Photograph the queue page at a phone's width."""
    with tempfile.TemporaryDirectory() as directory:
        async with Daemon(Path(directory), APPROVAL_API_KEY="agent-key-for-pictures") as daemon:
            for body in (PUSH, REMOVE, QUESTION):
                await ask(daemon, body)
            page = await browser.new_page(
                viewport={"width": 430, "height": 900}, device_scale_factor=2
            )
            await page.goto(daemon.queue_link)
            await page.wait_for_selector("text=git push")
            await page.screenshot(path=str(HERE / "queue.png"))
            await page.close()


async def main() -> None:
    """Make every picture anew."""
    if CHROMIUM is None:
        sys.exit("There is no Chromium here; install Debian's package chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        await draw_cards(browser)
        await draw_page(browser)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
