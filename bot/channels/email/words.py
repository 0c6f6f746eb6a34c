"""Sentences of a mail about an approval: what is odd about it, who is asked, how it ended."""

from collections.abc import Sequence
from typing import Final

from bot.core.approval import Approval, Kind, State
from bot.core.confirmation import confirmation
from bot.core.decision import Decision, Scope
from bot.core.preview import one_line, show_line
from bot.core.question import LETTERS, Answer, Question
from bot.core.risk import Level
from bot.core.routing import Confirm
from bot.locales import N_, asked, decided
from bot.locales.audience import Audience
from bot.locales.rule import grant_told, rule_text
from bot.locales.withdrawn import why_withdrawn

MARKS: Final = {Level.LOW: "🟢", Level.NORMAL: "🟡", Level.HIGH: "🔴", Level.CRITICAL: "🟣"}
LEVEL_WORDS: Final = {
    Level.LOW: N_("low risk"),
    Level.NORMAL: N_("normal risk"),
    Level.HIGH: N_("high risk"),
    Level.CRITICAL: N_("critical risk"),
}
_NAME_LIMIT: Final = 64
_NOTE_LIMIT: Final = 500


def warnings(approval: Approval, reader: Audience) -> list[str]:
    """Return why to be careful with it, and what approving it takes."""
    risk = approval.risk
    lines = [f"⚠ {reader.gettext(reason.text)}" for reason in risk.reasons if reason.text]
    if risk.is_floor:
        lines.append(reader.gettext("⚠ This kind always asks; no standing approval covers it."))
    takes = confirmation(approval) if approval.is_pending else None
    if takes is not None:
        template = (
            reader.gettext("⚠ This is {level}: approving takes the number that your agent shows.")
            if takes is Confirm.NUMBER
            else reader.gettext("⚠ This is {level}: approving takes a second tap.")
        )
        lines.append(template.format(level=reader.gettext(LEVEL_WORDS[risk.level])))
    return lines


def ruling_lines(approval: Approval, reader: Audience) -> list[str]:
    """Return which rule has people asked, who has to answer, and how the votes stand."""
    ruling = approval.ruling
    if ruling is None or not ruling.rule:
        return []
    because = one_line(ruling.because or "", limit=_NOTE_LIMIT)
    found = [asked.by_rule(ruling, reader).format(rule=_whole(ruling.rule), because=because)]
    if wanted := asked.wanted(approval, reader):
        found.append(wanted.format(names=_names(ruling.routing.approvers)))
    if told := asked.escalated(approval, reader):
        time = reader.clock(ruling.escalated_at) if ruling.escalated_at is not None else ""
        found.append(told.format(names=_names(ruling.escalated), time=time))
    for template, votes in asked.counted(approval, reader):
        found.append(template.format(names=_names([vote.name for vote in votes])))
    return found


def stamp(approval: Approval, reader: Audience) -> list[str]:
    """Return how it ended, in lines, as its cards elsewhere say it."""
    if approval.decision is not None:
        return _decided(approval, approval.decision, reader)
    time = reader.clock(approval.ended_at or approval.expires_at)
    if approval.state is not State.WITHDRAWN:
        reason = one_line(approval.end_reason or "", limit=_NOTE_LIMIT)
        return [asked.nobody_answered(approval, reader).format(time=time, reason=reason)]
    if not approval.end_reason:
        return [reader.gettext("🚪 Withdrawn at {time}.").format(time=time)]
    reason = one_line(why_withdrawn(approval, reader), limit=_NOTE_LIMIT)
    return [reader.gettext("🚪 Withdrawn at {time}: {reason}").format(time=time, reason=reason)]


def _decided(approval: Approval, decision: Decision, reader: Audience) -> list[str]:
    headline = decided.headline(approval, decision, reader).format(
        rule=_whole(decision.rule or ""),
        name=name(decision.by),
        place=decided.place(decision, reader),
        time=reader.clock(decision.at),
    )
    lines = [headline + decided.ran(approval, reader)]
    if approval.kind is Kind.QUESTION and decision.approved:
        pairs = zip(approval.questions, decision.answers, strict=False)
        lines += [f"💬 {_answer(question, answer)}" for question, answer in pairs]
    if decided.picked_wrong(approval):
        lines.append(decided.wrong_number(reader))
    elif decision.note and approval.kind is Kind.ACTION:
        lines.append(f"“{one_line(decision.note, limit=_NOTE_LIMIT)}”")
    if lost := decided.note_lost(approval, reader):
        lines.append(lost)
    if repeats := decided.repeated(approval, reader):
        lines.append(repeats)
    if decision.approved and decision.scope is not Scope.ONCE:
        lines.append(rule_text(grant_told(approval, decision), reader))
    return lines


def _answer(question: Question, answer: Answer) -> str:
    if answer.custom is not None:
        return f"“{one_line(answer.custom, limit=_NOTE_LIMIT)}”"
    return ", ".join(
        f"{letter}) {one_line(question.options[LETTERS.index(letter)].label, limit=_NOTE_LIMIT)}"
        for letter in answer.letters
    )


def name(raw: str) -> str:
    """Return a person's or an agent's name in one short line."""
    return one_line(raw, limit=_NAME_LIMIT)


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(name, names))


def _whole(text: str) -> str:
    return show_line(text).text
