"""What holds for every route."""

import re

import pytest

from tests.world import ADMIN_KEY, AGENT_KEY, World
from web.app import API, OPEN, PAGES

PATHS = sorted({route.path for route in (*API, *OPEN, *PAGES)})
STREAMS = ("/v1/approvals/{id}/events", "/queue/events")


async def in_all_ways(world: World, method: str, path: str):
    """Send it as nobody, as an agent, as an admin and as the page's owner."""
    for key in (None, AGENT_KEY, ADMIN_KEY):
        yield await world.call(method, path, key=key, allow_redirects=False)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_no_get_and_no_head_decides_anything(world, method):
    id = (await world.ask())["approval_id"]
    await world.call("GET", await world.queue_link(), key=None)
    before = await world.store.read(lambda tx: tx.audit.after(0, limit=1000))

    for path in (*PATHS, "/v1/action/{id}/approve", "/queue/{id}?do=approve"):
        if path in STREAMS:
            continue
        url = path.format(id=id, name="page.css", action="approve", agent="claude-code")
        for query in ("", "decision=approved", "do=approve", "_method=POST"):
            joint = "&" if "?" in url else "?"
            async for response in in_all_ways(world, method, f"{url}{joint}{query}"):
                assert response.status < 500

    assert (await world.read(id))["status"] == "pending"
    after = await world.store.read(lambda tx: tx.audit.after(0, limit=1000))
    assert after == before


async def test_a_method_override_is_not_listened_to(world):
    id = (await world.ask())["approval_id"]
    headers = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}

    await world.call("GET", f"/v1/approvals/{id}/decision", key=ADMIN_KEY, headers=headers)

    assert (await world.read(id))["status"] == "pending"


async def test_every_answer_carries_the_protecting_headers(world):
    id = (await world.ask())["approval_id"]
    for path in (*PATHS, "/nowhere"):
        if path in STREAMS:
            continue
        url = path.format(id=id, name="page.css", agent="claude-code", action="approve")
        async for response in in_all_ways(world, "GET", url):
            headers = response.headers
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-Id"])


async def test_the_api_takes_no_cookie(world):
    id = (await world.ask())["approval_id"]
    await world.call("GET", await world.queue_link(), key=None)
    assert (await world.call("GET", "/queue", key=None)).status == 200

    response = await world.call(
        "POST", f"/v1/approvals/{id}/decision", key=None, json={"decision": "approved"}
    )

    assert response.status == 401


async def test_health_answers_and_looks_deeper_when_asked(world):
    shallow = await world.call("GET", "/health", key=None)
    assert (shallow.status, await shallow.json()) == (200, {"status": "ok"})
    deep = await (await world.call("GET", "/health?deep=true", key=None)).json()
    assert deep["checks"]["database"]["status"] == "healthy"

    await world.store.close()

    down = await world.call("GET", "/health?deep=true", key=None)
    assert down.status == 503
    assert (await down.json())["checks"]["database"]["status"] == "unhealthy"
    assert (await world.call("GET", "/health", key=None)).status == 200


async def test_a_store_that_is_gone_is_503_and_says_when_to_come_back(world):
    id = (await world.ask())["approval_id"]
    await world.store.close()

    for method, path, body in (
        ("POST", "/v1/approvals", {"session_id": "", "action_type": "a", "title": "t"}),
        ("GET", f"/v1/approvals/{id}", None),
    ):
        response = await world.call(method, path, json=body)
        assert response.status == 503
        assert response.headers["Retry-After"] == "1"
        assert (await response.json())["code"] == "busy"
