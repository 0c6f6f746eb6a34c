"""Sessions: signed, limited in time, and forms that only they can send."""

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import Approver
from tests.builders import NOW
from tests.web.pages.reader import Reader, sheet
from tests.world import World
from web.pages.session import SESSION_LIFE, Session, SessionSigner

SIGNER = SessionSigner(b"secret", secure=False)
SESSION = Session(person="owner", issued_at=NOW, nonce="n1")


def test_a_signed_session_reads_back():
    assert SIGNER.read(SIGNER.sign(SESSION), now=NOW + timedelta(minutes=1)) == SESSION


def test_another_secret_signs_otherwise():
    forged = SessionSigner(b"another", secure=False).sign(SESSION)

    assert SIGNER.read(forged, now=NOW) is None


def test_no_changed_byte_passes():
    signed = base64.urlsafe_b64decode(SIGNER.sign(SESSION) + "==")

    for place in range(len(signed)):
        changed = bytearray(signed)
        changed[place] ^= 1
        text = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
        assert SIGNER.read(text, now=NOW) is None


@given(st.text())
def test_no_text_is_a_session(text):
    assert SIGNER.read(text, now=NOW) is None


def test_a_session_ends_after_twelve_hours():
    signed = SIGNER.sign(SESSION)

    assert SIGNER.read(signed, now=NOW + SESSION_LIFE - timedelta(seconds=1)) is not None
    assert SIGNER.read(signed, now=NOW + SESSION_LIFE) is None


def test_a_session_from_the_future_is_none():
    assert SIGNER.read(SIGNER.sign(SESSION), now=NOW - timedelta(seconds=1)) is None


def test_a_form_token_fits_its_session_and_purpose_only():
    token = SIGNER.form_token(SESSION, "/queue/a")
    other = Session(person="owner", issued_at=NOW, nonce="n2")

    assert SIGNER.allows(SESSION, "/queue/a", token)
    assert not SIGNER.allows(SESSION, "/queue/b", token)
    assert not SIGNER.allows(other, "/queue/a", token)
    assert not SIGNER.allows(SESSION, "/queue/a", "")
    assert not SIGNER.allows(SESSION, "/queue/a", "é\udc80")


async def test_the_cookie_is_strict_and_out_of_reach_of_scripts(stranger: Reader):
    response = await stranger.world.client.get(
        await stranger.world.queue_link(), allow_redirects=False
    )

    cookie = response.headers["Set-Cookie"]
    assert response.status == 303
    assert response.headers["Location"] == "/queue"
    assert cookie.startswith("ok2run_session=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Secure" not in cookie


async def test_behind_https_the_cookie_is_bound_to_the_host(build):
    world = await build(public_url="https://gate.example")

    response = await world.client.get(await world.queue_link(), allow_redirects=False)

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-ok2run_session=")
    assert "Secure" in cookie


async def test_after_twelve_hours_the_page_asks_to_sign_in(reader: Reader, clock):
    await reader.get("/queue")

    clock.advance(hours=12)

    assert "restart ok2run" in await reader.get("/queue", status=401)


async def test_a_person_who_may_decide_no_more_is_signed_out(reader: Reader, monkeypatch):
    async def nobody(id: str) -> Approver | None:
        return None

    monkeypatch.setattr(reader.world.gate, "approver", nobody)

    await reader.get("/queue", status=401)


async def test_leaving_ends_the_session(reader: Reader):
    html = await reader.get("/queue")

    left = await reader.post("/queue/leave", sheet(html, "leave", "").fields)

    assert left.status == 200
    await reader.get("/queue", status=401)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "file://"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
async def test_a_form_from_elsewhere_decides_nothing(reader: Reader, headers):
    id = (await reader.world.ask())["approval_id"]
    form = sheet(await reader.get("/queue"), id, "approve")

    response = await reader.post(form.action, {**form.fields, "do": "approve"}, headers=headers)

    assert response.status == 403
    assert (await reader.world.read(id))["status"] == "pending"


async def test_a_form_from_here_decides(reader: Reader):
    id = (await reader.world.ask())["approval_id"]
    form = sheet(await reader.get("/queue"), id, "approve")
    url = reader.world.client.make_url("/")
    headers = {"Origin": f"http://{url.host}:{url.port}", "Sec-Fetch-Site": "same-origin"}

    await reader.post(form.action, {**form.fields, "do": "approve"}, headers=headers)

    assert (await reader.world.read(id))["status"] == "approved"


async def test_a_missing_or_foreign_token_decides_nothing(reader: Reader):
    world = reader.world
    id, other = [(await world.ask(session_id=""))["approval_id"] for _ in range(2)]
    html = await reader.get("/queue")
    path = f"/queue/{id}"
    foreign = sheet(html, other, "approve").fields["token"]
    await reader.sign_in()  # another session of the same person

    old = sheet(html, id, "approve").fields["token"]
    for fields in ({}, {"token": ""}, {"token": "x"}, {"token": foreign}, {"token": old}):
        response = await reader.post(path, {**fields, "do": "approve"})
        assert response.status == 403

    assert (await world.read(id))["status"] == "pending"


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data"])
async def test_what_is_no_form_decides_nothing(reader: Reader, content_type):
    id = (await reader.world.ask())["approval_id"]
    token = sheet(await reader.get("/queue"), id, "approve").fields["token"]

    response = await reader.post(
        f"/queue/{id}",
        f"do=approve&token={token}",
        headers={"Content-Type": content_type, "X-HTTP-Method-Override": "PUT"},
    )

    assert response.status == 403
    assert (await reader.world.read(id))["status"] == "pending"


async def test_a_bearer_key_opens_no_page(stranger: Reader):
    response = await stranger.world.call("GET", "/queue")

    assert response.status == 401


async def test_the_cookie_opens_no_api(reader: Reader):
    response = await reader.world.call("GET", "/v1/approvals", key=None)

    assert response.status == 401


async def test_without_a_session_a_press_is_refused(stranger: Reader, world: World):
    id = (await world.ask())["approval_id"]

    response = await stranger.post(f"/queue/{id}", {"do": "approve"})

    assert response.status == 401
    assert (await world.read(id))["status"] == "pending"
