"""`ok2run connect`: what it writes for each agent, what it says, and how it undoes it."""

import json
import shlex
import subprocess

import pytest

from ok2run.connect.agents import AGENTS
from tests.client.connect.kit import KEY, Home
from tests.client.hook_case import environment

PLACES = {
    "claude-code": ".claude/settings.json",
    "codex": ".codex/hooks.json",
    "gemini": ".gemini/settings.json",
    "cursor": ".cursor/hooks.json",
    "copilot": ".copilot/hooks/ok2run.json",
}
IN_PROJECT = {
    "claude-code": ".claude/settings.local.json",
    "codex": ".codex/hooks.json",
    "gemini": ".gemini/settings.json",
    "cursor": ".cursor/hooks.json",
    "copilot": ".github/hooks/ok2run.json",
}
ALL = pytest.mark.parametrize("agent", PLACES)


@ALL
def test_the_users_settings_are_written_and_removed_again(agent: str, home: Home):
    assert home.connect(agent) == 0
    lines = home.out.splitlines()
    assert list(home.files()) == [f"home/{PLACES[agent]}"]

    assert home.connect(agent, "--remove") == 0

    assert home.files() == {}
    assert len(lines) == 3
    assert str(home.place / PLACES[agent]) in lines[0]
    assert lines[1].startswith("Next: ")
    assert lines[2] == f"To undo: ok2run connect {agent} --remove"


@ALL
def test_a_second_time_changes_nothing_and_says_so(agent: str, home: Home):
    home.connect(agent)
    before = home.files()

    assert home.connect(agent) == 0

    assert home.files() == before
    assert "nothing was changed" in home.out


@ALL
def test_a_project_has_settings_of_its_own(agent: str, home: Home):
    assert home.connect(agent, "--scope", "project") == 0

    assert list(home.files()) == [f"project/{IN_PROJECT[agent]}"]
    assert home.out.endswith(f"ok2run connect {agent} --remove --scope project\n")
    home.connect(agent, "--remove", "--scope", "project")
    assert home.files() == {}


@ALL
def test_showing_writes_nothing(agent: str, home: Home):
    assert home.connect(agent, "--print") == 0

    assert home.files() == {}
    shown = json.loads(home.out)
    module = AGENTS[agent]
    home.connect(agent)
    assert shown == home.read(PLACES[agent])
    assert module.FORM.ours_in(json.dumps(shown)).keys() == shown["hooks"].keys()


@ALL
def test_showing_what_removing_leaves_writes_nothing(agent: str, home: Home):
    home.connect(agent)
    before = home.files()

    assert home.connect(agent, "--remove", "--print") == 0

    assert home.files() == before
    assert home.out == ""
    assert "would not be there" in home.err


def test_showing_does_not_show_the_key(home: Home):
    home.environment.setenv("APPROVAL_API_KEY", KEY)

    home.connect("claude-code", "--write-key", "--print")

    assert "Bearer <the key>" in home.out
    assert KEY not in home.out + home.err


@ALL
def test_removing_where_nothing_is_changes_nothing(agent: str, home: Home):
    assert home.connect(agent, "--remove") == 0

    assert "holds nothing of the gate" in home.out
    assert home.files() == {}


def test_claude_code_calls_the_gate_itself(home: Home):
    home.environment.setenv("APPROVAL_GATE_URL", "http://127.0.0.1:8787/")

    home.connect("claude-code")

    hooks = home.read(PLACES["claude-code"])["hooks"]
    assert hooks["PermissionRequest"] == [
        {
            "matcher": "*",
            "hooks": [
                {
                    "type": "http",
                    "url": "http://127.0.0.1:8787/v1/hooks/claude-code?limit=3600",
                    "headers": {"Authorization": "Bearer $APPROVAL_API_KEY"},
                    "allowedEnvVars": ["APPROVAL_API_KEY"],
                    "timeout": 3600,
                    "onFailure": "continue",
                }
            ],
        }
    ]
    assert set(hooks) == {
        "PermissionRequest",
        "Elicitation",
        "PostToolUse",
        "PostToolUseFailure",
        "Stop",
        "UserPromptSubmit",
        "SessionEnd",
        "Notification",
    }


def test_a_call_that_would_run_by_itself_is_blocked_where_the_gate_is_silent(home: Home):
    home.connect("claude-code", "--pre-tool-use")

    (group,) = home.read(PLACES["claude-code"])["hooks"]["PreToolUse"]
    assert group["hooks"][0]["onFailure"] == "block"
    assert group["hooks"][0]["timeout"] == 3600


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("http://127.0.0.1:8000", "http"),
        ("http://[::1]:8000", "http"),
        ("http://localhost:8000", "http"),
        ("https://gate.example.org", "http"),
        ("https://8.8.8.8", "http"),
        ("http://gate.example.org", "command"),
        ("https://192.168.1.5", "command"),
        ("https://100.64.0.7:8000", "command"),
        ("http://10.0.0.1:8000", "command"),
        ("https://[fd00::1]", "command"),
        ("https://gate", "command"),
        ("https://gate.tail1234.ts.net", "command"),
        ("https://gate.lan", "command"),
    ],
)
def test_an_address_that_claude_code_does_not_call_gets_the_command_form(
    url: str, form: str, home: Home
):
    home.environment.setenv("APPROVAL_GATE_URL", url)

    home.connect("claude-code")

    hooks = home.read(PLACES["claude-code"])["hooks"]
    assert {group["hooks"][0]["type"] for (group,) in hooks.values()} == {form}
    assert ("the command form was written" in home.out) == (form == "command")


