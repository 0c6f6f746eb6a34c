"""The doctor fires each coding agent's hook and tells whether it really gates."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.client.peer import Answer, Peer
from tests.daemon import Daemon
from tests.port import a_port
from tests.test_daemon import ok2run
from tests.world import AGENT_KEY

CLAUDE = ".claude/settings.json"
COMMANDS = {
    "codex": "PermissionRequest",
    "gemini": "BeforeTool",
    "cursor": "beforeShellExecution",
    "copilot": "permissionRequest",
}


class Machine:
    """One machine: a gate, or none, a home with agents' settings, and the doctor."""

    def __init__(self, place: Path) -> None:
        self.home = place / "home"
        self.home.mkdir()
        self.port = a_port()
        self.place = place
        self.environment = {
            "HOME": str(self.home),
            "PORT": str(self.port),
            "APPROVAL_GATE_URL": f"http://127.0.0.1:{self.port}",
            "APPROVAL_API_KEY": AGENT_KEY,
        }

    def daemon(self) -> Daemon:
        return Daemon(self.place, PORT=str(self.port), APPROVAL_API_KEY=AGENT_KEY)

    async def connect(self, *words: str) -> None:
        code, _, err = await ok2run("connect", *words, directory=self.place, **self.environment)
        assert code == 0, err

    async def doctor(self, **changes: str) -> tuple[int, list[str]]:
        """Run it; return its exit code and what it says of hooks."""
        code, out, err = await ok2run(
            "doctor", directory=self.place, **{**self.environment, **changes}
        )
        assert err == ""
        others = ("The settings", "The database", "The gate is running", "Telegram", "There is no")
        return code, [
            line for line in out.splitlines() if not line.split(" ", 1)[1].startswith(others)
        ]

    def change(self, path: str, event: str, **fields: Any) -> None:
        """Change a handler's fields; None takes one out."""
        file = self.home / path
        document = json.loads(file.read_text())
        entry = document["hooks"][event][0]
        handler = entry["hooks"][0] if "hooks" in entry else entry
        handler.update(fields)
        for name in [name for name, value in fields.items() if value is None]:
            del handler[name]
        file.write_text(json.dumps(document))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
async def gated(machine: Machine) -> AsyncIterator[Machine]:
    async with machine.daemon():
        yield machine


async def test_hooks_over_http_are_proven_and_nobody_is_asked(gated: Machine):
    await gated.connect("claude-code", "--pre-tool-use")

    code, lines = await gated.doctor()

    path = gated.home / CLAUDE
    assert code == 0, lines
    assert lines == [
        f"✅ Claude Code: {event} in {path} gates: its canary was denied."
        for event in ("PermissionRequest", "PreToolUse")
    ]
    _, out, _ = await ok2run("list", directory=gated.home, **gated.environment)
    assert out.count("denied") == 2
    assert "pending" not in out


@pytest.mark.parametrize("agent", COMMANDS)
async def test_hooks_as_commands_are_proven_by_running_them(agent: str, gated: Machine):
    await gated.connect(agent)
    if agent == "codex":
        trust(gated)

    code, lines = await gated.doctor()

    assert code == 0, lines
    assert [line.partition(" gates: ")[1] for line in lines] == [" gates: "]
    assert f": {COMMANDS[agent]} in " in lines[0]


def trust(machine: Machine) -> None:
    key = f"{machine.home}/.codex/hooks.json:permission_request:0:0"
    config = machine.home / ".codex" / "config.toml"
    config.write_text(f'[hooks.state."{key}"]\ntrusted_hash = "sha256:1a4d"\n')


async def test_the_plugin_of_opencode_is_proven_as_well(gated: Machine):
    await gated.connect("opencode")
    place = gated.home / ".config/opencode/plugins/ok2run.js"

    first = await gated.doctor()
    place.write_text("// ok2run: an older one\n")
    second = await gated.doctor()

    assert first == (0, [f"✅ opencode: {place} gates: its canary was denied."])
    assert second[0] == 0
    assert "renew it: ok2run connect opencode" in second[1][0]


async def test_without_hooks_there_is_one_line_and_no_fault(machine: Machine):
    code, lines = await machine.doctor()

    assert (code, lines) == (0, ["✅ No coding agent here has hooks of the gate."])


async def test_a_gate_that_is_not_running_is_no_fault_of_its_hooks(machine: Machine):
    await machine.connect("claude-code")
    await machine.connect("cursor")

    code, lines = await machine.doctor()

    assert code == 0
    assert lines == [
        "⚠ The gate is not running, so that its hooks can't be proven; start it, then again."
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"APPROVAL_API_KEY": ""}, "needs APPROVAL_API_KEY, which is not set here; export it"),
        ({"APPROVAL_API_KEY": "another-key-01234"}, "the gate does not take the key (HTTP 401)"),
    ],
)
async def test_a_key_that_is_missing_or_wrong_is_told(
    changes: dict[str, str], said: str, gated: Machine
):
    await gated.connect("claude-code")

    code, lines = await gated.doctor(**changes)

    assert code == 1
    assert lines[0].startswith("❌ Claude Code: PermissionRequest")
    assert said in lines[0]


