"""/suggest: the rules that the history suggests, one at a time: used after a tap, or refused."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.action import Json
from bot.core.administer import may_administer
from bot.core.audit import Record
from bot.core.policy import DEFAULT_PRIORITY
from bot.core.policy_document import document_of, read_policy
from bot.gate.channel import Sheet
from bot.gate.policies import made
from bot.gate.policy_tables import KeptPolicy
from bot.gate.sheet import (
    STALE,
    Kind,
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

_LONGEST_NAME: Final = 200
_MARK: Final = 12  # digits of a rule's hash in a button


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A rule as it is written, its hash, how often people approved what it allows, its trial."""

    document: Mapping[str, Json]
    sha256: str
    count: int
    backtest: Mapping[str, Json]

    @property
    def mark(self) -> str:
        """What a button says of it."""
        return self.sha256[:_MARK]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggesting:
    """What the sheet shows: one offer of several, or none; `asks` whether it is to be used.

    `is_file` says that POLICY_FILE is in force; `used` and `dismissed` name what the last tap was
    about. It is `refused` to who may not change rules.
    """

    offer: Offer | None
    at: int
    total: int
    asks: bool
    is_file: bool
    refused: bool
    used: str = ""
    dismissed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What a press came to: the name of the policy that was made, or of the rule refused."""

    used: str = ""
    dismissed: str = ""
    asks: bool = False


class SuggestKind(Kind):
    """The suggestions for one person; they were found before it was opened."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return what `Rules.offers` found, as it came in the words."""
        yield from ()
        found = json.loads(opening.words)
        return {
            "file": found["file"],
            "offers": found["offers"],
            "at": 0,
            "refused": not may_administer(opening.person),
            "used": "",
            "dismissed": "",
        }

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return the offer that is looked at."""
        yield from ()
        offers, at = _offers(sheet.state), _at(sheet.state)
        return Showing(
            content=Suggesting(
                offer=offers[at] if offers else None,
                at=at,
                total=len(offers),
                asks=asked(sheet.state) is not None,
                is_file=sheet.state["file"] is True,
                refused=sheet.state["refused"] is True,
                used=str(sheet.state["used"]),
                dismissed=str(sheet.state["dismissed"]),
            )
        )

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Use the offer, refuse it, or look at another."""
        offers, at = _offers(sheet.state), _at(sheet.state)
        is_allowed = sheet.state["refused"] is False and may_administer(press.person)
        if not offers or not is_allowed or press.button.argument != offers[at].mark:
            return Done(value=STALE)
        is_file, asks = sheet.state["file"] is True, asked(sheet.state, person=press.person)
        match press.button.verb:
            case "next" | "prev":
                step = 1 if press.button.verb == "next" else -1
                return (yield from _turn(tx, sheet, press, (at + step) % len(offers)))
            case "use" if not is_file:
                state = asking(sheet.state, {"sha256": offers[at].sha256}, person=press.person)
                events = yield from turned(tx, sheet, state, now=press.now)
                return Done(value=Suggested(asks=True), events=events)
            case "back":
                return (yield from _turn(tx, sheet, press, at))
            case "drop":
                return (yield from _dismiss(tx, sheet, press, offers, at))
            case "sure" if asks == {"sha256": offers[at].sha256} and not is_file:
                return (yield from _use(tx, sheet, press, offers, at))
            case _:
                return Done(value=STALE)


def _turn(tx: Transaction, sheet: Sheet, press: Press, at: int) -> Steps[Done[object]]:
    state = {**settled(sheet.state), "at": at, "used": "", "dismissed": ""}
    events = yield from turned(tx, sheet, state, now=press.now)
    return Done(value=Suggested(), events=events)


def _use(
    tx: Transaction, sheet: Sheet, press: Press, offers: Sequence[Offer], at: int
) -> Steps[Done[object]]:
    """Make a policy of its own of it, so that it is switched off and removed by itself."""
    offer = offers[at]
    taken = {one.name for one in (yield from tx.policies.all())}
    name = _free(str(offer.document.get("name", "suggested")), taken)
    wanted: dict[str, Json] = {
        "name": name,
        "priority": DEFAULT_PRIORITY,
        "enabled": True,
        "rules": [dict(offer.document)],
    }
    reading = read_policy(wanted)
    if reading.faults or any(rule.lifts for rule in reading.policies[0].rules):
        return Done(value=STALE)
    kept = KeptPolicy(
        id=f"policy_{press.fresh.id}",
        name=name,
        document=document_of(reading.policies[0]),
        made_at=press.now,
        changed_at=press.now,
    )
    done = yield from made(tx, kept=kept, actor=press.decider.identity)
    state = _without(sheet.state, at, used=name)
    events = yield from turned(tx, sheet, state, now=press.now)
    return Done(value=Suggested(used=name), audit=done.audit, events=(*done.events, *events))


def _dismiss(
    tx: Transaction, sheet: Sheet, press: Press, offers: Sequence[Offer], at: int
) -> Steps[Done[object]]:
    """Keep that it is not wanted; it is offered to nobody any more."""
    offer, name = offers[at], str(offers[at].document.get("name", ""))
    identity = press.decider.identity
    yield from tx.dismissals.add(offer.sha256, name=name, identity=identity, at=press.now)
    state = _without(sheet.state, at, dismissed=name)
    events = yield from turned(tx, sheet, state, now=press.now)
    record = Record(
        kind="suggestion.dismissed",
        at=press.now,
        actor=identity,
        facts={"name": name, "sha256": offer.sha256},
    )
    return Done(value=Suggested(dismissed=name), audit=(record,), events=events)


def _without(state: State, at: int, *, used: str = "", dismissed: str = "") -> State:
    """Return the state without the offer at this place."""
    offers = state["offers"]
    left = (
        [one for place, one in enumerate(offers) if place != at]
        if isinstance(offers, list)
        else []
    )
    after = min(at, max(len(left) - 1, 0))
    return {
        **settled(state), "offers": left, "at": after, "used": used, "dismissed": dismissed
    }  # fmt: skip


def _free(name: str, taken: set[str]) -> str:
    """Return the name, or with a number where it is taken."""
    free, number = name, 1
    while free in taken:
        number += 1
        end = f" ({number})"
        free = f"{name[: _LONGEST_NAME - len(end)]}{end}"
    return free


def _at(state: State) -> int:
    at = state["at"]
    return at if isinstance(at, int) else 0


def _offers(state: State) -> tuple[Offer, ...]:
    offers = state["offers"]
    return tuple(_offer(one) for one in offers) if isinstance(offers, list) else ()


def _offer(kept: Json) -> Offer:
    if not isinstance(kept, dict):
        raise TypeError("gate: an offer is a table")
    document, backtest, count = kept["document"], kept["backtest"], kept["count"]
    return Offer(
        document=document if isinstance(document, dict) else {},
        sha256=str(kept["sha256"]),
        count=count if isinstance(count, int) else 0,
        backtest=backtest if isinstance(backtest, dict) else {},
    )
