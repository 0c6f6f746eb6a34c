"""The rules that Claude Code suggests to keep by itself: which of them Session may make, in words.

They go back only where the operator allows it, only those that end with the session, and only as
the card has said them. None that would keep it from asking at all is ever sent.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.decision import Scope
from bot.core.preview import show_line
from web.hooks.dialect import Hook
from web.hooks.field import list_in

_LONGEST: Final = 300
_MODES: Final = frozenset({"acceptEdits", "plan", "default"})


def suggested(hook: Hook) -> tuple[Mapping[str, Json], ...]:
    """Return the suggestions that may be sent back; none where a card couldn't say them all."""
    found = [
        one
        for one in list_in(hook, "permission_suggestions")
        if isinstance(one, Mapping) and one.get("destination") == "session" and _words(one)
    ]
    said = ", ".join(in_words(found))
    is_shown_whole = len(said) <= _LONGEST and show_line(said).text == said
    return tuple(found) if is_shown_whole else ()


def in_words(suggestions: Sequence[Mapping[str, Json]]) -> tuple[str, ...]:
    """Return each of them as a card says it."""
    return tuple(filter(None, map(_words, suggestions)))


def to_send(
    suggestions: Sequence[Mapping[str, Json]], approval: Approval
) -> list[Mapping[str, Json]]:
    """Return what goes back with this approval: what the card said, where Session was taken."""
    decision, terms = approval.decision, approval.action.terms
    if decision is None or terms is None or not decision.made_grant:
        return []
    if decision.scope is not Scope.SESSION or terms.session_rules != in_words(suggestions):
        return []
    return list(suggestions)


def _words(suggestion: Mapping[str, Json]) -> str:
    """Return a suggestion in words; nothing for one that is not understood."""
    match suggestion.get("type"), suggestion.get("behavior"):
        case "addRules", "allow":
            return _all(suggestion.get("rules"), _rule)
        case "addDirectories", _:
            return _all(suggestion.get("directories"), _directory)
        case "setMode", _ if suggestion.get("mode") in _MODES:
            return f"mode {suggestion['mode']}"
    return ""


def _all(given: Json, words: Callable[[Json], str]) -> str:
    said = [words(one) for one in given] if isinstance(given, list) else []
    return ", ".join(said) if all(said) else ""


def _rule(rule: Json) -> str:
    if not isinstance(rule, Mapping) or not isinstance(rule.get("toolName"), str):
        return ""
    content = rule.get("ruleContent")
    if content is None:
        return f"any {rule['toolName']}"
    return f"{rule['toolName']}({content})" if isinstance(content, str) else ""


def _directory(directory: Json) -> str:
    return f"files in {directory}" if isinstance(directory, str) and directory else ""
