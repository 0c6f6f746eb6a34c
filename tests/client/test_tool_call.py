"""One tool call of a framework: allowed for just its arguments, or refused in words."""

import asyncio
from typing import Any

import pytest

from ok2run import AsyncGate, Gate, Leave
from tests.client.conftest import Decide, pending_id
from tests.client.peer import APPROVED, PENDING, Answer, Peer
from tests.world import World

ARGS = {"to": "ana", "copies": [1, 2]}


async def test_an_approved_call_may_run_with_its_arguments_once(
    gate: Gate, real: World, decide: Decide
):
    leave, _ = await asyncio.gather(asyncio.to_thread(gate.tool_call, "mail", ARGS), decide())

    assert leave.allowed
    assert not leave.changed
    assert leave.arguments == ARGS
    again = await real.call(
        "POST",
        f"/v1/approvals/{leave.id}/claim",
        json={"digest": "0" * 64, "nonce": "another-nonce-0001"},
    )
    assert again.status == 409


async def test_a_denied_call_is_refused_with_the_persons_words(
    async_gate: AsyncGate, decide: Decide
):
    leave, _ = await asyncio.gather(
        async_gate.tool_call("mail", ARGS), decide("denied", note="not to Ana")
    )

    assert leave == Leave(allowed=False, arguments={}, reason=leave.reason)
    assert leave.reason.startswith("Not run: Denied by ")
    assert leave.reason.endswith(": not to Ana")


@pytest.mark.parametrize(
    ("arguments", "override", "wanted"),
    [
        ({"to": "ana", "n": 1}, '{"to": "ben"}', {"to": "ben", "n": 1}),
        ({"command": "rm -r build"}, "rm -r build/old", {"command": "rm -r build/old"}),
        ({"command": "ls"}, '{"command": "ls -l"}', {"command": "ls -l"}),
    ],
)
async def test_the_persons_own_arguments_are_the_ones_to_run(
    async_gate: AsyncGate,
    decide: Decide,
    arguments: dict[str, Any],
    override: str,
    wanted: dict[str, Any],
):
    leave, _ = await asyncio.gather(
        async_gate.tool_call("tool", arguments), decide("approved", override=override)
    )

    assert (leave.allowed, leave.changed, leave.arguments) == (True, True, wanted)


@pytest.mark.parametrize(
    ("override", "editable"),
    [('{"to": "ben"}', False), ("to ben", True), ('{"whom": "ben"}', True), ("[]", True)],
)
async def test_a_change_that_cannot_be_run_is_a_refusal(
    async_gate: AsyncGate, decide: Decide, override: str, editable: bool
):
    leave, _ = await asyncio.gather(
        async_gate.tool_call("mail", ARGS, editable=editable),
        decide("approved", override=override),
    )

    assert not leave.allowed
    assert "a change that cannot be run" in leave.reason


async def test_a_call_that_nobody_answers_is_refused_and_ends(async_gate: AsyncGate, real: World):
    leave = await async_gate.tool_call("mail", ARGS, wait=1)

    listed = await (await real.call("GET", "/v1/approvals")).json()
    assert not leave.allowed
    assert "Nobody answered" in leave.reason
    assert listed["approvals"][0]["status"] == "expired"


async def test_the_card_shows_a_command_as_it_is_and_the_rest_as_json(
    async_gate: AsyncGate, real: World, decide: Decide
):
    asked = asyncio.ensure_future(async_gate.tool_call("Bash", {"command": "ls"}))  # noqa: TID251
    id = await pending_id(real)
    await decide()

    assert (await asked).allowed
    assert (await real.read(id))["action_type"] == "Bash"


@pytest.mark.parametrize("arguments", [{"a": object()}, {"a": float("inf")}, {"a": 2**70}])
async def test_what_cannot_be_shown_is_refused_and_not_asked(
    async_gate: AsyncGate, real: World, arguments: dict[str, Any]
):
    leave = await async_gate.tool_call("mail", arguments)

    listed = await (await real.call("GET", "/v1/approvals")).json()
    assert not leave.allowed
    assert listed["approvals"] == []


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(status=401, body={"detail": "Invalid API key"})],
        [Answer(status=302, headers={"Location": "http://elsewhere"})],
        [PENDING, APPROVED | {"decision": []}],
        [PENDING, PENDING | {"status": "yes"}],
        [APPROVED, Answer(status=404, body={"detail": "Not Found"})],
    ],
)
async def test_every_fault_is_a_refusal_in_words(answers: list[Any]):
    with Peer(*answers) as peer:
        gate = AsyncGate(peer.url, "agent-key", patience=0)
        leave = await gate.tool_call("mail", ARGS)

    assert not leave.allowed
    assert leave.reason.startswith("Not run: ")
