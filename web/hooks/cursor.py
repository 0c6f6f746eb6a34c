"""Cursor's hooks: before a shell command, an MCP tool, a file is read, or any tool is used.

Sources agree on the answer, `permission` with a message for each of person and agent. `ask` is
taken before commands and MCP tools only; elsewhere what nobody answers is denied.
"""

from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.terms import Terms
from bot.gate.call import MovedOn
from web.hooks.dialect import NO_OPINION, Asking, Hook, Manner, Nothing, Reading, Reply, Telling
from web.hooks.field import input_in, list_in, number_in, text_in
from web.hooks.use import Use, is_approved, renamed
from web.hooks.words import UNANSWERED, UNTAKEN, went_on, why_denied

_ASKABLE: Final = frozenset({"beforeShellExecution", "beforeMCPExecution"})
_BEFORE: Final = _ASKABLE | {"beforeReadFile", "beforeTabFileRead", "preToolUse"}
_AFTER: Final = frozenset(
    {"afterShellExecution", "afterMCPExecution", "postToolUse", "postToolUseFailure"}
)
_NAMES: Final = {
    "Shell": "Bash",
    "Read": "Read",
    "ReadFile": "Read",
    "Grep": "Grep",
    "Glob": "Glob",
    "LS": "LS",
    "TodoWrite": "TodoWrite",
    "Write": "Write",
    "StrReplace": "Edit",
    "Edit": "Edit",
    "Task": "Task",
}
_FIELDS: Final = {"path": "file_path", "contents": "content"}


class Cursor:
    """Cursor, the editor and its command line agent."""

    agent: Final = "cursor"

    def read(self, hook: Hook, manner: Manner) -> Reading:
        """Return what the hook comes to; raises InvalidAsk for numbers without one form."""
        event, session_id = text_in(hook, "hook_event_name"), text_in(hook, "conversation_id")
        if (why := went_on(event)) is not None:
            return Telling(signal=MovedOn(session_id=session_id, why=why))
        use = _use(event, hook) if event in _BEFORE | _AFTER else None
        if use is None:
            return Nothing(reply=self.refused(hook))
        if event in _AFTER:
            failure = text_in(hook, "error_message") or text_in(hook, "error")
            took = number_in(hook, "duration")
            return Telling(signal=use.finished(session_id, failure=failure, took=took))
        one = text_in(hook, "tool_use_id") or text_in(hook, "generation_id")
        # Only its preToolUse takes a changed input.
        can_change = event == "preToolUse"
        return Asking(
            action=use.action(Terms(replaces=can_change, refuses=event not in _ASKABLE)),
            session_id=session_id,
            answer=partial(_answer, use),
            unanswered=_unasked(event, UNANSWERED),
            call=use.call(event, one),
            runs=use.runs,
            unless_ruled={"permission": "allow"} if use.only_reads else None,
        )

    def refused(self, hook: Hook) -> Reply:
        """Return what brings Cursor's own question up, or a denial where it has none."""
        return _unasked(text_in(hook, "hook_event_name"), UNTAKEN)


def _use(event: str, hook: Hook) -> Use | None:
    match event:
        case "beforeShellExecution" | "afterShellExecution":
            return _shell(hook)
        case "beforeMCPExecution" | "afterMCPExecution":
            return _mcp(hook)
        case "beforeReadFile" | "beforeTabFileRead":
            given: dict[str, Json] = {"file_path": hook.get("file_path")}
            return Use(tool="Read", given=given, name="Read", params=given, cwd=_cwd(hook))
    tool, given = text_in(hook, "tool_name"), dict(input_in(hook))
    if not tool:
        return None
    command = given.get("command")
    replaced = "command" if tool == "Shell" and isinstance(command, str) else None
    cwd = _cwd(hook)
    params = given if tool == "Shell" else renamed(given, _FIELDS)
    folder = params.get("working_directory")
    if tool == "Shell" and isinstance(folder, str) and folder.startswith("/"):
        params, cwd = {k: v for k, v in given.items() if k != "working_directory"}, folder
    return Use(
        tool=tool,
        given=given,
        name=_NAMES.get(tool, tool),
        params=params,
        cwd=cwd,
        replaced=replaced,
    )


def _shell(hook: Hook) -> Use:
    given: dict[str, Json] = {"command": hook.get("command")}
    return Use(tool="Shell", given=given, name="Bash", params=given, cwd=_cwd(hook))


def _mcp(hook: Hook) -> Use:
    """Return an MCP tool's use; the hook tells its server's address or command, not its name."""
    tool, given = text_in(hook, "tool_name"), input_in(hook)
    server = text_in(hook, "url") or text_in(hook, "command")
    return Use(
        tool=f"MCP:{tool}",
        given=given,
        name=f"mcp__{tool}",
        params=given,
        cwd=_cwd(hook),
        context={"server": server} if server else {},
    )


def _cwd(hook: Hook) -> str | None:
    """Return the working directory, else the only folder that the window shows."""
    roots = list_in(hook, "workspace_roots")
    only = roots[0] if len(roots) == 1 and isinstance(roots[0], str) else ""
    return text_in(hook, "cwd") or only or None


def _answer(use: Use, approval: Approval) -> Reply:
    if not is_approved(approval):
        return _refusal(why_denied(approval))
    changed = use.changed(approval)
    return {"permission": "allow", **({"updated_input": changed} if changed is not None else {})}


def _unasked(event: str, why: str) -> Reply:
    if event in _ASKABLE:
        return {"permission": "ask"}
    return _refusal(why) if event in _BEFORE else NO_OPINION


def _refusal(why: str) -> Reply:
    return {"permission": "deny", "user_message": why, "agent_message": why}
