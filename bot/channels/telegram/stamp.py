"""What became of an approval, in the first lines of its card."""

from collections.abc import Sequence
from typing import Final

from aiogram.utils.formatting import Text

from bot.channels.telegram.text import (
    Reader,
    code,
    fill,
    length,
    line_code,
    name,
    shown_line,
)
from bot.core.approval import Approval, Kind, State
from bot.core.decision import Decision, Scope
from bot.core.grant import Grant
from bot.core.question import LETTERS, Answer, Question
from bot.locales import asked, decided, rule
from bot.locales.withdrawn import why_withdrawn

_NOTE_LIMIT: Final = 150
_ANSWERS_LIMIT: Final = 240
_BECAUSE_LIMIT: Final = 200
# A longer rule, which no panel offers, has its words shortened; a command stands whole below.
_RULE_LIMIT: Final = 800
_EXTENT_LIMIT: Final = 80


def stamp(approval: Approval, reader: Reader) -> list[Text]:
    """Return how the approval ended, in lines; nothing while it is pending.

    Together they take at most some 1300 units.
    """
    if approval.decision is not None:
        return _decided(approval, approval.decision, reader)
    if approval.state is State.EXPIRED:
        return [_expired(approval, reader)]
    if approval.state is State.WITHDRAWN:
        return [_withdrawn(approval, reader)]
    return []


def granted_words(grant: Grant, reader: Reader, *, limit: int = _RULE_LIMIT) -> Text:
    """Return the rule that a grant makes, word for word where it isn't longer than `limit`."""
    whole = rule_whole(grant, reader)
    if length(whole) <= limit:
        return whole
    return _rule(
        grant,
        reader,
        type=line_code(grant.action_type, limit=60),
        agent=line_code(grant.agent, limit=40),
        cwd=line_code(grant.cwd or "", limit=80),
        text=line_code(grant.extent.text, limit=_EXTENT_LIMIT),
    )


def rule_whole(grant: Grant, reader: Reader) -> Text:
    """Return the rule that a grant makes, word for word; whoever shows it bounds it."""
    return _rule(
        grant,
        reader,
        type=code(shown_line(grant.action_type).text),
        agent=code(shown_line(grant.agent).text),
        cwd=code(shown_line(grant.cwd or "").text),
        text=code(shown_line(grant.extent.text).text),
    )


def _rule(grant: Grant, reader: Reader, *, cwd: Text, **words: Text) -> Text:
    until = grant.expires_at
    return fill(
        rule.rule(grant, reader),
        cwd=fill(rule.where(grant.cwd, reader), cwd=cwd),
        method=grant.extent.more,
        until=reader.time(until) if until is not None else "",
        **words,
    )


def ruling_lines(approval: Approval, reader: Reader) -> list[Text]:
    """Return which rule has people asked, who has to answer, and how the votes stand."""
    ruling = approval.ruling
    if ruling is None or not ruling.rule:
        return []
    because = line_code(ruling.because or "", limit=_BECAUSE_LIMIT)
    rule = line_code(ruling.rule, limit=60)
    found = [fill(asked.by_rule(ruling, reader), rule=rule, because=because)]
    if wanted := asked.wanted(approval, reader):
        found.append(fill(wanted, names=_listed(ruling.routing.approvers)))
    if told := asked.escalated(approval, reader):
        time = reader.time(ruling.escalated_at) if ruling.escalated_at is not None else ""
        found.append(fill(told, names=_listed(ruling.escalated), time=time))
    for template, votes in asked.counted(approval, reader):
        found.append(fill(template, names=_listed([vote.name for vote in votes])))
    return found


def _listed(names: Sequence[str]) -> Text:
    nodes: list[object] = []
    for each in names:
        nodes += [", ", name(each)]
    return Text(*nodes[1:])


def answer_words(question: Question, answer: Answer, *, limit: int) -> Text:
    """Return an answer: its letters with their words, or the person's own text."""
    if answer.custom is not None:
        return Text("“", line_code(answer.custom, limit=limit), "”")
    each = max(limit // max(len(answer.letters), 1) - 5, 8)
    nodes: list[object] = []
    for letter in answer.letters:
        label = question.options[LETTERS.index(letter)].label
        nodes += (", " if nodes else "", f"{letter}) ", line_code(label, limit=each))
    return Text(*nodes)


def _decided(approval: Approval, decision: Decision, reader: Reader) -> list[Text]:
    lines = [Text(_headline(approval, decision, reader), decided.ran(approval, reader))]
    if approval.kind is Kind.QUESTION and decision.approved:
        lines[0] = Text(lines[0], *_single_answer(approval.questions, decision.answers))
    if decided.picked_wrong(approval):
        lines.append(Text(decided.wrong_number(reader)))
    elif decision.note:
        lines.append(Text("“", line_code(decision.note, limit=_NOTE_LIMIT), "”"))
    if lost := decided.note_lost(approval, reader):
        lines.append(Text(lost))
    if repeats := decided.repeated(approval, reader):
        lines.append(Text(repeats))
    if decision.approved and decision.scope is not Scope.ONCE:
        lines.append(granted_words(rule.grant_told(approval, decision), reader))
    revocation = approval.revocation
    if revocation is not None:
        who, time = name(revocation.by), reader.time(revocation.at)
        lines.append(fill(decided.revoked(reader), name=who, time=time))
    if approval.outcome is not None and approval.outcome.summary:
        result = line_code(approval.outcome.summary, limit=100)
        lines.append(fill(reader.gettext("Result: {summary}"), summary=result))
    return lines


def _headline(approval: Approval, decision: Decision, reader: Reader) -> Text:
    return fill(
        decided.headline(approval, decision, reader),
        rule=line_code(decision.rule or "", limit=60),
        name=name(decision.by),
        place=decided.place(decision, reader),
        time=reader.time(decision.at),
    )


def _single_answer(questions: Sequence[Question], answers: Sequence[Answer]) -> list[object]:
    """Return the answer where there is one question; of several, each stands with its own."""
    if len(questions) != 1 or len(answers) != 1:
        return []
    return [" · ", answer_words(questions[0], answers[0], limit=_ANSWERS_LIMIT)]


def _expired(approval: Approval, reader: Reader) -> Text:
    return fill(
        asked.nobody_answered(approval, reader),
        time=reader.time(approval.ended_at or approval.expires_at),
        reason=line_code(approval.end_reason or "", limit=_NOTE_LIMIT),
    )


def _withdrawn(approval: Approval, reader: Reader) -> Text:
    time = reader.time(approval.ended_at or approval.expires_at)
    if not approval.end_reason:
        return fill(reader.gettext("🚪 Withdrawn at {time}."), time=time)
    reason = line_code(why_withdrawn(approval, reader), limit=_NOTE_LIMIT)
    return fill(reader.gettext("🚪 Withdrawn at {time}: {reason}"), time=time, reason=reason)
