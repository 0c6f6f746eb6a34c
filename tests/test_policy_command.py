"""The policy tools as an operator runs them: what they print, and how they end."""

import asyncio
import io
import json
import shlex
import sys
import textwrap
from pathlib import Path

import pytest

from bot.command import main
from bot.core.action import Action
from bot.core.risk import assess
from bot.policy_file import example_policy
from tests.daemon import ROOT, Daemon
from tests.test_command import loaded_by
from tests.test_daemon import KEYS, call, ok2run
from tests.world import ADMIN_KEY

ONE = """\
[[policy]]
name = "mine"
[[policy.rule]]
name = "listing"
match = { command = { begins_with = ["ls"] } }
decision = "allow"
because = "It only looks."
matches = ["ls", "ls -l"]
does_not_match = ["ls; rm x"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ok2run.toml"
    path.write_text(ONE)
    return path


def ran(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["policy", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_file_without_fault_is_said_to_be_so(file: Path, capsys: pytest.CaptureFixture[str]):
    code, out, err = ran(capsys, "check", file)

    assert (code, err) == (0, "")
    assert out == f"{file}: 1 policy, 1 rule, 3 tests; no fault.\n"


def test_check_tells_every_fault_by_its_line(file: Path, capsys: pytest.CaptureFixture[str]):
    file.write_text(ONE.replace('"allow"', '"alow"') + "colour = 1\n")

    code, out, err = ran(capsys, "check", file)

    assert (code, out) == (1, "")
    assert err.splitlines() == [
        f'{file}:6: policy "mine", rule 1, decision: must be one of allow, deny, ask.',
        f'{file}:10: policy "mine", rule 1, colour: is not a key of a rule; there are match, '
        "decision, because, name, strict, lifts, matches, does_not_match, approvers, quorum, "
        "deny_threshold, channels, expires_in, remind, escalate, require_reason, confirm, "
        "silence.",
    ]


def test_check_warns_and_is_content(file: Path, capsys: pytest.CaptureFixture[str]):
    file.write_text(ONE + ONE.replace("mine", "hidden"))

    code, out, err = ran(capsys, "check", file)

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f'warning: {file}:12: policy "hidden", rule 1: never decides: policy "mine", rule 1 '
        "matches all that it matches.",
        f"{file}: 2 policies, 2 rules, 6 tests; no fault.",
    ]


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for command in ("check", "test", "backtest"):
        code, out, err = ran(capsys, command, tmp_path / "none.toml")

        assert (code, out) == (1, "")
        assert err.startswith(f"{tmp_path / 'none.toml'}: there is no such file.\n")


def test_the_rules_own_tests_are_run_and_counted(file: Path, capsys: pytest.CaptureFixture[str]):
    assert ran(capsys, "test", file) == (
        0,
        f"{file}: 1 policy, 1 rule, 3 tests; all tests passed.\n",
        "",
    )


def test_rules_without_tests_are_told(file: Path, capsys: pytest.CaptureFixture[str]):
    file.write_text('policy = [{name = "a", rule = [{match = {}, decision = "ask"}]}]')

    code, out, _ = ran(capsys, "test", file)

    assert code == 0
    assert "1 rule without a test; give each matches and does_not_match." in out


def test_a_test_that_fails_is_named(file: Path, capsys: pytest.CaptureFixture[str]):
    file.write_text(ONE.replace('"ls; rm x"', '"ls -a", "rm x", "ls"'))

    code, out, err = ran(capsys, "test", file)

    assert (code, out) == (1, "")
    assert err.splitlines() == [
        f'{file}:9: policy "mine", rule 1, does_not_match.1: matches.',
        f'{file}:9: policy "mine", rule 1, does_not_match.3: matches.',
        f"{file}: 2 tests failed.",
    ]


def test_a_file_with_other_faults_is_not_said_to_have_failed_its_tests(
    file: Path, capsys: pytest.CaptureFixture[str]
):
    file.write_text(ONE.replace('"ls; rm x"', '"ls"') + "[[policy.rule]]\n")

    code, _, err = ran(capsys, "test", file)

    assert code == 1
    assert err.splitlines()[-1] == f"{file}: no test was run."


def test_explain_tells_the_rule_that_decides_and_what_each_other_said(
    file: Path, capsys: pytest.CaptureFixture[str]
):
    file.write_text(
        ONE + '[[policy.rule]]\ndecision = "ask"\nmatch = { agent = { in = ["shop-bot"] } }\n'
    )

    code, out, err = ran(
        capsys, "explain", "--file", file, "--cwd", "/srv/shop", "--agent", "shop-bot", "ls -l"
    )

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        'Would be allowed: rule 1 "listing" of policy "mine".',
        "  Because: It only looks.",
        "  Risk: low. On the floor: nothing.",
        "",
        'Policy "mine":',
        "  1  allow  listing  matches, and decides",
        "  2  ask             matches",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rm x"], ["Would ask: no rule settles it", "A grant may allow it."]),
        (["ls /srv/.ssh"], ["Would ask: rule 1", "does not lift touches-credentials", "floor."]),
        (["ls; rm -rf ~"], ["Would ask: no rule", "No grant allows it: it is on the floor."]),
        (["ls", "--action", "Read"], ["Would ask: no rule settles it", "the action is no shell"]),
        (["--request", '{"action": "Bash", "preview": "ls"}'], ["Would be allowed: rule 1"]),
        (
            ["--request", '{"action": "Bash", "preview": "ls", "kind": "question"}'],
            ["Would ask: rule 1", "A rule cannot answer a question."],
        ),
    ],
)
def test_explain_says_why_it_asks(
    file: Path, words: list[str], said: list[str], capsys: pytest.CaptureFixture[str]
):
    code, out, _ = ran(capsys, "explain", "--file", file, *words)

    assert code == 0
    assert [part for part in said if part not in out] == []


def test_explain_tells_of_strict_rules_doubts_and_lifted_classes(
    file: Path, capsys: pytest.CaptureFixture[str]
):
    file.write_text(
        '[[policy]]\nname = "p"\n[[policy.rule]]\ndecision = "ask"\nstrict = true\n'
        'because = "Never."\n'
        'match = { command = { begins_with = ["make", "deploy"] } }\n[[policy.rule]]\n'
        'decision = "allow"\nlifts = ["publishes"]\nmatch = { command = "npm publish" }\n'
    )

    strict = ran(capsys, "explain", "--file", file, "make deploy")[1]
    doubtful = ran(capsys, "explain", "--file", file, "eval $X")[1]
    lifted = ran(capsys, "explain", "--file", file, "npm publish")[1]

    assert "Would ask: rule 1 of policy" in strict
    assert "  Because: Never.\n  No grant allows it.\n" in strict
    assert "  The rule could not be evaluated: command may" in doubtful
    assert "can't be told, and decides: command may" in doubtful
    assert "can't be told: command is not one command of plain words" in doubtful
    assert "Never." not in doubtful
    assert "  The rule lifts publishes.\n" in lifted


def test_a_request_is_read_from_the_input(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    asked = {"action_type": "Bash", "params": {"command": "ls"}, "session_id": "one"}
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(asked)))

    code, out, _ = ran(capsys, "explain", "--file", file, "--request", "-")

    assert code == 0
    assert out.startswith("Would be allowed")


@pytest.mark.parametrize(
    ("request_text", "said"),
    [
        ("{", "ok2run: the request is no JSON ("),
        ("[" * 100_000, "ok2run: the request is no JSON ("),
        ("5", "ok2run: the request: must be a table.\n"),
        ('{"action": 5, "colour": 1}', "ok2run: the request: colour: is not a key of a request;"),
    ],
)
def test_a_request_that_is_none_is_told(
    file: Path, request_text: str, said: str, capsys: pytest.CaptureFixture[str]
):
    code, out, err = ran(capsys, "explain", "--file", file, "--request", request_text)

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert "Traceback" not in err


def test_explain_takes_the_policy_file_of_the_settings(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(file.parent)
    monkeypatch.delenv("POLICY_FILE", raising=False)

    none = ran(capsys, "explain", "ls")
    (file.parent / ".env").write_text("POLICY_FILE=ok2run.toml\n")
    found = ran(capsys, "explain", "ls")
    (file.parent / ".env").write_text("POLICY_FILE=ok2run.toml\nPORT=x\n")
    faulty = ran(capsys, "explain", "ls")

    assert none[:2] == (1, "")
    assert none[2].startswith("ok2run: There is no database ")
    assert found[0] == 0
    assert "Would be allowed: rule 1" in found[1]
    assert faulty[2].startswith("ok2run: PORT: ")


def test_the_example_is_printed_and_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, out, _ = ran(capsys, "example")
    path = tmp_path / "ok2run.toml"
    path.write_text(out)

    assert (code, out) == (0, example_policy())
    assert ran(capsys, "check", path)[0] == 0
    assert ran(capsys, "test", path)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--file", "x"),
        ("chek", "x"),
        ("check",),
        ("explain",),
        ("explain", "ls", "--request", "{}"),
        ("backtest", "x", "--limit", "0"),
        ("suggest", "--after", "many"),
        ("apply",),
        ("list", "x"),
        ("enable",),
        ("remove", "x", "y"),
    ],
)
def test_other_words_are_a_wrong_use(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    code, out, err = ran(capsys, *words)

    assert (code, out) == (2, "")
    assert "usage: ok2run policy" in err


def test_help_and_the_example_load_no_more_than_they_need():
    for words in (["policy", "--help"], ["policy", "check", "--help"]):
        loaded = loaded_by(
            f"from bot.command import main; main({words!r})",
            "aiogram",
            "aiohttp",
            "pydantic",
            "yaml",
            "re2",
            "bot.core.policy",
        )
        assert loaded == "[]"
    checking = loaded_by(
        "from bot.command import main; main(['policy', 'check', 'none.toml'])",
        "aiogram",
        "aiohttp",
        "pydantic",
        "bot.store.engine",
    )
    assert checking == "[]"


async def asked(
    daemon: Daemon, command: str, *, decision: str | None, times: int = 1, action: str = "Bash"
) -> None:
    """Ask for a command so many times, and decide it so."""
    for _ in range(times):
        body = {
            "session_id": "s",
            "action_type": action,
            "title": command,
            "preview": command,
            "params": {"command": command},
            "cwd": "/srv/shop",
        }
        made = await call(daemon, "POST", "/v1/approvals", body=body)
        if decision is not None:
            path = f"/v1/approvals/{made['approval_id']}/decision"
            await call(daemon, "POST", path, key=ADMIN_KEY, body={"decision": decision})


RULES = """\
[[policy]]
name = "tried"
[[policy.rule]]
name = "makes"
match = { command = { begins_with = ["make"] } }
decision = "allow"
[[policy.rule]]
match = { command = "npm ci" }
decision = "deny"
"""


async def test_the_history_is_tried_and_suggests_while_the_daemon_runs_and_after(
    tmp_path: Path, database_url: str
):
    where = {"DATABASE_URL": database_url, "SECRET_KEY_FILE": "data/secret.key"}
    (tmp_path / "rules.toml").write_text(RULES)
    async with Daemon(tmp_path, database_url=database_url, **KEYS) as daemon:
        await asked(daemon, "make docs", decision="approved", times=3)
        await asked(daemon, "make deploy", decision="denied", times=2)
        await asked(daemon, "npm ci", decision="approved")
        await asked(daemon, "make \x1b[31mred API_KEY=" + "sk" + "-live-0123456789abcdef0123",
                    decision="denied")  # fmt: skip
        await asked(daemon, "make pending", decision=None)

        running = await ok2run("policy", "backtest", "rules.toml", directory=tmp_path, **where)
        offered = await ok2run("policy", "suggest", "--after", "3", directory=tmp_path, **where)
        await daemon.terminate()
    stopped = await ok2run("policy", "backtest", "rules.toml", directory=tmp_path, **where)

    code, out, err = running
    assert stopped == running
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == [
        "Of 7 requests that people decided or left unanswered, it would have allowed 5, denied 1, "
        "asked 1.",
        "3 of them differ from what people decided:",
    ]
    assert lines[2] == "  would be allowed, was denied, 2 times: Bash: make deploy"
    assert lines[3].endswith(', by rule 1 "makes" of policy "tried"')
    assert lines[4] == "  would be denied, was approved: Bash: npm ci"
    assert "\x1b" not in out

    code, out, err = offered
    assert (code, err) == (0, "")
    (tmp_path / "rules.toml").write_text(RULES.replace("make", "gmake") + out)
    tested = await ok2run("policy", "test", "rules.toml", directory=tmp_path)
    assert tested[0] == 0, tested
    assert "1 policy, 3 rules, 3 tests; all tests passed." in tested[1]
    assert 'command = "make docs"' in out
    assert "# would have allowed 3 of 7 requests; people denied none of them" in out
    assert "make deploy" not in out


async def test_what_the_policy_file_settles_is_not_suggested(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(RULES)
    async with Daemon(tmp_path, **KEYS) as daemon:
        await asked(daemon, "make docs", decision="approved", times=5)

        code, out, err = await ok2run(
            "policy", "suggest", directory=tmp_path, POLICY_FILE="rules.toml"
        )

    assert (code, err) == (0, "")
    assert out.startswith("# Nothing to suggest: no command was approved 5 times")


async def test_the_policies_of_the_database_are_explained_and_settle(tmp_path: Path):
    document = {
        "name": "kept",
        "rules": [{"match": {"command": {"begins_with": ["make"]}}, "decision": "allow"}],
    }
    async with Daemon(tmp_path, **KEYS) as daemon:
        await asked(daemon, "make docs", decision="approved", times=5)
        none = await ok2run("policy", "explain", "make docs", directory=tmp_path)
        open_still = await ok2run("policy", "suggest", directory=tmp_path)
        await call(daemon, "POST", "/v1/policies", key=ADMIN_KEY, body=document)

        explained = await ok2run("policy", "explain", "make docs", directory=tmp_path)
        settled = await ok2run("policy", "suggest", directory=tmp_path)

    assert none[2].startswith("ok2run: there are no rules: POLICY_FILE is not set")
    assert "make docs" in open_still[1]
    assert explained[1].startswith('Would be allowed: rule 1 of policy "kept".\n')
    assert settled[1].startswith("# Nothing to suggest")


async def test_where_there_is_no_history_it_is_said(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(RULES)
    none = await ok2run("policy", "backtest", "rules.toml", directory=tmp_path)
    async with Daemon(tmp_path, **KEYS):
        pass
    empty = await ok2run("policy", "backtest", "rules.toml", directory=tmp_path)

    assert none[:2] == (1, "")
    assert none[2].startswith("ok2run: There is no database ")
    assert "start ok2run first" in none[2]
    assert empty == (0, "There is no history yet: nobody has decided anything here.\n", "")


async def test_the_newest_of_the_history_are_looked_at_and_few_differences_shown(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(RULES)
    async with Daemon(tmp_path, **KEYS) as daemon:
        for number in range(4):
            await asked(daemon, f"make {number}", decision="denied")

        two = await ok2run("policy", "backtest", "rules.toml", "--limit", "2", directory=tmp_path)
        one = await ok2run("policy", "backtest", "rules.toml", "--show", "1", directory=tmp_path)

    assert two[1].startswith("Of 2 requests that people decided")
    assert "make 0" not in two[1]
    assert one[1].splitlines()[-1] == "  … and 3 more; --show tells how many are shown."
    assert await asyncio.to_thread((tmp_path / "rules.toml").read_text) == RULES


README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("\n## Rules\n")[2].partition("\n## ")[0]


async def test_every_command_of_the_readme_works_as_it_is_written(tmp_path: Path):
    lines = [line.strip() for line in SECTION.splitlines() if line.startswith("    .venv/bin/")]
    async with Daemon(tmp_path, **KEYS):
        for line in [*lines, ".venv/bin/ok2run policy suggest"]:
            words, _, target = line.partition(" > ")
            assert words in SECTION
            code, out, err = await ok2run(*shlex.split(words)[1:], directory=tmp_path)
            assert (code, err) == (0, ""), line
            if target:
                (tmp_path / target).write_text(out)

    assert len(lines) == 5


def test_the_policy_of_the_readme_passes_its_own_tests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    begins = SECTION.index("    [[policy]]")
    text = SECTION[begins : SECTION.index("\n`matches`")]
    (tmp_path / "ok2run.toml").write_text(textwrap.dedent(text))

    code, out, _ = ran(capsys, "check", tmp_path / "ok2run.toml")

    assert code == 0
    assert out.endswith(": 1 policy, 3 rules, 7 tests; no fault.\n")


def test_the_gates_own_policy_file_is_written_by_no_agent_unasked():
    for action, params in (
        ("Write", {"file_path": "ok2run.toml"}),
        ("Edit", {"file_path": "/srv/gate/ok2run.toml"}),
        ("Bash", {"command": "cp mine.toml ok2run.toml"}),
        ("Bash", {"command": "echo x > /srv/gate/ok2run.toml"}),
        ("Bash", {"command": "sed -i s/ask/allow/ ok2run.toml"}),
    ):
        found = assess(Action(action_type=action, title=action, params=params))

        assert "touches-gate" in found.floor
