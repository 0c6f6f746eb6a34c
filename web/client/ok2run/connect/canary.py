"""The harmless call that a hook is proven with: what each agent would send, and its denial.

The gate knows the command and denies it by itself, so that nobody is asked; the command exists on
no system.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping

WORDS = "This gate saw the canary of ok2run doctor and denied it; nobody was asked."

# The events at which each agent's hook decides about a shell command.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "claude-code": ("PermissionRequest", "PreToolUse"),
    "codex": ("PermissionRequest", "PreToolUse"),
    "gemini": ("BeforeTool",),
    "cursor": ("beforeShellExecution",),
    "copilot": ("permissionRequest",),
    "opencode": ("tool.execute.before",),
}


def command() -> str:
    """Return a canary's command; no two are the same."""
    return f"ok2run-canary {secrets.token_hex(16)}"


def hook(agent: str, event: str) -> bytes:
    """Return what the agent would send before it runs a canary."""
    one, folder, line = f"canary-{secrets.token_hex(8)}", os.getcwd(), command()
    given = {"command": line, "description": "ok2run doctor"}
    body: dict[str, object] = {"session_id": one, "cwd": folder, "hook_event_name": event}
    match agent:
        case "cursor":
            body = {"conversation_id": one, "generation_id": one, "hook_event_name": event}
            body |= {"command": line, "cwd": folder, "workspace_roots": [folder]}
        case "copilot":
            body = {"sessionId": one, "timestamp": 0, "cwd": folder, "toolName": "bash"}
            body |= {"toolArgs": given}
        case "gemini":
            body |= {"tool_name": "run_shell_command", "tool_input": given}
        case "opencode":
            body |= {"tool_name": "bash", "tool_input": given, "call_id": one}
        case _:
            body |= {"tool_name": "Bash", "tool_input": given, "tool_use_id": one}
            body |= {"transcript_path": "", "permission_mode": "default"}
    return json.dumps(body).encode("ascii")


def is_denied(content: bytes) -> bool:
    """Return whether an answer is a denial in an agent's form, and the canary's own."""
    try:
        answer: object = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return _says_deny(answer) and WORDS in json.dumps(answer, ensure_ascii=False)


def own_fault(content: bytes) -> str:
    """Return what kept `ok2run hook` from asking, in its words; empty where it says nothing."""
    found = re.search(r'"ok2run: ((?:[^"\\]|\\.)*?)\.?"', content.decode("utf-8", "replace"))
    return found[1] if found else ""


def _says_deny(answer: object) -> bool:
    if not isinstance(answer, dict):
        return False
    names = ("behavior", "permissionDecision", "permission", "decision")
    if any(answer.get(name) in ("deny", "block") for name in names):
        return True
    return any(map(_says_deny, (answer.get("hookSpecificOutput"), answer.get("decision"))))
