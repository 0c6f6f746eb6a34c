"""Replies of real mail programs: the right decision, or a clear refusal, and never a wrong one."""

import pytest

from tests.web.api.replies import ACTIONS, QUESTIONS, SEVERAL
from tests.world import ADMIN_KEY, World


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Reading a reply asks nothing of the engine."""
    return sqlite_url


async def reply(world: World, id: str, text: str, *, subject: str | None = None):
    body = {"subject": subject or f"Re: Deploy [{id}]", "body": text}
    return await world.call("POST", "/v1/inbox/email-reply", key=ADMIN_KEY, json=body)


async def refused(world: World, id: str, text: str) -> None:
    response = await reply(world, id, text)
    assert response.status == 422
    assert (await response.json())["detail"]
    assert (await world.read(id))["status"] == "pending"


@pytest.mark.parametrize(("text", "wanted"), ACTIONS.values(), ids=ACTIONS)
async def test_a_reply_to_an_action(world: World, text, wanted):
    id = (await world.ask())["approval_id"]
    if wanted is None:
        await refused(world, id, text)
        return

    response = await reply(world, id, text)

    assert response.status == 200, await response.text()
    decision = (await world.read(id))["decision"]
    assert (decision["code"], decision["note"] or decision["override"]) == wanted


@pytest.mark.parametrize(
    ("multiple", "text", "wanted"),
    [
        *((False, text, wanted) for text, wanted in QUESTIONS.values()),
        *((True, text, wanted) for text, wanted in SEVERAL.values()),
    ],
    ids=[*(f"one: {name}" for name in QUESTIONS), *(f"several: {name}" for name in SEVERAL)],
)
async def test_a_reply_to_a_question(world: World, multiple, text, wanted):
    options = ["red", "green", "blue"] if multiple else ["SQLite", "PostgreSQL"]
    id = (await world.ask(options=options, multiple=multiple))["approval_id"]
    if wanted is None:
        await refused(world, id, text)
        return

    response = await reply(world, id, text)

    assert response.status == 200, await response.text()
    stood = await world.read(id)
    answered = stood["status"] if wanted == "denied" else stood["decision"]["answers"]
    assert answered == wanted


async def test_a_title_that_names_another_approval_decides_neither(world: World):
    other = (await world.ask())["approval_id"]
    id = (await world.ask(title=f"Deploy [{other}]"))["approval_id"]

    response = await reply(world, id, "1", subject=f"Re: Deploy [{other}] [{id}]")

    assert response.status == 422
    assert [(await world.read(one))["status"] for one in (other, id)] == ["pending"] * 2


async def test_many_lines_that_look_like_attributions_are_no_answer(world: World):
    id = (await world.ask())["approval_id"]
    line = "On " + "x in at 于 " * 40

    await refused(world, id, "hello\n" + f"{line}\n" * 1000)
