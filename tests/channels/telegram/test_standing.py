"""A token that Telegram refuses: the bot's part stops, is told of, and all else goes on."""

import asyncio
from typing import Any

import pytest

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import FakeTelegram, Person
from tests.web.pages.reader import Markup


async def health(office: Office) -> tuple[int, dict[str, Any]]:
    answer = await office.world.call("GET", "/health?deep=true", key=None)
    return answer.status, (await answer.json())["checks"]["telegram"]


async def refused(office: Office) -> None:
    """Let the token be revoked, and the bot notice when it has something to send."""
    office.telegram.revoked = True
    await office.world.ask(title="Unseen")
    async with asyncio.timeout(5):
        while not office.bot.standing.is_refused:
            await asyncio.sleep(0.005)
    await office.world.courier.flush()


async def test_agents_and_the_queue_page_go_on_without_telegram(office: Office) -> None:
    await refused(office)

    id = (await office.world.ask(title="Later"))["approval_id"]
    await office.world.decide(id)

    assert (await office.world.read(id))["status"] == "approved"
    assert await health(office) == (200, {"status": "degraded", "error": "unauthorized"})


async def test_the_queue_page_says_so(office: Office) -> None:
    words = "Telegram refuses the bot's token"
    await office.world.call("GET", await office.world.queue_link(), key=None)
    page = await office.world.call("GET", "/queue", key=None)
    assert words not in Markup(await page.text()).text

    await refused(office)

    page = await office.world.call("GET", "/queue", key=None)
    assert words in Markup(await page.text()).text


async def test_the_log_says_so_once(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    await refused(office)

    for _ in range(3):
        await office.world.ask()
        await office.world.courier.flush()

    errors = [one for one in caplog.records if one.levelname == "ERROR"]
    assert ["the bot's token is refused (401)" in one.message for one in errors] == [True]


async def test_telegram_is_not_asked_again_and_again(office: Office) -> None:
    await refused(office)
    before = len(office.telegram.called("sendMessage"))

    for _ in range(20):
        office.clock.advance(minutes=5)
        await office.world.courier.flush()

    assert len(office.telegram.called("sendMessage")) == before


async def test_what_is_owed_comes_after_a_restart_with_a_token_that_is_taken(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    office = await open_office(users=(ana.id,))
    await refused(office)
    await office.world.store.close()
    telegram.revoked = False
    office.clock.advance(seconds=2)

    await open_office(users=(ana.id,))

    await ana.wait_for_card("Unseen", buttons=True)


async def test_a_second_poller_stands_in_the_health_and_is_outlived(
    office: Office, ana: Person
) -> None:
    conflict = office.telegram.fail("getUpdates", status=409, count=None)
    if office.telegram.webhook is not None:
        pytest.skip("by webhook nothing is fetched")
    office.telegram.updates.interrupt("terminated by other getUpdates request")
    async with asyncio.timeout(5):
        while (await health(office))[1] != {"status": "degraded", "error": "conflict"}:
            await asyncio.sleep(0.005)

    conflict.heal()
    await ana.send("/help")

    async with asyncio.timeout(5):
        while (await health(office))[1] != {"status": "healthy"}:
            await asyncio.sleep(0.005)
