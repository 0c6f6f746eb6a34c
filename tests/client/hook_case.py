"""What the hook's tests share: made-up input of each agent, and the real process run on it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).parent.parent.parent / "web/client"
COMMAND = "touch /home/ana/shop/canary"
CLAUDE = {
    "session_id": "d0fdd015",
    "transcript_path": "/home/ana/.claude/projects/-home-ana-shop/d0fdd015.jsonl",
    "cwd": "/home/ana/shop",
    "permission_mode": "default",
    "tool_name": "Bash",
    "tool_input": {"command": COMMAND, "description": "Leave a mark"},
}
CODEX = {
    "session_id": "0199",
    "turn_id": "1",
    "cwd": "/home/ana/shop",
    "model": "gpt-5",
    "permission_mode": "default",
    "tool_name": "Bash",
    "tool_input": {"command": COMMAND},
}
GEMINI = {
    "session_id": "g-1",
    "transcript_path": "/home/ana/.gemini/tmp/g-1.json",
    "cwd": "/home/ana/shop",
    "timestamp": "2026-11-21T10:00:00.000Z",
    "tool_name": "run_shell_command",
    "tool_input": {"command": COMMAND},
}
COPILOT = {
    "sessionId": "c-1",
    "timestamp": 1795255200000,
    "cwd": "/home/ana/shop",
    "toolName": "bash",
    "toolArgs": {"command": COMMAND},
}
CURSOR = {
    "conversation_id": "u-1",
    "generation_id": "u-2",
    "cursor_version": "2.1.0",
    "workspace_roots": ["/home/ana/shop"],
    "command": COMMAND,
    "cwd": "/home/ana/shop",
}


def asked(base: Mapping[str, Any], event: str) -> dict[str, Any]:
    """An agent's input at an event."""
    return {**base, "hook_event_name": event}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the process printed and ended with."""

    out: str
    err: str
    code: int

    @property
    def answer(self) -> Any:
        return json.loads(self.out)


def environment(url: str, home: Path, **more: str) -> dict[str, str]:
    """An environment without the tests' own settings and proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("APPROVAL_", "AGENTGATE_")) and not name.lower().endswith("_proxy")
    }
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONPATH": str(CLIENT),
        "APPROVAL_GATE_URL": url,
        "APPROVAL_API_KEY": "agent-key",
        **more,
    }


def hook(
    body: object,
    environ: Mapping[str, str],
    *words: str,
    program: Sequence[str] = (sys.executable, "-m", "ok2run.hook"),
    cwd: Path | None = None,
) -> Said:
    """Run the hook on an input, given as JSON or as bytes, and return what it said."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    ended = subprocess.run(
        [*program, *words],
        input=content,
        capture_output=True,
        env=dict(environ),
        cwd=cwd,
        timeout=60,
        check=False,
    )
    return Said(out=ended.stdout.decode(), err=ended.stderr.decode(), code=ended.returncode)
