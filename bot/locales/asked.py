"""How it is told that a rule has people asked, in the same words wherever it is shown.

What is returned are templates; callers fill in the names.
"""

from typing import Final

from bot.core.approval import Approval, Kind
from bot.core.decision import Scope
from bot.core.errors import TooHasty
from bot.core.halt import PAUSED_REASON, snoozed_until
from bot.core.routing import Silence
from bot.core.ruling import Ruling
from bot.core.vote import Vote
from bot.locales.audience import Audience

_MINUTE: Final = 60


def mark_of(approval: Approval) -> str:
    """Return how often it is asked, as `×2`; empty where that is once."""
    return f"×{approval.copies + 1}" if approval.copies else ""


def times(approval: Approval, audience: Audience) -> str:
    """Return that one answer is for several asks; empty where it is for one."""
    if not approval.copies:
        return ""
    return audience.ngettext(
        "Asked twice; one answer is for both.",
        "Asked {n} times; one answer is for all of them.",
        approval.copies,
    ).replace("{n}", str(approval.copies + 1))


def by_rule(ruling: Ruling, audience: Audience) -> str:
    """Return which rule asks and why: a template of `{rule}`, and of `{because}` where it says."""
    if ruling.because is None:
        return audience.gettext("📏 Asked by rule {rule}")
    return audience.gettext("📏 Asked by rule {rule}: {because}")


def wanted(approval: Approval, audience: Audience) -> str:
    """Return who has to answer: a template of `{names}` where some are named; else maybe empty."""
    routing = approval.routing
    quorum = routing.quorum if approval.is_shared else 1
    if routing.approvers:
        return audience.ngettext(
            "👥 Takes {n} approval, of {names}", "👥 Takes {n} approvals, of {names}", quorum
        ).replace("{n}", str(quorum))
    if quorum == 1:
        return ""
    return audience.ngettext(
        "👥 Takes {n} approval", "👥 Takes {n} approvals of different people", quorum
    ).replace("{n}", str(quorum))


def escalated(approval: Approval, audience: Audience) -> str:
    """Return who else was asked: a template of `{names}` and `{time}`; empty before that."""
    ruling = approval.ruling
    if ruling is None or ruling.escalated_at is None:
        return ""
    if not ruling.escalated:
        return audience.gettext("⏫ Nobody further could be asked, {time}")
    return audience.gettext("⏫ Escalated to {names}, {time}")


def counted(approval: Approval, audience: Audience) -> list[tuple[str, tuple[Vote, ...]]]:
    """Return how the votes stand: templates of `{names}`, each with the votes that are meant."""
    routing, found = approval.routing, []
    for approved, enough, template in (
        (True, routing.quorum, audience.gettext("👍 {n} of {enough} approve: {names}")),
        (False, routing.deny_threshold, audience.gettext("👎 {n} of {enough} deny: {names}")),
    ):
        votes = tuple(vote for vote in approval.votes if vote.approved is approved)
        if votes:
            words = template.replace("{n}", str(len(votes))).replace("{enough}", str(enough))
            found.append((words, votes))
    return found


def your_vote(approval: Approval, audience: Audience) -> str:
    """Return what a person is told whose answer was one of several: a template of `{agent}`."""
    approvals = sum(vote.approved for vote in approval.votes)
    template = audience.gettext("Counted: {n} of {enough} approve. {agent} still waits.")
    quorum = approval.routing.quorum
    return template.replace("{n}", str(approvals)).replace("{enough}", str(quorum))


def too_hasty(refusal: TooHasty, audience: Audience) -> str:
    """Return what a person is told who approved so much that a tap is not enough now."""
    how = audience.gettext("Type the card's code to approve this one: yes {code}")
    return f"{_haste(refusal, audience)} {how.format(code=refusal.short_code)}"


