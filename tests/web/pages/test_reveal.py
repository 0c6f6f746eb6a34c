"""An approver sees what a card hides, where the operator allows it: once, and in the audit."""

import pytest

from tests.conftest import Build
from tests.web.pages.reader import Markup, Reader, buttons_of
from tests.world import World

SECRET = "hunter22"
ASK = {"title": "Log in", "preview": f"mysql -u root -p{SECRET} shop", "reason": "token=abc1"}


@pytest.fixture
async def open_world(build: Build) -> World:
    return await build(allow_reveal=True)


@pytest.fixture
async def reader(open_world: World) -> Reader:
    reader = Reader(open_world)
    await reader.sign_in()
    return reader


def form_of(html: str):
    """Return the form that reveals."""
    return next(form for form in Markup(html).forms if form.action.endswith("/reveal"))


async def kinds(reader: Reader, id: str) -> list[str]:
    answer = await reader.world.call("GET", f"/v1/approvals/{id}/audit")
    return [entry["kind"] for entry in (await answer.json())["entries"]]


async def test_hidden_values_are_shown_in_one_answer_and_kept_in_the_audit(reader: Reader):
    id = (await reader.world.ask(**ASK))["approval_id"]
    html = await reader.get("/queue")
    assert SECRET not in html
    assert "Show 2 hidden values" in html
    form = form_of(html)

    response = await reader.post(form.action, form.fields)

    shown = await response.text()
    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert SECRET in shown
    assert "abc1" in shown
    assert "approve" in buttons_of(shown, id)
    assert "Show 2 hidden values" not in shown
    assert (await kinds(reader, id)) == ["approval.asked", "approval.revealed"]
    for path in ("/queue", f"/queue?card={id}"):
        again = await reader.get(path)
        assert SECRET not in again
        assert "abc1" not in again


async def test_a_link_reveals_nothing(reader: Reader):
    id = (await reader.world.ask(**ASK))["approval_id"]

    for method in ("GET", "HEAD"):
        response = await reader.world.client.request(method, f"/queue/{id}/reveal")
        assert response.status in {404, 405}
        assert SECRET not in await response.text()

    assert "approval.revealed" not in await kinds(reader, id)


@pytest.mark.parametrize("forged", ["", "x", "the card's"])
async def test_a_form_that_is_not_ours_reveals_nothing(reader: Reader, forged: str):
    id = (await reader.world.ask(**ASK))["approval_id"]
    html = await reader.get("/queue")
    cards = next(form for form in Markup(html).forms if form.action == f"/queue/{id}")
    token = cards.fields["token"] if forged == "the card's" else forged

    response = await reader.post(f"/queue/{id}/reveal", {"token": token})

    assert response.status == 403
    assert SECRET not in await response.text()
    assert "approval.revealed" not in await kinds(reader, id)


async def test_somebody_without_a_session_sees_nothing(reader: Reader):
    id = (await reader.world.ask(**ASK))["approval_id"]
    form = form_of(await reader.get("/queue"))
    reader.world.client.session.cookie_jar.clear()

    response = await reader.post(form.action, form.fields)

    assert response.status == 401
    assert SECRET not in await response.text()
    assert "approval.revealed" not in await kinds(reader, id)


async def test_what_has_ended_shows_its_result_and_no_value(reader: Reader):
    id = (await reader.world.ask(**ASK))["approval_id"]
    html = await reader.get("/queue")
    await reader.press(id, "deny", page=html)
    form = form_of(html)

    response = await reader.post(form.action, form.fields)

    assert "Already denied by owner" in await response.text()
    assert SECRET not in await response.text()


async def test_an_unknown_card_reveals_nothing(reader: Reader):
    await reader.world.ask(**ASK)
    form = form_of(await reader.get("/queue"))

    response = await reader.post("/queue/appr_0/reveal", form.fields)

    assert response.status == 403


async def test_a_card_without_a_hidden_value_has_no_such_button(reader: Reader):
    await reader.world.ask(title="a", preview="ls")

    assert "/reveal" not in await reader.get("/queue")


async def test_what_title_and_preview_both_say_is_shown_once(reader: Reader):
    await reader.world.ask(title=ASK["preview"], preview=ASK["preview"], reason="")
    html = await reader.get("/queue")
    assert "Show 1 hidden value" in html
    form = form_of(html)

    shown = await (await reader.post(form.action, form.fields)).text()

    assert shown.count(SECRET) == 1


async def test_unless_the_operator_allows_it_there_is_no_reveal(build: Build):
    reader = Reader(await build())
    await reader.sign_in()
    id = (await reader.world.ask(**ASK))["approval_id"]
    html = await reader.get("/queue")
    assert "hidden values" not in html.replace("values hidden", "")
    who = next(form for form in Markup(html).forms if form.action == f"/queue/{id}")

    response = await reader.post(f"/queue/{id}/reveal", who.fields)

    assert response.status in {403, 404}
    assert SECRET not in await response.text()
