"""What waits for an answer, as a list: pages of rows, answers in rows, answers for several.

A page is fixed once it was shown: its rows are ids in the sheet's state, the page has a serial
number, and a button says both. What ends stays in its row, so nothing moves under a finger; what
comes in is added below, and only turning the page takes rows away. So a press either means the
very approval that stood there, or is stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.audit import Record
from bot.core.decision import Choice
from bot.core.people import refusal_to_decide
from bot.core.row import are_one_batch
from bot.gate import halt
from bot.gate.channel import Sheet, Target
from bot.gate.decide import conclude
from bot.gate.events import Event
from bot.gate.queue_page import (
    PAGE,
    Found,
    Leafing,
    Question,
    Queue,
    Result,
    Row,
    Told,
    What,
    looked_up,
    number_of,
    page,
    target_of,
)
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
            standing=(yield from halt.standing(tx, now=now)),
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
        rows.append((found.row(number_of(place)), number_of(copies)))
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
            typed=True,  # the list was shown once more, and confirmed
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
