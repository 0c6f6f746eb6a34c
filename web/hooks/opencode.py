"""opencode's hooks, as the plugin `ok2run/plugins/opencode.js` sends and reads them.

The plugin runs before each tool and throws at a denial and at any fault, which keeps the tool from
running; so what nobody answers is a denial too.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.terms import Terms
from bot.gate.call import MovedOn
from web.hooks.dialect import NO_OPINION, Asking, Hook, Manner, Nothing, Reading, Reply, Telling
from web.hooks.field import input_in, text_in
from web.hooks.patch import patch_params
from web.hooks.use import Use, is_approved, renamed
from web.hooks.words import UNANSWERED, UNTAKEN, went_on, why_denied

_BEFORE: Final = "tool.execute.before"
_NAMES: Final = {
    "bash": "Bash",
    "edit": "Edit",
    "write": "Write",
    "read": "Read",
    "grep": "Grep",
    "glob": "Glob",
    "list": "LS",
    "todowrite": "TodoWrite",
    "todoread": "TodoRead",
    "webfetch": "WebFetch",
    "websearch": "WebSearch",
    "task": "Task",
}
_FIELDS: Final = {
    "filePath": "file_path",
    "oldString": "old_string",
    "newString": "new_string",
    "replaceAll": "replace_all",
}
# It asks the person at the terminal, or looks something up in its own papers.
_QUIET: Final = frozenset({"question", "skill", "lsp"})


class OpenCode:
    """opencode, through its plugin."""

    agent: Final = "opencode"

    def read(self, hook: Hook, manner: Manner) -> Reading:
        """Return what the hook comes to; raises InvalidAsk for numbers without one form."""
        event, session_id = text_in(hook, "hook_event_name"), text_in(hook, "session_id")
        if (why := went_on(event)) is not None:
            return Telling(signal=MovedOn(session_id=session_id, why=why))
        if not text_in(hook, "tool_name"):
            return Nothing(reply=self.refused(hook))
        use = _use(hook)
        if event == "tool.execute.after":
            asked_by = (_BEFORE, text_in(hook, "call_id"))
            return Telling(signal=use.finished(session_id, asked_by=asked_by))
        if event != _BEFORE:
            return Nothing()
        is_quiet = use.only_reads or use.tool in _QUIET
        return Asking(
            action=use.action(Terms(replaces=True, refuses=True)),
            session_id=session_id,
            answer=partial(_answer, use),
            unanswered=_refusal(UNANSWERED),
            call=use.call(event, text_in(hook, "call_id")),
            runs=use.runs,
            unless_ruled={"decision": "allow"} if is_quiet else None,
        )

    def refused(self, hook: Hook) -> Reply:
        """Return a denial: the plugin has no other way to keep a tool from running."""
        is_before = text_in(hook, "hook_event_name") == _BEFORE
        return _refusal(UNTAKEN) if is_before else NO_OPINION


def _use(hook: Hook) -> Use:
    tool, given = text_in(hook, "tool_name"), input_in(hook)
    cwd, patch = text_in(hook, "cwd") or None, given.get("patchText")
    if tool in ("patch", "apply_patch") and isinstance(patch, str):
        rest = {name: value for name, value in given.items() if name != "patchText"}
        params = {**rest, **patch_params(patch)}
        return Use(tool=tool, given=given, name="Edit", params=params, cwd=cwd, patch=patch)
    if tool == "bash":
        return _shell(tool, given, cwd)
    return Use(
        tool=tool,
        given=given,
        name=_NAMES.get(tool, tool),
        params=renamed(given, _FIELDS),
        cwd=cwd,
    )


def _shell(tool: str, given: Mapping[str, Json], cwd: str | None) -> Use:
    params = dict(given)
    folder = params.get("workdir")
    if isinstance(folder, str) and folder.startswith("/"):
        del params["workdir"]
        cwd = folder
    is_command = isinstance(given.get("command"), str)
    return Use(
        tool=tool,
        given=given,
        name="Bash",
        params=params,
        cwd=cwd,
        replaced="command" if is_command else None,
    )


def _answer(use: Use, approval: Approval) -> Reply:
    if not is_approved(approval):
        return _refusal(why_denied(approval))
    changed = use.changed(approval)
    return {"decision": "allow", **({"tool_input": changed} if changed is not None else {})}


def _refusal(why: str) -> Reply:
    return {"decision": "deny", "reason": why}
