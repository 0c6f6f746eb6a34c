"""Gemini CLI: a BeforeTool hook in its settings.json; its times are milliseconds."""

from pathlib import Path

from ok2run.connect.choice import LIMIT, Choice, Setup, hook_command, tools_but
from ok2run.connect.hookfile import HookFile

AGENT = "gemini"
FORM = HookFile(agent=AGENT)
TITLE = "Gemini CLI"
# They read, plan or ask the person at the terminal; nobody is to be asked about them elsewhere.
QUIET = (
    "read_file", "read_many_files", "list_directory", "glob", "grep_search", "search_file_content",
    "google_web_search", "write_todos", "ask_user", "get_internal_docs", "update_topic",
    "complete_task", "enter_plan_mode", "exit_plan_mode", "tracker_create_task",
    "tracker_update_task", "tracker_get_task", "tracker_list_tasks", "tracker_add_dependency",
    "tracker_visualize",
)  # fmt: skip


def setup(choice: Choice) -> Setup:
    """Return what Gemini CLI's settings are to hold."""
    command = hook_command(AGENT, shared=choice.is_project, must_answer=True)
    handler = {"type": "command", "name": "ok2run", "command": command, "timeout": LIMIT * 1000}
    home = choice.folder("GEMINI_CLI_HOME", "")
    return Setup(
        path=choice.place(home / ".gemini/settings.json", Path(".gemini/settings.json")),
        form=FORM,
        entries={"BeforeTool": [{"matcher": tools_but(*QUIET), "hooks": [handler]}]},
        notes=(
            "After an approval Gemini CLI still asks at the terminal where its own mode does.",
        ),
    )
