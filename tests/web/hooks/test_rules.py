"""Claude Code's own suggestions: which may go back with Session, and in what words."""

import pytest

from web.hooks.claude_rules import in_words, suggested

BASH = {
    "type": "addRules",
    "rules": [{"toolName": "Bash", "ruleContent": "git status:*"}, {"toolName": "Read"}],
    "behavior": "allow",
    "destination": "session",
}
DIRECTORY = {"type": "addDirectories", "directories": ["/home/ana/out"], "destination": "session"}


def words_of(*suggestions):
    return in_words(suggested({"permission_suggestions": list(suggestions)}))


def test_rules_directories_and_modes_of_the_session_are_said():
    mode = {"type": "setMode", "mode": "acceptEdits", "destination": "session"}

    assert words_of(BASH, DIRECTORY, mode) == (
        "Bash(git status:*), any Read",
        "files in /home/ana/out",
        "mode acceptEdits",
    )


@pytest.mark.parametrize(
    "suggestion",
    [
        {**BASH, "destination": "localSettings"},
        {**BASH, "destination": "userSettings"},
        {**BASH, "behavior": "deny"},
        {**BASH, "rules": ["Bash"]},
        {**BASH, "rules": [{"toolName": "Bash", "ruleContent": 7}]},
        {**DIRECTORY, "directories": "all"},
        {**DIRECTORY, "directories": [""]},
        {"type": "setMode", "mode": "bypassPermissions", "destination": "session"},
        {"type": "setMode", "mode": "dontAsk", "destination": "session"},
        {"type": "removeRules", "rules": [], "destination": "session"},
        "all",
    ],
)
def test_nothing_else_is_ever_sent(suggestion):
    assert words_of(suggestion) == ()


@pytest.mark.parametrize(
    "odd", ["/home/" + "x" * 400, "/home/ana/\u202eout", "gh" + "p_" + "a1B2" * 9]
)
def test_what_a_card_cannot_say_as_it_is_is_not_sent(odd):
    assert words_of(DIRECTORY, {**DIRECTORY, "directories": [odd]}) == ()
