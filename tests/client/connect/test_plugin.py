"""The Claude Code plugin says what `ok2run connect` says, and Claude Code takes it."""

import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ok2run.connect.claude_code import FORM
from ok2run.connect.plugin import hooks_file
from tests.client.connect.kit import Home

CLIENT = Path(__file__).parents[3] / "web" / "client"
PLUGIN = CLIENT / "plugin"
CLAUDE = shutil.which("claude")  # before a test has a PATH of its own


def parsed(path: Path) -> Any:
    return json.loads(path.read_text())


def test_the_plugins_hooks_are_those_that_connect_makes():
    assert parsed(PLUGIN / "hooks" / "hooks.json") == hooks_file()


def test_the_plugin_and_connect_write_the_same_commands(home: Home):
    home.program("ok2run", "#!/bin/sh\n")
    home.connect("claude-code", "--command")

    written = (home.place / ".claude/settings.json").read_text()

    plain = written.replace(f"{home.programs}/ok2run", "ok2run")
    assert parsed(PLUGIN / "hooks" / "hooks.json")["hooks"] == json.loads(plain)["hooks"]
    assert (
        FORM.ours_in((PLUGIN / "hooks" / "hooks.json").read_text()) == json.loads(plain)["hooks"]
    )


def test_the_plugin_has_the_version_of_the_program():
    version = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]["version"]

    manifest = parsed(PLUGIN / ".claude-plugin" / "plugin.json")
    (listed,) = parsed(CLIENT / ".claude-plugin" / "marketplace.json")["plugins"]
    assert manifest["version"] == version
    assert listed["name"] == manifest["name"]
    assert (CLIENT / listed["source"]).resolve() == PLUGIN.resolve()


def test_the_plugin_starts_the_tools_of_the_program():
    assert parsed(PLUGIN / ".mcp.json") == {
        "mcpServers": {"ok2run": {"command": "ok2run", "args": ["mcp"]}}
    }


@pytest.mark.skipif(CLAUDE is None, reason="Claude Code is not installed (npm, claude-code)")
@pytest.mark.parametrize("folder", [PLUGIN, CLIENT])
def test_claude_code_finds_it_valid(folder: Path, tmp_path: Path):
    done = subprocess.run(
        [str(CLAUDE), "plugin", "validate", str(folder)],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation passed" in done.stdout
