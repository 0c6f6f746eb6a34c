"""`/v1/pause`, `/v1/snooze`, `/v1/resume`: the gate halted and let go on, by admin keys."""

from datetime import timedelta
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.core.people import Right
from bot.gate.halt import Standing
from web.api.approvals import decider_of
from web.api.views import seconds
from web.operation import Call, Nothing, operation


class PauseBody(BaseModel):
    """How long to pause; without `for_sec` until somebody resumes."""

    model_config = ConfigDict(extra="forbid")

    for_sec: int | None = Field(default=None, ge=1, le=604_800, strict=True)


class SnoozeBody(BaseModel):
    """How long to snooze."""

    model_config = ConfigDict(extra="forbid")

    for_sec: int = Field(ge=1, le=604_800, strict=True)


class StandingView(BaseModel):
    """Whether the gate is halted, by whom, since and until when; `until` null is until resumed.

    `held` counts the asks that a pause keeps back and that are still pending.
    """

    paused: bool
    snoozed: bool
    by: str | None
    since: int | None
    until: int | None
    held: int


def standing_view(standing: Standing) -> dict[str, Any]:
    """Return how the gate stands."""
    halt = standing.halt
    until = None if halt is None or halt.until is None else seconds(halt.until)
    return {
        "paused": standing.is_paused,
        "snoozed": standing.is_snoozed,
        "by": None if halt is None else halt.by,
        "since": None if halt is None else seconds(halt.since),
        "until": until,
        "held": standing.held,
    }


@operation(
    "Tell whether the gate is paused", right=Right.READ, answer=StandingView, refuses=(503,)
)
async def read(call: Call[Nothing, Nothing]) -> web.Response:
    """Tell whether the gate is paused or snoozed, and how many asks are held."""
    return web.json_response(standing_view(await call.gate.halts.standing()))


@operation(
    "Pause the gate",
    right=Right.ADMIN,
    body=PauseBody,
    answer=StandingView,
    refuses=(413, 422, 503, 507),
)
async def pause(call: Call[PauseBody, Nothing]) -> web.Response:
    """Hold what is asked from now on, but for what a rule denies; nothing is allowed meanwhile."""
    length = call.body.for_sec
    standing = await call.gate.halts.pause(
        decider_of(call.key), None if length is None else timedelta(seconds=length)
    )
    return web.json_response(standing_view(standing))


@operation(
    "Snooze the gate",
    right=Right.ADMIN,
    body=SnoozeBody,
    answer=StandingView,
    refuses=(413, 422, 503, 507),
)
async def snooze(call: Call[SnoozeBody, Nothing]) -> web.Response:
    """Hand back at once what people would be asked; rules and grants go on."""
    length = timedelta(seconds=call.body.for_sec)
    standing = await call.gate.halts.snooze(decider_of(call.key), length)
    return web.json_response(standing_view(standing))


@operation("Resume the gate", right=Right.ADMIN, answer=StandingView, refuses=(503, 507))
async def resume(call: Call[Nothing, Nothing]) -> web.Response:
    """End a pause or a snooze; what was held is judged anew, the most dangerous first."""
    await call.gate.halts.resume(decider_of(call.key))
    return web.json_response(standing_view(await call.gate.halts.standing()))
