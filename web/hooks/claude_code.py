"""Claude Code's hooks, as it sends and reads them over HTTP.

Where nobody answers, PermissionRequest gets `{}`, so that the dialog in the terminal stays, and
PreToolUse gets `ask`, so that it comes up. Neither is ever an allow.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.terms import Terms
from bot.gate.call import Call, digest_of_parts, tool_call
from web.hooks.claude_tool import NEEDS_PERSON, READING, REPLACED, action_of
from web.hooks.dialect import (
    NO_OPINION,
    Asking,
    Hook,
    Manner,
    Nothing,
    Reading,
    Reply,
)
from web.hooks.field import object_in, text_in
from web.hooks.words import why_denied

_PERMISSION: Final = "PermissionRequest"
_BEFORE: Final = "PreToolUse"


class ClaudeCode:
    """Claude Code, from its terminal and headless."""

    agent: Final = "claude"

    def read(self, hook: Hook, manner: Manner) -> Reading:
        """Return what the hook comes to; raises InvalidAsk for numbers without one form."""
        event, tool = text_in(hook, "hook_event_name"), text_in(hook, "tool_name")
        if event == _PERMISSION and tool:
            return _permission(hook, tool)
        if event == _BEFORE and tool:
            return _before(hook, tool)
        return Nothing()

    def refused(self, hook: Hook) -> Reply:
        """Return what lets the terminal ask."""
        return _ask() if text_in(hook, "hook_event_name") == _BEFORE else NO_OPINION


def _permission(hook: Hook, tool: str) -> Asking:
    terms = Terms(
        stops=True, replaces=tool in REPLACED, notes=False, stands=tool not in NEEDS_PERSON
    )
    return Asking(
        action=action_of(tool, object_in(hook, "tool_input"), _cwd(hook), terms),
        session_id=text_in(hook, "session_id"),
        answer=partial(_permitted, tool),
        unanswered=NO_OPINION,
        call=_call(hook, tool),
    )


def _permitted(tool: str, approval: Approval) -> Reply:
    """Return the reply to PermissionRequest."""
    decision = approval.decision
    if decision is None or not decision.approved:
        return _as_permission({"behavior": "deny", "message": why_denied(approval)})
    changed = _changed(tool, approval)
    return _as_permission(
        {"behavior": "allow", **({"updatedInput": changed} if changed is not None else {})}
    )


def _as_permission(decision: Mapping[str, Json]) -> Reply:
    return {"hookSpecificOutput": {"hookEventName": _PERMISSION, "decision": dict(decision)}}


def _before(hook: Hook, tool: str) -> Asking:
    terms = Terms(replaces=tool in REPLACED, notes=True, stands=tool not in NEEDS_PERSON)
    return Asking(
        action=action_of(tool, object_in(hook, "tool_input"), _cwd(hook), terms),
        session_id=text_in(hook, "session_id"),
        answer=partial(_let, tool),
        unanswered=_ask(),
        call=_call(hook, tool),
        unless_ruled=NO_OPINION if tool in READING else None,
    )


def _let(tool: str, approval: Approval) -> Reply:
    """Return the reply to PreToolUse."""
    decision = approval.decision
    if decision is None or not decision.approved:
        return _as_before(
            {"permissionDecision": "deny", "permissionDecisionReason": why_denied(approval)}
        )
    changed = _changed(tool, approval)
    note = decision.note if decision.approver_id is not None else None
    return _as_before(
        {
            "permissionDecision": "allow",
            **({"updatedInput": changed} if changed is not None else {}),
            **({"additionalContext": note} if note else {}),
        }
    )


def _ask() -> Reply:
    return _as_before({"permissionDecision": "ask"})


def _as_before(said: Mapping[str, Json]) -> Reply:
    return {"hookSpecificOutput": {"hookEventName": _BEFORE, **said}}


def _changed(tool: str, approval: Approval) -> dict[str, Json] | None:
    """Return the whole input with what was changed in it, or None where it runs as it is."""
    given, override = dict(approval.action.params), None
    if approval.decision is not None:
        override = approval.decision.override
    if override is not None and tool in REPLACED:
        return {**given, REPLACED[tool]: override}
    return given if tool in NEEDS_PERSON else None


def _cwd(hook: Hook) -> str | None:
    return text_in(hook, "cwd") or None


def _call(hook: Hook, tool: str) -> Call:
    call = tool_call(tool, object_in(hook, "tool_input"))
    one = text_in(hook, "tool_use_id") or text_in(hook, "prompt_id")
    event = text_in(hook, "hook_event_name")
    return Call(tool=call, attempt=digest_of_parts([event, one, call]))
