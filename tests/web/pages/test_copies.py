"""Alike asks on the page: one card, which says how many it is for."""

import pytest

from tests.web.pages.reader import Markup, Reader, sheet

DANGEROUS = {
    "action_type": "Bash",
    "title": "rm",
    "preview": "rm -rf /srv/data",
    "cwd": "/home/me",
}


async def ask(reader: Reader, number: int = 1, **body) -> list[str]:
    ids = []
    for _ in range(number):
        ids.append((await reader.world.ask(**body))["approval_id"])
        reader.world.clock.advance(seconds=1)
    return ids


async def states(reader: Reader, ids: list[str]) -> list[str]:
    return [(await reader.world.read(id))["status"] for id in ids]


async def test_two_alike_stand_on_one_card_and_one_press_is_for_both(reader: Reader):
    first, second = await ask(reader, 2)

    html = await reader.get("/queue")

    assert f'data-card="{first}"' in html
    assert second not in html
    text = Markup(html).text
    for words in ("1 waiting", "🟡 ×2 agent", "Asked twice; one answer is for both."):
        assert words in text
    assert "✅ Approved by owner" in await reader.press(first, "approve", page=html)
    assert await states(reader, [first, second]) == ["approved"] * 2


async def test_one_that_is_alone_says_nothing_of_others(reader: Reader):
    await ask(reader)

    html = await reader.get("/queue")

    assert "×" not in Markup(html).text
    assert "one answer" not in html


@pytest.mark.parametrize("button", ["approve", "session", "always"])
async def test_a_press_on_a_page_from_before_shows_the_card_as_it_is(reader: Reader, button):
    (first,) = await ask(reader)
    before = await reader.get("/queue")
    (second,) = await ask(reader)

    html = await reader.press(first, button, page=before)

    assert "One more like it came in; the card shows both now." in html
    assert "×2" in html
    assert await states(reader, [first, second]) == ["pending"] * 2
    await reader.press(first, button, page=html)
    assert await states(reader, [first, second]) == ["approved"] * 2


async def test_a_denial_from_before_is_for_both(reader: Reader):
    (first,) = await ask(reader)
    before = await reader.get("/queue")
    (second,) = await ask(reader)

    await reader.press(first, "deny", page=before, note="wrong branch")

    assert await states(reader, [first, second]) == ["denied"] * 2
    assert (await reader.world.read(second))["decision"]["note"] == "wrong branch"


async def test_the_second_press_counts_what_came_in_since_the_first(reader: Reader):
    (first,) = await ask(reader, **DANGEROUS)
    confirming = await reader.press(first, "approve")
    (second,) = await ask(reader, **DANGEROUS)

    html = await reader.press(first, "confirm", page=confirming)

    assert "One more like it came in" in html
    assert await states(reader, [first, second]) == ["pending"] * 2
    confirming = await reader.press(first, "approve", page=html)
    await reader.press(first, "confirm", page=confirming)
    assert await states(reader, [first, second]) == ["approved"] * 2


async def test_a_chosen_rule_is_for_both(reader: Reader):
    command = {"action_type": "Bash", "title": "npm test", "preview": "npm test"}
    first, second = await ask(reader, 2, **command, params={"command": "npm test"}, cwd="/srv")

    choosing = await reader.press(first, "always")
    form = sheet(choosing, first, "grant")
    assert form.fields["shown"] == "1"
    extent = Markup(choosing).elements
    value = next(given["value"] for _, given in extent if given.get("name") == "extent")
    await reader.press(first, "grant", page=choosing, extent=value, end="until_revoked")

    assert await states(reader, [first, second]) == ["approved"] * 2


@pytest.mark.parametrize("shown", ["", "x", "-1", "１", "1.0"])
async def test_what_is_no_number_showed_none(reader: Reader, shown):
    ids = await ask(reader, 2)
    form = sheet(await reader.get("/queue"), ids[0], "approve")

    response = await reader.post(form.action, {**form.fields, "do": "approve", "shown": shown})

    assert response.status == 422
    assert await states(reader, ids) == ["pending"] * 2


async def test_a_copys_own_page_leads_to_the_card_that_shows_it(reader: Reader):
    first, second = await ask(reader, 2)

    html = await reader.get(f"/queue?card={second}")

    assert f'data-card="{first}"' in html


async def test_where_the_first_is_taken_back_the_second_has_a_card(reader: Reader):
    first, second = await ask(reader, 2)

    await reader.world.call("DELETE", f"/v1/approvals/{first}")

    html = await reader.get("/queue")
    assert f'data-card="{second}"' in html
    assert first not in html
    assert "×" not in Markup(html).text