def too_hasty_here(refusal: TooHasty, audience: Audience) -> str:
    """Return the same where the code is typed into a field beside it."""
    how = audience.gettext("Type the card's code, {code}, to approve this one.")
    return f"{_haste(refusal, audience)} {how.format(code=refusal.short_code)}"


def _haste(refusal: TooHasty, audience: Audience) -> str:
    if refusal.seconds == _MINUTE:
        template = audience.gettext("You approved {n} in a minute.")
    else:
        template = audience.gettext("You approved {n} in {seconds} seconds.")
    return template.format(n=refusal.approvals, seconds=refusal.seconds)


def nobody_answered(approval: Approval, audience: Audience) -> str:
    """Return the stamp of what nobody answered: a template of `{time}`, and of `{reason}`."""
    if approval.end_reason == PAUSED_REASON:
        if is_unanswered(approval):
            return audience.gettext("⌛ Expired at {time}, while the gate was paused.")
        if approval.silence is Silence.HAND_BACK:
            return audience.gettext(
                "⌛ Expired at {time}, while the gate was paused. Back to its terminal."
            )
        return audience.gettext("⌛ Expired at {time}, while the gate was paused. Denied.")
    snoozed = snoozed_until(approval.end_reason)
    if snoozed is not None:
        template = audience.gettext("⌛ Handed back at {time}: snoozed until {until}.")
        return template.replace("{until}", snoozed)
    if approval.end_reason:
        return audience.gettext("⌛ Not answered, {time} · {reason}")
    if is_unanswered(approval):
        return audience.gettext("⌛ Expired at {time}, nobody answered.")
    if approval.silence is Silence.HAND_BACK:
        return audience.gettext("⌛ Expired at {time}, nobody answered. Back to its terminal.")
    return audience.gettext("⌛ Expired at {time}, nobody answered. Denied.")


def told_in_silence(approval: Approval, audience: Audience) -> str:
    """Return what the agent was told when nobody answered: a template of `{time}` `{agent}`."""
    if approval.end_reason not in {None, PAUSED_REASON}:
        return audience.gettext("Handed back at {time}; {agent} was told to ask at its terminal.")
    if is_unanswered(approval):
        return audience.gettext("Expired at {time}; {agent} was told that nobody answered.")
    if approval.silence is Silence.HAND_BACK:
        return audience.gettext("Expired at {time}; {agent} was told to ask at its terminal.")
    return audience.gettext("Expired at {time}; {agent} was told no.")


def is_unanswered(approval: Approval) -> bool:
    """Tell whether silence leaves it without an answer, and is neither a no nor a handing back."""
    return approval.kind is Kind.QUESTION and approval.action.terms is None


def note_stays(approval: Approval, audience: Audience) -> str:
    """Return that a note beside an approval would stay here: a template of `{agent}`; or empty."""
    if not approval.loses_notes or approval.kind is not Kind.ACTION:
        return ""
    return audience.gettext("ℹ️ {agent} reads no note beside an approval; it would stay here.")


def session_rules(approval: Approval, audience: Audience) -> str:
    """Return what Session makes besides: a template of `{agent}` and `{rules}`; empty if nothing.

    It is nothing where the card offers no Session, and where another answer was taken.
    """
    terms, decision = approval.action.terms, approval.decision
    if terms is None or not terms.session_rules:
        return ""
    if decision is not None and decision.made_grant and decision.scope is Scope.SESSION:
        return audience.gettext("🔁 {agent} keeps as well, until its session ends: {rules}")
    if not approval.is_pending or approval.always_asks or not approval.session_id:
        return ""
    return audience.gettext("🔁 Session also has {agent} keep, until its session ends: {rules}")


def in_silence(approval: Approval, audience: Audience) -> str:
    """Return what happens to an ask that nobody answers, as the end of a line."""
    if is_unanswered(approval):
        return audience.gettext("then unanswered")
    if approval.silence is Silence.HAND_BACK:
        return audience.gettext("then back to its terminal")
    return audience.gettext("then denied")
