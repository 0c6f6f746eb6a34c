"""The list of what waits: a line and buttons for each, and answers for several."""

from collections.abc import Sequence
from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.utils.formatting import Code, DateTime, Text

from bot.channels.telegram.answers import Answer, answer_in_list, how_it_ended
from bot.channels.telegram.cards import MARKS, place_of
from bot.channels.telegram.halting import halt_line
from bot.channels.telegram.leaf import Label, Leaf
from bot.channels.telegram.text import Reader, fill, line_code, lines
from bot.core.approval import Approval, Kind, State
from bot.core.errors import TooHasty
from bot.core.preview import one_line
from bot.core.risk import Level
from bot.gate.queue_page import Batch, Question, Queue, Result, Row, Told, What
from bot.gate.sheet import SheetButton
from bot.locales import asked

_TITLE_LIMIT: Final = 60
_WHO_LIMIT: Final = 50
_BATCH_LIMIT: Final = 20

_ENDED: Final = {
    State.APPROVED: "✅",
    State.DENIED: "❌",
    State.EXPIRED: "⌛",
    State.WITHDRAWN: "🚪",
}


def leaf(queue: Queue, reader: Reader) -> Leaf:
    """Return the page: what waits, or the question whether several are to be answered."""
    if queue.question is not None:
        return _asked(queue, queue.question, reader)
    halted = halt_line(queue.standing, reader)
    head = [_headline(queue, reader), *([] if halted is None else [halted])]
    if queue.result is not None:
        head.append(Text(_result(queue.result, reader)))
    if queue.flooding is not None:
        words = reader.gettext("🌊 Too many wait from {agent}: open one to approve it.")
        head.append(fill(words, agent=line_code(queue.flooding, limit=_WHO_LIMIT)))
    if queue.is_over:
        head.append(Text(reader.gettext("This list is over; what still waits has its card.")))
    listed = [_line(row, reader) for row in queue.rows]
    rows = [_buttons(row, queue, reader) for row in queue.rows]
    rows += [_batch(batch, queue, reader, approve=True) for batch in queue.batches]
    rows += [_batch(batch, queue, reader, approve=False) for batch in queue.batches]
    rows.append(_turning(queue, reader))
    is_calm = all(row.approval.risk.level is Level.LOW for row in queue.rows)
    return Leaf(text=lines([*head, *listed]), rows=rows, silent=is_calm or not queue.is_digest)


def answer(told: Told, reader: Reader) -> Answer:
    """Return what a press on the list came to."""
    match told.what:
        case What.ANSWERED if told.approval is not None:
            return Answer(text=answer_in_list(told.approval, reader))
        case What.LATE if told.approval is not None:
            return Answer(text=how_it_ended(told.approval, reader), is_alert=True)
        case What.REFUSED if isinstance(told.refusal, TooHasty):
            return Answer(text=asked.too_hasty(told.refusal, reader), is_alert=True)
        case What.REFUSED if told.refusal is not None:
            return Answer(text=reader.refusal(told.refusal), is_alert=True)
        case What.OPENED:
            return Answer(text=reader.gettext("Its card comes below."))
        case What.ASKED:
            return Answer(text=reader.gettext("Nothing is decided yet: tap Yes if you are sure."))
        case What.BATCH if told.result is not None:
            return Answer(text=_result(told.result, reader), is_alert=bool(told.result.left_out))
        case _:
            return Answer()


def _headline(queue: Queue, reader: Reader) -> Text:
    if not queue.total:
        return Text(reader.gettext("📭 Nothing waits for an answer."))
    words = reader.ngettext("📥 {n} waiting", "📥 {n} waiting", queue.total)
    said = words.format(n=queue.total)
    if queue.high:
        high = reader.ngettext("{n} high", "{n} high", queue.high).format(n=queue.high)
        said = f"{said} · {high}"
    if queue.rows and queue.total > len(queue.rows):
        said = f"{said} · {queue.rows[0].number}–{queue.rows[-1].number}"
    return Text(said)


def _line(row: Row, reader: Reader) -> Text:
    approval = row.approval
    mark = "❓" if approval.kind is Kind.QUESTION else MARKS[approval.risk.level]
    if not approval.is_pending:
        mark = _ENDED[approval.state]
    elif approval.copies:
        mark = f"{mark} {asked.mark_of(approval)}"
    since = DateTime(
        reader.clock(approval.created_at), unix_time=approval.created_at, date_time_format="r"
    )
    parts: list[object] = [f"{row.number} {mark} ", _who(approval), " ", _title(approval)]
    if approval.is_pending:
        return Text(*parts, " · ", Code(approval.short_code), " · ", since)
    return Text(*parts, " · ", how_it_ended(approval, reader))


