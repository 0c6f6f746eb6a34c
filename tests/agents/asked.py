"""What Claude Code's model asks, and plans, in these tests."""

import re

from tests.agents.script import Call, Turn

QUESTIONS = [
    {
        "question": "Which database should we use?",
        "header": "Database",
        "multiSelect": False,
        "options": [
            {"label": "SQLite", "description": "one file"},
            {"label": "PostgreSQL", "description": "a server"},
        ],
    },
    {
        "question": "Which features do you want?",
        "header": "Features",
        "multiSelect": True,
        "options": [
            {"label": "Auth", "description": "people sign in"},
            {"label": "Cache", "description": "faster reads"},
            {"label": "Mail", "description": "it writes letters"},
        ],
    },
]
ANSWERS = {
    "Which database should we use?": "PostgreSQL",
    "Which features do you want?": "Auth, Cache",
}
_PLAN_FILE = re.compile(r"/[\w./-]+/plans/[\w-]+\.md")


def writes_plan(read: str) -> Turn:
    """Let the model write its plan where Claude Code told it to."""
    found = _PLAN_FILE.search(read)
    assert found is not None, "it was not told where to write its plan"
    return (Call("Write", {"file_path": found[0], "content": "# Plan\n1. do the thing\n"}),)
