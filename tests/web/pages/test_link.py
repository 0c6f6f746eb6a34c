"""The one-time link to the queue page."""

import asyncio

import pytest

from tests.web.pages.reader import Reader
from tests.world import World


async def test_the_link_leads_to_the_queue(stranger: Reader):
    html = await stranger.get(await stranger.world.queue_link())

    assert "Nothing is waiting" in html


async def test_the_link_works_once(stranger: Reader):
    link = await stranger.world.queue_link()
    await stranger.get(link)

    again = await stranger.get(link, status=403)

    assert "was used or is over ten minutes old. " not in again.splitlines()
    assert "Restart ok2run to get a new one." in again


async def test_of_many_at_once_one_gets_in(stranger: Reader):
    link = await stranger.world.queue_link()

    responses = await asyncio.gather(
        *(stranger.world.client.get(link, allow_redirects=False) for _ in range(20))
    )

    assert sorted(response.status for response in responses) == [303, *[403] * 19]


async def test_the_link_runs_out_after_ten_minutes(stranger: Reader, clock):
    link = await stranger.world.queue_link()

    clock.advance(minutes=10)

    await stranger.get(link, status=403)


@pytest.mark.parametrize("token", ["", "x", "../..", "a" * 43, "é" * 43, "a" * 5000, "%00", "%80"])
async def test_another_token_opens_nothing(stranger: Reader, token):
    await stranger.get(f"/queue/open?token={token}", status=403)
    await stranger.get("/queue", status=401)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
    ],
    ids=str,
)
async def test_prefetching_keeps_the_link(stranger: Reader, headers):
    link = await stranger.world.queue_link()

    await stranger.get(link, status=503, headers=headers)

    assert "Nothing is waiting" in await stranger.get(link)


async def test_head_keeps_the_link(stranger: Reader):
    link = await stranger.world.queue_link()

    response = await stranger.world.client.head(link)

    assert response.status == 200
    assert "Set-Cookie" not in response.headers
    assert "Nothing is waiting" in await stranger.get(link)


async def test_from_another_sites_page_the_link_leads_on_by_a_page_of_ours(stranger: Reader):
    link = await stranger.world.queue_link()

    response = await stranger.world.client.get(link, headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status == 200
    assert 'href="/queue"' in await response.text()
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "ok2run_session=" in response.headers["Set-Cookie"]


async def test_the_start_leads_to_the_queue(stranger: Reader):
    response = await stranger.world.client.get("/", allow_redirects=False)

    assert (response.status, response.headers["Location"]) == (303, "/queue")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_without_a_session_there_is_only_advice(world: World, method):
    await world.ask(title="a secret plan")

    for path in ("/queue", "/queue?fragment=1", "/queue/events", "/queue?card=appr_1"):
        response = await world.client.request(method, path)
        assert response.status == 401
        assert "secret plan" not in await response.text()
