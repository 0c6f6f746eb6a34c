"""`POST /v1/hooks/{agent}`: a coding agent's hook, answered in that agent's own form.

It is answered before the agent's own limit runs out, and what the gate cannot decide is handed
back to the agent's terminal; nothing here allows without a decision.
"""

import asyncio
import logging
import re
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, Field, RootModel

from bot.core.approval import LONGEST_LIFE
from bot.core.errors import GateError, NotFound
from bot.core.people import Key, Right
from bot.gate.service import Gate
from bot.gate.submit import Ask
from bot.gate.turn import Wanted
from web.errors import from_gate, refusal
from web.hooks.dialect import (
    Asking,
    Dialect,
    Nothing,
    Telling,
)
from web.hooks.dialects import DIALECTS
from web.hooks.hold import Hold
from web.keys import HOOK_MANNER, SPAWN
from web.operation import Call, nul_in, operation

log = logging.getLogger(__name__)

USUAL_LIMIT: Final = 600.0
# The agent has its answer so long before it would give up.
_MARGIN: Final = 10.0
_SHORTEST: Final = 1.0
# What the environment's keys are called by themselves.
_NAMELESS: Final = re.compile(r"agent(-\d+)?|admin")
_LONG: Final = 4_000
ID_HEADER: Final = "Ok2run-Hook-Id"
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


class HookBody(RootModel[Any]):
    """The hook's JSON as the agent sends it."""


class HookReply(RootModel[dict[str, Any]]):
    """What the agent reads; an empty object is no opinion, and its terminal decides."""


def _limit(given: object) -> object:
    """Take what is no limit for the usual one: an error would let some agents go on."""
    try:
        seconds = float(str(given))
    except ValueError:
        return USUAL_LIMIT
    return seconds if 0 < seconds < float("inf") else USUAL_LIMIT


class HookQuery(BaseModel):
    """The agent's own limit for its hook, in seconds."""

    limit: Annotated[float, BeforeValidator(_limit)] = Field(default=USUAL_LIMIT)


@operation(
    "Take a coding agent's hook, and answer it in that agent's own form",
    right=Right.CREATE,
    body=HookBody,
    query=HookQuery,
    answer=HookReply,
    refuses=(404, 413, 422, 503),
    keeps_nul=True,
)
async def take(call: Call[HookBody, HookQuery]) -> web.Response:
    """Answer a hook; where it asks, hold it until it is decided or its time is nearly up."""
    dialect = DIALECTS.get(call.request.match_info["agent"])
    if dialect is None:
        return from_gate(NotFound("no hooks of this agent are known here"))
    hook = call.raw if isinstance(call.raw, dict) else {}
    gate, key, spawn = call.gate, call.key, call.request.app[SPAWN]
    manner, life = call.request.app[HOOK_MANNER], _life(call.query.limit)
    is_long = (call.request.content_length or _LONG) >= _LONG
    repeated = _repeated(call.request)
    del call  # thousands may be held here
    try:
        reading = (
            await asyncio.to_thread(dialect.read, hook, manner)  # beside the loop
            if is_long
            else dialect.read(hook, manner)
        )
        match reading:
            case Asking() if nul_in(hook) is not None:  # no store keeps it as it is
                reply = dialect.refused(hook)
            case Asking():
                hold = Hold(
                    gate=gate,
                    key=key,
                    asking=reading,
                    ask=_ask(reading, life, agent=_name(dialect, key)),
                    spawn=spawn,
                    comes_again=bool(repeated),
                )
                answer = await hold.reply()
                if answer is None:
                    # It still waits; a hook's command asks again where the gate starts anew.
                    return refusal(503, "the gate is stopping; ask again", "stopping")
                reply = answer
            case Telling():
                await _told(gate, key, reading, manner.turns, agent=_name(dialect, key))
                reply = reading.reply
            case Nothing():
                reply = reading.reply
    except GateError as error:
        log.warning("a hook was handed back: %s", error.sentence, extra={"event": "hook_back"})
        reply = dialect.refused(hook)
    except Exception:
        log.exception("a hook failed and was handed back", extra={"event": "hook_failed"})
        reply = dialect.refused(hook)
    return web.json_response(reply, headers=repeated)


def _repeated(request: web.Request) -> dict[str, str]:
    """Return the id of a hook's command, by which it knows the answer to be its own."""
    id = request.headers.get(ID_HEADER, "")
    return {ID_HEADER: id} if _ID.fullmatch(id) else {}


def _life(limit: float) -> timedelta:
    """Return how long an ask may take: ten seconds less than the agent waits."""
    seconds = max(limit - _MARGIN, min(_SHORTEST, limit / 2))
    return min(timedelta(seconds=seconds), LONGEST_LIFE)


def _ask(asking: Asking, life: timedelta, *, agent: str) -> Ask:
    return Ask(
        action=asking.action,
        questions=asking.questions,
        session_id=asking.session_id,
        agent=agent,
        life=life,
        call=asking.call,
    )


async def _told(gate: Gate, key: Key, telling: Telling, wanted: Wanted, *, agent: str) -> None:
    """Keep what happened at the agent's terminal, and tell people where they want to hear it."""
    if telling.signal is not None:
        await gate.calls.heard(key, telling.signal)
    if telling.turn is not None and wanted.anything:
        await gate.turns.heard(key, replace(telling.turn, agent=agent), wanted)


def _name(dialect: Dialect, key: Key) -> str:
    """Return the key's own name as the agent's; a key without one has its dialect's."""
    return dialect.agent if _NAMELESS.fullmatch(key.name) else key.name
