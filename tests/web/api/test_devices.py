"""`/v1/devices`: a code for an address, and the browsers that such codes let in."""

import pytest

from tests.web.pages.mail_kit import ANA, BEN, Browser, asked, know, link
from tests.world import ADMIN_KEY, AGENT_KEY, World


@pytest.fixture
async def world(world: World) -> World:
    await know(world, ANA, name="Ana")
    return world


async def test_a_code_lets_a_browser_in_which_is_listed_and_revoked(world: World):
    browser, id = Browser.of(world), await asked(world)
    body = {"address": ANA.address}
    answer = await world.call("POST", "/v1/devices/code", key=ADMIN_KEY, json=body)
    told = await answer.json()
    assert told["expires_in"] == 600
    await browser.open(await link(world, id))
    await browser.let_in(told["code"])
    assert "approve" in browser.buttons

    listed = await (await world.call("GET", "/v1/devices", key=ADMIN_KEY)).json()
    (device,) = listed["devices"]
    assert (device["address"], device["name"]) == (ANA.address, "Safari, iPhone")
    path = f"/v1/devices/{device['id']}"
    assert (await world.call("DELETE", path, key=ADMIN_KEY)).status == 200
    assert (await world.call("DELETE", path, key=ADMIN_KEY)).status == 404

    await browser.open(f"/a/{id}")
    assert "approve" not in browser.buttons
    await browser.close()


async def test_an_address_that_nobody_has_gets_no_code(world: World):
    body = {"address": BEN.address}

    answer = await world.call("POST", "/v1/devices/code", key=ADMIN_KEY, json=body)

    assert answer.status == 404


@pytest.mark.parametrize("address", ["ana", "a b@example.org", "@", ""])
async def test_what_is_no_address_is_refused(world: World, address):
    body = {"address": address}

    answer = await world.call("POST", "/v1/devices/code", key=ADMIN_KEY, json=body)

    assert answer.status == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/devices"), ("POST", "/v1/devices/code"), ("DELETE", "/v1/devices/x")],
)
async def test_an_agents_key_gets_no_code_and_sees_no_browser(world: World, method, path):
    body = {"address": ANA.address} if method == "POST" else None

    answer = await world.call(method, path, key=AGENT_KEY, json=body)

    assert answer.status == 403
