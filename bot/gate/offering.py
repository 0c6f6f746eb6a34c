"""/pair: an owner chooses a role, and is shown a code for somebody who is to have it.

The code itself stands in the message and in this process's memory until it was shown; the store
has its hash. After a restart a sheet that was not shown yet says so, and a new code is a tap away.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.audit import Record, milliseconds
from bot.core.pairing import CODE_LIFE, code_from
from bot.core.people import Role
from bot.gate.channel import Sheet
from bot.gate.pairing import add_code
from bot.gate.registry import sha256_of
from bot.gate.sheet import (
    STALE,
    Opening,
    Press,
    Showing,
    State,
    asked,
    asking,
    settled,
    turned,
)
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

_MOST_KEPT: Final = 100


class Step(StrEnum):
    """How far an offer is."""

    ELSEWHERE = "elsewhere"
    NOT_YOURS = "not_yours"
    CHOOSE = "choose"
    SURE = "sure"
    CODE = "code"
    USED = "used"
    EXPIRED = "expired"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What /pair shows: with the step CODE its code, and until when it works."""

    step: Step
    role: Role | None = None
    code: str = ""
    until: datetime | None = None


class Offered(StrEnum):
    """What a press on it came to."""

    MADE = "made"
    ASKED = "asked"
    TURNED = "turned"
    NOT_YOURS = "not_yours"


class OfferKind:
    """The sheet of one owner, in their own chat."""

    def __init__(self) -> None:
        self._codes: OrderedDict[str, str] = OrderedDict()

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return the choice of roles, for an owner in private."""
        yield from ()
        if opening.person.role is not Role.OWNER:
            return {"step": Step.NOT_YOURS}
        return {} if opening.is_private else {"step": Step.ELSEWHERE}

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Leave it: it can be asked for again."""
        yield from ()

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return the choice, the question, or the code while it works."""
        state = sheet.state
        if "step" in state:
            return Showing(content=Offer(step=Step(str(state["step"]))))
        if asked(state) is not None:
            return Showing(content=Offer(step=Step.SURE, role=Role.OWNER))
        sha256, role = state.get("sha256"), state.get("role")
        if not isinstance(sha256, str) or not isinstance(role, str):
            return Showing(content=Offer(step=Step.CHOOSE))
        until = _until(state, now)
        is_open = (yield from tx.pairings.find(sha256, now=now)) is not None
        code = self._codes.get(sha256, "")
        if not is_open:
            step = Step.USED if now < until else Step.EXPIRED
        else:
            step = Step.CODE if code else Step.LOST
        offer = Offer(step=step, role=Role(role), code=code if is_open else "", until=until)
        return Showing(content=offer, again_at=until if is_open else None)

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Make a code for the chosen role; for an owner, ask first."""
        if press.person.role is not Role.OWNER:
            record = Record(
                kind="pairing.refused",
                at=press.now,
                actor=f"person:{press.person.id}",
                facts={"why": "not_owner"},
            )
            return Done(value=Offered.NOT_YOURS, audit=(record,))
        verb, argument = press.button.verb, press.button.argument
        if verb == "role" and argument == Role.OWNER:
            state = asking({}, {"role": Role.OWNER}, person=press.person)
            events = yield from turned(tx, sheet, state, now=press.now)
            return Done(value=Offered.ASKED, events=events)
        if verb == "role" and argument in {Role.APPROVER, Role.VIEWER}:
            return (yield from self._made(tx, sheet, press, Role(argument)))
        if verb == "yes" and asked(sheet.state, person=press.person) == {"role": Role.OWNER}:
            return (yield from self._made(tx, sheet, press, Role.OWNER))
        if verb == "back":
            events = yield from turned(tx, sheet, settled({}), now=press.now)
            return Done(value=Offered.TURNED, events=events)
        return Done(value=STALE)

    def _made(
        self, tx: Transaction, sheet: Sheet, press: Press, role: Role
    ) -> Steps[Done[object]]:
        code = code_from(press.token)
        sha256 = sha256_of(code)
        self._codes[sha256] = code
        while len(self._codes) > _MOST_KEPT:
            self._codes.popitem(last=False)
        done = yield from add_code(
            tx, sha256=sha256, role=role, made_by=press.person.id, now=press.now
        )
        state: State = {
            "sha256": sha256,
            "role": role,
            "until": milliseconds(press.now + CODE_LIFE),
        }
        events = yield from turned(tx, sheet, state, now=press.now)
        return Done(value=Offered.MADE, audit=done.audit, events=events)


def _until(state: State, now: datetime) -> datetime:
    until = state.get("until")
    if not isinstance(until, int):
        return now
    return now + timedelta(milliseconds=until - milliseconds(now))
