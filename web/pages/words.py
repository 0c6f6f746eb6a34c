"""Sentences about an approval: what a standing approval would allow, and how it ended."""

from typing import Final

from bot.core.approval import Approval, Kind, State
from bot.core.decision import Decision, Scope
from bot.core.preview import one_line
from bot.core.question import LETTERS, Answer, Question
from bot.locales import asked, decided
from bot.locales.rule import grant_told, rule_text
from bot.locales.withdrawn import why_withdrawn
from web.pages.shown import shown_line
from web.pages.template import Templates

_NAME_LIMIT: Final = 64
_NOTE_LIMIT: Final = 500


def result(approval: Approval, say: Templates, *, by_this: bool) -> str:
    """Return what the person who pressed is told: their own decision, or what came first."""
    decision = approval.decision
    if approval.is_pending:
        return asked.your_vote(approval, say).format(agent=_name(approval.agent))
    if decision is None:
        return _ended_by_itself(approval, say)
    if by_this:
        return _own_result(approval, decision, say)
    if approval.kind is Kind.QUESTION and decision.approved:
        template = say.gettext("Already answered by {name}, {time}.")
    elif decision.approved:
        template = say.gettext("Already approved by {name}, {time}.")
    else:
        template = say.gettext("Already denied by {name}, {time}.")
    return template.format(name=_name(decision.by), time=say.clock(decision.at))


def _own_result(approval: Approval, decision: Decision, say: Templates) -> str:
    if decided.picked_wrong(approval):
        return decided.wrong_number_told(say)
    if decision.stop:
        template = say.gettext("Denied. {agent} is told, and stops.")
    elif not decision.approved:
        template = say.gettext("Denied. {agent} was told no.")
    elif approval.kind is Kind.QUESTION:
        template = say.gettext("Answered. {agent} goes on.")
    else:
        template = say.gettext("Approved. {agent} goes on.")
    return template.format(agent=_name(approval.agent))


def _ended_by_itself(approval: Approval, say: Templates) -> str:
    time = say.clock(approval.ended_at or approval.expires_at)
    if approval.state is State.WITHDRAWN:
        return say.gettext("{agent} withdrew it at {time}; nothing was decided.").format(
            agent=_name(approval.agent), time=time
        )
    if asked.is_unanswered(approval) and approval.end_reason is None:
        return say.gettext("Expired at {time}; the agent got no answer.").format(time=time)
    return asked.told_in_silence(approval, say).format(time=time, agent=_name(approval.agent))


def stamp(approval: Approval, say: Templates) -> list[str]:
    """Return how the approval ended, in lines, as its cards elsewhere say it."""
    if approval.decision is not None:
        return _decided(approval, approval.decision, say)
    time = say.clock(approval.ended_at or approval.expires_at)
    if approval.state is State.WITHDRAWN:
        if not approval.end_reason:
            return [say.gettext("🚪 Withdrawn at {time}.").format(time=time)]
        reason = one_line(why_withdrawn(approval, say), limit=_NOTE_LIMIT)
        return [say.gettext("🚪 Withdrawn at {time}: {reason}").format(time=time, reason=reason)]
    reason = one_line(approval.end_reason or "", limit=_NOTE_LIMIT)
    return [asked.nobody_answered(approval, say).format(time=time, reason=reason)]


def ruling_lines(approval: Approval, say: Templates) -> list[str]:
    """Return which rule has people asked, who has to answer, and how the votes stand."""
    ruling = approval.ruling
    if ruling is None or not ruling.rule:
        return []
    because = one_line(ruling.because or "", limit=_NOTE_LIMIT)
    found = [asked.by_rule(ruling, say).format(rule=_line(ruling.rule), because=because)]
    if wanted := asked.wanted(approval, say):
        found.append(wanted.format(names=", ".join(map(_name, ruling.routing.approvers))))
    if told := asked.escalated(approval, say):
        time = say.clock(ruling.escalated_at) if ruling.escalated_at is not None else ""
        found.append(told.format(names=", ".join(map(_name, ruling.escalated)), time=time))
    for template, votes in asked.counted(approval, say):
        found.append(template.format(names=", ".join(_name(vote.name) for vote in votes)))
    return found


def _decided(approval: Approval, decision: Decision, say: Templates) -> list[str]:
    lines = [_headline(approval, decision, say) + decided.ran(approval, say)]
    if approval.kind is Kind.QUESTION and decision.approved:
        pairs = zip(approval.questions, decision.answers, strict=True)
        lines += [f"💬 {_answer(question, answer)}" for question, answer in pairs]
    if decided.picked_wrong(approval):
        lines.append(decided.wrong_number(say))
    elif decision.note:
        lines.append(f"“{one_line(decision.note, limit=_NOTE_LIMIT)}”")
    if lost := decided.note_lost(approval, say):
        lines.append(lost)
    if repeats := decided.repeated(approval, say):
        lines.append(repeats)
    if decision.approved and decision.scope is not Scope.ONCE:
        lines.append(rule_text(grant_told(approval, decision), say))
    revocation = approval.revocation
    if revocation is not None:
        template = decided.revoked(say)
        lines.append(template.format(name=_name(revocation.by), time=say.clock(revocation.at)))
    return lines


def _headline(approval: Approval, decision: Decision, say: Templates) -> str:
    return decided.headline(approval, decision, say).format(
        rule=_line(decision.rule or ""),
        name=_name(decision.by),
        place=decided.place(decision, say),
        time=say.clock(decision.at),
    )


def _answer(question: Question, answer: Answer) -> str:
    if answer.custom is not None:
        return f"“{one_line(answer.custom, limit=_NOTE_LIMIT)}”"
    chosen = (
        f"{letter}) {one_line(question.options[LETTERS.index(letter)].label, limit=_NOTE_LIMIT)}"
        for letter in answer.letters
    )
    return ", ".join(chosen)


def _name(raw: str) -> str:
    return one_line(raw, limit=_NAME_LIMIT)


def _line(raw: str) -> str:
    """Return what a rule reaches, whole: shortened it would look like another's reach."""
    return shown_line(raw).text
