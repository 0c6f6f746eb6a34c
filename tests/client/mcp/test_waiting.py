"""Waits in slices: how long a call is held, what it tells, and what a lost gate does to it."""

import pytest

from ok2run.mcp.gateway import GateFault, Json
from ok2run.mcp.waiting import Pace, ended

PENDING: Json = {"approval_id": "appr_1", "status": "pending"}
APPROVED: Json = {"approval_id": "appr_1", "status": "approved"}


class Time:
    """A clock that waits and pauses move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def clock(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


class Listener:
    """A client that hears of progress, or does not want to."""

    def __init__(self, *, wanted: bool = True) -> None:
        self.wanted = wanted
        self.told: list[tuple[float, str]] = []

    async def __call__(self, progress: float, total: float | None, message: str) -> None:
        self.told.append((progress, message))


class Gateway:
    """Answers in order, the last one again and again; each wait takes as long as it may."""

    def __init__(self, time: Time, *answers: Json | GateFault, stops_after: int = 10**6) -> None:
        self.time = time
        self.answers = list(answers)
        self.waits: list[float] = []
        self.stops_after = stops_after

    @property
    def is_stopping(self) -> bool:
        return len(self.waits) >= self.stops_after

    async def wait(self, id: str, seconds: float) -> Json:
        self.waits.append(seconds)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, GateFault):
            raise answer
        self.time.now += seconds
        return dict(answer)


def lost() -> GateFault:
    return GateFault("No gate answers.", temporary=True)


async def wait(gateway: Gateway, seconds: float, listener: Listener | None = None) -> Json:
    time = gateway.time
    pace = Pace(clock=time.clock, pause=time.pause)
    return await ended(gateway, PENDING, seconds, listener or Listener(), pace)  # type: ignore[arg-type]


async def test_an_hours_wait_is_told_of_every_slice():
    listener = Listener()
    gateway = Gateway(Time(), PENDING)

    answer = await wait(gateway, 3600, listener)

    assert answer["status"] == "pending"
    assert gateway.waits == [15.0] * 240
    assert len(listener.told) == 240
    assert listener.told[-1][1] == "waiting for a person, 59:45 so far"
    assert all(a < b for (a, _), (b, _) in zip(listener.told, listener.told[1:], strict=False))


async def test_it_ends_with_the_decision():
    gateway = Gateway(Time(), PENDING, PENDING, APPROVED)

    answer = await wait(gateway, 3600)

    assert answer == APPROVED
    assert len(gateway.waits) == 3


async def test_a_lost_gate_is_tried_again_less_and_less_often():
    listener, time = Listener(), Time()
    gateway = Gateway(time, *[lost() for _ in range(7)], APPROVED)

    answer = await wait(gateway, 600, listener)

    assert answer == APPROVED
    assert time.pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert listener.told[1][1].startswith("the gate does not answer, trying again")


async def test_a_gate_that_stays_lost_is_told_at_the_end():
    with pytest.raises(GateFault, match="No gate answers"):
        await wait(Gateway(Time(), lost()), 60)


async def test_a_refusal_is_told_at_once():
    time = Time()

    with pytest.raises(GateFault, match="not found"):
        await wait(Gateway(time, GateFault("approval not found")), 60)

    assert time.pauses == []


async def test_a_gate_that_stops_holds_nothing_longer():
    gateway = Gateway(Time(), PENDING, stops_after=1)

    answer = await wait(gateway, 3600)

    assert answer["status"] == "pending"
    assert len(gateway.waits) == 1


@pytest.mark.parametrize(
    ("hold", "max_wait", "wanted", "limit"),
    [
        (None, None, True, 3600),
        (None, None, False, 50),
        (None, 7200, True, 7200),
        (None, 600, False, 600),
        (40.0, None, True, 40),
        (40.0, 600, True, 40),
        (40.0, 10, True, 10),
    ],
)
def test_how_long_a_call_is_held(
    hold: float | None, max_wait: int | None, wanted: bool, limit: float
):
    assert Pace(hold=hold).limit(max_wait, Listener(wanted=wanted)) == limit
