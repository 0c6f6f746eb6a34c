"""What Session and Always offer to cover, and until when: the choices, and each rule in words."""

from dataclasses import dataclass

from bot.core.approval import Approval
from bot.core.decision import Choice, Scope, ends_offered
from bot.core.grant import extents_offered
from bot.locales import rule
from web.pages.template import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One radio button: what it sends, and its words."""

    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingView:
    """Two rows of choices; `rules[i][j]` is the whole rule of extent i with end j."""

    scope: Scope
    question: str
    extents: tuple[Option, ...]
    ends: tuple[Option, ...]
    rules: tuple[tuple[str, ...], ...]


def choosing_view(approval: Approval, scope: Scope, say: Templates) -> ChoosingView:
    """Return what can be chosen for one of the standing scopes."""
    extents, ends = extents_offered(approval), ends_offered(scope)
    return ChoosingView(
        scope=scope,
        question=say.gettext("🔁 What may it do in this session without asking?")
        if scope is Scope.SESSION
        else say.gettext("♾ What may it do from now on without asking?"),
        extents=tuple(
            Option(
                value=extent.dump(),
                words=rule.what_text(extent, approval.action.action_type, say),
            )
            for extent in extents
        ),
        ends=tuple(Option(value=end.value, words=rule.ending(end, say)) for end in ends),
        rules=tuple(
            tuple(
                rule_words(
                    approval, Choice(approve=True, scope=scope, extent=extent, end=end), say
                )
                for end in ends
            )
            for extent in extents
        ),
    )


def rule_words(approval: Approval, choice: Choice, say: Templates) -> str:
    """Return the rule that a choice makes, word for word; empty where it makes none."""
    if choice.scope is Scope.ONCE:
        return ""
    return rule.rule_text(rule.grant_offered(approval, choice), say)
