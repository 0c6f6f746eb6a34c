"""The `ok2run` command of the full installation."""

import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from bot.command import DAEMON_COMMANDS, main
from ok2run.cli import COMMANDS

ROOT = Path(__file__).parent.parent


def loaded_by(statement: str, *modules: str) -> str:
    """Run a statement in a fresh interpreter and return which of the modules it loaded."""
    code = f"import sys; {statement}; print(sorted({set(modules)!r} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'web/client'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.splitlines()[-1]


def test_help_lists_the_commands_of_both_sides(capsys: pytest.CaptureFixture[str]):
    assert main(["--help"]) == 0

    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in (*DAEMON_COMMANDS, *COMMANDS))


def test_nothing_said_is_a_wrong_use(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert "usage: ok2run" in err


def test_an_unknown_command_is_a_wrong_use(capsys: pytest.CaptureFixture[str]):
    assert main(["servee"]) == 2

    assert "servee" in capsys.readouterr().err


def test_the_version_is_the_installed_distributions(capsys: pytest.CaptureFixture[str]):
    try:
        expected = version("ok2run-gate")
    except PackageNotFoundError:
        expected = "(a checkout that is not installed)"

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"ok2run {expected}\n"


def test_both_distributions_have_the_same_version():
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())
    client = tomllib.loads((ROOT / "web/client/pyproject.toml").read_text())

    assert client["project"]["version"] == whole["project"]["version"]
    assert client["project"]["dependencies"] == []


@pytest.mark.parametrize("name", DAEMON_COMMANDS)
def test_the_gates_own_commands_explain_themselves_and_take_no_options(
    name: str, capsys: pytest.CaptureFixture[str]
):
    assert main([name, "--help"]) == 0
    assert f"usage: ok2run {name}" in capsys.readouterr().out

    assert main([name, "--port", "80"]) == 2
    assert "--port" in capsys.readouterr().err


def test_other_commands_go_on_to_the_agents_side(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("APPROVAL_API_KEY", raising=False)
    monkeypatch.delenv("AGENTGATE_API_KEY", raising=False)

    assert main(["status", "appr_1"]) == 2
    assert "APPROVAL_API_KEY is not set" in capsys.readouterr().err


def test_without_arguments_of_its_own_it_reads_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["ok2run", "ask", "--help"])

    assert main() == 0
    assert "usage: ok2run ask" in capsys.readouterr().out


def test_an_agents_command_loads_nothing_of_the_gate():
    loaded = loaded_by(
        "from bot.command import main; main(['request', '--help'])",
        "aiogram",
        "aiohttp",
        "pydantic",
        "asyncio",
        "ssl",
        "bot.settings",
    )

    assert loaded == "[]"
