"""What the agents in the pictures ask for."""

from typing import Any

PUSH: dict[str, Any] = {
    "session_id": "s1",
    "action_type": "Bash",
    "title": "git push origin main",
    "preview": "git push origin main",
    "params": {"command": "git push origin main"},
    "language": "bash",
    "cwd": "/home/ana/shop",
    "agent": "claude",
    "reason": "Tests pass, publishing the fix.",
}
REMOVE: dict[str, Any] = {
    **PUSH,
    "title": "rm -rf ~/backups/old",
    "preview": "rm -rf ~/backups/old",
    "params": {"command": "rm -rf ~/backups/old"},
    "cwd": "/home/ana/infra",
    "agent": "codex",
    "reason": "The disk is full.",
    "expires_in_sec": 600,
}
CRITICAL: dict[str, Any] = {**REMOVE, "urgency": "critical", "can_show_number": True}
QUESTION: dict[str, Any] = {
    "session_id": "s1",
    "action_type": "question",
    "title": "Which database should we use?",
    "cwd": "/home/ana/shop",
    "agent": "claude",
    "options": ["SQLite – one file", "PostgreSQL – a server", "Both, behind a switch"],
}


def command(line: str, **more: Any) -> dict[str, Any]:
    """Return an ask for one more command of claude's in the shop."""
    said = {"title": line, "preview": line, "params": {"command": line}, "reason": ""}
    return {**PUSH, **said, **more}


TEST = command("npm test -- unit")
BURST = (
    PUSH,
    command("npm ci"),
    command("npm test -- unit"),
    command("npm test -- cart"),
    REMOVE,
    command("git commit -am 'Fix the total'"),
    command("npm run lint"),
)
WAITING = (PUSH, command("npm test -- unit"), command("npm test -- cart"), REMOVE)

# What Claude Code sends to its hooks, as it stands there.
CLAUDE: dict[str, Any] = {
    "session_id": "d0fdd015-7f64-4c0b-9a43-5f8a1f1f2c11",
    "cwd": "/home/ana/shop",
    "permission_mode": "default",
    "hook_event_name": "PermissionRequest",
}
CLAUDE_EDIT: dict[str, Any] = {
    **CLAUDE,
    "tool_name": "Edit",
    "tool_input": {
        "file_path": "/home/ana/shop/src/cart.ts",
        "old_string": "export const total = (items: Item[]) =>\n"
        "  items.reduce((sum, item) => sum + item.price, 0);",
        "new_string": "export const total = (items: Item[]) =>\n"
        "  items.reduce((sum, item) => sum + item.price * item.count, 0);",
    },
}
CLAUDE_QUESTION: dict[str, Any] = {
    **CLAUDE,
    "tool_name": "AskUserQuestion",
    "tool_input": {
        "questions": [
            {
                "question": "Where should the sessions be kept?",
                "header": "Sessions",
                "multiSelect": False,
                "options": [
                    {"label": "In a cookie", "description": "Signed; no store is needed."},
                    {"label": "In Redis", "description": "They can be ended at once."},
                ],
            }
        ]
    },
}
