"""Copilot CLI's hooks: preToolUse before every tool, permissionRequest where it would ask.

Measured with version 1.0.102. Events come in two spellings: preToolUse with camelCase fields and
no name of the event, PreToolUse with snake_case fields and Claude Code's names of tools;
permissionRequest always in camelCase. Both take the flat form of an answer. An allow before a tool
spares its own prompt; `ask` brings that up, and denies where nobody can answer it. At
permissionRequest, silence would let `--allow-all-tools` run it: so that is a denial.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.terms import Terms
from bot.gate.call import MovedOn
from web.hooks.dialect import NO_OPINION, Asking, Hook, Manner, Nothing, Reading, Reply, Telling
from web.hooks.field import input_in, object_in, text_in
from web.hooks.patch import patch_params
from web.hooks.use import Use, is_approved, note_of, renamed
from web.hooks.words import UNANSWERED, UNTAKEN, went_on, why_denied

_BEFORE: Final = "preToolUse"
_PERMISSION: Final = "permissionRequest"
_AFTER: Final = frozenset({"postToolUse", "postToolUseFailure"})
_NAMES: Final = {
    "bash": "Bash",
    "create": "Write",
    "write": "Write",
    "edit": "Edit",
    "view": "Read",
    "read": "Read",
    "grep": "Grep",
    "glob": "Glob",
    "task": "Task",
    "web_fetch": "WebFetch",
    "web_search": "WebSearch",
}
_FIELDS: Final = {
    "path": "file_path",
    "file_text": "content",
    "old_str": "old_string",
    "new_str": "new_string",
    "agent_type": "subagent_type",
}
# They read what there is already, or turn to the person at the terminal.
_QUIET: Final = frozenset(
    {
        "ask_user", "fetch_copilot_cli_documentation", "list_agents", "list_bash", "read_agent",
        "read_bash", "report_intent", "update_todo",
    }
)  # fmt: skip
_ASK: Final[Reply] = {"permissionDecision": "ask"}


class Copilot:
    """Copilot CLI."""

    agent: Final = "copilot"

    def read(self, hook: Hook, manner: Manner) -> Reading:
        """Return what the hook comes to; raises InvalidAsk for numbers without one form."""
        event = event_of(hook)
        session_id = text_in(hook, "sessionId") or text_in(hook, "session_id")
        if (why := went_on(event)) is not None:
            return Telling(signal=MovedOn(session_id=session_id, why=why))
        use = _use(hook)
        if use is None:
            return Nothing(reply=self.refused(hook))
        if event in _AFTER:
            failure = text_in(hook, "error") or text_in(object_in(hook, "error"), "message")
            return Telling(signal=use.finished(session_id, failure=failure))
        # It gives its calls no id; a hook that is sent again is of the same instant.
        call = use.call(event, str(hook.get("timestamp")))
        if event == _PERMISSION:
            return Asking(
                action=use.action(Terms(stops=True, refuses=True)),
                session_id=session_id,
                answer=_permitted,
                unanswered=_not_permitted(UNANSWERED),
                call=call,
            )
        if event == _BEFORE:
            is_quiet = use.only_reads or use.tool in _QUIET
            return Asking(
                action=use.action(Terms(replaces=True, notes=True)),
                session_id=session_id,
                answer=partial(_let, use),
                unanswered=_ASK,
                call=call,
                runs=use.runs,
                unless_ruled=NO_OPINION if is_quiet else None,
            )
        return Nothing()

    def refused(self, hook: Hook) -> Reply:
        """Return what keeps Copilot from running: its prompt, or a denial."""
        event = event_of(hook)
        if event == _PERMISSION:
            return _not_permitted(UNTAKEN)
        return _ASK if event == _BEFORE else NO_OPINION


def event_of(hook: Hook) -> str:
    """Return the event in its camelCase spelling; a tool's use that is none else is to come."""
    event = text_in(hook, "hook_event_name") or text_in(hook, "hookName")
    if event:
        return event[0].lower() + event[1:]
    if "stopReason" in hook:
        return "agentStop"
    if text_in(hook, "toolName"):
        return "postToolUse" if "toolResult" in hook else _BEFORE
    return ""


def _use(hook: Hook) -> Use | None:
    tool = text_in(hook, "toolName") or text_in(hook, "tool_name")
    if not tool:
        return None
    given = input_in(hook, "toolArgs", "toolInput", "tool_input")
    cwd = text_in(hook, "cwd") or None
    name = _NAMES.get(tool.lower(), tool)
    if name == "Bash":
        return _shell(given, cwd)
    patch = given.get("patch", given.get("input"))
    if tool == "apply_patch" and isinstance(patch, str) and len(given) == 1:
        params = patch_params(patch)
        return Use(tool=tool, given=given, name="Edit", params=params, cwd=cwd, patch=patch)
    is_known = name in ("Write", "Edit", "Read", "Task")
    params = renamed(given, _FIELDS) if is_known else dict(given)
    return Use(tool=name, given=given, name=name, params=params, cwd=cwd)


def _shell(given: Mapping[str, Json], cwd: str | None) -> Use:
    """Return a command; permissionRequest tells of it nothing but the command."""
    params = renamed(given, {"initial_wait": "timeout"})
    if params.get("mode") in ("sync", "async") and "run_in_background" not in params:
        params["run_in_background"] = params.pop("mode") == "async"
    is_command = isinstance(given.get("command"), str)
    return Use(
        tool="Bash",
        given=given,
        name="Bash",
        params=params,
        cwd=cwd,
        replaced="command" if is_command else None,
        same_by=("command",),
    )


def _permitted(approval: Approval) -> Reply:
    if is_approved(approval):
        return {"behavior": "allow"}
    stops = approval.decision is not None and approval.decision.stop
    return {**_not_permitted(why_denied(approval)), **({"interrupt": True} if stops else {})}


def _not_permitted(why: str) -> Reply:
    return {"behavior": "deny", "message": why}


def _let(use: Use, approval: Approval) -> Reply:
    if not is_approved(approval):
        return {
            "permissionDecision": "deny",
            "permissionDecisionReason": why_denied(approval),
        }
    changed, note = use.changed(approval), note_of(approval)
    return {
        "permissionDecision": "allow",
        **({"modifiedArgs": changed} if changed is not None else {}),
        **({"additionalContext": note} if note else {}),
    }
