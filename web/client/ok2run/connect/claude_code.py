"""Claude Code: HTTP hooks straight to the gate, or the command form where it may not be called."""

from collections.abc import Callable
from pathlib import Path

from ok2run.connect.choice import (
    LIMIT,
    Choice,
    Setup,
    Unsuitable,
    hook_command,
    is_reached_by_hooks,
)
from ok2run.connect.hookfile import HookFile, Json

AGENT = "claude-code"
FORM = HookFile(agent=AGENT)
TITLE = "Claude Code"
KEY = "APPROVAL_API_KEY"
SHORT = 30  # seconds for what only tells; it is answered at once

PERMISSION, BEFORE = "PermissionRequest", "PreToolUse"
ASKING = (PERMISSION, "Elicitation")
TELLING = (
    "PostToolUse",
    "PostToolUseFailure",
    "Stop",
    "UserPromptSubmit",
    "SessionEnd",
    "Notification",
)
_BY_TOOL = frozenset({PERMISSION, BEFORE, "PostToolUse", "PostToolUseFailure"})


def setup(choice: Choice) -> Setup:
    """Return what Claude Code's settings are to hold."""
    folder = choice.folder("CLAUDE_CONFIG_DIR", ".claude")
    path = choice.place(folder / "settings.json", Path(".claude/settings.local.json"))
    is_http = not choice.as_command and is_reached_by_hooks(choice.url)
    if choice.write_key and not is_http:
        raise Unsuitable(
            "--write-key is for the HTTP form; the command form reads the key that is kept by: "
            "ok2run config set APPROVAL_API_KEY"
        )
    if choice.write_key and not choice.key:
        raise Unsuitable(
            "--write-key needs the key: set APPROVAL_API_KEY, or keep it by: "
            "ok2run config set APPROVAL_API_KEY"
        )
    notes: tuple[str, ...] = ()
    if not is_http and not choice.as_command:
        notes = ("Claude Code calls no private address over HTTP; the command form was written.",)
    if not choice.pre_tool_use:
        notes += (
            "In auto mode Claude Code decides much by itself; "
            "--pre-tool-use has every call that changes something asked about.",
        )
    return Setup(
        path=path,
        form=FORM,
        entries=_entries(choice, is_http=is_http),
        is_private=choice.write_key,
        reads_settings=not is_http,
        key_variable=KEY if is_http and not choice.write_key else None,
        notes=notes,
    )


def _entries(choice: Choice, *, is_http: bool) -> dict[str, list[Json]]:
    events = (PERMISSION, *((BEFORE,) if choice.pre_tool_use else ()), "Elicitation", *TELLING)
    return {
        event: [
            group(event, _over_http(event, choice) if is_http else as_command(event, hook_command))
        ]
        for event in events
    }


def group(event: str, handler: Json) -> Json:
    """Return a handler as an entry of an event's list."""
    return {**({"matcher": "*"} if event in _BY_TOOL else {}), "hooks": [handler]}


def _over_http(event: str, choice: Choice) -> Json:
    limit = _limit(event)
    token = choice.key if choice.write_key else f"${KEY}"
    return {
        "type": "http",
        "url": f"{choice.url}/v1/hooks/{AGENT}?limit={limit}",
        "headers": {"Authorization": f"Bearer {token}"},
        **({} if choice.write_key else {"allowedEnvVars": [KEY]}),
        "timeout": limit,
        **_on_failure(event),
    }


def as_command(event: str, command: Callable[..., str]) -> Json:
    """Return the command form of a handler."""
    return {
        "type": "command",
        "command": command(AGENT, limit=_limit(event), must_answer=event == BEFORE),
        "timeout": _limit(event),
        **_on_failure(event),
    }


def _limit(event: str) -> int:
    return LIMIT if event == BEFORE or event in ASKING else SHORT


def _on_failure(event: str) -> Json:
    """Return what a gate that does not answer means.

    PermissionRequest goes on: its dialog is on the screen already and waits for a person, and
    without a terminal Claude Code denies by itself; `block` would take the dialog away. A call
    that PreToolUse says nothing of would run, so that it is blocked.
    """
    if event == BEFORE:
        return {"onFailure": "block"}
    return {"onFailure": "continue"} if event in ASKING else {}
