"""Questions on the page: one or several options, own words, several at once."""

from tests.web.pages.reader import Reader, sheet


async def asked(reader: Reader, *questions, **body) -> str:
    return (await reader.world.ask(questions=list(questions), **body))["approval_id"]


def one(*labels: str, **more) -> dict[str, object]:
    return {"question": "Which?", "options": [{"label": label} for label in labels], **more}


async def test_one_option_answers(reader: Reader):
    id = await asked(reader, one("SQLite", "PostgreSQL"), agent="claude")

    html = await reader.press(id, "answer", q0="B")

    stood = await reader.world.read(id)
    assert (stood["status"], stood["decision"]["answers"]) == ("approved", ["PostgreSQL"])
    assert "Answered. claude goes on." in html
    assert "💬 B) PostgreSQL" in html


async def test_several_options_answer(reader: Reader):
    id = await asked(reader, one("API", "Web", "Docs", multiple=True))

    await reader.press(id, "answer", q0=["C", "A"])

    assert (await reader.world.read(id))["decision"]["answers"] == ["API", "Docs"]


async def test_own_words_answer(reader: Reader):
    id = await asked(reader, one("API", "Web"))

    await reader.press(id, "answer", q0="words", q0_words="Neither\r\nof them ")

    assert (await reader.world.read(id))["decision"]["answers"] == ["Neither\nof them"]


async def test_own_words_answer_without_choosing_them(reader: Reader):
    id = await asked(reader, one("API", "Web"))

    await reader.press(id, "answer", q0_words="B")

    assert (await reader.world.read(id))["decision"]["answers"] == ["B"]


async def test_a_question_without_options_takes_words(reader: Reader):
    id = await asked(reader, one())

    await reader.press(id, "answer", q0_words="main")

    assert (await reader.world.read(id))["decision"]["answers"] == ["main"]


async def test_several_questions_are_answered_in_one_form(reader: Reader):
    id = await asked(reader, one("API", "Web", multiple=True), one("Yes", "No"), one())

    html = await reader.press(id, "answer", q0=["A", "B"], q1="B", q2_words="main")

    stood = await reader.world.read(id)
    assert stood["decision"]["answers"] == ["API, Web", "No", "main"]
    assert "💬 A) API, B) Web" in html


async def test_a_question_left_out_is_asked_again_with_what_was_given(reader: Reader):
    id = await asked(reader, one("Yes", "No"), one("API", "Web"))

    html = await reader.press(id, "answer", q0="B")

    assert "This question has no answer yet." in html
    assert html.split('name="q0" value="B"')[1].lstrip().startswith("checked")
    assert (await reader.world.read(id))["status"] == "pending"

    await reader.press(id, "answer", page=html, q0="B", q1="A")

    assert (await reader.world.read(id))["decision"]["answers"] == ["No", "API"]


async def test_an_option_and_own_words_are_one_too_many(reader: Reader):
    id = await asked(reader, one("Yes", "No"))

    html = await reader.press(id, "answer", q0="A", q0_words="<b>perhaps</b>")

    assert "Choose an option or write your own words, not both." in html
    assert "&lt;b&gt;perhaps&lt;/b&gt;</textarea>" in html
    assert (await reader.world.read(id))["status"] == "pending"


async def test_what_is_no_option_is_refused(reader: Reader):
    id = await asked(reader, one("Yes", "No", allow_custom=False))

    for given in ({"q0": "C"}, {"q0": ["A", "B"]}, {"q0": "Yes"}, {"q0_words": "hm"}, {}):
        await reader.press(id, "answer", **given)
        assert (await reader.world.read(id))["status"] == "pending"


async def test_text_with_a_zero_byte_is_refused(reader: Reader):
    id = await asked(reader, one())

    html = await reader.press(id, "answer", q0_words="a\0b")

    assert "Text may not hold U+0000." in html
    assert (await reader.world.read(id))["status"] == "pending"


async def test_a_question_may_be_denied_with_a_reason(reader: Reader):
    id = await asked(reader, one("Yes", "No"))

    await reader.press(id, "deny", note="ask me later")

    stood = await reader.world.read(id)
    assert (stood["status"], stood["decision"]["note"]) == ("denied", "ask me later")


async def test_a_question_is_never_just_approved(reader: Reader):
    id = await asked(reader, one("Yes", "No"))
    form = sheet(await reader.get("/queue"), id, "answer")

    for button in ("approve", "always", "session", "confirm"):
        response = await reader.post(form.action, {**form.fields, "do": button})
        assert response.status in {403, 422}

    assert (await reader.world.read(id))["status"] == "pending"


async def test_only_custom_where_it_is_allowed(reader: Reader):
    await asked(reader, one("Yes", "No", allow_custom=False))

    assert "<textarea" not in await reader.get("/queue")
