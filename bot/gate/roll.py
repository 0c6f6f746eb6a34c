"""/people: who is here, by role; an owner may take a paired person's place away."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.errors import GateError
from bot.core.people import Role
from bot.gate.channel import Sheet
from bot.gate.known import Known
from bot.gate.pairing import remove
from bot.gate.registry import ENVIRONMENT
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

MOST_SHOWN: Final = 20
_NOT_YOURS: Final = "not_yours"
_ELSEWHERE: Final = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A person, and whether the settings name them, so that they are removed there only."""

    known: Known
    is_in_settings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Who is here; `left_out` counts those whom the message has no room for.

    With `sure` only that is asked: whether this person is to go. `refused` is why it shows nobody.
    """

    lines: tuple[Line, ...] = ()
    left_out: int = 0
    sure: Known | None = None
    refused: str | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether it was asked for in a group."""
        return self.refused == _ELSEWHERE


class What(StrEnum):
    """What a press on it came to."""

    ASKED = "asked"
    REMOVED = "removed"
    REFUSED = "refused"
    TURNED = "turned"
    NOT_YOURS = "not_yours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a press came to: who it was about, or why not."""

    what: What
    name: str = ""
    refusal: GateError | None = None


class RollKind:
    """The list of one owner, in their own chat."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return the list, for an owner in private."""
        yield from ()
        if opening.person.role is not Role.OWNER:
            return {"refused": _NOT_YOURS}
        return {} if opening.is_private else {"refused": _ELSEWHERE}

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Leave it: it can be asked for again."""
        yield from ()

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return who is here as of now, or the question."""
        refused = sheet.state.get("refused")
        if isinstance(refused, str):
            return Showing(content=Roll(refused=refused))
        people = tuple(one for one in (yield from tx.people.listing()) if one.targets)
        about = asked(sheet.state)
        if about is not None:
            sure = _known(people, about.get("person"))
            if sure is not None:
                return Showing(content=Roll(sure=sure))
        lines = tuple(
            Line(known=known, is_in_settings=ENVIRONMENT in known.sources)
            for known in people[:MOST_SHOWN]
        )
        return Showing(content=Roll(lines=lines, left_out=len(people) - len(lines)))

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Ask whether somebody is to go, and let them go after a tap on yes."""
        if press.person.role is not Role.OWNER:
            return Done(value=Told(what=What.NOT_YOURS))
        verb, argument = press.button.verb, press.button.argument
        if verb == "remove":
            return (yield from _ask(tx, sheet, press, argument))
        if verb == "back":
            events = yield from turned(tx, sheet, settled(sheet.state), now=press.now)
            return Done(value=Told(what=What.TURNED), events=events)
        about = asked(sheet.state, person=press.person)
        if verb != "yes" or about is None or about.get("person") != argument:
            return Done(value=STALE)
        return (yield from _remove(tx, sheet, press, argument))


def _ask(tx: Transaction, sheet: Sheet, press: Press, id: str) -> Steps[Done[object]]:
    known = _known((yield from tx.people.listing()), id)
    if known is None or ENVIRONMENT in known.sources:
        return Done(value=STALE)
    state = asking(sheet.state, {"person": id}, person=press.person)
    events = yield from turned(tx, sheet, state, now=press.now)
    return Done(value=Told(what=What.ASKED), events=events)


def _remove(tx: Transaction, sheet: Sheet, press: Press, id: str) -> Steps[Done[object]]:
    try:
        done = yield from remove(tx, id=id, by=press.person.id, now=press.now)
    except GateError as refusal:
        events = yield from turned(tx, sheet, settled(sheet.state), now=press.now)
        return Done(value=Told(what=What.REFUSED, refusal=refusal), events=events)
    events = yield from turned(tx, sheet, settled(sheet.state), now=press.now)
    return Done(
        value=Told(what=What.REMOVED, name=done.value.name),
        audit=done.audit,
        events=(*done.events, *events),
    )


def _known(people: tuple[Known, ...], id: object) -> Known | None:
    return next((one for one in people if one.person.id == id and one.targets), None)
