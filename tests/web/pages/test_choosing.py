"""Session and Always ask what to cover where something narrower can be granted."""

import pytest

from bot.core.extent import Extent
from tests.web.pages.reader import Markup, Reader, buttons_of, sheet

TEST = {
    "action_type": "Bash",
    "title": "npm test",
    "preview": "npm test",
    "agent": "claude",
    "cwd": "/home/ana/shop",
}


async def asked(reader: Reader, **body: object) -> str:
    return str((await reader.world.ask(**{**TEST, **body}))["approval_id"])


async def grants(reader: Reader) -> list[dict[str, object]]:
    return list((await (await reader.world.call("GET", "/v1/grants")).json())["grants"])


def choices(html: str, name: str) -> list[str]:
    return [
        given["value"]
        for tag, given in Markup(html).elements
        if tag == "input" and given.get("name") == name
    ]


@pytest.mark.parametrize("scope", ["session", "always"])
async def test_a_tap_shows_every_rule_word_for_word_and_decides_nothing(reader: Reader, scope):
    id = await asked(reader)

    html = await reader.press(id, scope)

    assert (await reader.world.read(id))["status"] == "pending"
    assert buttons_of(html, id) == ["grant"]
    extents, ends = choices(html, "extent"), choices(html, "end")
    assert [Extent.load(one).breadth.value for one in extents] == ["exact", "begins", "type"]
    assert ends[1:] == ["15min", "1h", "today", "3_times"]
    rules = [given for tag, given in Markup(html).elements if "rule-" in given.get("class", "")]
    assert len(rules) == len(extents) * len(ends)
    for words in (
        "exactly “npm test”, for claude and whoever shares its key, in /home/ana/shop",
        "anything that begins with “npm test” (unusual options still ask), for claude",
        "any Bash, for claude",
        "/home/ana/shop, the next 3 times. Dangerous ones still ask.",
    ):
        assert words in html


async def test_what_is_chosen_is_what_is_granted_and_told(reader: Reader):
    id = await asked(reader)
    html = await reader.press(id, "always")

    html = await reader.press(
        id, "grant", page=html, extent=choices(html, "extent")[0], end="3_times"
    )

    (grant,) = await grants(reader)
    assert (grant["extent"]["breadth"], grant["uses_left"]) == ("exact", 3)
    assert grant["rule"] in html
    assert "Approved. claude goes on." in html
    assert (await reader.world.ask(**TEST))["status"] == "approved"
    other = await reader.world.ask(**{**TEST, "title": "npm run x", "preview": "npm run x"})
    assert other["status"] == "pending"


async def test_a_session_grant_is_chosen_alike(reader: Reader):
    id = await asked(reader)
    html = await reader.press(id, "session")

    await reader.press(id, "grant", page=html, extent=choices(html, "extent")[1], end="session")

    (grant,) = await grants(reader)
    assert (grant["scope"], grant["extent"]["text"]) == ("session", "npm test")


async def test_high_risk_asks_once_more_and_keeps_the_choice(reader: Reader):
    id = await asked(reader, urgency="high")
    html = await reader.press(id, "always")
    html = await reader.press(id, "grant", page=html, extent=choices(html, "extent")[0], end="1h")
    assert (await reader.world.read(id))["status"] == "pending"
    assert buttons_of(html, id) == ["confirm"]
    assert "exactly “npm test”, for claude" in html

    await reader.press(id, "confirm", page=html)

    (grant,) = await grants(reader)
    assert (grant["extent"]["breadth"], grant["end"]) == ("exact", "1h")


@pytest.mark.parametrize("change", [{"extent": ""}, {"end": "until_revoked"}, {"end": ""}])
async def test_the_second_press_cannot_widen_the_choice(reader: Reader, change):
    id = await asked(reader, urgency="high")
    html = await reader.press(id, "always")
    html = await reader.press(id, "grant", page=html, extent=choices(html, "extent")[0], end="1h")
    form = sheet(html, id, "confirm")

    response = await reader.post(form.action, {**form.fields, "do": "confirm", **change})

    assert response.status == 403
    assert (await reader.world.read(id))["status"] == "pending"


@pytest.mark.parametrize(
    "sent",
    [
        {"scope": "always", "extent": '["begins","npm",""]'},
        {"scope": "always", "extent": '["exact","rm -rf x",""]'},
        {"scope": "always", "extent": "x"},
        {"scope": "always", "end": "session"},
        {"scope": "always", "end": "for ever"},
        {"scope": "ever"},
        {"scope": "once"},
        {},
    ],
)
async def test_a_form_that_no_page_offers_decides_nothing(reader: Reader, sent):
    id = await asked(reader)
    form = sheet(await reader.press(id, "always"), id, "grant")

    fields = {"token": form.fields["token"], "do": "grant", **sent}
    response = await reader.post(form.action, fields)

    assert response.status == 422
    assert (await reader.world.read(id))["status"] == "pending"


async def test_the_floor_offers_nothing_to_choose(reader: Reader):
    id = await asked(reader, title="rm -rf ~/x", preview="rm -rf ~/x")
    html = await reader.get("/queue")

    assert buttons_of(html, id) == ["approve", "deny", "deny"]
    form = sheet(html, id, "approve")
    for do in ("always", "grant"):
        fields = {**form.fields, "do": do, "scope": "always"}
        assert (await reader.post(form.action, fields)).status == 422


async def test_an_agents_words_stay_text_in_a_rule(reader: Reader):
    command = "echo <b>x</b> & '“ok”' {agent} {0}"
    id = await asked(reader, title=command, preview=command)

    html = await reader.press(id, "always")

    assert "<b>x</b>" not in html
    assert f"exactly “{command}”" in Markup(html).text
