"""Cursor: hooks before shell commands and MCP calls; one that fails is a refusal."""

from pathlib import Path

from ok2run.connect.choice import LIMIT, Choice, Setup, hook_command
from ok2run.connect.hookfile import HookFile

AGENT = "cursor"
FORM = HookFile(agent=AGENT, head={"version": 1})
TITLE = "Cursor"
EVENTS = ("beforeShellExecution", "beforeMCPExecution")


def setup(choice: Choice) -> Setup:
    """Return what Cursor's hooks.json is to hold."""
    command = hook_command(AGENT, shared=choice.is_project, must_answer=True)
    handler: dict[str, object] = {"command": command, "timeout": LIMIT, "failClosed": True}
    return Setup(
        path=choice.place(choice.home / ".cursor/hooks.json", Path(".cursor/hooks.json")),
        form=FORM,
        entries={event: [handler] for event in EVENTS},
    )
