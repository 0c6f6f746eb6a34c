"""Copilot CLI: a permissionRequest hook in a file of its own; without a limit it gets 30 s."""

from pathlib import Path

from ok2run.connect.choice import LIMIT, Choice, Setup, hook_command
from ok2run.connect.hookfile import HookFile

AGENT = "copilot"
FORM = HookFile(agent=AGENT, head={"version": 1})
TITLE = "Copilot CLI"
EVENT = "permissionRequest"


def setup(choice: Choice) -> Setup:
    """Return what the file among Copilot's hooks is to hold."""
    command = hook_command(AGENT, event=EVENT, shared=choice.is_project, must_answer=True)
    handler: dict[str, object] = {"type": "command", "bash": command, "timeoutSec": LIMIT}
    folder = choice.folder("COPILOT_HOME", ".copilot")
    return Setup(
        path=choice.place(folder / "hooks/ok2run.json", Path(".github/hooks/ok2run.json")),
        form=FORM,
        entries={EVENT: [handler]},
    )
