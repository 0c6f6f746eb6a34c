"""How a decision is told, in the same words wherever it is shown; callers fill in the names."""

from typing import Final

from bot.core.approval import Approval, Kind
from bot.core.decision import Decision, Via
from bot.core.number import WRONG_NUMBER
from bot.locales import N_
from bot.locales.audience import Audience

_PLACES: Final = {
    Via.TELEGRAM: N_("in Telegram"),
    Via.WEB: N_("on the web page"),
    Via.API: N_("through the API"),
    Via.EMAIL: N_("by mail"),
}


def headline(approval: Approval, decision: Decision, audience: Audience) -> str:
    """Return who decided how: a template of `{time}`, and of `{rule}` or `{name}` `{place}`."""
    if decision.via is Via.RULE:
        if decision.approved:
            return audience.gettext("📏 Allowed by rule {rule}, {time}")
        return audience.gettext("📏 Denied by rule {rule}, {time}")
    if decision.via is Via.EARLIER:
        return audience.gettext("❌ Denied again: {name} had denied the same, {time}")
    if decision.via is Via.GRANT:
        return audience.gettext("✅ Approved by a standing approval of {name}, {time}")
    if decision.stop:
        return audience.gettext("⏹ Denied by {name} {place} and stopped, {time}")
    if not decision.approved:
        return audience.gettext("❌ Denied by {name} {place}, {time}")
    if approval.kind is Kind.QUESTION:
        return audience.gettext("💬 Answered by {name} {place}, {time}")
    if decision.override is not None:
        return audience.gettext("✏️ Approved by {name} {place} with a change, {time}")
    return audience.gettext("✅ Approved by {name} {place}, {time}")


def place(decision: Decision, audience: Audience) -> str:
    """Return where a person decided; nothing where it was no person."""
    return audience.gettext(_PLACES.get(decision.via, ""))


def texts(approval: Approval) -> list[str]:
    """Return what people and the agent said at the end of an approval, as they sent it."""
    decision, outcome = approval.decision, approval.outcome
    found = [approval.end_reason, outcome.summary if outcome is not None else None]
    if decision is not None:
        found += [decision.rule, decision.note, decision.override]
        found += [answer.custom for answer in decision.answers]
    return [text for text in found if text]


def picked_wrong(approval: Approval) -> bool:
    """Tell whether it was denied because the number picked was not the agent's."""
    return approval.end_reason == WRONG_NUMBER and approval.decision is not None


def wrong_number(audience: Audience) -> str:
    """Return why a wrong number denies, on the card."""
    return audience.gettext("🔢 The number picked was not the one that the agent shows.")


def wrong_number_told(audience: Audience) -> str:
    """Return what the person who picked a wrong number is told."""
    return audience.gettext("That is not the number your agent shows. Not approved.")


def revoked(audience: Audience) -> str:
    """Return that a grant was taken back: a template of `{name}` `{time}`."""
    return audience.gettext("🚫 Revoked by {name}, {time}")


def repeated(approval: Approval, audience: Audience) -> str:
    """Return how often it was asked again and denied by the same denial; maybe empty."""
    if not approval.repeats:
        return ""
    return audience.ngettext(
        "Asked again {n} time since, and denied again.",
        "Asked again {n} times since, and denied each time.",
        approval.repeats,
    ).format(n=approval.repeats)


def note_lost(approval: Approval, audience: Audience) -> str:
    """Return that the note of an approval stays here; empty where its agent reads it."""
    decision = approval.decision
    is_note = decision is not None and decision.approved and bool(decision.note)
    if not (is_note and approval.loses_notes and approval.kind is Kind.ACTION):
        return ""
    return audience.gettext("The note stays here: its agent takes none with an approval.")


def values_hidden(n: int, audience: Audience) -> str:
    """Return how many values are hidden, as cards and pages say it."""
    return audience.ngettext("🔑 {n} value hidden", "🔑 {n} values hidden", n).format(n=n)


def ran(approval: Approval, audience: Audience) -> str:
    """Return what became of it, as the end of a line; nothing while that is not known.

    How long it took is what the agent says, else from the decision to its report.
    """
    outcome, decision = approval.outcome, approval.decision
    if outcome is None or decision is None:
        return ""
    words = audience.gettext("ran")
    if outcome.exit_code is not None:
        words = audience.gettext("ran, exit {code}").format(code=outcome.exit_code)
    took = (outcome.took or outcome.reported_at - decision.at).total_seconds()
    return f" · {words}, {_span(took, audience)}" if took >= 0 else f" · {words}"


def _span(seconds: float, audience: Audience) -> str:
    """Return a length of time in its largest unit."""
    if seconds < 60:
        return audience.gettext("{n} s").format(n=f"{seconds:.1f}")
    if seconds < 3600:
        return audience.gettext("{n} min").format(n=round(seconds / 60))
    return audience.gettext("{n} h").format(n=round(seconds / 3600))
