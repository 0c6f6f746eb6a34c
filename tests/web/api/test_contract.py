"""What the published older clients send and read, field by field."""

import asyncio
import hashlib
import re

import pytest

from tests.world import ADMIN_KEY, AGENT_KEY, ORDINARY, OTHER_KEY, World

CLIENT_ID = hashlib.sha256(AGENT_KEY.encode()).hexdigest()[:12]


@pytest.fixture
async def world(build) -> World:
    return await build(users=(1001,), telegram=True)


async def inbox(world, id, text, *, key=ADMIN_KEY, subject=None):
    body = {"subject": subject or f"Re: Deploy [{id}]", "body": text}
    return await world.call("POST", "/v1/inbox/email-reply", key=key, json=body)


async def test_create_answers_200_with_five_keys_and_nulls(world):
    answer = await world.ask(channel="telegram", target={"tg_chat_id": 1001})

    assert re.fullmatch(r"appr_[0-9a-f]{32}", answer["approval_id"])
    assert answer["status"] == "pending"
    assert answer["auto"] is False
    assert isinstance(answer["expires_at"], int)
    assert answer["decision"] is None


@pytest.mark.parametrize("chat", [1001, "1001"])
async def test_a_chat_id_may_be_a_number_or_text(world, chat):
    await world.ask(channel="telegram", target={"tg_chat_id": chat, "else": 1})


async def test_read_answers_the_older_five_keys_while_pending(world):
    id = (await world.ask())["approval_id"]

    answer = await world.read(id)

    assert answer["status"] == "pending"
    assert answer["decision"] is None
    assert answer["session_id"] is None
    assert answer["action_type"] is None
    assert isinstance(answer["expires_at"], int)


async def test_read_answers_an_object_as_decision_once_approved(world):
    id = (await world.ask())["approval_id"]
    await inbox(world, id, "1")

    answer = await world.read(id)

    assert answer["status"] == "approved"
    assert answer["session_id"] == "s1"
    assert answer["action_type"] == "deploy"
    decision = answer["decision"]
    assert (decision["code"], decision["note"], decision["override"]) == ("1", None, None)


async def test_read_answers_null_as_decision_once_expired(world, clock):
    id = (await world.ask(expires_in_sec=60))["approval_id"]
    clock.advance(seconds=61)
    await world.timers.work()

    answer = await world.read(id)

    assert (answer["status"], answer["decision"]) == ("expired", None)
    assert answer["session_id"] == "s1"


@pytest.mark.parametrize(
    ("reply", "status", "code", "note", "override"),
    [
        ("1", "approved", "1", None, None),
        ("1 whatever", "approved", "1", None, None),
        ("2", "approved", "2", None, None),
        ("3", "denied", "3", None, None),
        ("3 because", "denied", "3", None, None),
        ("4 be careful", "approved", "4", "be careful", None),
        ("4 two\nlines", "approved", "4", "two\nlines", None),
        ("5 make deploy-dry", "approved", "5", None, "make deploy-dry"),
        ("6", "approved", "6", None, None),
        ("  1  \n> quoted\n", "approved", "1", None, None),
        ("3\nOn Monday Ana wrote:\n1", "denied", "3", None, None),
        ("1\n--\nAna", "approved", "1", None, None),
        ("1\nSent from my phone", "approved", "1", None, None),
        ("1\n-----Original Message-----\n3", "approved", "1", None, None),
        ("1\nFrom: gate@example.org\n3", "approved", "1", None, None),
        ("4 a\nSubject: b", "approved", "4", "a", None),
    ],
)
async def test_a_mail_reply_decides_by_its_code(world, reply, status, code, note, override):
    id = (await world.ask())["approval_id"]

    response = await inbox(world, id, reply)

    assert response.status == 200
    assert await response.json() == {"status": status, "approval_id": id}
    decision = (await world.read(id))["decision"]
    assert (decision["code"], decision["note"], decision["override"]) == (code, note, override)


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        ("", "empty reply"),
        ("> 1", "empty reply"),
        ("On Monday Ana wrote:\n1", "empty reply"),
        ("1.", "invalid code"),
        ("1)", "invalid code"),
        ("03", "invalid code"),
        ("7", "invalid code"),
        ("A", "invalid code"),
        ("approve", "invalid code"),
        ("no", "invalid code"),
        ("4", "payload required"),
        ("5  ", "payload required"),
    ],
)
async def test_a_mail_reply_that_is_no_code_decides_nothing(world, reply, detail):
    id = (await world.ask())["approval_id"]

    response = await inbox(world, id, reply)

    assert response.status == 422
    assert (await response.json())["detail"] == detail
    assert (await world.read(id))["status"] == "pending"


async def test_the_id_may_stand_in_the_body(world):
    id = (await world.ask())["approval_id"]
    body = {"body": f"4 see {id}"}

    response = await world.call("POST", "/v1/inbox/email-reply", key=ADMIN_KEY, json=body)

    assert response.status == 200