def test_the_command_form_names_the_program_where_it_is(home: Home):
    program = home.program("ok2run", "#!/bin/sh\n")

    home.connect("claude-code", "--command", "--pre-tool-use")

    hooks = home.read(PLACES["claude-code"])["hooks"]
    asked = hooks["PermissionRequest"][0]["hooks"][0]
    assert asked == {
        "type": "command",
        "command": f"{program} hook claude-code --limit 3600",
        "timeout": 3600,
        "onFailure": "continue",
    }
    before = hooks["PreToolUse"][0]["hooks"][0]
    assert shlex.split(before["command"])[:5] == [*shlex.split(asked["command"])]
    assert before["command"].endswith("exit 2'")
    assert "ok2run config set APPROVAL_API_KEY" in home.out


def test_a_folders_own_module_is_never_taken_for_the_hook(home: Home):
    (home.project / "ok2run").mkdir()
    (home.project / "ok2run/__init__.py").write_text("")
    for name in ("ok2run/cli.py", "argparse.py", "json.py"):
        (home.project / name).write_text("print('{}')\nraise SystemExit(0)\n")

    home.connect("codex", "--pre-tool-use")

    (group,) = home.read(PLACES["codex"])["hooks"]["PreToolUse"]
    command = group["hooks"][0]["command"]
    ended = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=home.project,
        env=environment("", home.place),
        input=b"[]",
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 2
    assert b"is not a hook's JSON" in ended.stderr


def test_what_undoes_it_can_be_pasted_as_it_is(home: Home):
    (home.project / "a b").mkdir()

    home.connect("cursor", "--settings", "a b/hooks.json")

    assert "ok2run connect cursor --remove --settings 'a b/hooks.json'" in home.out


def test_a_shared_file_has_no_path_of_one_machine(home: Home):
    home.program("ok2run", "#!/bin/sh\n")

    home.connect("cursor", "--scope", "project")

    command = json.loads((home.project / ".cursor/hooks.json").read_text())
    assert command["hooks"]["beforeShellExecution"][0]["command"].startswith("ok2run hook cursor ")


def test_the_key_is_written_only_where_the_person_says_so(home: Home):
    home.environment.setenv("APPROVAL_API_KEY", KEY)

    home.connect("claude-code")
    assert KEY not in (home.place / PLACES["claude-code"]).read_text()
    assert KEY not in home.out
    home.connect("claude-code", "--write-key")

    path = home.place / PLACES["claude-code"]
    handler = home.read(PLACES["claude-code"])["hooks"]["PermissionRequest"][0]["hooks"][0]
    assert handler["headers"] == {"Authorization": f"Bearer {KEY}"}
    assert "allowedEnvVars" not in handler
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_limit_is_in_the_agents_own_unit(home: Home):
    for agent in PLACES:
        home.connect(agent)

    gemini = home.read(PLACES["gemini"])["hooks"]["BeforeTool"][0]["hooks"][0]
    cursor = home.read(PLACES["cursor"])
    copilot = home.read(PLACES["copilot"])
    assert gemini["timeout"] == 3_600_000
    assert cursor["hooks"]["beforeMCPExecution"][0]["failClosed"] is True
    assert cursor["version"] == copilot["version"] == 1
    assert copilot["hooks"]["permissionRequest"][0]["timeoutSec"] == 3600
    assert "--event permissionRequest" in copilot["hooks"]["permissionRequest"][0]["bash"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nobody"], 2, "invalid choice"),
        ([], 2, "AGENT"),
        (["codex", "--command"], 2, "for claude-code"),
        (["cursor", "--pre-tool-use"], 2, "for claude-code and codex"),
        (["claude-code", "--write-key"], 2, "needs the key"),
        (["claude-code", "--command", "--write-key"], 2, "for the HTTP form"),
        (["claude-code", "--settings", "no/such/folder/s.json"], 1, "there is no folder"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    words: list[str], code: int, said: str, home: Home
):
    assert home.connect(*words) == code

    assert said in home.err
    assert home.files() == {}


def test_an_address_that_is_none_is_refused(home: Home):
    home.environment.setenv("APPROVAL_GATE_URL", "gate")

    assert home.connect("claude-code") == 1

    assert "not an http or https address" in home.err


def test_an_agents_folder_may_be_elsewhere(home: Home):
    home.environment.setenv("CLAUDE_CONFIG_DIR", str(home.project / "kept"))

    home.connect("claude-code")

    assert list(home.files()) == ["project/kept/settings.json"]
