"""Behind a mail's link: forms from elsewhere, frames, caches, referrers, logs, other paths."""

import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from bot.logs import configure_logging
from tests.web.pages.mail_kit import ANA, Browser, asked, enrolled, know, link
from tests.web.pages.reader import Markup
from tests.world import World

ELSEWHERE = ("//evil.example", "\\\\evil.example", "https:evil.example", "%2f%2fevil.example")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What browsers are told asks nothing of the engine."""
    return sqlite_url


@pytest.fixture
async def browser(world: World) -> AsyncIterator[Browser]:
    """Ana's browser, in which she was let in."""
    await know(world, ANA, name="Ana")
    found = Browser.of(world)
    await enrolled(world, found, await asked(world))
    yield found
    await found.close()


async def opened(browser: Browser) -> str:
    id = await asked(browser.world)
    await browser.open(await link(browser.world, id))
    return id


async def pending(browser: Browser, id: str) -> bool:
    return bool((await browser.world.read(id))["status"] == "pending")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "https://mail.example"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
async def test_a_form_from_elsewhere_decides_nothing(browser: Browser, headers):
    id = await opened(browser)
    form = browser.form("approve")

    await browser.send(form.action, {**form.fields, "do": "approve"}, headers=headers)

    assert browser.status == 403
    assert "did not come from the page" in browser.text
    assert await pending(browser, id)


async def test_a_missing_or_foreign_token_decides_nothing(browser: Browser):
    await opened(browser)
    foreign = browser.form("approve").fields["token"]
    id = await opened(browser)
    deny = next(form for form in browser.forms if form.id)
    assert deny.fields["token"] == browser.form("approve").fields["token"]

    for fields in ({}, {"token": ""}, {"token": "x"}, {"token": "é"}, {"token": foreign}):
        await browser.send(f"/a/{id}", {**fields, "do": "approve"})
        assert browser.status == 403
    await browser.send(f"/a/{id}/code", {"token": foreign, "code": "123456"})
    assert browser.status == 403
    assert await pending(browser, id)


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data"])
async def test_what_is_no_form_decides_nothing(browser: Browser, content_type):
    id = await opened(browser)
    token = browser.form("approve").fields["token"]
    headers = {"Content-Type": content_type, "X-HTTP-Method-Override": "POST"}

    await browser.send(f"/a/{id}", f"do=approve&token={token}", headers=headers)

    assert browser.status == 403
    assert await pending(browser, id)


async def test_a_forged_cookie_opens_nothing(browser: Browser):
    id = await opened(browser)
    other = Browser.of(browser.world)
    for cookie in browser.session.cookie_jar:
        value = cookie.value
        forged = ("A" if value[0] != "A" else "B") + value[1:]
        await other.open(f"/a/{id}", headers={"Cookie": f"{cookie.key}={forged}"})
        assert other.status == 404
        await other.open(f"/a/{id}", headers={"Cookie": f"{cookie.key}={value[:40]}"})
        assert other.status == 404
    await other.close()


async def test_a_visit_lasts_an_hour_and_opens_one_approval(world, clock, browser: Browser):
    stranger = Browser.of(world)
    id, other = await asked(world, session_id="a"), await asked(world, title="Another")
    await stranger.open(await link(world, id))

    await stranger.open(f"/a/{other}")
    assert stranger.status == 404
    await stranger.open(f"/a/{id}")
    assert stranger.status == 200
    clock.advance(minutes=59, seconds=60)
    await stranger.open(f"/a/{id}")

    assert stranger.status == 404
    await stranger.close()


async def test_every_answer_is_kept_by_no_cache_and_shown_in_no_frame(browser: Browser):
    id = await opened(browser)
    path = await link(browser.world, id)
    paths = [path, f"/a/{id}", f"/a/{'x' * 43}", "/a/x", f"/v1/action/{id}/approve", "/a/%00"]
    for one in paths:
        await browser.open(one, allow_redirects=False)
        headers = browser.headers
        assert headers["Cache-Control"] == "no-store", one
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    await browser.open(path, allow_redirects=False)
    assert browser.headers["Referrer-Policy"] == "no-referrer"
    assert browser.headers["Location"] == f"/a/{id}"


async def test_the_page_names_nothing_elsewhere_and_holds_no_token(browser: Browser):
    id = await asked(browser.world)
    path = await link(browser.world, id)

    await browser.open(path)

    assert path.removeprefix("/a/") not in browser.html
    for tag, given in Markup(browser.html).elements:
        for name in ("src", "href", "action"):
            assert given.get(name, "/").startswith("/"), (tag, given)
            assert not given.get(name, "/").startswith("//")
        assert not any(name.startswith("on") for name in given)
        assert "style" not in given


@pytest.mark.parametrize("where", [*ELSEWHERE, *(f"appr_{one}" for one in ELSEWHERE)])
async def test_nothing_leads_elsewhere(browser: Browser, where):
    id = await opened(browser)
    for path in (f"/a/{where}", f"/v1/action/{where}/approve", f"/a/{id}?next={quote(where)}"):
        await browser.open(path, allow_redirects=False)
        assert "evil" not in browser.headers.get("Location", "")


@pytest.mark.parametrize("is_secure", [True, False])
async def test_cookies_are_for_this_host_and_no_script(build, is_secure):
    url = "https://gate.example.org" if is_secure else "http://gate.example.org"
    world = await build(public_url=url)
    await know(world, ANA, name="Ana")
    async with world.client.get(
        await link(world, await asked(world)), allow_redirects=False
    ) as answer:
        (cookie,) = answer.headers.getall("Set-Cookie")

    assert cookie.startswith("__Host-") is is_secure
    assert ("Secure" in cookie) is is_secure
    assert all(word in cookie for word in ("HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=3600"))


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, stream = list(root.handlers), root.level, io.StringIO()
    configure_logging("json", "debug", (), stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_no_token_comes_into_the_log(browser: Browser, log: io.StringIO, monkeypatch):
    path = await link(browser.world, await asked(browser.world))
    token = path.removeprefix("/a/")

    async def fail(*_: Any) -> None:
        raise RuntimeError(f"no such path: {path}")

    await browser.open(path)
    monkeypatch.setattr(browser.world.gate.devices, "open", fail, raising=False)
    await browser.open(path)

    assert browser.status == 500
    assert token not in browser.html
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert any(line.get("path") == "/a/[token]" for line in lines)
    assert token not in log.getvalue()
    assert "/a/[secret]" in log.getvalue()


async def test_no_token_and_no_code_lies_in_the_database(browser: Browser, tmp_path):
    world = browser.world
    tokens = [(await link(world, await asked(world))).removeprefix("/a/") for _ in range(5)]
    code = await world.gate.devices.tell_code(ANA, actor="key:test")
    await browser.open(f"/a/{tokens[0]}")
    await browser.press("deny")

    kept = b"".join(file.read_bytes() for file in tmp_path.glob("ok2run.db*"))

    assert kept
    assert not any(token.encode() in kept for token in tokens)
    assert code is not None
    assert not re.search(rb"(?<![0-9a-f])" + code.encode() + rb"(?![0-9a-f])", kept)
