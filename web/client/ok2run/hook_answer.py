"""What each coding agent reads from its hooks: who waits for an answer, and which it takes.

Claude Code, Codex, Gemini CLI, Copilot CLI and Cursor, as of November 2026. A fact that is not
written here is not relied upon: an answer that an agent would reject is never printed.
"""

from collections.abc import Callable, Mapping

Json = dict[str, object]
Check = Callable[[object], bool]

# The hook's time limit in seconds where the agent's settings name none.
LIMITS = {"claude-code": 600, "codex": 600, "gemini": 60, "copilot": 30, "cursor": 60}

# The events at which an agent runs the action where the hook prints nothing.
_GATES = {
    "claude-code": {"PreToolUse"},
    "codex": {"PreToolUse"},
    "gemini": {"BeforeTool"},
    "copilot": {"preToolUse", "PreToolUse", "permissionRequest", "PermissionRequest"},
    "cursor": {
        "beforeShellExecution",
        "beforeMCPExecution",
        "beforeReadFile",
        "beforeTabFileRead",
        "preToolUse",
        "subagentStart",
    },
}
# The events at which its own dialog asks where the hook prints nothing.
_DIALOGS = {"claude-code": {"PermissionRequest", "Elicitation"}, "codex": {"PermissionRequest"}}


EVENT_NAMES = ("hook_event_name", "hookName")  # where an event's name may stand


def event_of(agent: str, body: Mapping[str, object]) -> str | None:
    """Return the event that a hook's input names, or that can be nothing else."""
    event = body.get("hook_event_name")
    if agent == "copilot" and event is None:
        event = body.get("hookName")
        if event is None and "stopReason" in body:
            event = "agentStop"
        if event is None and isinstance(body.get("toolName"), str):
            event = "postToolUse" if "toolResult" in body else "preToolUse"
    return event if isinstance(event, str) else None


def gates(agent: str, event: str) -> bool:
    """Tell whether the action runs where the hook prints nothing."""
    return event in _GATES[agent]


def asks(agent: str, event: str) -> bool:
    """Tell whether the agent waits for a decision; elsewhere it only reports."""
    return gates(agent, event) or event in _DIALOGS.get(agent, ())


def refusal(agent: str, event: str, sentence: str) -> Json | None:
    """Return the agent's own form of a refusal; None at an event that can't be refused."""
    if not asks(agent, event):
        return None
    match agent:
        case "gemini":
            return {"decision": "deny", "reason": sentence}
        case "cursor":
            return {"permission": "deny", "user_message": sentence, "agent_message": sentence}
        case "copilot" if event in ("permissionRequest", "PermissionRequest"):
            return {"behavior": "deny", "message": sentence}
        case "copilot":
            return {"permissionDecision": "deny", "permissionDecisionReason": sentence}
    if event == "Elicitation":
        return _specific(event, action="decline")
    if event == "PermissionRequest":
        return _specific(event, decision={"behavior": "deny", "message": sentence})
    return _specific(event, permissionDecision="deny", permissionDecisionReason=sentence)


def hand_back(agent: str, event: str) -> Json | None:
    """Return the agent's own form of "ask the person yourself"; None where it is printing nothing.

    Codex has none before a tool: what it takes as an answer there is a refusal or a permission.
    """
    if not gates(agent, event):
        return None
    match agent, event:
        case "claude-code", _:
            return _specific(event, permissionDecision="ask")
        case "gemini", _:
            return {"decision": "ask"}
        case "copilot", "preToolUse" | "PreToolUse":
            return {"permissionDecision": "ask"}
        case "cursor", "beforeShellExecution" | "beforeMCPExecution":
            return {"permission": "ask"}
    return None


def accepts(agent: str, event: str, answer: object) -> bool:
    """Tell whether the agent understands this answer at this event; `{}` is no opinion."""
    if not isinstance(answer, dict):
        return False
    if not answer:
        return True
    if not asks(agent, event):
        return agent == "claude-code" and _object(answer, {}, _CLAUDE_COMMON)
    return any(form(answer) for form in _forms(agent, event))


def _specific(event: str, **fields: object) -> Json:
    return {"hookSpecificOutput": {"hookEventName": event, **fields}}


def _forms(agent: str, event: str) -> list[Check]:
    """Return the forms of an answer, of which one has to fit."""
    match agent:
        case "claude-code":
            common = _CLAUDE_COMMON
            decisions = _one_of("allow", "deny", "ask", "defer")
            permission = _fields(
                {"behavior": _one_of("allow", "deny")},
                {
                    "message": _text,
                    "interrupt": _flag,
                    "updatedInput": _any_object,
                    "updatedPermissions": _list,
                },
            )
        case "codex":
            common, decisions = {}, _one_of("allow", "deny")
            permission = _fields({"behavior": _one_of("allow", "deny")}, {"message": _text})
        case "gemini":
            specific = _fields({}, {"hookEventName": _one_of(event), "tool_input": _any_object})
            needed = {"decision": _one_of("allow", "deny", "block", "ask")}
            return [_fields(needed, {**_GEMINI_COMMON, "hookSpecificOutput": specific})]
        case "copilot":
            return _copilot(event)
        case _:
            texts = {"user_message": _text, "agent_message": _text, "updated_input": _any_object}
            return [_fields({"permission": _one_of("allow", "deny", "ask")}, texts)]
    named = {"hookEventName": _one_of(event)}
    if event == "PermissionRequest":
        inner = _fields(named | {"decision": permission}, {})
    elif event == "Elicitation":
        answers = {"action": _one_of("accept", "decline", "cancel")}
        inner = _fields(named | answers, {"content": _any_object})
    else:
        needed = named | {"permissionDecision": decisions}
        inner = _fields(needed, _TOOL_EXTRAS)
    return [_fields({"hookSpecificOutput": inner}, common)]


def _copilot(event: str) -> list[Check]:
    if event in ("permissionRequest", "PermissionRequest"):
        behavior = {"behavior": _one_of("allow", "deny")}
        return [_fields(behavior, {"message": _text, "interrupt": _flag})]
    decision = {"permissionDecision": _one_of("allow", "deny", "ask")}
    extras = {
        "permissionDecisionReason": _text,
        "modifiedArgs": _any_object,
        "additionalContext": _text,
    }
    return [_fields(decision, extras)]


def _fields(needed: Mapping[str, Check], allowed: Mapping[str, Check]) -> Check:
    return lambda value: _object(value, needed, allowed)


def _object(value: object, needed: Mapping[str, Check], allowed: Mapping[str, Check]) -> bool:
    """Tell whether every field is known and fits, and none that is needed is missing."""
    known = {**allowed, **needed}
    return (
        isinstance(value, dict)
        and all(name in value for name in needed)
        and all(name in known and known[name](item) for name, item in value.items())
    )


def _one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _list(value: object) -> bool:
    return isinstance(value, list)


def _any_object(value: object) -> bool:
    return isinstance(value, dict)


_TOOL_EXTRAS: Mapping[str, Check] = {
    "permissionDecisionReason": _text,
    "updatedInput": _any_object,
    "additionalContext": _text,
}
_CLAUDE_COMMON: Mapping[str, Check] = {
    "continue": _flag,
    "stopReason": _text,
    "suppressOutput": _flag,
    "systemMessage": _text,
}
_GEMINI_COMMON: Mapping[str, Check] = {**_CLAUDE_COMMON, "reason": _text}
