"""Every button of a card on the page, and what it comes to."""

import pytest

from tests.web.pages.reader import Reader, buttons_of, sheet
from tests.world import ORDINARY


async def asked(reader: Reader, **body) -> str:
    return (await reader.world.ask(**body))["approval_id"]


async def test_approve_approves_once(reader: Reader):
    id = await asked(reader, agent="claude")

    html = await reader.press(id, "approve")

    stood = await reader.world.read(id)
    assert stood["status"] == "approved"
    assert stood["decision"]["scope"] == "once"
    assert (stood["decision"]["by"], stood["decision"]["via"]) == ("owner", "web")
    assert "Approved. claude goes on." in html
    assert "✅ Approved by owner on the web page, 12:00 UTC" in html
    assert f"card-{id}" not in html


async def test_deny_denies(reader: Reader):
    id = await asked(reader, agent="claude")

    html = await reader.press(id, "deny")

    stood = await reader.world.read(id)
    assert (stood["status"], stood["decision"]["note"]) == ("denied", None)
    assert "Denied. claude was told no." in html


async def test_deny_takes_a_reason(reader: Reader):
    id = await asked(reader)

    html = await reader.press(id, "deny", note=" wrong branch ")

    assert (await reader.world.read(id))["decision"]["note"] == "wrong branch"
    assert "“wrong branch”" in html


@pytest.mark.parametrize("scope", ["session", "always"])
async def test_a_standing_approval_says_what_it_allows(reader: Reader, scope):
    id = await asked(reader, action_type="Build", agent="claude", cwd="/srv/shop")
    html = await reader.get("/queue")
    words = {
        "session": "For the rest of this session: any Build, for claude and whoever shares its "
        "key, in /srv/shop.",
        "always": "From now on: any Build, for claude and whoever shares its key, in /srv/shop, "
        "until revoked.",
    }[scope]
    assert words in html

    html = await reader.press(id, scope)

    assert (await reader.world.read(id))["decision"]["scope"] == scope
    assert words in html
    again = await reader.world.ask(action_type="Build", cwd="/srv/shop")
    assert again["status"] == "approved"


async def test_without_a_session_there_is_no_session_button(reader: Reader):
    id = await asked(reader, session_id="")

    assert buttons_of(await reader.get("/queue"), id) == ["approve", "always", "deny", "deny"]


async def test_the_floor_has_no_standing_approval(reader: Reader):
    id = await asked(reader, action_type="Bash", preview="rm -rf /srv/data", cwd="/home/me")
    html = await reader.get("/queue")
    form = sheet(html, id, "approve")

    assert buttons_of(html, id) == ["approve", "deny", "deny"]
    response = await reader.post(form.action, {**form.fields, "do": "always"})

    assert response.status == 422
    assert (await reader.world.read(id))["status"] == "pending"


async def test_high_risk_asks_once_more(reader: Reader):
    id = await asked(reader, urgency="high")

    html = await reader.press(id, "approve")

    assert (await reader.world.read(id))["status"] == "pending"
    assert buttons_of(html, id) == ["confirm"]
    assert ORDINARY["preview"] in html
    assert "← Back" in html

    html = await reader.press(id, "confirm", page=html)

    assert (await reader.world.read(id))["status"] == "approved"
    assert "Approved." in html


async def test_high_risk_keeps_the_scope_of_the_first_press(reader: Reader):
    id = await asked(reader, urgency="high")
    html = await reader.press(id, "always")
    assert "From now on" in html

    await reader.press(id, "confirm", page=html)

    assert (await reader.world.read(id))["decision"]["scope"] == "always"


async def test_the_second_press_cannot_be_had_without_the_first(reader: Reader):
    id = await asked(reader, urgency="critical")
    form = sheet(await reader.get("/queue"), id, "approve")

    response = await reader.post(form.action, {**form.fields, "do": "confirm"})

    assert response.status == 403
    assert (await reader.world.read(id))["status"] == "pending"


