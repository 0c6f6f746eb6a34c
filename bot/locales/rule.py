"""The rule that a standing approval makes, in words; a grant is never wider than they are."""

from datetime import UTC
from gettext import NullTranslations
from typing import Final

from bot.core.approval import Approval
from bot.core.decision import Choice, Decision, Scope
from bot.core.end import End
from bot.core.extent import Breadth, Extent
from bot.core.grant import Grant, grant_from
from bot.core.preview import show_line
from bot.locales import N_
from bot.locales.audience import Audience

_WHATS: Final = {
    Breadth.EXACT: N_("exactly “{text}”"),
    Breadth.BEGINS: N_("anything that begins with “{text}” (unusual options still ask)"),
    Breadth.FILE: N_("any {type} of the file “{text}”"),
    Breadth.FOLDER: N_("any {type} of files in the folder “{text}” and below"),
    Breadth.METHOD: N_("any {type} with {method} to “{text}”"),
    Breadth.HOST: N_("any {type} to “{text}”"),
    Breadth.TYPE: N_("any {type}"),
    Breadth.UNKNOWN: N_("nothing that this version can read"),
}
_EXACT_WITH_MORE: Final = N_("exactly “{text}” with the same other parameters")
_ENDS: Final = {
    End.REVOKED: N_("until revoked"),
    End.SESSION: N_("this session"),
    End.QUARTER: N_("for 15 minutes"),
    End.HOUR: N_("for 1 hour"),
    End.TODAY: N_("until the end of today"),
    End.THRICE: N_("the next 3 times"),
}


_ENGLISH: Final = Audience(translator=NullTranslations(), timezone=UTC)


def what(extent: Extent, audience: Audience) -> str:
    """Return what an extent covers: a template of `{type}` `{text}` `{method}`."""
    if extent.breadth is Breadth.EXACT and extent.more:
        return audience.gettext(_EXACT_WITH_MORE)
    return audience.gettext(_WHATS[extent.breadth])


def ending(end: End, audience: Audience) -> str:
    """Return when a grant ends, in a few words."""
    return audience.gettext(_ENDS[end])


def rule(grant: Grant, audience: Audience) -> str:
    """Return a grant's rule, whole: a template of what `what` takes, `{agent}` `{cwd}` `{until}`.

    `{until}` is there where the instant is known, as once the grant is made.
    """
    if grant.scope is not Scope.SESSION:
        sentence = audience.gettext(
            "♾ From now on: {what}, for {agent} "
            "and whoever shares its key, {cwd}, {end}. Dangerous ones still ask."
        )
    elif grant.end in {End.SESSION, End.REVOKED}:
        sentence = audience.gettext(
            "🔁 For the rest of this session: {what}, for {agent} "
            "and whoever shares its key, {cwd}. Dangerous ones still ask."
        )
    else:
        sentence = audience.gettext(
            "🔁 In this session: {what}, for {agent} "
            "and whoever shares its key, {cwd}, {end}. Dangerous ones still ask."
        )
    end = ending(grant.end, audience)
    if grant.expires_at is not None and grant.end is End.TODAY:
        end = audience.gettext("until {until}")  # read later, today is another day
    elif grant.expires_at is not None:
        end = audience.gettext("{end}, until {until}").replace("{end}", end)
    return sentence.replace("{what}", what(grant.extent, audience)).replace("{end}", end)


def where(cwd: str | None, audience: Audience) -> str:
    """Return the directory that a grant reaches: a template of `{cwd}`."""
    if cwd:
        return audience.gettext("in {cwd}")
    return audience.gettext("where it names no directory")


def rule_text(grant: Grant, audience: Audience) -> str:
    """Return a grant's rule as a sentence, never shortened: that could be another's rule."""
    until = grant.expires_at
    return rule(grant, audience).format(
        type=_line(grant.action_type),
        agent=_line(grant.agent),
        cwd=where(grant.cwd, audience).format(cwd=_line(grant.cwd or "")),
        text=_line(grant.extent.text),
        method=grant.extent.more,
        until=audience.full(until) if until is not None else "",
    )


def rule_in_english(grant: Grant) -> str:
    """Return a grant's rule as the audit keeps it, whatever people read: in English, in UTC."""
    return rule_text(grant, _ENGLISH)


def what_text(extent: Extent, action_type: str, audience: Audience) -> str:
    """Return only what a grant for this type would cover, as words."""
    return what(extent, audience).format(
        type=_line(action_type), text=_line(extent.text), method=extent.more
    )


def grant_offered(approval: Approval, choice: Choice) -> Grant:
    """Return the grant that a choice would make, to be told and not to be kept."""
    return grant_from(approval, choice, id="", made_by="", made_at=approval.created_at)


def grant_told(approval: Approval, decision: Decision) -> Grant:
    """Return the grant that a decision made or came from, as far as its words need it."""
    choice = Choice(approve=True, scope=decision.scope, extent=decision.extent, end=decision.end)
    return grant_from(
        approval,
        choice,
        id=decision.grant_id or "",
        made_by=decision.by,
        made_at=decision.at,
        expires_at=decision.until,
    )


def _line(text: str) -> str:
    return show_line(text).text
