"""Gemini CLI's hooks: BeforeTool before every tool, whatever its own policy says then.

Read in version 0.61.0: `allow` leaves the question to its policy; `ask` brings its own dialog up,
but runs the tool of an MCP server that it trusts, and waits for ever where it has no terminal: so
what nobody answers is denied. A changed input has to be whole, since one way of running it merges
and another replaces.
"""

import posixpath
from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.terms import Terms
from bot.gate.call import MovedOn
from web.hooks.dialect import NO_OPINION, Asking, Hook, Manner, Nothing, Reading, Reply, Telling
from web.hooks.field import input_in, object_in, text_in
from web.hooks.use import Use, is_approved, renamed
from web.hooks.words import UNANSWERED, UNTAKEN, went_on, why_denied

_BEFORE: Final = "BeforeTool"
_NAMES: Final = {
    "run_shell_command": "Bash",
    "write_file": "Write",
    "replace": "Edit",
    "web_fetch": "WebFetch",
    "google_web_search": "WebSearch",
    "read_file": "Read",
    "read_many_files": "Read",
    "list_directory": "LS",
    "glob": "Glob",
    "grep_search": "Grep",
    "search_file_content": "Grep",
    "list_mcp_resources": "ListMcpResourcesTool",
    "read_mcp_resource": "ReadMcpResourceTool",
    "write_todos": "TodoWrite",
}
# They read Gemini's own papers, or turn to the person at the terminal.
_QUIET: Final = frozenset(
    {
        "ask_user", "complete_task", "get_internal_docs", "tracker_add_dependency",
        "tracker_create_task", "tracker_get_task", "tracker_list_tasks", "tracker_update_task",
        "tracker_visualize", "update_topic",
    }
)  # fmt: skip


class Gemini:
    """Gemini CLI."""

    agent: Final = "gemini"

    def read(self, hook: Hook, manner: Manner) -> Reading:
        """Return what the hook comes to; raises InvalidAsk for numbers without one form."""
        event, session_id = text_in(hook, "hook_event_name"), text_in(hook, "session_id")
        if (why := went_on(event)) is not None:
            return Telling(signal=MovedOn(session_id=session_id, why=why))
        if not text_in(hook, "tool_name"):
            return Nothing(reply=self.refused(hook))
        use = _use(hook)
        if event == "AfterTool":
            return Telling(signal=use.finished(session_id, failure=_failure(hook)))
        if event != _BEFORE:
            return Nothing()
        return Asking(
            action=use.action(Terms(replaces=True)),
            session_id=session_id,
            answer=partial(_answer, use),
            unanswered=_refusal(UNANSWERED),
            refuses=True,
            # It gives its calls no id; a hook that is sent again is of the same instant.
            call=use.call(event, text_in(hook, "timestamp")),
            runs=use.runs,
            unless_ruled=NO_OPINION if use.only_reads or use.tool in _QUIET else None,
        )

    def refused(self, hook: Hook) -> Reply:
        """Return a denial: whatever else it takes may let it run."""
        is_before = text_in(hook, "hook_event_name") == _BEFORE
        return _refusal(UNTAKEN) if is_before else NO_OPINION


def _use(hook: Hook) -> Use:
    tool, given = text_in(hook, "tool_name"), input_in(hook)
    cwd, name = text_in(hook, "cwd") or None, _NAMES.get(tool, tool)
    if tool == "run_shell_command":
        return _shell(tool, given, cwd)
    if tool == "replace":
        params = renamed(given, {"allow_multiple": "replace_all"})
        why = params.pop("instruction", None)
        if isinstance(why, str):
            return Use(tool=tool, given=given, name=name, params=params, cwd=cwd, reason=why)
        params = renamed(given, {"allow_multiple": "replace_all"})
        return Use(tool=tool, given=given, name=name, params=params, cwd=cwd)
    if tool == "mcp" or tool.startswith("mcp_"):
        name = _mcp_name(tool, hook)
    return Use(tool=tool, given=given, name=name, params=given, cwd=cwd)


def _shell(tool: str, given: Mapping[str, Json], cwd: str | None) -> Use:
    """Return a command; it runs in the folder that it names, seen from the project's."""
    params = renamed(given, {"is_background": "run_in_background"})
    folder = params.get("dir_path")
    if isinstance(folder, str) and folder and cwd:
        del params["dir_path"]
        cwd = posixpath.normpath(posixpath.join(cwd, folder))
    is_command = isinstance(given.get("command"), str)
    return Use(
        tool=tool,
        given=given,
        name="Bash",
        params=params,
        cwd=cwd,
        replaced="command" if is_command else None,
    )


def _mcp_name(tool: str, hook: Hook) -> str:
    """Return an MCP tool's name as rules know it: with its server's, where the hook tells."""
    context = object_in(hook, "mcp_context")
    server, name = context.get("server_name"), context.get("tool_name")
    if isinstance(server, str) and isinstance(name, str) and server and name:
        return f"mcp__{server}__{name}"
    return tool


def _failure(hook: Hook) -> str | None:
    error = object_in(hook, "tool_response").get("error")
    if isinstance(error, Mapping):
        error = error.get("message")
    return error if isinstance(error, str) else None


def _answer(use: Use, approval: Approval) -> Reply:
    if not is_approved(approval):
        return _refusal(why_denied(approval))
    changed = use.changed(approval)
    if changed is None:
        return {"decision": "allow"}
    return {
        "decision": "allow",
        "hookSpecificOutput": {"hookEventName": _BEFORE, "tool_input": changed},
    }


def _refusal(why: str) -> Reply:
    return {"decision": "deny", "reason": why}
