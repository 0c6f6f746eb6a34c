"""What a card says of a call of each of Claude Code's tools."""

import pytest

from bot.core.extent import Breadth, extents_of
from bot.core.risk import Level, assess
from bot.core.terms import Terms
from web.hooks.claude_tool import action_of

CWD = "/home/ana/shop"
FILE = f"{CWD}/src/app.py"


def made(tool, **given):
    return action_of(tool, given, CWD, Terms())


@pytest.mark.parametrize(
    ("tool", "given", "title", "preview", "language"),
    [
        ("Bash", {"command": "ls -l"}, "ls -l", "ls -l", "bash"),
        (
            "Edit",
            {"file_path": FILE, "old_string": "a", "new_string": "b", "replace_all": False},
            "Edit src/app.py",
            f"--- {FILE}\n@@ -1 +1 @@\n-a\n+b",
            "diff",
        ),
        (
            "Edit",
            {"file_path": "/etc/x", "old_string": "a", "new_string": "b", "replace_all": True},
            "Edit every occurrence in /etc/x",
            "--- /etc/x\n@@ -1 +1 @@\n-a\n+b",
            "diff",
        ),
        (
            "MultiEdit",
            {
                "file_path": FILE,
                "edits": [
                    {"old_string": "a", "new_string": "b"},
                    {"old_string": "c\nd", "new_string": "c"},
                ],
            },
            "Edit src/app.py",
            f"--- {FILE}\n@@ -1 +1 @@\n-a\n+b\n@@ -2 +1 @@\n c\n-d",
            "diff",
        ),
        (
            "Write",
            {"file_path": FILE, "content": "one\ntwo\n"},
            "Write src/app.py",
            f"+++ {FILE}\n+one\n+two\n+",
            "diff",
        ),
        (
            "NotebookEdit",
            {"notebook_path": FILE, "new_source": "x", "cell_id": "c1", "edit_mode": "replace"},
            "Edit src/app.py",
            f"+++ {FILE}\n@@ cell replace c1 @@\n+x",
            "diff",
        ),
        (
            "WebFetch",
            {"url": "https://example.org/a", "prompt": "What is it?"},
            "Fetch https://example.org/a",
            "https://example.org/a\n\nWhat is it?",
            None,
        ),
        ("WebSearch", {"query": "tea"}, "Search the web: tea", "tea", None),
        (
            "Task",
            {"subagent_type": "Explore", "description": "look", "prompt": "Look around"},
            "Start agent Explore: look",
            "Look around",
            "markdown",
        ),
        (
            "ExitPlanMode",
            {"plan": "\n## Do it\nnow"},
            "Plan: Do it",
            "\n## Do it\nnow",
            "markdown",
        ),
    ],
)
def test_a_known_call_is_said_whole(tool, given, title, preview, language):
    action = made(tool, **given)

    assert (action.title, action.preview, action.language) == (title, preview, language)
    assert (action.action_type, action.params, action.cwd) == (tool, given, CWD)
    assert action.terms == Terms(says_all=True)


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("Bash", {"command": "ls", "timeout": 5}),
        ("Bash", {"command": "ls", "description": 7}),
        ("Edit", {"file_path": FILE, "old_string": "a", "new_string": "b", "more": 1}),
        ("Write", {"file_path": FILE, "content": "a", "mode": "0777"}),
        ("WebSearch", {"query": "tea", "allowed_domains": ["example.org"]}),
    ],
)
def test_a_call_with_more_than_is_said_shows_all_its_parameters(tool, given):
    terms = made(tool, **given).terms

    assert terms is not None
    assert not terms.says_all


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("Bash", {"command": ["ls"]}),
        ("Edit", {"file_path": FILE}),
        ("MultiEdit", {"file_path": FILE, "edits": "all"}),
        ("Write", {"file_path": FILE}),
        ("WebFetch", {}),
        ("Read", {"file_path": FILE}),
    ],
)
def test_an_unknown_call_is_shown_as_json(tool, given):
    action = made(tool, **given)

    assert (action.title, action.language) == (tool, "json")


def test_a_servers_tool_is_named_with_its_server():
    assert made("mcp__github__create_issue", title="x").title == "github: create_issue"
    assert made("mcp__odd", title="x").title == "mcp__odd"


def test_an_edit_of_several_thousand_lines_is_shown_old_then_new():
    old, new = "\n".join("a" * 3000), "\n".join("b" * 3000)

    preview = made("Edit", file_path=FILE, old_string=old, new_string=new).preview

    lines = preview.split("\n")
    assert lines[1:3] == ["@@ -3000 +3000 @@", "-a"]
    assert (len(lines), lines[-1]) == (6002, "+b")


def test_an_edits_file_may_be_granted():
    action = made("Edit", file_path=FILE, old_string="a", new_string="b")

    breadths = [extent.breadth for extent in extents_of(action)]
    assert breadths[:2] == [Breadth.FILE, Breadth.FOLDER]
    assert extents_of(made("Write", file_path=FILE, content="/etc/x\n"))[0].text == FILE


def test_a_dangerous_command_is_seen_as_it_is():
    action = made("Bash", command="rm -rf ~/backups", description="tidy up")

    assert assess(action).level.rank >= Level.HIGH.rank
    assert "deletes" in " ".join(assess(action).floor)