async def test_refusals_of_a_mail_reply_keep_their_words(world, clock):
    id = (await world.ask(expires_in_sec=60))["approval_id"]

    def told(response_json, detail):
        assert response_json["detail"] == detail

    missing = await inbox(world, "appr_unknown", "1")
    assert missing.status == 404
    told(await missing.json(), "approval not found")
    nothing = await world.call(
        "POST", "/v1/inbox/email-reply", key=ADMIN_KEY, json={"body": "1", "subject": None}
    )
    assert nothing.status == 422
    told(await nothing.json(), "approval_id not found")
    foreign = await inbox(world, id, "1", key=OTHER_KEY)
    assert foreign.status == 403
    told(await foreign.json(), "approval client mismatch")
    clock.advance(seconds=60)
    first = await inbox(world, id, "1")
    assert first.status == 410
    told(await first.json(), "approval expired")
    second = await inbox(world, id, "1")
    assert second.status == 409
    told(await second.json(), "approval not pending")
    assert (await world.read(id))["status"] == "expired"


async def test_the_key_that_asked_does_not_decide(world):
    """A named deviation: there, the agent's own key could."""
    id = (await world.ask())["approval_id"]

    response = await inbox(world, id, "1", key=AGENT_KEY)

    assert response.status == 403
    assert (await response.json())["code"] == "asker_may_not_decide"
    assert (await world.read(id))["status"] == "pending"


async def test_a_second_decision_is_409(world):
    id = (await world.ask())["approval_id"]
    await inbox(world, id, "3")

    response = await inbox(world, id, "1")

    assert response.status == 409
    assert (await response.json())["detail"] == "approval not pending"
    assert (await world.read(id))["status"] == "denied"


async def test_session_allows_the_same_type_in_the_same_session(world):
    id = (await world.ask())["approval_id"]
    await inbox(world, id, "2")

    again = await world.ask(preview="make deploy again")

    assert again["status"] == "approved"
    assert again["auto"] is True
    assert again["expires_at"] is None
    decision = again["decision"]
    assert (decision["code"], decision["note"], decision["override"]) == ("2", None, None)
    assert (await world.ask(session_id="s2"))["status"] == "pending"
    assert (await world.ask(action_type="other"))["status"] == "pending"
    assert (await world.ask(key=OTHER_KEY))["status"] == "pending"
    assert (await world.ask(cwd="/srv"))["status"] == "pending"


async def test_always_allows_the_same_type_until_revoked(world):
    id = (await world.ask())["approval_id"]
    await inbox(world, id, "6")
    rule = (await world.read(id))["decision"]["grant_id"]

    again = await world.ask(session_id="another")
    assert (again["auto"], again["decision"]["code"]) == (True, "6")

    for _ in range(2):
        revoked = await world.call("DELETE", f"/v1/allow-rules/{rule}")
        assert revoked.status == 200
        assert await revoked.json() == {
            "rule_id": rule,
            "status": "revoked",
            "client_id": CLIENT_ID,
            "action_type": "deploy",
        }
    assert re.fullmatch(r"rule_[0-9a-f]{32}", rule)
    pending = await world.ask(session_id="another")
    assert pending["status"] == "pending"
    await inbox(world, pending["approval_id"], "6")
    assert (await world.read(pending["approval_id"]))["decision"]["grant_id"] == rule


@pytest.mark.parametrize("key", [OTHER_KEY, AGENT_KEY])
async def test_an_unknown_or_foreign_rule_is_404(world, key):
    id = (await world.ask())["approval_id"]
    await inbox(world, id, "6")
    rule = (await world.read(id))["decision"]["grant_id"]
    asked = "rule_" + "0" * 32 if key == AGENT_KEY else rule

    response = await world.call("DELETE", f"/v1/allow-rules/{asked}", key=key)

    assert response.status == 404
    assert (await response.json())["detail"] == "rule not found"


async def test_a_questions_answer_is_its_letter_as_note(world):
    options = ["SQLite", "PostgreSQL"]
    letter = (await world.ask(title="Which?", options=options))["approval_id"]
    words = (await world.ask(title="Which?", options=options))["approval_id"]

    await inbox(world, letter, "4 B")
    await inbox(world, words, "4 DuckDB, of course")

    by_letter = (await world.read(letter))["decision"]
    assert (by_letter["code"], by_letter["note"]) == ("4", "B")
    assert by_letter["answers"] == ["PostgreSQL"]
    by_words = (await world.read(words))["decision"]
    assert (by_words["code"], by_words["note"]) == ("4", "DuckDB, of course")
    assert by_words["answers"] == ["DuckDB, of course"]


async def test_no_options_are_the_same_as_empty_ones(world):
    for options in ([], None):
        id = (await world.ask(options=options))["approval_id"]
        assert (await inbox(world, id, "1")).status == 200


