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