async def test_the_second_press_cannot_change_the_scope(reader: Reader):
    id = await asked(reader, urgency="high")
    form = sheet(await reader.press(id, "approve"), id, "confirm")

    response = await reader.post(form.action, {**form.fields, "do": "confirm", "scope": "always"})

    assert response.status == 403
    assert (await reader.world.read(id))["status"] == "pending"


async def test_high_risk_is_denied_at_once(reader: Reader):
    id = await asked(reader, urgency="high")

    await reader.press(id, "deny")

    assert (await reader.world.read(id))["status"] == "denied"


async def test_who_is_late_is_told_what_stands(reader: Reader):
    id = await asked(reader)
    html = await reader.get("/queue")
    await reader.world.decide(id, "denied")

    told = await reader.press(id, "approve", page=html)

    assert "Already denied by admin, 12:00 UTC." in told
    assert (await reader.world.read(id))["status"] == "denied"


async def test_who_comes_after_time_is_told_so(reader: Reader, clock):
    id = await asked(reader, expires_in_sec=60)
    html = await reader.get("/queue")
    clock.advance(seconds=61)

    told = await reader.press(id, "approve", page=html)

    assert "Expired at 12:01 UTC; agent was told no." in told
    assert (await reader.world.read(id))["status"] == "expired"


async def test_who_comes_after_a_withdrawal_is_told_so(reader: Reader):
    id = await asked(reader, agent="claude")
    html = await reader.get("/queue")
    await reader.world.call("DELETE", f"/v1/approvals/{id}")

    told = await reader.press(id, "deny", page=html)

    assert "claude withdrew it at 12:00 UTC; nothing was decided." in told
    assert (await reader.world.read(id))["status"] == "withdrawn"


@pytest.mark.parametrize("button", ["", "back", "details", "answer", "APPROVE", "../approve"])
async def test_what_the_card_does_not_offer_decides_nothing(reader: Reader, button):
    id = await asked(reader)
    form = sheet(await reader.get("/queue"), id, "approve")

    response = await reader.post(form.action, {**form.fields, "do": button})

    assert response.status == 422
    assert "This card does not offer that." in await response.text()
    assert (await reader.world.read(id))["status"] == "pending"


@pytest.mark.parametrize("body", ["token=%FF", "token=\xff", "&".join(["a=b"] * 400)])
async def test_a_form_that_cannot_be_read_decides_nothing(reader: Reader, body):
    id = await asked(reader)

    response = await reader.post(
        f"/queue/{id}",
        body.encode("latin-1"),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert response.status == 400
    assert (await reader.world.read(id))["status"] == "pending"


async def test_a_card_that_is_gone_is_a_page_that_says_so(reader: Reader):
    id = await asked(reader)
    form = sheet(await reader.get("/queue"), id, "approve")
    signer_refuses = await reader.post("/queue/appr_0", {**form.fields, "do": "approve"})

    html = await reader.get("/queue?card=appr_0", status=404)

    assert signer_refuses.status == 403
    assert "There is no such card" in html


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_loading_a_page_decides_nothing(reader: Reader, method):
    id = await asked(reader)
    token = sheet(await reader.get("/queue"), id, "approve").fields["token"]
    query = f"do=approve&token={token}"

    for path in ("/queue", f"/queue?card={id}", f"/queue?done={id}", f"/queue/{id}"):
        mark = "&" if "?" in path else "?"
        await reader.world.client.request(method, f"{path}{mark}{query}")

    assert (await reader.world.read(id))["status"] == "pending"


async def test_the_result_in_the_address_is_never_more_than_what_stands(reader: Reader):
    id = await asked(reader)

    pending = await reader.get(f"/queue?done={id}")
    unknown = await reader.get("/queue?done=<script>alert(1)</script>")

    assert 'class="result' not in pending
    assert "alert(1)" not in unknown