async def test_a_question_is_never_covered_by_a_rule(world):
    """A named deviation: there, an always rule answered questions too."""
    await inbox(world, (await world.ask())["approval_id"], "6")

    assert (await world.ask(options=["A", "B"]))["status"] == "pending"


@pytest.mark.parametrize("missing", ["session_id", "action_type", "title"])
async def test_a_missing_field_is_422_with_its_place(world, missing):
    body = {name: value for name, value in ORDINARY.items() if name != missing}

    response = await world.call("POST", "/v1/approvals", json=body)

    assert response.status == 422
    faults = (await response.json())["detail"]
    assert [(fault["type"], fault["loc"]) for fault in faults] == [("missing", ["body", missing])]


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("session_id", 7, "string_type"),
        ("channel", "carrier-pigeon", "literal_error"),
        ("expires_in_sec", 0, "greater_than_equal"),
        ("expires_in_sec", 604_801, "less_than_equal"),
        ("expires_in_sec", 99_999_999_999_999, "less_than_equal"),
        ("expires_in_sec", "soon", "int_parsing"),
        ("options", "A", "list_type"),
        ("params", [], "dict_type"),
        ("urgency", "now", "literal_error"),
    ],
)
async def test_a_wrong_value_is_422_with_its_place(world, field, value, kind):
    response = await world.call("POST", "/v1/approvals", json={**ORDINARY, field: value})

    assert response.status == 422
    fault = (await response.json())["detail"][0]
    assert (fault["type"], fault["loc"]) == (kind, ["body", field])


@pytest.mark.parametrize("seconds", ["60", 60.0, 60])
async def test_seconds_are_read_leniently(world, seconds):
    answer = await world.ask(expires_in_sec=seconds)

    assert answer["expires_at"] == int(world.clock.now().timestamp()) + 60


@pytest.mark.parametrize("target", [None, {}, {"tg_chat_id": ""}, {"tg_chat_id": None}])
async def test_a_channel_needs_its_target(world, target):
    body = {**ORDINARY, "channel": "telegram", "target": target}

    response = await world.call("POST", "/v1/approvals", json=body)

    assert response.status == 422
    answer = await response.json()
    assert answer["detail"] == "target.tg_chat_id required"
    assert "approval_id" not in answer


async def test_keys_are_asked_for_in_the_older_words(world):
    for headers, detail in (
        ({}, "Not authenticated"),
        ({"Authorization": "Basic x"}, "Not authenticated"),
        ({"Authorization": "Bearer "}, "Not authenticated"),
        ({"Authorization": "Bearer wrong"}, "Invalid API key"),
        ({"Authorization": "Bearer \u00e9"}, "Invalid API key"),
    ):
        response = await world.call("GET", "/v1/approvals/x", key=None, headers=headers)

        assert response.status == 401
        assert (await response.json())["detail"] == detail
        assert response.headers["WWW-Authenticate"] == "Bearer"
    lower = await world.call(
        "GET", "/v1/approvals", key=None, headers={"Authorization": f"bearer {AGENT_KEY}"}
    )
    assert lower.status == 200


async def test_unknown_and_foreign_approvals_are_the_same_404(world):
    id = (await world.ask())["approval_id"]

    for asked, key in (("appr_" + "0" * 32, AGENT_KEY), (id, OTHER_KEY)):
        response = await world.call("GET", f"/v1/approvals/{asked}", key=key)
        assert response.status == 404
        assert await response.json() == {"detail": "approval not found", "code": "not_found"}


async def test_routes_and_methods_that_are_not_there_answer_json(world):
    nowhere = await world.call("GET", "/v1/nowhere")
    assert nowhere.status == 404
    assert (await nowhere.json())["detail"] == "Not Found"
    wrong = await world.call("PUT", "/v1/approvals")
    assert wrong.status == 405
    assert (await wrong.json())["detail"] == "Method Not Allowed"
    assert wrong.headers["Allow"] == "GET,HEAD,POST"


async def test_another_content_type_is_422(world):
    response = await world.call(
        "POST", "/v1/approvals", data=b"{}", headers={"Content-Type": "text/plain"}
    )

    assert response.status == 422
    assert (await response.json())["detail"][0]["type"] == "model_attributes_type"


async def test_unknown_fields_are_ignored(world):
    await world.ask(colour="blue")


async def test_a_trailing_slash_leads_to_the_route_without(world):
    response = await world.call("POST", "/v1/approvals/", json=ORDINARY, allow_redirects=False)

    assert response.status == 307
    assert response.headers["Location"] == "/v1/approvals"


async def test_a_redirect_leads_nowhere_else(world):
    for path in ("//example.org/", "/\\example.org/", "/%5cexample.org/", "/queue//example.org/"):
        reader, writer = await asyncio.open_connection(world.client.host, world.client.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = (await reader.read()).decode("latin-1").split("\r\n\r\n")[0]
        writer.close()
        await writer.wait_closed()
        found = re.search(r"(?im)^location: (.*)$", head)
        assert found is None or re.match(r"/[^/\\]", found[1]), (path, head)
