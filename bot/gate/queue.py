"""What waits for an answer, as a list: pages of rows, answers in rows, answers for several.

A page is fixed once it was shown: its rows are ids in the sheet's state, the page has a serial
number, and a button says both. What ends stays in its row, so nothing moves under a finger; what
comes in is added below, and only turning the page takes rows away. So a press either means the
very approval that stood there, or is stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.audit import Record
from bot.core.decision import Choice
from bot.core.errors import GateError
from bot.core.people import refusal_to_decide
from bot.core.row import (
    MOST_PENDING,
    are_one_batch,
    batches,
    is_flood,
    may_answer_in_list,
    may_approve_in_list,
)
from bot.gate.channel import Sheet, Target
from bot.gate.decide import conclude
from bot.gate.events import Event
from bot.gate.reopen import reopened
from bot.gate.sheet import (
    STALE,
    Opening,
    Press,
    Showing,
    State,
    asked,
    asking,
    settled,
    shown_anew,
    turned,
    turned_silently,
)
from bot.gate.steps import Done, Steps
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
            serial=_number(state.get("serial")),
            start=_number(state.get("start")),
            rows=tuple(str(id) for id in rows) if isinstance(rows, list) else (),
            result=_result(result) if isinstance(result, list) else None,
            here=state.get("here") is True,
        )


def _number(kept: Json) -> int:
    return kept if isinstance(kept, int) else 0


def _result(kept: list[Json]) -> Result:
    approve, done, left_out = kept
    numbers = left_out if isinstance(left_out, list) else []
    return Result(
        approve=approve is True, done=_number(done), left_out=tuple(map(_number, numbers))
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


class QueueKind:
    """The list of what waits, of one person."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return a list that was not shown yet; in a group it is of what is asked there."""
        yield from ()
        return Leafing(here=not opening.is_private).dump({})

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Leave it: it can be asked for again."""
        yield from ()

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return the page as it stands; it is filled up from what waits."""
        return Showing(content=(yield from self.listed(tx, sheet, now)))

    def listed(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Queue]:
        """Return the content, after its page was filled up and saved."""
        leafing = Leafing.load(sheet.state)
        target = target_of(sheet, leafing)
        found = yield from looked_up(tx, leafing)
        about = asked(sheet.state)
        if about is None and sheet.is_open:
            filled = yield from _filled(tx, found, target)
            if filled != leafing:
                yield from turned_silently(tx, sheet, filled.dump(sheet.state), now=now)
                leafing = filled
                found = yield from looked_up(tx, leafing)
        first = found.approvals[0] if found.approvals else None
        last = found.approvals[-1] if found.approvals else None
        total, high, older = yield from tx.approvals.count_waiting(target, before=first)
        more = yield from tx.approvals.waiting(target, beyond=last, limit=1)
        return Queue(
            total=total,
            high=high,
            serial=leafing.serial,
            rows=tuple(map(found.row, range(len(found.approvals)))),
            batches=found.batches,
            has_before=older > 0,
            has_after=bool(more) and len(found.approvals) == PAGE,
            question=_question(about, found) if about is not None else None,
            result=leafing.result,
            flooding=found.flooding_agent,
        )

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Do what the press means, where the button is of the page that is shown."""
        leafing = Leafing.load(sheet.state)
        serial, *rest = (press.button.argument or "-").split("-")
        numbers = [int(each) for each in rest if each.isdecimal()]
        if serial != str(leafing.serial) or len(numbers) != len(rest):
            return Done(value=STALE)
        found = yield from looked_up(tx, leafing)
        if len(found.approvals) != len(leafing.rows):
            return Done(value=STALE)
        about = asked(sheet.state)
        match press.button.verb, numbers:
            case "sure", [] if about is not None:
                return (yield from _settle(tx, sheet, press, found))
            case "back", [] if about is not None:
                return (
                    yield from _turn(tx, sheet, press, replace(leafing, serial=_after(leafing)))
                )
            case _ if about is not None:
                return Done(value=STALE)
            case "next" | "prev" | "fresh", []:
                return (yield from _leaf(tx, sheet, press, found))
            case "open", [place] if place < len(found.approvals):
                return (yield from _open(tx, sheet, press, found.approvals[place]))
            case "yes" | "no", [place, copies] if place < len(found.approvals):
                return (yield from _answer(tx, sheet, press, found.row(place), copies))
            case "all" | "none", [mask]:
                return (yield from _ask(tx, sheet, press, found, mask))
            case _:
                return Done(value=STALE)


def _after(leafing: Leafing) -> int:
    return leafing.serial + 1


def _filled(tx: Transaction, found: Found, target: Target | None) -> Steps[Leafing]:
    """Return the page with what came in below, or the first page where all of it has ended."""
    leafing = found.leafing
    is_whole = len(found.approvals) == len(leafing.rows)
    if not is_whole or not any(one.is_pending for one in found.approvals):
        oldest = yield from tx.approvals.waiting(target, beyond=None, limit=PAGE)
        if not oldest and not leafing.rows:
            return leafing
        return (yield from page(tx, leafing, target, oldest)) if oldest else leafing
    room = PAGE - len(found.approvals)
    if room <= 0:
        return leafing
    more = yield from tx.approvals.waiting(target, beyond=found.approvals[-1], limit=room)
    new = tuple(one.id for one in more if one.id not in leafing.rows)
    return replace(leafing, rows=(*leafing.rows, *new))


def _turn(tx: Transaction, sheet: Sheet, press: Press, leafing: Leafing) -> Steps[Done[object]]:
    state = settled(leafing.dump(sheet.state))
    events = yield from turned(tx, sheet, state, now=press.now)
    return Done(value=Told(what=What.TURNED), events=events)


def _leaf(tx: Transaction, sheet: Sheet, press: Press, found: Found) -> Steps[Done[object]]:
    leafing = found.leafing
    target = target_of(sheet, leafing)
    others: Sequence[Approval] = ()
    if press.button.verb == "next" and found.approvals:
        last = found.approvals[-1]
        others = yield from tx.approvals.waiting(target, beyond=last, limit=PAGE)
    elif press.button.verb == "prev" and found.approvals:
        first = found.approvals[0]
        others = yield from tx.approvals.waiting(target, beyond=first, limit=PAGE, older=True)
    if not others:
        others = yield from tx.approvals.waiting(target, beyond=None, limit=PAGE)
    turned_to = yield from page(tx, leafing, target, others)
    return (yield from _turn(tx, sheet, press, replace(turned_to, result=None)))


def _open(tx: Transaction, sheet: Sheet, press: Press, approval: Approval) -> Steps[Done[object]]:
    """Send the card of a row once more, to this chat."""
    if not approval.is_pending:
        events = yield from shown_anew(tx, sheet, now=press.now)
        return Done(value=Told(what=What.LATE, approval=approval), events=events)
    events = yield from reopened(
        tx, approval, sheet.target, fresh=press.fresh, beside=sheet.message, now=press.now
    )
    return Done(value=Told(what=What.OPENED, approval=approval), events=events)


def _answer(
    tx: Transaction, sheet: Sheet, press: Press, row: Row, copies: int
) -> Steps[Done[object]]:
    """Decide one row, as a press on its card would."""
    approve = press.button.verb == "yes"
    if row.approval.is_pending and not (row.approves if approve else row.denies):
        return Done(value=STALE)
    done = yield from conclude(
        tx,
        row.approval,
        press.decider,
        Choice(approve=approve),
        shown=copies,
        now=press.now,
        fresh=press.fresh.grant,
    )
    answered = done.value
    what = What.ANSWERED if answered.by_this else What.LATE
    told = Told(
        what=What.REFUSED if answered.refusal is not None else what,
        approval=answered.approval,
        refusal=answered.refusal,
    )
    events = yield from shown_anew(tx, sheet, now=press.now)
    return Done(value=told, audit=done.audit, events=(*done.events, *events))


def _ask(
    tx: Transaction, sheet: Sheet, press: Press, found: Found, mask: int
) -> Steps[Done[object]]:
    """Ask whether all of these rows are to be answered so; what was listed is kept by its id."""
    approve = press.button.verb == "all"
    places = [place for place in range(len(found.approvals)) if mask >> place & 1]
    rows = [found.row(place) for place in places if found.approvals[place].is_pending]
    is_offered = all(row.approves if approve else row.denies for row in rows)
    if not rows or not is_offered or not are_one_batch([row.approval for row in rows]):
        return Done(value=STALE)
    listed: list[Json] = [[row.place, row.approval.copies] for row in rows]
    leafing = replace(found.leafing, serial=_after(found.leafing), result=None)
    state = asking(
        leafing.dump(sheet.state), {"approve": approve, "rows": listed}, person=press.person
    )
    events = yield from turned(tx, sheet, state, now=press.now)
    return Done(value=Told(what=What.ASKED), events=events)


def _question(about: Mapping[str, Json], found: Found) -> Question:
    listed = about.get("rows")
    rows = []
    for each in listed if isinstance(listed, list) else []:
        place, copies = each if isinstance(each, list) else (0, 0)
        rows.append((found.row(_number(place)), _number(copies)))
    return Question(approve=about.get("approve") is True, rows=tuple(rows))


def _settle(tx: Transaction, sheet: Sheet, press: Press, found: Found) -> Steps[Done[object]]:
    """Decide all that was asked about, each as if alone; leave out what changed or ended."""
    about = asked(sheet.state, person=press.person)
    if about is None:  # somebody else's first tap is not this person's
        state = asking(sheet.state, asked(sheet.state) or {}, person=press.person)
        events = yield from turned(tx, sheet, state, now=press.now)
        return Done(value=Told(what=What.ASKED), events=events)
    question = _question(about, found)
    audit: list[Record] = []
    events_of: list[Event] = []
    left_out: list[int] = []
    for row, copies in question.rows:
        is_offered = row.approves if question.approve else row.denies
        if not is_offered or refusal_to_decide(row.approval, press.decider) is not None:
            left_out.append(row.number)
            continue
        done = yield from conclude(
            tx,
            row.approval,
            press.decider,
            Choice(approve=question.approve),
            shown=copies,
            now=press.now,
            fresh=press.fresh.grant,
        )
        audit += done.audit
        events_of += done.events
        if not done.value.by_this:
            left_out.append(row.number)
    result = Result(
        approve=question.approve,
        done=len(question.rows) - len(left_out),
        left_out=tuple(left_out),
    )
    leafing = replace(found.leafing, serial=_after(found.leafing), result=result)
    events = yield from turned(tx, sheet, settled(leafing.dump(sheet.state)), now=press.now)
    told = Told(what=What.BATCH, result=result)
    return Done(value=told, audit=tuple(audit), events=(*events_of, *events))
