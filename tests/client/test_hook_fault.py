"""`ok2run hook` where something is wrong: the answer, the input, the line, the machine."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.client.hook_case import (
    CLAUDE,
    CODEX,
    Said,
    asked,
    environment,
    hook,
)
from tests.client.peer import Answer, Peer


def specific(event: str, **fields: Any) -> dict[str, Any]:
    return {"hookSpecificOutput": {"hookEventName": event, **fields}}


ALLOWED = specific("PermissionRequest", decision={"behavior": "allow"})
BEFORE = asked(CLAUDE, "PreToolUse")
DOWN = (
    "ok2run: the gate does not answer (connection refused); start it with ok2run serve, "
    "or set APPROVAL_GATE_URL to where it runs"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def down(home: Path) -> dict[str, str]:
    return environment("http://127.0.0.1:9", home)


NOT_TAKEN: list[tuple[str, Any, object]] = [
    ("codex", "PermissionRequest", {"behavior": "allow", "updatedInput": {"command": "ls"}}),
    ("codex", "PermissionRequest", {"behavior": "deny", "interrupt": True}),
    ("codex", "PermissionRequest", {"behavior": "maybe"}),
    ("claude-code", "PermissionRequest", {"behavior": "allow", "updatedInput": "ls"}),
    ("claude-code", "PermissionRequest", {}),
]


@pytest.mark.parametrize(("agent", "event", "decision"), NOT_TAKEN)
def test_what_the_agent_would_reject_is_never_printed(
    home: Path, agent: str, event: str, decision: object
):
    with Peer(specific(event, decision=decision)) as peer:
        said = hook(asked(CODEX, event), environment(peer.url, home), agent)

    assert said.out == ""
    assert "none that this agent understands" in said.err


def test_ask_is_no_answer_to_codex_which_would_run_it(home: Path):
    with Peer(specific("PreToolUse", permissionDecision="ask")) as peer:
        said = hook(asked(CODEX, "PreToolUse"), environment(peer.url, home), "codex")

    assert said.answer["hookSpecificOutput"]["permissionDecision"] == "deny"


def test_an_answer_to_another_event_is_none(home: Path):
    with Peer(specific("PermissionRequest", permissionDecision="allow")) as peer:
        said = hook(BEFORE, environment(peer.url, home), "claude-code")

    assert said.answer["hookSpecificOutput"]["permissionDecision"] == "deny"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(body={}, is_foreign=True), "is not the gate"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}), "leads elsewhere"),
        (Answer(status=401, body={"detail": "Invalid API key"}), "does not know this key"),
        (Answer(status=403, body={"detail": "This key has no scope."}), "no scope; see"),
        (Answer(status=500, raw=b"<h1>oops</h1>"), "refused (HTTP 500); see: ok2run doctor"),
        (Answer(raw=b"<h1>hello</h1>"), "is not the gate"),
        (Answer(raw=b"[]"), "is not the gate"),
        (Answer(raw=b"[" * 100_000), "is not the gate"),
        (Answer(raw=b'{"decision": "allow"', headers={}), "is not the gate"),
    ],
)
def test_what_is_no_answer_of_the_gate_refuses_and_says_why(
    home: Path, answer: Answer, words: str
):
    with Peer(answer) as peer:
        said = hook(BEFORE, environment(peer.url, home), "claude-code")

    assert said.answer["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert words in said.answer["hookSpecificOutput"]["permissionDecisionReason"]
    assert len(said.err.splitlines()) == 1
    assert said.code == 0
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"APPROVAL_API_KEY": ""}, "APPROVAL_API_KEY is not set"),
        ({"APPROVAL_API_KEY": "a\nb"}, "holds characters that no key has"),
        ({"APPROVAL_GATE_URL": "gate"}, "not an http or https address"),
        ({"APPROVAL_GATE_URL": "http://ana:pw@example.org"}, "not an http or https address"),
        ({"APPROVAL_GATE_URL": "http://127.0.0.1:99999"}, "names no port"),
        ({"APPROVAL_GATE_URL": "http://nowhere.invalid"}, "name is not found"),
    ],
)
def test_settings_that_cannot_be_used_refuse_and_name_the_variable(
    home: Path, change: dict[str, str], words: str
):
    said = hook(BEFORE, environment("http://127.0.0.1:9", home, **change), "claude-code")

    assert words in said.answer["hookSpecificOutput"]["permissionDecisionReason"]
    assert said.code == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"a": 1}'])
def test_input_that_names_no_event_is_refused_by_the_exit_code(home: Path, body: bytes):
    said = hook(body, down(home), "claude-code")

    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert said.code == 2


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["unknown"],
        ["codex", "--limit", "soon"],
        ["codex", "--limit"],
        ["codex", "--on-fault", "allow"],
        ["codex", "more"],
    ],
)
def test_a_line_that_is_wrong_refuses(home: Path, words: list[str]):
    said = hook(BEFORE, down(home), *words)

    assert said.out == ""
    assert said.err
    assert said.code == 2


def test_a_lost_gate_that_comes_back_is_asked_again(home: Path):
    with Peer(Answer(cut=True), Answer(status=503, body={}), ALLOWED) as peer:
        said = hook(asked(CLAUDE, "PermissionRequest"), environment(peer.url, home), "claude-code")

    assert said == Said(out=json.dumps(ALLOWED), err="", code=0)
    assert len(peer.asked) == 3


def test_a_silent_gate_is_given_up_before_the_agents_own_limit(home: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        environ = environment(f"http://127.0.0.1:{server.getsockname()[1]}", home)
        said = hook(BEFORE, environ, "claude-code", "--limit", "1")

    assert said.answer["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert said.code == 0


def test_a_gate_that_drips_is_given_up_too(home: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            peer, _ = server.accept()
            with peer:
                over.wait(0.05)
                while not over.is_set():
                    try:
                        peer.send(b"X-Slow: 1\r\n" if begun else b"HTTP/1.1 200 OK\r\n")
                    except OSError:
                        return
                    begun.append(True)
                    over.wait(0.1)

        over, begun = threading.Event(), list[bool]()
        dripping = threading.Thread(target=drip)
        dripping.start()
        environ = environment(f"http://127.0.0.1:{server.getsockname()[1]}", home)
        said = hook(BEFORE, environ, "claude-code", "--limit", "2")
        over.set()
        dripping.join()

    assert said.answer["hookSpecificOutput"]["permissionDecision"] == "deny"


def test_input_that_never_ends_is_answered_in_time(home: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "ok2run.hook", "claude-code", "--limit", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=down(home),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        code = process.wait(timeout=60)

    assert code == 2


def test_an_answer_that_cannot_be_printed_is_a_refusal_by_the_exit_code(home: Path):
    answer = specific("PreToolUse", permissionDecision="allow")
    program = ("/bin/sh", "-c", f'exec {sys.executable} -m ok2run.hook "$@" >/dev/full', "sh")
    closed = ("/bin/sh", "-c", f'exec {sys.executable} -m ok2run.hook "$@" >&-', "sh")

    with Peer(answer) as peer:
        environ = environment(peer.url, home)
        full = hook(BEFORE, environ, "claude-code", program=program)
        shut = hook(BEFORE, environ, "claude-code", program=closed)

    assert full.code == shut.code == 2
    assert "could not be printed (no space left on device)" in full.err
    assert "could not be printed" in shut.err


def test_modules_that_the_working_directory_plants_are_not_taken(home: Path):
    (home / "json.py").write_text("raise SystemExit('planted')")
    program = (sys.executable, "-P", "-m", "ok2run.hook")

    said = hook(BEFORE, down(home), "claude-code", program=program, cwd=home)

    assert said.answer["hookSpecificOutput"]["permissionDecisionReason"] == DOWN


@pytest.mark.parametrize(
    "broken", ["hook_wire", "hook_http", "hook_answer", "hook", "config", "command"]
)
def test_a_module_that_does_not_load_refuses_all_the_same(home: Path, broken: str):
    package = Path(__file__).parent.parent.parent / "web/client/ok2run"
    (home / "ok2run").mkdir()
    for module in package.glob("*.py"):
        (home / "ok2run" / module.name).write_bytes(module.read_bytes())
    (home / f"ok2run/{broken}.py").write_text("import nothing_of_this_name\n")
    root = Path(__file__).parent.parent.parent
    line = "import sys; from bot.command import main; sys.exit(main())"
    environ = down(home) | {"PYTHONPATH": f"{home}{os.pathsep}{root}"}

    said = hook(BEFORE, environ, "hook", "claude-code", program=(sys.executable, "-P", "-c", line))

    assert said.code == 2 or "deny" in said.out
    assert "nothing_of_this_name" in said.err or "ModuleNotFoundError" in said.err
