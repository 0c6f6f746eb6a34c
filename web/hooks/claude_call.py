"""How a call of Claude Code's is known again, and what its other hooks tell of it.

PermissionRequest has no id of the call, PreToolUse and PostToolUse have one; what they share is
the session, the tool and its input.
"""

import re
from datetime import timedelta
from typing import Final

from bot.core.action import Json
from bot.gate.call import Call, Finished, MovedOn, digest_of_parts, tool_call
from bot.gate.turn import Stage, Turn
from web.hooks.dialect import Hook
from web.hooks.field import input_in, number_in, text_in

BEFORE: Final = "PreToolUse"
PERMISSION: Final = "PermissionRequest"
ELICITATION: Final = "Elicitation"
_GONE_ON: Final = {
    "Stop": "the agent's turn is over",
    "UserPromptSubmit": "the terminal went on",
    "SessionEnd": "its session has ended",
}
_STAGES: Final = {
    "Notification": Stage.WAITING,
    "Stop": Stage.FINISHED,
    "UserPromptSubmit": Stage.BEGUN,
    "SessionEnd": Stage.ENDED,
}
_NO_WAITING: Final = frozenset({"auth_success"})
_EXIT_CODE: Final = re.compile(r"\s*Exit code (\d{1,3})\b:?\s*", re.ASCII)
_LONGEST: Final = 200


def call_of(hook: Hook, tool: str) -> Call:
    """Return the call that a hook is about; raises InvalidAsk where it has no one form."""
    known = known_by(tool, dict(input_in(hook)))
    event, use = text_in(hook, "hook_event_name"), text_in(hook, "tool_use_id")
    if use:
        return Call(tool=known, attempt=_attempt(event, use))
    prompt = text_in(hook, "prompt_id")
    return Call(tool=known, attempt=digest_of_parts([event, prompt, known]))


def known_by(tool: str, given: dict[str, Json]) -> str:
    """Return the hash by which a tool's call is known, whoever has answered it."""
    if tool == "AskUserQuestion":  # the answers are put into its input
        given = {"questions": given.get("questions")}
    elif tool == "ExitPlanMode":
        given = {}
    return tool_call(tool, given)


def elicitation_call(hook: Hook) -> Call:
    """Return the form that a server wants filled in as a call."""
    known = _known_server(hook)
    asked: Json = [text_in(hook, "prompt_id"), text_in(hook, "message")]
    return Call(tool=known, attempt=digest_of_parts([known, asked]))


def _known_server(hook: Hook) -> str:
    return digest_of_parts([ELICITATION, text_in(hook, "mcp_server_name")])


def finished(hook: Hook) -> Finished:
    """Return what PostToolUse and PostToolUseFailure tell; raises InvalidAsk as `call_of`."""
    tool, use = text_in(hook, "tool_name"), text_in(hook, "tool_use_id")
    took = number_in(hook, "duration_ms")
    exit_code, summary = _failure(hook)
    return Finished(
        session_id=text_in(hook, "session_id"),
        tool=known_by(tool, dict(input_in(hook))),
        attempts=(_attempt(BEFORE, use),) if use else (),
        exit_code=exit_code,
        summary=summary,
        took=timedelta(milliseconds=took) if took is not None and 0 <= took < 2**40 else None,
    )


def elicited(hook: Hook) -> Finished:
    """Return that a form was filled in, wherever that was."""
    return Finished(session_id=text_in(hook, "session_id"), tool=_known_server(hook))


def moved_on(hook: Hook) -> MovedOn | None:
    """Return that nothing of the session waits any more, where the hook says so."""
    why = _GONE_ON.get(text_in(hook, "hook_event_name"))
    return MovedOn(session_id=text_in(hook, "session_id"), why=why) if why is not None else None


def turn_of(hook: Hook) -> Turn | None:
    """Return where the session is, where the hook says so."""
    stage, words = _STAGES.get(text_in(hook, "hook_event_name")), ""
    if stage is Stage.WAITING:
        if text_in(hook, "notification_type") in _NO_WAITING:
            return None
        words = text_in(hook, "message")
    elif stage is Stage.FINISHED:
        words = text_in(hook, "last_assistant_message")
    if stage is None:
        return None
    return Turn(
        session_id=text_in(hook, "session_id"),
        stage=stage,
        cwd=text_in(hook, "cwd").replace("\0", ""),
        words=words.replace("\0", ""),
    )


def _attempt(event: str, use: str) -> str:
    return digest_of_parts([event, use])


def _failure(hook: Hook) -> tuple[int | None, str | None]:
    """Return the exit code and the first line of a failure; nothing of what went well."""
    if text_in(hook, "hook_event_name") != "PostToolUseFailure":
        return None, None
    if hook.get("is_interrupt") is True:
        return None, "interrupted at the terminal"
    error = text_in(hook, "error")
    found = _EXIT_CODE.match(error)
    said = error[found.end() :] if found is not None else error
    lines = (line.strip() for line in said.replace("\0", "").split("\n"))
    line = next(filter(None, lines), "")
    code = int(found[1]) if found is not None else None
    return code, f"failed: {line[:_LONGEST]}" if line else "failed"
