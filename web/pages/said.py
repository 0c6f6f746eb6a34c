"""What an agent said in an approval, text by text, and which secrets are hidden in it."""

from dataclasses import dataclass
from typing import Final

from bot.core.approval import Approval
from bot.core.preview import show_revealed
from bot.core.redaction import secrets_in
from bot.locales import N_
from web.pages.shown import json_text, shown_text
from web.pages.template import Templates

# Names under which agents pass the command itself and the words about it.
_REPEATED: Final = frozenset({"command", "cmd", "description", "title", "preview"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One text as the agent sent it, and what it is."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedView:
    """One hidden value: the text that it stands in, its kind, and itself, escaped for the eye."""

    label: str
    kind: str
    value: str


def said(approval: Approval) -> list[Said]:
    """Return every text of the agent that the card shows; labels are still to be translated."""
    action = approval.action
    found = [
        Said(label=N_("Title"), text=action.title),
        Said(label=N_("What would be done"), text=action.preview),
        Said(label=N_("Type"), text=action.action_type),
        Said(label=N_("Where"), text=action.cwd or ""),
        Said(label=N_("Why"), text=action.reason or ""),
        Said(label=N_("Agent"), text=approval.agent),
        Said(label=N_("Session"), text=approval.session_id),
    ]
    if not repeats(approval):
        found.append(Said(label=N_("Parameters"), text=json_text(action.params)))
    if action.context:
        found.append(Said(label=N_("Context"), text=json_text(action.context)))
    for question in approval.questions:
        words = [text for one in question.options for text in (one.label, one.description)]
        found += [
            Said(label=N_("Question"), text=text)
            for text in (question.header, question.text, *words)
        ]
    return found


def repeats(approval: Approval) -> bool:
    """Tell whether the parameters say nothing that title and preview do not show."""
    terms = approval.action.terms
    if terms is not None and terms.says_all:
        return True
    shown = {approval.action.title, approval.action.preview}
    return all(
        name in _REPEATED and isinstance(value, str) and value in shown
        for name, value in approval.action.params.items()
    )


def hidden_values(approval: Approval) -> int:
    """Return how many values the card hides; what title and preview both say counts once."""
    return sum(shown_text(one.text).hidden_values for one in _apart(approval))


def revealed(approval: Approval, say: Templates) -> tuple[RevealedView, ...]:
    """Return the values that the card hides, for an approver who asked to see them."""
    return tuple(
        RevealedView(
            label=say.gettext(one.label),
            kind=say.gettext(secret.kind),
            value=show_revealed(one.text[secret.start : secret.end]),
        )
        for one in _apart(approval)
        for secret in secrets_in(one.text)
    )


def _apart(approval: Approval) -> list[Said]:
    title, *others = said(approval)
    repeated = {approval.action.preview, *(question.text for question in approval.questions)}
    return others if any(title.text in text for text in repeated) else [title, *others]
