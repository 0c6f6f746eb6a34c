"""On the queue page, too, a critical action is approved by the number that the agent shows."""

from typing import Any

from tests.web.pages.reader import Markup, Reader, buttons_of, sheet

CRITICAL = {"urgency": "critical", "can_show_number": True}
WRONG = "That is not the number your agent shows. Not approved."


async def asked(reader: Reader, **body: Any) -> tuple[str, int, str]:
    """Ask, and press Approve…; return the id, the agent's number and the page."""
    answer = await reader.world.ask(**CRITICAL, **body)
    id = answer["approval_id"]
    return id, answer["confirm_number"], await reader.press(id, "approve")


def numbers(html: str) -> list[str]:
    return [
        given["value"]
        for tag, given in Markup(html).elements
        if tag == "input" and given.get("name") == "number"
    ]


async def state(reader: Reader, id: str) -> str:
    return str((await reader.world.read(id))["status"])


async def test_three_numbers_are_offered_and_the_agents_approves(reader: Reader) -> None:
    id, number, html = await asked(reader)
    assert len(set(numbers(html))) == 3
    assert str(number) in numbers(html)
    assert buttons_of(html, id) == ["confirm", "deny", "deny"]
    assert await state(reader, id) == "pending"

    html = await reader.press(id, "confirm", page=html, number=str(number))

    assert "Approved. agent goes on." in html
    assert await state(reader, id) == "approved"


async def test_a_wrong_number_denies(reader: Reader) -> None:
    id, number, html = await asked(reader)
    wrong = next(one for one in numbers(html) if one != str(number))

    html = await reader.press(id, "confirm", page=html, number=wrong)

    assert WRONG in html
    assert "The number picked was not the one that the agent shows." in html
    assert await state(reader, id) == "denied"


async def test_no_number_and_one_that_was_not_offered_are_no_guess(reader: Reader) -> None:
    id, _, html = await asked(reader)
    form = sheet(html, id, "confirm")
    other = next(str(n) for n in range(10, 100) if str(n) not in numbers(html))

    for sent in ({}, {"number": other}, {"number": "x"}):
        response = await reader.post(form.action, {**form.fields, "do": "confirm", **sent})
        assert response.status == 422
        assert "Pick the number that your agent shows." in await response.text()

    assert await state(reader, id) == "pending"


async def test_deny_takes_one_press_beside_the_numbers(reader: Reader) -> None:
    id, _, html = await asked(reader)

    await reader.press(id, "deny", page=html)

    assert await state(reader, id) == "denied"


async def test_the_list_tells_what_approving_takes_and_no_number(reader: Reader) -> None:
    await reader.world.ask(**CRITICAL)

    html = await reader.get("/queue")

    assert "approving takes the number that your agent shows." in html
    assert numbers(html) == []


async def test_a_rule_is_chosen_and_then_takes_the_number(reader: Reader) -> None:
    test = {"action_type": "Bash", "title": "npm test", "preview": "npm test"}
    answer = await reader.world.ask(**CRITICAL, **test)
    id = answer["approval_id"]
    html = await reader.press(id, "always")
    html = await reader.press(id, "grant", page=html, extent='["begins","npm test",""]', end="1h")
    assert await state(reader, id) == "pending"

    await reader.press(id, "confirm", page=html, number=str(answer["confirm_number"]))

    decision = (await reader.world.read(id))["decision"]
    assert (decision["extent"]["text"], decision["end"]) == ("npm test", "1h")
