"""Who approves one card after the other on the page types the code of the next."""

import pytest

from bot.core.brake import Brake
from tests.web.pages.reader import Reader, sheet


@pytest.fixture
async def hasty(build):
    """A reader who has approved as much as a minute takes."""
    reader = Reader(await build(brake=Brake(approvals=2)))
    await reader.sign_in()
    for number in range(2):
        id = (await reader.world.ask(title=f"Deploy {number}"))["approval_id"]
        await reader.press(id, "approve")
    return reader


async def test_one_more_press_asks_for_the_code_and_decides_nothing(hasty):
    answer = await hasty.world.ask(title="Deploy 3")
    id, code = answer["approval_id"], answer["short_code"]

    html = await hasty.press(id, "approve")

    assert "You approved 2 in a minute." in html
    assert (await hasty.world.read(id))["status"] == "pending"
    await hasty.press(id, "approve", page=html, code="wrong")
    assert (await hasty.world.read(id))["status"] == "pending"
    await hasty.press(id, "approve", page=html, code=f" {code.upper()} ")
    assert (await hasty.world.read(id))["status"] == "approved"


async def test_the_code_goes_along_to_the_second_press(hasty):
    answer = await hasty.world.ask(title="Deploy 3", urgency="high")
    id, code = answer["approval_id"], answer["short_code"]

    sure = await hasty.press(id, "approve")
    refused = await hasty.press(id, "confirm", page=sure)
    sure = await hasty.press(id, "approve", page=refused, code=code)
    await hasty.press(id, "confirm", page=sure, code=code)

    assert 'name="code"' in sure
    assert sheet(sure, id, "confirm")
    assert (await hasty.world.read(id))["status"] == "approved"


async def test_a_denial_takes_no_code(hasty):
    id = (await hasty.world.ask(title="Deploy 3"))["approval_id"]

    await hasty.press(id, "deny")

    assert (await hasty.world.read(id))["status"] == "denied"
