"""The decorator: what it asks, and that the function runs only with leave for those arguments."""

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from ok2run import AsyncGate, Denied, Expired, Gate, NotClaimed
from tests.client.conftest import Decide, pending_id, pending_ones
from tests.world import World


class Mailer:
    """Counts what was sent."""

    def __init__(self, gate: Gate) -> None:
        self.sent: list[tuple[Any, ...]] = []
        mailer = self

        @gate.approve("send_email", title="Mail to {to}", cwd="/srv")
        def send(to: str, subject: str = "none", *more: str, **headers: object) -> str:
            """Send it."""
            mailer.sent.append((to, subject, more, headers))
            return "sent"

        self.send = send


@pytest.fixture
def mailer(gate: Gate) -> Mailer:
    return Mailer(gate)


async def test_an_approved_call_runs_with_its_arguments_and_returns_its_value(
    mailer: Mailer, real: World, decide: Decide
):
    call = asyncio.to_thread(mailer.send, "ana@example.org", "Hi", "a", "b", cc=["ben"])

    value, _ = await asyncio.gather(call, decide())

    assert value == "sent"
    assert mailer.sent == [("ana@example.org", "Hi", ("a", "b"), {"cc": ["ben"]})]
    assert mailer.send.__name__ == "send"
    assert mailer.send.__doc__ == "Send it."


async def test_the_card_shows_the_arguments_with_the_defaults(
    mailer: Mailer, real: World, decide: Decide
):
    call = asyncio.create_task(  # noqa: TID251
        asyncio.to_thread(mailer.send, "ana@example.org")
    )
    id = await pending_id(real)
    shown = await real.read(id)
    await decide()
    await call

    assert shown["title"] == "Mail to ana@example.org"
    outcome = (await real.read(id))["outcome"]
    assert outcome["exit_code"] == 0
    assert outcome["summary"].startswith("ok, ")


async def test_a_denied_call_does_not_run_and_raises_with_the_reason(
    mailer: Mailer, decide: Decide
):
    call = asyncio.to_thread(mailer.send, "ana@example.org")

    with pytest.raises(Denied) as caught:
        await asyncio.gather(call, decide("denied", note="not this one"))

    assert caught.value.reason == "not this one"
    assert mailer.sent == []


async def test_a_call_that_nobody_answers_does_not_run_and_nobody_can_approve_it_later(
    gate: Gate, real: World
):
    ran = []

    @gate.approve("touch", wait=1)
    def touch() -> None:
        ran.append(1)

    with pytest.raises(Expired):
        await asyncio.to_thread(touch)

    listed = await (await real.call("GET", "/v1/approvals")).json()
    assert ran == []
    assert [one["status"] for one in listed["approvals"]] == ["expired"]


async def test_the_persons_own_arguments_are_passed_on(mailer: Mailer, decide: Decide):
    call = asyncio.to_thread(mailer.send, "ana@example.org", "Hi", "a")
    change = json.dumps({"to": "ben@example.org", "more": ["x", "y"]})

    await asyncio.gather(call, decide("approved", override=change))

    assert mailer.sent == [("ben@example.org", "Hi", ("x", "y"), {})]


@pytest.mark.parametrize(
    "change",
    [
        "send it to Ben",
        "[1]",
        '{"to": "ben", "to": "eve"}',
        '{"whom": "ben"}',
        '{"more": "x"}',
        '{"headers": [1]}',
        '{"to": NaN}',
        "[" * 100_000,
    ],
)
async def test_a_change_that_names_no_arguments_runs_nothing(
    mailer: Mailer, real: World, decide: Decide, change: str
):
    call = asyncio.to_thread(mailer.send, "ana@example.org")

    with pytest.raises(Denied, match="a change that cannot be run"):
        await asyncio.gather(call, decide("approved", override=change))

    listed = await (await real.call("GET", "/v1/approvals")).json()
    assert mailer.sent == []
    assert listed["approvals"][0]["outcome"]["summary"].startswith("not run: ")


async def test_arguments_that_change_while_the_gate_is_asked_run_nothing(
    gate: Gate, real: World, decide: Decide
):
    ran = []

    @gate.approve("pay")
    def pay(bill: dict[str, int]) -> None:
        ran.append(bill)

    bill = {"amount": 5}
    call = asyncio.create_task(asyncio.to_thread(pay, bill))  # noqa: TID251
    await pending_id(real)
    bill["amount"] = 5000
    await decide()

    with pytest.raises(NotClaimed):
        await call
    assert ran == []


async def test_a_failure_of_the_function_is_told_and_stays_its_own(
    gate: Gate, real: World, decide: Decide
):
    @gate.approve("touch")
    def touch() -> None:
        raise LookupError("secret words")

    with pytest.raises(LookupError, match="secret words"):
        await asyncio.gather(asyncio.to_thread(touch), decide())

    listed = await (await real.call("GET", "/v1/approvals")).json()
    outcome = listed["approvals"][0]["outcome"]
    assert outcome["exit_code"] == 1
    assert outcome["summary"].startswith("LookupError, ")
    assert "secret" not in outcome["summary"]