def _who(approval: Approval) -> Text:
    place = place_of(approval)
    return line_code(f"{approval.agent} @ {place}" if place else approval.agent, limit=_WHO_LIMIT)


def _title(approval: Approval) -> Text:
    said = approval.questions[0].text if approval.questions else approval.action.title
    return line_code(said, limit=_TITLE_LIMIT)


def _button(
    label: str, queue: Queue, verb: str, *numbers: int, style: ButtonStyle | None = None
) -> Label:
    argument = "-".join(map(str, (queue.serial, *numbers)))
    return Label(label=label, button=SheetButton(verb=verb, argument=argument), style=style)


def _buttons(row: Row, queue: Queue, reader: Reader) -> list[Label]:
    """Return a row's buttons; one that has ended keeps its place."""
    approval = row.approval
    if not approval.is_pending:
        return [_button(f"{row.number} {_ENDED[approval.state]}", queue, "open", row.place)]
    word = reader.gettext("{n} open").format(n=row.number)
    found = [_button(word, queue, "open", row.place)]
    number = f" {row.number}"
    if row.approves:
        found.append(_button("✅" + number, queue, "yes", row.place, approval.copies))
    if row.denies:
        found.append(_button("❌" + number, queue, "no", row.place, approval.copies))
    return found


def _batch(batch: Batch, queue: Queue, reader: Reader, *, approve: bool) -> list[Label]:
    if approve and not batch.approves:
        return []
    template = (
        reader.gettext("✅ Approve {numbers} ({what}, low risk)")
        if approve
        else reader.gettext("❌ Deny {numbers} ({what}, low risk)")
    )
    mask = sum(1 << row.place for row in batch.rows)
    titles = {row.approval.action.title for row in batch.rows}
    what = titles.pop() if len(titles) == 1 else batch.rows[0].approval.action.action_type
    label = template.format(
        numbers=_numbers([row.number for row in batch.rows]),
        what=one_line(what, limit=_BATCH_LIMIT),
    )
    return [_button(label, queue, "all" if approve else "none", mask)]


def _numbers(numbers: Sequence[int]) -> str:
    """Return numbers as `1, 3–5`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _turning(queue: Queue, reader: Reader) -> list[Label]:
    found = []
    if queue.has_before:
        found.append(_button("‹", queue, "prev"))
    found.append(_button(reader.gettext("🔄 Refresh"), queue, "fresh"))
    if queue.has_after:
        found.append(_button("›", queue, "next"))
    return found


def _asked(queue: Queue, question: Question, reader: Reader) -> Leaf:
    count = len(question.rows)
    if question.approve:
        words = reader.ngettext("✅ Approve this one?", "✅ Approve these {n}?", count)
        sure = reader.ngettext("✅ Yes, approve {n}", "✅ Yes, approve {n}", count)
    else:
        words = reader.ngettext("❌ Deny this one?", "❌ Deny these {n}?", count)
        sure = reader.ngettext("❌ Yes, deny {n}", "❌ Yes, deny {n}", count)
    listed = []
    for row, copies in question.rows:
        often = f" ×{copies + 1}" if copies else ""
        parts = (f"{row.number}{often} ", _who(row.approval), " ", _title(row.approval))
        listed.append(Text(*parts, " · ", Code(row.approval.short_code)))
    yes = _button(sure.format(n=count), queue, "sure", style=ButtonStyle.DANGER)
    back = _button(reader.gettext("← Back"), queue, "back")
    return Leaf(text=lines([Text(words.format(n=count)), *listed]), rows=[[yes, back]])


def _result(result: Result, reader: Reader) -> str:
    if result.approve:
        words = reader.ngettext("✅ {n} approved.", "✅ {n} approved.", result.done)
    else:
        words = reader.ngettext("❌ {n} denied.", "❌ {n} denied.", result.done)
    said = words.format(n=result.done)
    if result.left_out:
        left = reader.gettext("Left out, as they changed or ended: {numbers}.")
        said = f"{said} {left.format(numbers=_numbers(result.left_out))}"
    return said
