"""`Gate` against a real gate: ask, wait, read, claim, withdraw."""

import asyncio
from typing import Any

import pytest

from ok2run import Answer, Decision, Denied, Expired, Gate, GateError, NotClaimed, Pending, Refused
from tests.client.conftest import Decide, pending_id
from tests.world import AGENT_KEY, OTHER_KEY, World

DEPLOY: dict[str, Any] = {"title": "Deploy 1.4", "preview": "make deploy", "cwd": "/srv"}


async def test_a_request_returns_the_decision_and_who_made_it(gate: Gate, decide: Decide):
    asked = asyncio.to_thread(gate.request, "deploy", **DEPLOY, params={"env": "prod"})

    decision, _ = await asyncio.gather(asked, decide("approved", note="after lunch"))

    assert (decision.approved, decision.note, decision.override) == (True, "after lunch", None)
    assert decision.via == "api"
    assert decision.by
    assert len(decision.digest) == 64


async def test_a_denial_is_a_decision_with_its_reason(gate: Gate, decide: Decide):
    asked = asyncio.to_thread(gate.request, "deploy", **DEPLOY)

    decision, _ = await asyncio.gather(asked, decide("denied", note="wrong branch"))

    assert (decision.approved, decision.note) == (False, "wrong branch")


async def test_a_decision_is_neither_true_nor_false(gate: Gate, decide: Decide):
    asked = asyncio.to_thread(gate.request, "deploy", **DEPLOY)
    decision, _ = await asyncio.gather(asked, decide("denied"))

    with pytest.raises(TypeError, match=r"decision\.approved"):
        bool(decision)


async def test_what_is_asked_reaches_the_gate_word_for_word(
    gate: Gate, real: World, decide: Decide
):
    pending = await asyncio.to_thread(
        gate.submit,
        "deploy",
        **DEPLOY,
        params={"env": "prod", "share": 0.5},
        reason="it is due",
        urgency="high",
        session="s9",
        agent="robot",
        expires=60,
    )

    assert (pending.status, len(pending.short_code), len(pending.digest)) == ("pending", 5, 64)
    read = await real.read(pending.id)
    assert (read["agent"], read["title"], read["digest"]) == (
        "robot",
        "Deploy 1.4",
        pending.digest,
    )
    assert read["expires_at"] - read["created_at"] == 60
    await decide()
    assert (await real.read(pending.id))["session_id"] == "s9"


async def test_an_ask_stands_as_it_is_told(gate: Gate, decide: Decide):
    pending = await asyncio.to_thread(gate.submit, "deploy", **DEPLOY)

    before = await asyncio.to_thread(gate.get, pending.id)
    await decide()
    after = await asyncio.to_thread(gate.get, pending.id)

    assert isinstance(before, Pending)
    assert before == pending
    assert isinstance(after, Decision)
    assert after.approved


async def test_an_ask_that_is_taken_back_is_no_decision(gate: Gate):
    pending = await asyncio.to_thread(gate.submit, "deploy")

    await asyncio.to_thread(gate.withdraw, pending.id)

    with pytest.raises(Expired, match="was withdrawn") as caught:
        await asyncio.to_thread(gate.wait, pending.id)
    assert (caught.value.id, caught.value.status) == (pending.id, "withdrawn")


async def test_nobody_answering_in_time_is_no_decision(gate: Gate):
    with pytest.raises(Expired) as caught:
        await asyncio.to_thread(gate.request, "deploy", wait=0.2)
    assert caught.value.status == "pending"

    with pytest.raises(Expired) as ended:
        await asyncio.to_thread(gate.request, "deploy", expires=1)
    assert ended.value.status == "expired"


async def test_the_same_key_of_the_callers_asks_once(gate: Gate, real: World):
    first = await asyncio.to_thread(gate.submit, "deploy", cwd="/srv", key="order 7")
    second = await asyncio.to_thread(gate.submit, "deploy", cwd="/srv", key="order 7")

    assert first == second


async def test_an_unknown_detail_is_refused_before_anybody_is_asked(gate: Gate):
    with pytest.raises(TypeError, match="an ask has no titel"):
        gate.submit("deploy", titel="Deploy")  # type: ignore[call-arg]


async def test_another_keys_approval_is_not_there(gate: Gate, url: str):
    pending = await asyncio.to_thread(gate.submit, "deploy")

    with pytest.raises(Refused, match="not found"):
        await asyncio.to_thread(Gate(url, OTHER_KEY).get, pending.id)


async def test_a_question_is_answered_with_options(gate: Gate, decide: Decide):
    asked = asyncio.to_thread(gate.ask, "Which database?", ["SQLite", "PostgreSQL"])

    answer, _ = await asyncio.gather(asked, decide("approved", answers=["B"]))

    assert isinstance(answer, Answer)
    assert (answer.text, answer.letters, answer.options) == (
        "PostgreSQL",
        ("B",),
        ("PostgreSQL",),
    )


