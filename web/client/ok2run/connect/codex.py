"""Codex CLI: command hooks in its hooks.json; what it trusts of them is `codex_trust`'s part."""

from pathlib import Path

from ok2run.connect.choice import LIMIT, Choice, Setup, hook_command
from ok2run.connect.hookfile import HookFile, Json

AGENT = "codex"
FORM = HookFile(agent=AGENT)
TITLE = "Codex"


def folder(choice: Choice) -> Path:
    """Return where Codex keeps what is the user's."""
    return choice.folder("CODEX_HOME", ".codex")


def setup(choice: Choice) -> Setup:
    """Return what Codex's hooks.json is to hold.

    A PermissionRequest without an answer comes to the terminal's own prompt; a PreToolUse without
    one runs, so that there a hook which could not be started refuses.
    """
    entries = {"PermissionRequest": [_group(choice, must_answer=False)]}
    if choice.pre_tool_use:
        entries["PreToolUse"] = [_group(choice, must_answer=True)]
    notes = () if choice.pre_tool_use else ("codex exec asks nothing; --pre-tool-use gates it.",)
    return Setup(
        path=choice.place(folder(choice) / "hooks.json", Path(".codex/hooks.json")),
        form=FORM,
        entries=entries,
        notes=notes,
    )


def _group(choice: Choice, *, must_answer: bool) -> Json:
    command = hook_command(AGENT, shared=choice.is_project, must_answer=must_answer)
    return {
        "matcher": "*",
        "hooks": [{"type": "command", "command": command, "timeout": LIMIT}],
    }
