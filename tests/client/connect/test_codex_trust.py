"""Codex runs only hooks that it trusts: connecting has it trust them, by hashes that it tells."""

import sys
import tomllib
from typing import Any

import pytest

from ok2run.connect.codex_trust import is_trusted
from tests.client.connect.kit import Home

# Answers as `codex app-server` does: each hook of the user's file, by place and with a hash.
CODEX = f"""#!{sys.executable}
import hashlib, json, os, sys

def hooks():
    path = os.path.join(os.environ["HOME"], ".codex", "hooks.json")
    for event, groups in json.load(open(path))["hooks"].items():
        name = "".join("_" + c.lower() if c.isupper() else c for c in event).lstrip("_")
        for i, group in enumerate(groups):
            for j, handler in enumerate(group["hooks"]):
                digest = hashlib.sha256(json.dumps(handler).encode()).hexdigest()
                key = f"{{path}}:{{name}}:{{i}}:{{j}}"
                yield {{"key": key, "currentHash": "sha256:" + digest}}

for line in sys.stdin:
    message = json.loads(line)
    print("not json")
    print(json.dumps({{"method": "configWarning", "params": {{}}}}))
    if message["method"] == "hooks/list":
        data = [{{"cwd": message["params"]["cwds"][0], "hooks": list(hooks())}}]
        print(json.dumps({{"id": message["id"], "result": {{"data": data}}}}), flush=True)
"""
OTHER = '{"hooks": {"PermissionRequest": [{"hooks": [{"type": "command", "command": "lint"}]}]}}'


def state(home: Home) -> Any:
    config = tomllib.loads((home.place / ".codex/config.toml").read_text())
    return config.get("hooks", {}).get("state", {})


def test_the_gates_hooks_are_trusted_and_no_others(home: Home):
    home.program("codex", CODEX)
    (home.place / ".codex").mkdir()
    file = home.place / ".codex/hooks.json"
    file.write_text(OTHER)

    home.connect("codex", "--pre-tool-use")

    assert list(state(home)) == [f"{file}:permission_request:1:0", f"{file}:pre_tool_use:0:0"]
    assert "Codex trusts the hooks" in home.out
    assert len(home.out.splitlines()) == 3
    assert is_trusted(file, {"HOME": str(home.place), "PATH": str(home.programs)})


def test_the_trust_goes_with_the_hooks(home: Home):
    home.program("codex", CODEX)
    (home.place / ".codex").mkdir()
    before = b'model = "x" # mine\r\n'
    (home.place / ".codex/config.toml").write_bytes(before)

    home.connect("codex")
    home.connect("codex", "--remove")

    assert home.files() == {"home/.codex/config.toml": before}


def test_a_changed_hook_is_no_longer_trusted(home: Home):
    home.program("codex", CODEX)
    home.connect("codex")
    file = home.place / ".codex/hooks.json"

    file.write_text(file.read_text().replace("3600", "3000"))

    assert not is_trusted(file, {"HOME": str(home.place), "PATH": str(home.programs)})


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (None, "codex is not on the PATH"),
        ("#!/bin/sh\nexit 1\n", "does not trust the hooks yet"),
        ('#!/bin/sh\necho \'{"id": 2, "result": {"data": []}}\'; cat >/dev/null\n', "list them"),
        ('#!/bin/sh\necho \'{"id": 2, "error": {}}\'; cat >/dev/null\n', "tell its hooks"),
    ],
)
def test_where_codex_does_not_tell_the_person_is_told_how_to_trust(
    program: str | None, said: str, home: Home
):
    if program is not None:
        home.program("codex", program)

    assert home.connect("codex") == 0

    did, following, _ = home.out.splitlines()
    assert said in did
    assert "until then it does not run them" in did
    assert "type /hooks there, and trust those of ok2run" in following
    assert list(home.files()) == ["home/.codex/hooks.json"]


def test_a_config_that_cannot_take_it_is_left_and_told(home: Home):
    home.program("codex", CODEX)
    (home.place / ".codex").mkdir()
    config = home.place / ".codex/config.toml"
    config.write_text("hooks = { other = 1 }\n")

    home.connect("codex")

    assert "does not trust the hooks yet" in home.out
    assert config.read_text() == "hooks = { other = 1 }\n"