async def test_a_question_takes_several_options(gate: Gate, decide: Decide):
    asked = asyncio.to_thread(gate.ask, "Which?", ["a", "b", "c"], multiple=True)

    answer, _ = await asyncio.gather(asked, decide("approved", answers=["a", "c"]))

    assert (answer.text, answer.letters, answer.options) == ("a, c", ("A", "C"), ("a", "c"))


@pytest.mark.parametrize("options", [[], ["SQLite", "PostgreSQL"]])
async def test_a_question_is_answered_in_words(gate: Gate, decide: Decide, options: list[str]):
    asked = asyncio.to_thread(gate.ask, "Which database?", options)

    answer, _ = await asyncio.gather(asked, decide("approved", answers=["none, really"]))

    assert (answer.text, answer.letters, answer.options) == ("none, really", (), ())


async def test_a_question_that_is_refused_raises_with_the_reason(gate: Gate, decide: Decide):
    asked = asyncio.to_thread(gate.ask, "Which database?", ["SQLite"])

    with pytest.raises(Denied) as caught:
        await asyncio.gather(asked, decide("denied", note="ask Ben"))

    assert caught.value.reason == "ask Ben"
    assert str(caught.value).endswith(": ask Ben")


async def test_a_claim_gives_a_receipt_once(gate: Gate, real: World, decide: Decide):
    pending = await asyncio.to_thread(gate.submit, "deploy", **DEPLOY)
    await decide()

    receipt = await asyncio.to_thread(gate.claim, pending.id)

    assert (receipt.approval_id, receipt.digest) == (pending.id, pending.digest)
    with pytest.raises(NotClaimed):
        await asyncio.to_thread(gate.claim, pending.id, digest=pending.digest)


async def test_a_claim_before_the_decision_or_after_a_denial_gives_none(
    gate: Gate, real: World, decide: Decide
):
    pending = await asyncio.to_thread(gate.submit, "deploy", **DEPLOY)

    with pytest.raises(NotClaimed, match="Not approved to run"):
        await asyncio.to_thread(gate.claim, pending.id)
    await decide("denied")
    with pytest.raises(NotClaimed, match="Not approved to run"):
        await asyncio.to_thread(gate.claim, pending.id)


async def test_what_the_person_replaced_is_claimed_as_the_replacement_alone(
    gate: Gate, decide: Decide
):
    pending = await asyncio.to_thread(gate.submit, "Bash", **DEPLOY)
    await decide("approved", override="make staging")
    decision = await asyncio.to_thread(gate.wait, pending.id)

    with pytest.raises(NotClaimed):
        await asyncio.to_thread(gate.claim, pending.id)
    receipt = await asyncio.to_thread(gate.claim, pending.id, override=decision.override)

    assert decision.override == "make staging"
    assert receipt.approval_id == pending.id


async def test_a_gate_that_did_not_ask_must_say_what_it_will_run(
    gate: Gate, url: str, decide: Decide
):
    pending = await asyncio.to_thread(gate.submit, "deploy", **DEPLOY)
    await decide()
    other = Gate(url, AGENT_KEY)

    with pytest.raises(NotClaimed, match="pass the digest"):
        await asyncio.to_thread(other.claim, pending.id)
    receipt = await asyncio.to_thread(other.claim, pending.id, digest=pending.digest)

    assert receipt.digest == pending.digest


async def test_a_pinned_key_refuses_another_gates_receipt(gate: Gate, url: str, decide: Decide):
    pinned = Gate(url, AGENT_KEY, receipt_key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    pending = await asyncio.to_thread(pinned.submit, "deploy", **DEPLOY)
    await decide()

    with pytest.raises(NotClaimed, match="another key"):
        await asyncio.to_thread(pinned.claim, pending.id)


async def test_an_outcome_is_kept(gate: Gate, real: World, decide: Decide):
    pending = await asyncio.to_thread(gate.submit, "deploy", **DEPLOY)
    await decide()

    await asyncio.to_thread(gate.report, pending.id, exit_code=3, summary="3 tests failed")

    outcome = (await real.read(pending.id))["outcome"]
    assert (outcome["exit_code"], outcome["summary"]) == (3, "3 tests failed")


async def test_every_error_has_one_root(gate: Gate):
    with pytest.raises(GateError, match="not found"):
        await asyncio.to_thread(gate.get, "appr_unknown")


async def test_settings_come_from_the_environment(
    url: str, real: World, decide: Decide, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("APPROVAL_GATE_URL", url)
    monkeypatch.setenv("APPROVAL_API_KEY", AGENT_KEY)
    monkeypatch.setenv("APPROVAL_SESSION_ID", "from-outside")

    pending = await asyncio.to_thread(Gate().submit, "deploy")
    assert await pending_id(real) == pending.id
    await decide()

    assert (await real.read(pending.id))["session_id"] == "from-outside"


async def test_a_chat_that_the_operator_did_not_allow_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("APPROVAL_TG_CHAT_ID", "1002")

    with pytest.raises(Refused) as caught:
        await asyncio.to_thread(Gate(url, AGENT_KEY).submit, "deploy")

    assert caught.value.status in (403, 422)
