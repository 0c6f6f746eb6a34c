"""Conversations about texts that are not what texts usually are, and webhook calls like them."""

import io
import json

import pytest

from bot.core.preview import show_text
from tests.channels.telegram.conftest import Office
from tests.channels.telegram.test_conversation import state_of
from tests.channels.telegram.test_digest import settle
from tests.fakes.telegram import FakeTelegram, Person

WEBHOOK = "/v1/telegram/webhook"
SECRET = "X-Telegram-Bot-Api-Secret-Token"
TEXTS = {
    "a number": "123",
    "JSON": '{"a":1}',
    "a tag": "<b>",
    "a command": "/start",
    "a mention": "@ana https://example.org",
    "4096 emoji": "🙂" * 4096,
    "bidi": "rm \u202egpj.txt\u2066",
    "a zero": "0",
}


@pytest.mark.parametrize("name", TEXTS)
async def test_any_text_is_shown_in_code_and_decided(
    office: Office, telegram: FakeTelegram, ana: Person, name: str
) -> None:
    text = TEXTS[name]

    id, card = await office.ask(ana, title=text, preview=text)

    shown = [*card.pieces("code"), *card.pieces("pre")]
    assert any(show_text(text).text[:40] in one for one in shown)
    assert {entity["type"] for entity in card.entities} <= {
        *("code", "pre", "date_time", "bold", "italic", "blockquote", "expandable_blockquote")
    }
    if len(text) > 4000:
        attached = await ana.wait_for_card("Full text of", newer_than=card)
        assert attached.document is not None
        assert text.encode() in attached.document.content
    is_hidden = name == "bidi"
    await (await ana.tap("Approve", card=card)).answer
    if is_hidden:
        await card.until(lambda one: "← Back" in one.labels)
        await (await ana.tap("Yes, run it", card=card)).answer
    await card.shows("Approved by Ana")
    assert ("⚠ Contains hidden characters." in card.text) is is_hidden
    assert await state_of(office, id) == "approved"
    assert all(call.outcome == "ok" for call in telegram.calls if call.method == "sendMessage")


@pytest.mark.parametrize("name", TEXTS)
async def test_any_text_is_taken_as_a_reason(office: Office, ana: Person, name: str) -> None:
    text = TEXTS[name][:1000]
    id, card = await office.ask(ana)
    written = await ana.reply(card, text)
    if name == "a command":
        await ana.wait_for_card("Hello Ana", newer_than=written)
        assert await state_of(office, id) == "pending"
        return

    await ana.wait_for_card("What shall I do with", buttons=True, newer_than=written)
    await (await ana.tap("Deny with this reason")).answer

    decision = (await office.world.read(id))["decision"]
    assert (decision["decision"], decision["note"]) == ("denied", text)
    await settle(office)


async def test_a_diff_too_large_to_take_is_refused_and_the_largest_is_attached(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    line = "+ one more line of a long diff\n"
    body = {"session_id": "s1", "action_type": "Edit", "title": "Edit", "language": "diff"}
    too_much = {**body, "preview": line * (5 * 1024 * 1024 // len(line))}

    refused = await office.world.call(
        "POST",
        "/v1/approvals",
        data=io.BytesIO(json.dumps(too_much).encode()),
        headers={"Content-Type": "application/json"},
    )

    assert refused.status == 413
    assert (await refused.json())["code"] == "too_large"
    assert telegram.messages(ana.id) == []

    whole = line * (900_000 // len(line))
    answer = await office.world.call(
        "POST",
        "/v1/approvals",
        data=io.BytesIO(json.dumps({**body, "preview": whole}).encode()),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status == 200
    card = await ana.wait_for_card("Edit", buttons=True, timeout=20)

    attached = await ana.wait_for_card("Full text of", newer_than=card, timeout=20)
    assert attached.document is not None
    assert attached.document.content.decode() == whole
    assert "📎 Full text attached" in card.text


@pytest.mark.parametrize("secret", [None, "", "wrong", "s" * 31, "ßécret", "с" * 32])
async def test_an_update_without_the_secret_decides_nothing(
    office: Office, telegram: FakeTelegram, ana: Person, secret: str | None
) -> None:
    id, card = await office.ask(ana)
    forged = {
        "update_id": 900_000_001,
        "callback_query": {
            "id": "1",
            "from": ana.render(),
            "chat_instance": "1",
            "data": card.buttons[0][0]["callback_data"],
            "message": card.render(),
        },
    }
    headers = {} if secret is None else {SECRET: secret}

    answer = await office.world.call("POST", WEBHOOK, key=None, json=forged, headers=headers)

    assert answer.status == 403
    assert await state_of(office, id) == "pending"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        b"\xff\xfe\x00",
        b"[]",
        b"123",
        b"{",
        b'{"update_id": "x"}',
        b'{"update_id": 900000002, "message": 7}',
        b'{"update_id": 900000003, "callback_query": {"id": []}}',
        json.dumps({"update_id": 900_000_004, "of_the_future": {"a": 1}}).encode(),
    ],
)
async def test_a_body_that_is_no_update_is_set_aside_and_the_next_tap_counts(
    office: Office, ana: Person, body: bytes
) -> None:
    id, card = await office.ask(ana)

    answer = await office.world.call(
        "POST", WEBHOOK, key=None, data=body, headers={SECRET: "s" * 32}
    )

    assert answer.status == 200
    await (await ana.tap("Approve", card=card)).answer
    assert await state_of(office, id) == "approved"
    await settle(office)