@pytest.mark.parametrize(
    ("event", "fields", "said"),
    [
        ("PermissionRequest", {"timeout": 600}, "is given up by the agent after 600 s"),
        ("PermissionRequest", {"timeout": None}, "is given up by the agent after 600 s"),
        ("PreToolUse", {"onFailure": "continue"}, "lets calls run while the gate does not answer"),
        ("PermissionRequest", {"allowedEnvVars": []}, "needs APPROVAL_API_KEY"),
    ],
)
async def test_a_hook_that_was_written_wrong_is_told(
    event: str, fields: dict[str, Any], said: str, gated: Machine
):
    await gated.connect("claude-code", "--pre-tool-use")
    gated.change(CLAUDE, event, **fields)

    code, lines = await gated.doctor()

    assert code == 1
    (line,) = [line for line in lines if line.startswith("❌")]
    assert f"{event} in {gated.home / CLAUDE}" in line
    assert said in line


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"disableAllHooks": True}, "has disableAllHooks, so that no hook runs"),
        ({"allowedHttpHookUrls": ["https://other.example.org/*"]}, "leaves the gate out"),
    ],
)
async def test_hooks_that_are_switched_off_are_told(
    document: dict[str, Any], said: str, gated: Machine
):
    (gated.home / ".claude").mkdir()
    (gated.home / CLAUDE).write_text(json.dumps(document))
    await gated.connect("claude-code")

    code, lines = await gated.doctor()

    assert code == 1
    assert said in lines[0]


async def test_hooks_that_codex_does_not_trust_are_told(gated: Machine):
    await gated.connect("codex")

    code, lines = await gated.doctor()

    assert code == 1
    assert "does not trust the hooks" in lines[0]


@pytest.mark.parametrize(
    ("first_line", "said"),
    [
        (None, "which is not there; install it"),
        ("#!/no/such/interpreter\n", "does not gate: exit code"),
        ("#!/bin/sh\nexit 0\n", "does not gate: exit code 0: it said nothing"),
        ('#!/bin/sh\necho \'{"permission": "deny"}\'\n', "what answers is no gate of this kind"),
        ("#!/bin/sh\necho out of order >&2; exit 1\n", "does not gate: exit code 2: out of order"),
    ],
)
async def test_a_program_that_does_not_gate_is_told(
    first_line: str | None, said: str, gated: Machine
):
    await gated.connect("cursor")
    program = gated.home / "ok2run"
    if first_line is not None:
        program.write_text(first_line)
        program.chmod(0o755)
    refuse = "sh -c 'echo the approval gate was not asked >&2; exit 2'"
    gated.change(
        ".cursor/hooks.json",
        "beforeShellExecution",
        command=f"{program} hook cursor --limit 3600 || {refuse}",
    )

    code, lines = await gated.doctor()

    assert code == 1
    assert lines[0].startswith("❌ Cursor: beforeShellExecution")
    assert said in lines[0]


@pytest.mark.parametrize("body", [{}, {"hookSpecificOutput": {"decision": {"behavior": "deny"}}}])
async def test_an_answer_that_no_gate_gives_is_told(body: dict[str, Any], machine: Machine):
    with Peer(Answer(body=body)) as peer:
        machine.environment["APPROVAL_GATE_URL"] = peer.url
        await machine.connect("claude-code")

        code, lines = await machine.doctor()

    assert code == 1
    assert "does not gate: what answers is no gate of this kind" in lines[0]


async def test_a_line_of_the_folders_own_is_never_run(gated: Machine):
    marker = gated.home / "ran"
    line = f"touch {marker}; ok2run hook cursor --limit 3600"
    handler = {"command": line, "timeout": 3600, "failClosed": True}
    folder = gated.place / ".cursor"
    folder.mkdir()
    (folder / "hooks.json").write_text(
        json.dumps({"version": 1, "hooks": {"beforeShellExecution": [handler]}})
    )

    code, lines = await gated.doctor()

    assert code == 0
    assert "so it was not run; look at it yourself" in lines[0]
    assert not marker.exists()


async def test_hooks_of_another_gate_are_told_in_one_line_and_left_alone(gated: Machine):
    with Peer({}) as peer:
        await gated.connect("claude-code")
        text = (gated.home / CLAUDE).read_text()
        (gated.home / CLAUDE).write_text(text.replace(f"127.0.0.1:{gated.port}", peer.url[7:]))

        code, lines = await gated.doctor()

    assert code == 0
    assert len(lines) == 1
    assert lines[0].startswith("⚠ Claude Code: ")
    assert f"has it ask another gate, at {peer.url};" in lines[0]
    assert peer.asked == []


@pytest.mark.parametrize("host", ["127.example.org", "localhost.example.org"])
async def test_a_folder_gets_no_key_by_an_address_that_looks_like_this_machine(
    gated: Machine, host: str
):
    handler = {
        "type": "http",
        "url": f"http://{host}:{gated.port}/v1/hooks/claude-code",
        "headers": {"Authorization": "Bearer $APPROVAL_API_KEY"},
        "allowedEnvVars": ["APPROVAL_API_KEY"],
    }
    (gated.place / ".claude").mkdir()
    document = {"hooks": {"PermissionRequest": [{"hooks": [handler]}]}}
    (gated.place / ".claude/settings.json").write_text(json.dumps(document))

    _, lines = await gated.doctor()

    assert [f"ask another gate, at http://{host}:{gated.port};" in line for line in lines] == [
        True
    ]


async def test_settings_that_cannot_be_read_are_told(machine: Machine):
    (machine.home / ".cursor").mkdir()
    (machine.home / ".cursor/hooks.json").write_text('{"hooks": ')

    code, lines = await machine.doctor()

    assert code == 1
    assert lines[0].startswith("❌ Hooks: ")
    assert sys.executable not in lines[0]