async def test_methods_are_asked_without_their_object(gate: Gate, decide: Decide):
    class Shop:
        def __init__(self) -> None:
            self.sold: list[str] = []

        @gate.approve("sell", title="Sell {what}")
        def sell(self, what: str) -> str:
            self.sold.append(what)
            return what

        @classmethod
        @gate.approve("close")
        def close(cls, hour: int) -> str:
            return f"{cls.__name__} {hour}"

        @staticmethod
        @gate.approve("open")
        def open(hour: int) -> int:
            return hour

    shop = Shop()
    sold, _ = await asyncio.gather(asyncio.to_thread(shop.sell, "tea"), decide())
    closed, _ = await asyncio.gather(asyncio.to_thread(Shop.close, 5), decide())
    opened, _ = await asyncio.gather(asyncio.to_thread(Shop.open, hour=9), decide())

    assert (sold, shop.sold, closed, opened) == ("tea", ["tea"], "Shop 5", 9)


async def test_an_async_function_stays_one_and_does_not_block_its_loop(
    gate: Gate, async_gate: AsyncGate, decide: Decide
):
    @gate.approve("touch")
    async def one(n: int) -> int:
        return n

    @async_gate.approve("touch")
    async def two(n: int) -> int:
        return n

    @async_gate.approve("touch")
    def three(n: int) -> int:
        return n

    for number, function in enumerate([one, two, three]):
        value, _ = await asyncio.gather(function(number), decide())
        assert value == number


@pytest.mark.parametrize("withdraws", [False, True])
async def test_a_cancelled_call_does_not_run_and_is_taken_back_where_that_was_said(
    async_gate: AsyncGate, real: World, withdraws: bool
):
    ran = []

    @async_gate.approve("touch", withdraw_on_cancel=withdraws)
    async def touch() -> None:
        ran.append(1)

    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(touch())
        id = await pending_id(real)
        call.cancel()

    assert call.cancelled()
    assert ran == []
    status = (await real.read(id))["status"]
    assert status == ("withdrawn" if withdraws else "pending")


async def test_what_is_left_out_is_passed_and_not_asked_for(
    gate: Gate, real: World, decide: Decide
):
    @gate.approve("query", leave_out=["connection"], preview="{sql}")
    def query(connection: object, sql: str) -> tuple[object, str]:
        return connection, sql

    connection = object()
    call = asyncio.create_task(  # noqa: TID251
        asyncio.to_thread(query, connection, "SELECT {1}")
    )
    (asked,) = await pending_ones(real)
    await decide()

    assert asked["title"] == "query"
    assert await call == (connection, "SELECT {1}")


class Colour(StrEnum):
    RED = "red"


async def test_an_enum_is_asked_for_by_its_value_and_passed_as_itself(gate: Gate, decide: Decide):
    @gate.approve("paint")
    def paint(colour: Colour) -> Colour:
        return colour

    first, _ = await asyncio.gather(asyncio.to_thread(paint, Colour.RED), decide())
    second, _ = await asyncio.gather(
        asyncio.to_thread(paint, Colour.RED), decide(override='{"colour": "red"}')
    )

    assert first is Colour.RED
    assert second is Colour.RED


@pytest.mark.parametrize(
    "value", [Path("/etc"), object(), float("nan"), 2**60, {1: 2}, {"a": [b"x"]}, "\ud800", {1}]
)
async def test_what_cannot_be_shown_is_refused_before_anybody_is_asked(
    gate: Gate, real: World, value: object
):
    @gate.approve("touch")
    def touch(value: object) -> None:
        raise AssertionError("it ran")

    with pytest.raises(TypeError):
        touch(value)

    listed = await (await real.call("GET", "/v1/approvals")).json()
    assert listed["approvals"] == []


async def test_a_wrong_call_raises_as_the_function_itself_would(mailer: Mailer):
    with pytest.raises(TypeError, match="missing a required argument: 'to'"):
        mailer.send()  # type: ignore[call-arg]


async def test_what_cannot_be_guarded_is_said_where_it_is_decorated(gate: Gate):
    def generator():  # type: ignore[no-untyped-def]
        yield

    with pytest.raises(TypeError, match="generator"):
        gate.approve("touch")(generator)
    with pytest.raises(TypeError, match="below @staticmethod"):
        gate.approve("touch")(staticmethod(lambda: None))
    with pytest.raises(TypeError, match="whom"):
        gate.approve("mail", title="Mail to {whom}")(lambda to: None)
    with pytest.raises(TypeError, match="no parameter it"):
        gate.approve("mail", leave_out=["it"])(lambda to: None)
    with pytest.raises(TypeError, match="approve has no titel"):
        gate.approve("mail", titel="Mail")(lambda to: None)  # type: ignore[call-arg]
