"""Hooks as Claude Code 2.1.329 sends them, with made-up paths and ids."""

from typing import Any

SESSION = "d0fdd015-5a2b-4c33-9d37-0a1b2c3d4e5f"
CWD = "/home/ana/shop"
BASH: dict[str, Any] = {
    "command": "echo hi > /home/ana/out/out.txt",
    "description": "Write proof file",
}
_COMMON: dict[str, Any] = {
    "session_id": SESSION,
    "transcript_path": f"/home/ana/.claude/projects/-home-ana-shop/{SESSION}.jsonl",
    "cwd": CWD,
    "prompt_id": "54efbbca-0d1e-4f2a-8b3c-4d5e6f708192",
    "permission_mode": "default",
}
SUGGESTION: dict[str, Any] = {
    "type": "addDirectories",
    "directories": ["/home/ana/out"],
    "destination": "session",
}


def _hook(event: str, **more: Any) -> dict[str, Any]:
    return {**_COMMON, "hook_event_name": event, **more}


def permission(tool: str = "Bash", given: Any = BASH, **more: Any) -> dict[str, Any]:
    """A tool wants to be used."""
    more.setdefault("permission_suggestions", [SUGGESTION])
    return _hook(
        "PermissionRequest",
        effort={"level": "medium"},
        tool_name=tool,
        tool_input=given,
        **more,
    )


def before(tool: str = "Bash", given: Any = BASH, use: str = "toolu_01", **more: Any) -> Any:
    """A tool is about to be used."""
    return _hook("PreToolUse", tool_name=tool, tool_input=given, tool_use_id=use, **more)


def after(tool: str = "Bash", given: Any = BASH, use: str = "toolu_01", **more: Any) -> Any:
    """A tool was used."""
    response = {
        "stdout": "",
        "stderr": "",
        "interrupted": False,
        "isImage": False,
        "noOutputExpected": False,
    }
    more.setdefault("tool_response", response)
    return _hook(
        "PostToolUse",
        tool_name=tool,
        tool_input=given,
        tool_use_id=use,
        duration_ms=116,
        **more,
    )


def failed(error: str, given: Any = BASH, **more: Any) -> dict[str, Any]:
    """A tool was used, and failed."""
    return _hook(
        "PostToolUseFailure",
        tool_name="Bash",
        tool_input=given,
        tool_use_id="toolu_01",
        error=error,
        is_interrupt=False,
        duration_ms=93,
        **more,
    )


def prompt(words: str = "go on", **more: Any) -> dict[str, Any]:
    """The person at the terminal has written something."""
    return _hook("UserPromptSubmit", prompt=words, **more)


def stop(said: str = "Done.", **more: Any) -> dict[str, Any]:
    """The agent has finished its turn."""
    return _hook(
        "Stop",
        stop_hook_active=False,
        last_assistant_message=said,
        background_tasks=[],
        session_crons=[],
        **more,
    )


def session_end(**more: Any) -> dict[str, Any]:
    """The session is over."""
    return _hook("SessionEnd", reason="prompt_input_exit", **more)


def notification(kind: str = "permission_prompt", **more: Any) -> dict[str, Any]:
    """The terminal wants attention."""
    more.setdefault("message", "Claude needs your permission")
    return _hook("Notification", notification_type=kind, **more)


QUESTIONS: dict[str, Any] = {
    "questions": [
        {
            "question": "Which database should we use?",
            "header": "Database",
            "multiSelect": False,
            "options": [
                {"label": "SQLite", "description": "one file"},
                {"label": "Postgres", "description": "a server"},
            ],
        },
        {
            "question": "Which features do you want?",
            "header": "Features",
            "multiSelect": True,
            "options": [
                {"label": "Auth", "description": "people sign in"},
                {"label": "Cache", "description": "pages are kept"},
                {"label": "Search", "description": "words are found"},
            ],
        },
    ]
}
PLAN: dict[str, Any] = {
    "plan": "# Plan\n1. do the thing\n",
    "planFilePath": "~/.claude/plans/calm-otter.md",
}


def elicitation(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An MCP server asks for a form to be filled in."""
    return _hook(
        "Elicitation",
        mcp_server_name="elic",
        message="Please confirm",
        mode="form",
        requested_schema=schema,
        **more,
    )
