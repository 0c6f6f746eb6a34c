"""/history: what has ended, the latest first, with words to look for; each row opens its card.

A page is fixed once it was shown: its rows are ids in the sheet's state, and a button names the
page's serial, so a press means the very approval that stood there.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.gate.channel import Sheet
from bot.gate.reopen import reopened
from bot.gate.sheet import (
    STALE,
    Kind,
    Opening,
    Press,
    Showing,
    State,
    turned,
    turned_silently,
)
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

PAGE: Final = 8
_LONGEST_WORDS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedPage:
    """A page of what has ended; `words` are what was looked for, `start` how many stand before."""

    words: str
    serial: int
    start: int
    approvals: tuple[Approval, ...] = ()
    has_after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a press came to: the card that comes, or another page."""

    approval: Approval | None = None


class HistoryKind(Kind):
    """The list of what has ended, of one person."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return the first page, not looked up yet."""
        yield from ()
        words = opening.words.replace("\0", "")[:_LONGEST_WORDS]
        return _Page(words=words).dump()

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return the page; it is looked up when it is shown first."""
        page = _Page.load(sheet.state)
        found = yield from tx.approvals.ended(words=page.words, skip=page.start, limit=PAGE + 1)
        if page.rows is None and sheet.is_open:
            rows = tuple(one.id for one in found[:PAGE])
            page = replace(page, serial=page.serial + 1, rows=rows)
            yield from turned_silently(tx, sheet, page.dump(), now=now)
        approvals = []
        for id in page.rows or ():
            approval = yield from tx.approvals.get(id)
            if approval is not None:
                approvals.append(approval)
        return Showing(
            content=EndedPage(
                words=page.words,
                serial=page.serial,
                start=page.start,
                approvals=tuple(approvals),
                has_after=len(found) > PAGE,
            )
        )

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Turn the page, or open a row."""
        page = _Page.load(sheet.state)
        serial, *rest = press.button.argument.split("-")
        if serial != str(page.serial) or page.rows is None:
            return Done(value=STALE)
        match press.button.verb, rest:
            case "open", [place] if place.isdecimal() and int(place) < len(page.rows):
                return (yield from _open(tx, sheet, press, page.rows[int(place)]))
            case "next", []:
                start = page.start + PAGE
            case "prev", []:
                start = max(page.start - PAGE, 0)
            case "fresh", []:
                start = 0
            case _:
                return Done(value=STALE)
        state = replace(page, start=start, rows=None).dump()
        events = yield from turned(tx, sheet, state, now=press.now)
        return Done(value=Opened(), events=events)


def _open(tx: Transaction, sheet: Sheet, press: Press, id: str) -> Steps[Done[object]]:
    """Send the card once more, with its stamp."""
    approval = yield from tx.approvals.get(id)
    if approval is None:
        return Done(value=STALE)
    events = yield from reopened(
        tx, approval, sheet.target, fresh=press.fresh, beside=sheet.message, now=press.now
    )
    return Done(value=Opened(approval=approval), events=events)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What the state keeps; `rows` None is a page that was not looked up yet."""

    words: str
    serial: int = 0
    start: int = 0
    rows: tuple[str, ...] | None = None

    def dump(self) -> State:
        rows: list[Json] | None = None if self.rows is None else list(self.rows)
        return {
            "words": self.words, "serial": self.serial, "start": self.start, "rows": rows
        }  # fmt: skip

    @classmethod
    def load(cls, state: State) -> "_Page":
        serial, start, rows = state["serial"], state["start"], state["rows"]
        return cls(
            words=str(state["words"]),
            serial=serial if isinstance(serial, int) else 0,
            start=start if isinstance(start, int) else 0,
            rows=tuple(map(str, rows)) if isinstance(rows, list) else None,
        )
