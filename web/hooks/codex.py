"""Codex's hooks: PermissionRequest before its prompt, PreToolUse before every tool.

It rejects whatever it does not know in an answer, and then goes on as if there had been none: so
PermissionRequest gets allow, or deny with a message, and nothing else. "Ask" is no answer to it
before a tool; where nobody answers, that is a denial.
"""

from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.terms import Terms
from bot.gate.call import MovedOn
from web.hooks.dialect import NO_OPINION, Asking, Hook, Manner, Nothing, Reading, Reply, Telling
from web.hooks.field import input_in, text_in
from web.hooks.patch import patch_params
from web.hooks.use import Use, is_approved, note_of
from web.hooks.words import UNANSWERED, UNTAKEN, went_on, why_denied

_PERMISSION: Final = "PermissionRequest"
_BEFORE: Final = "PreToolUse"


class Codex:
    """Codex CLI, in its terminal and as `codex exec`."""

    agent: Final = "codex"

    def read(self, hook: Hook, manner: Manner) -> Reading:
        """Return what the hook comes to; raises InvalidAsk for numbers without one form."""
        event, session_id = text_in(hook, "hook_event_name"), text_in(hook, "session_id")
        if (why := went_on(event)) is not None:
            return Telling(signal=MovedOn(session_id=session_id, why=why))
        if not text_in(hook, "tool_name"):
            return Nothing(reply=self.refused(hook))
        use = _use(hook)
        if event == "PostToolUse":
            asked_by = (_BEFORE, text_in(hook, "tool_use_id"))
            return Telling(signal=use.finished(session_id, asked_by=asked_by))
        one = text_in(hook, "tool_use_id") or text_in(hook, "turn_id")
        if event == _PERMISSION:
            return Asking(
                action=use.action(Terms()),
                session_id=session_id,
                answer=_permitted,
                unanswered=NO_OPINION,
                call=use.call(event, one),
                runs=use.runs,
            )
        if event == _BEFORE:
            return Asking(
                action=use.action(Terms(replaces=True, notes=True, refuses=True)),
                session_id=session_id,
                answer=partial(_let, use),
                unanswered=_refusal(UNANSWERED),
                call=use.call(event, one),
                runs=use.runs,
                unless_ruled=NO_OPINION if use.only_reads else None,
            )
        return Nothing()

    def refused(self, hook: Hook) -> Reply:
        """Return what keeps Codex from running: its prompt, or a denial before a tool."""
        is_before = text_in(hook, "hook_event_name") == _BEFORE
        return _refusal(UNTAKEN) if is_before else NO_OPINION


def _use(hook: Hook) -> Use:
    tool, given = text_in(hook, "tool_name"), input_in(hook)
    cwd, command = text_in(hook, "cwd") or None, given.get("command")
    if tool == "apply_patch" and isinstance(command, str):
        rest = {name: value for name, value in given.items() if name != "command"}
        params = {**rest, **patch_params(command)}
        return Use(tool=tool, given=given, name="Edit", params=params, cwd=cwd, patch=command)
    replaced = "command" if tool == "Bash" and isinstance(command, str) else None
    return Use(tool=tool, given=given, name=tool, params=given, cwd=cwd, replaced=replaced)


def _permitted(approval: Approval) -> Reply:
    if is_approved(approval):
        decision: dict[str, Json] = {"behavior": "allow"}
    else:
        decision = {"behavior": "deny", "message": why_denied(approval)}
    return {"hookSpecificOutput": {"hookEventName": _PERMISSION, "decision": decision}}


def _let(use: Use, approval: Approval) -> Reply:
    if not is_approved(approval):
        return _refusal(why_denied(approval))
    changed, note = use.changed(approval), note_of(approval)
    return _before(
        {
            "permissionDecision": "allow",
            **({"updatedInput": changed} if changed is not None else {}),
            **({"additionalContext": note} if note else {}),
        }
    )


def _refusal(why: str) -> Reply:
    return _before({"permissionDecision": "deny", "permissionDecisionReason": why})


def _before(said: dict[str, Json]) -> Reply:
    return {"hookSpecificOutput": {"hookEventName": _BEFORE, **said}}
