"""A page of what waits: its rows and what they offer, and its place in the sheet's state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.errors import GateError
from bot.core.row import (
    MOST_PENDING,
    batches,
    is_flood,
    may_answer_in_list,
    may_approve_in_list,
)
from bot.gate.channel import Sheet, Target
from bot.gate.halt import Standing
from bot.gate.sheet import State
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

PAGE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: its number in the list, its place on the page, and what its buttons offer."""

    number: int
    place: int
    approval: Approval
    approves: bool
    denies: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows that one answer may be for; `approves` tells whether that may be a yes."""

    rows: tuple[Row, ...]
    approves: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whether all of these are to be approved, or denied; each with the copies that it is for."""

    approve: bool
    rows: tuple[tuple[Row, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of the last answer for several: how many, and the numbers of those left out."""

    approve: bool
    done: int
    left_out: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of what waits, as it stands now.

    `total` and `high` count all that waits, `serial` is the page's. With a `question` only that
    is asked. `flooding` is an agent on it whose asks are too many to be approved from a list.
    """

    total: int
    high: int
    serial: int
    rows: tuple[Row, ...] = ()
    batches: tuple[Batch, ...] = ()
    has_before: bool = False
    has_after: bool = False
    question: Question | None = None
    result: Result | None = None
    is_digest: bool = False
    is_over: bool = False
    flooding: str | None = None
    standing: Standing = field(default_factory=Standing)


class What(StrEnum):
    """What a press on a list came to."""

    ANSWERED = "answered"
    LATE = "late"
    REFUSED = "refused"
    OPENED = "opened"
    TURNED = "turned"
    ASKED = "asked"
    BATCH = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a press came to, and what it was about."""

    what: What
    approval: Approval | None = None
    refusal: GateError | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leafing:
    """Which page is shown: its serial number, how many stand before it, the ids in its rows."""

    serial: int = 0
    start: int = 0
    rows: tuple[str, ...] = ()
    result: Result | None = None
    here: bool = False

    def dump(self, state: State) -> State:
        """Return the state with this page in it."""
        kept: dict[str, Json] = {
            "serial": self.serial,
            "start": self.start,
            "rows": list(self.rows),
            "here": self.here,
            "result": None,
        }
        if self.result is not None:
            left: list[Json] = list(self.result.left_out)
            kept["result"] = [self.result.approve, self.result.done, left]
        return {**state, **kept}

    @classmethod
    def load(cls, state: State) -> "Leafing":
        """Read what `dump` wrote; an empty state is a list that was not shown yet."""
        rows, result = state.get("rows"), state.get("result")
        return cls(
            serial=number_of(state.get("serial")),
            start=number_of(state.get("start")),
            rows=tuple(str(id) for id in rows) if isinstance(rows, list) else (),
            result=_result(result) if isinstance(result, list) else None,
            here=state.get("here") is True,
        )


def number_of(kept: Json) -> int:
    """Return a number that was kept; 0 for anything else."""
    return kept if isinstance(kept, int) else 0


def _result(kept: list[Json]) -> Result:
    approve, done, left_out = kept
    numbers = left_out if isinstance(left_out, list) else []
    return Result(
        approve=approve is True, done=number_of(done), left_out=tuple(map(number_of, numbers))
    )


@dataclass(slots=True)
class Found:
    """A page with its approvals, and which keys flood."""

    leafing: Leafing
    approvals: list[Approval] = field(default_factory=list)
    flooding: Mapping[str, bool] = field(default_factory=dict)

    def row(self, place: int) -> Row:
        """Return the row at this place."""
        approval = self.approvals[place]
        is_flooded = self.flooding[approval.key_id]
        return Row(
            number=self.leafing.start + place + 1,
            place=place,
            approval=approval,
            approves=may_approve_in_list(approval, is_flooded=is_flooded),
            denies=may_answer_in_list(approval),
        )

    @property
    def flooding_agent(self) -> str | None:
        """Return the first agent of the page whose key floods."""
        return next((one.agent for one in self.approvals if self.flooding[one.key_id]), None)

    @property
    def batches(self) -> tuple[Batch, ...]:
        """Return the rows that one answer may be for."""
        found = []
        for places in batches(self.approvals):
            rows = tuple(map(self.row, places))
            found.append(Batch(rows=rows, approves=all(row.approves for row in rows)))
        return tuple(found)


def target_of(sheet: Sheet, leafing: Leafing) -> Target | None:
    """Return the chat whose asks it lists; None where it lists all."""
    return sheet.target if leafing.here else None


def looked_up(tx: Transaction, leafing: Leafing) -> Steps[Found]:
    """Return the page's approvals as they stand now."""
    approvals = []
    for id in leafing.rows:
        approval = yield from tx.approvals.get(id)
        if approval is not None:
            approvals.append(approval)
    flooding = {}
    for key_id in {one.key_id for one in approvals}:
        pending = yield from tx.approvals.pending_of(key_id, most=MOST_PENDING + 1)
        flooding[key_id] = is_flood(pending)
    return Found(leafing=leafing, approvals=approvals, flooding=flooding)


def page(
    tx: Transaction, leafing: Leafing, target: Target | None, found: Sequence[Approval]
) -> Steps[Leafing]:
    """Return the next serial's page, of these."""
    first = found[0] if found else None
    _, _, older = yield from tx.approvals.count_waiting(target, before=first)
    rows = tuple(one.id for one in found)
    return replace(leafing, serial=leafing.serial + 1, start=older, rows=rows)
