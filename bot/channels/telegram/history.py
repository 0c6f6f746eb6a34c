"""The list of what has ended: a line for each, and a button that brings its card."""

from typing import Final

from aiogram.utils.formatting import DateTime, Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.cards import who
from bot.channels.telegram.leaf import Label, Leaf
from bot.channels.telegram.text import Reader, fill, line_code, lines, name
from bot.core.approval import Approval, Kind, State
from bot.core.decision import Via
from bot.gate.history import EndedPage, Opened
from bot.gate.sheet import SheetButton
from bot.locales import decided

_TITLE_LIMIT: Final = 60
_WORDS_LIMIT: Final = 60
_IN_A_ROW: Final = 4

_MARKS: Final = {
    State.APPROVED: "✅",
    State.DENIED: "❌",
    State.EXPIRED: "⌛",
    State.WITHDRAWN: "🚪",
}


def leaf(page: EndedPage, reader: Reader) -> Leaf:
    """Return the page."""
    listed = [
        _line(page.start + place, approval, reader)
        for place, approval in enumerate(page.approvals, 1)
    ]
    numbers = [
        _button(str(page.start + place + 1), page, "open", str(place))
        for place in range(len(page.approvals))
    ]
    rows = [numbers[at : at + _IN_A_ROW] for at in range(0, len(numbers), _IN_A_ROW)]
    return Leaf(
        text=lines([_headline(page, reader), *listed]), rows=[*rows, _turning(page, reader)]
    )


def answer(opened: Opened, reader: Reader) -> Answer:
    """Return what a press on the list came to."""
    if opened.approval is None:
        return Answer()
    return Answer(text=reader.gettext("Its card comes below."))


def _headline(page: EndedPage, reader: Reader) -> Text:
    words = line_code(page.words, limit=_WORDS_LIMIT)
    if not page.approvals and page.words:
        return fill(reader.gettext("🗂 Nothing that has ended says {words}."), words=words)
    if not page.approvals:
        return Text(reader.gettext("🗂 Nothing has ended yet."))
    if page.words:
        return fill(
            reader.gettext("🗂 What has ended and says {words}, the latest first"), words=words
        )
    return Text(reader.gettext("🗂 What has ended, the latest first"))


def _line(number: int, approval: Approval, reader: Reader) -> Text:
    ended_at = approval.ended_at or approval.expires_at
    since = DateTime(reader.clock(ended_at), unix_time=ended_at, date_time_format="r")
    said = approval.questions[0].text if approval.questions else approval.action.title
    return Text(
        f"{number} {_mark(approval)} ", who(approval), " ", line_code(said, limit=_TITLE_LIMIT),
        " · ", _by(approval, reader), decided.ran(approval, reader), " · ", since,
    )  # fmt: skip


def _mark(approval: Approval) -> str:
    decision = approval.decision
    if decision is None or not decision.approved:
        return _MARKS[approval.state]
    if decision.via is Via.RULE:
        return "📏"
    if approval.kind is Kind.QUESTION:
        return "💬"
    return "✏️" if decision.override is not None else _MARKS[approval.state]


def _by(approval: Approval, reader: Reader) -> Text:
    """Return who ended it, or what did."""
    decision = approval.decision
    if decision is None:
        if approval.state is State.WITHDRAWN:
            return Text(reader.gettext("withdrawn"))
        return Text(reader.gettext("nobody answered"))
    if decision.via is Via.RULE:
        return fill(reader.gettext("rule {rule}"), rule=line_code(decision.by, limit=40))
    if decision.via is Via.GRANT:
        return fill(reader.gettext("standing approval of {name}"), name=name(decision.by))
    return name(decision.by)


def _turning(page: EndedPage, reader: Reader) -> list[Label]:
    found = []
    if page.start:
        found.append(_button("‹", page, "prev"))
    found.append(_button(reader.gettext("🔄 Latest"), page, "fresh"))
    if page.has_after:
        found.append(_button("›", page, "next"))
    return found


def _button(label: str, page: EndedPage, verb: str, *rest: str) -> Label:
    argument = "-".join((str(page.serial), *rest))
    return Label(label=label, button=SheetButton(verb=verb, argument=argument))
