"""`ok2run hook`: what it sends, prints and exits with."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.client.hook_case import (
    CLAUDE,
    CLIENT,
    CODEX,
    COPILOT,
    CURSOR,
    GEMINI,
    Said,
    asked,
    environment,
    hook,
)
from tests.client.peer import Peer


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


def test_the_input_reaches_the_gate_as_it_is_and_the_answer_the_agent(home: Path):
    body = asked(CLAUDE, "PermissionRequest")

    with Peer(ALLOWED) as peer:
        said = hook(body, environment(peer.url, home), "claude-code", "--limit", "3600")

    assert said == Said(out=json.dumps(ALLOWED), err="", code=0)
    assert peer.asked[0].path == "/v1/hooks/claude-code?limit=3595"
    assert peer.asked[0].body == body
    assert peer.asked[0].headers["Authorization"] == "Bearer agent-key"


def test_the_gate_is_told_the_agents_own_limit_where_the_line_names_none(home: Path):
    with Peer({}) as peer:
        hook(asked(GEMINI, "BeforeTool"), environment(peer.url, home), "gemini")
        hook(asked(CODEX, "PreToolUse"), environment(peer.url, home), "codex")

    assert [request.path for request in peer.asked] == [
        "/v1/hooks/gemini?limit=55",
        "/v1/hooks/codex?limit=595",
    ]


def test_the_file_of_the_agent_side_names_gate_and_key(home: Path):
    (home / "config/ok2run").mkdir(parents=True)

    with Peer(ALLOWED) as peer:
        text = f"APPROVAL_GATE_URL={peer.url}\nAPPROVAL_API_KEY=kept-key\n"
        (home / "config/ok2run/config").write_text(text)
        environ = environment("", home, APPROVAL_API_KEY="")
        said = hook(asked(CLAUDE, "PermissionRequest"), environ, "claude-code")

    assert said.answer == ALLOWED
    assert peer.asked[0].headers["Authorization"] == "Bearer kept-key"


def test_an_event_that_the_agent_does_not_send_comes_from_the_command_line(home: Path):
    answer = {"behavior": "allow"}

    with Peer(answer) as peer:
        said = hook(COPILOT, environment(peer.url, home), "copilot", "--event=permissionRequest")

    assert said.answer == answer
    assert peer.asked[0].body == COPILOT | {"hook_event_name": "permissionRequest"}


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({}, {"permissionDecision": "allow"}),
        ({"hookName": "permissionRequest"}, {"behavior": "allow"}),
        ({"toolResult": {}}, {}),
    ],
)
def test_an_event_without_a_name_is_known_by_its_fields(home: Path, more: Any, answer: Any):
    with Peer(answer) as peer:
        said = hook(COPILOT | more, environment(peer.url, home), "copilot")

    assert said.answer == answer
    assert peer.asked[0].body == COPILOT | more


def test_where_the_line_names_the_event_even_unreadable_input_gets_its_refusal(home: Path):
    said = hook(b"{", environment("http://127.0.0.1:9", home), "gemini", "--event", "BeforeTool")

    assert said.answer["decision"] == "deny"


DENIALS = [
    ("claude-code", BEFORE, ("hookSpecificOutput", "permissionDecisionReason")),
    ("codex", asked(CODEX, "PreToolUse"), ("hookSpecificOutput", "permissionDecisionReason")),
    ("gemini", asked(GEMINI, "BeforeTool"), ("reason",)),
    ("copilot", asked(COPILOT, "preToolUse"), ("permissionDecisionReason",)),
    ("copilot", asked(COPILOT, "permissionRequest"), ("message",)),
    ("cursor", asked(CURSOR, "beforeShellExecution"), ("agent_message",)),
    ("cursor", asked(CURSOR, "preToolUse"), ("user_message",)),
]


@pytest.mark.parametrize(("agent", "body", "place"), DENIALS)
def test_without_a_gate_what_would_run_unasked_is_refused(
    home: Path, agent: str, body: Any, place: tuple[str, ...]
):
    said = hook(body, down(home), agent)

    reason = said.answer
    for name in place:
        reason = reason[name]
    assert reason == DOWN
    assert "deny" in said.out
    assert said.err == f"{DOWN}\n"
    assert said.code == 0


@pytest.mark.parametrize(("agent", "base"), [("claude-code", CLAUDE), ("codex", CODEX)])
def test_without_a_gate_a_dialog_stays_with_the_terminal(home: Path, agent: str, base: Any):
    said = hook(asked(base, "PermissionRequest"), down(home), agent)

    assert said == Said(out="", err=f"{DOWN}\n", code=0)


def test_a_dialog_is_refused_where_the_line_says_so(home: Path):
    words = ("--on-fault", "deny")

    said = hook(asked(CODEX, "PermissionRequest"), down(home), "codex", *words)

    refused = {"behavior": "deny", "message": DOWN}
    assert said.answer == specific("PermissionRequest", decision=refused)


HAND_BACKS = [
    ("claude-code", BEFORE, specific("PreToolUse", permissionDecision="ask")),
    ("codex", asked(CODEX, "PreToolUse"), None),
    ("gemini", asked(GEMINI, "BeforeTool"), {"decision": "ask"}),
    ("copilot", asked(COPILOT, "preToolUse"), {"permissionDecision": "ask"}),
    ("copilot", asked(COPILOT, "permissionRequest"), None),
    ("cursor", asked(CURSOR, "beforeMCPExecution"), {"permission": "ask"}),
]


@pytest.mark.parametrize(("agent", "body", "answer"), HAND_BACKS)
def test_on_fault_pass_leaves_it_to_the_agent(home: Path, agent: str, body: Any, answer: Any):
    said = hook(body, down(home), agent, "--on-fault=pass")

    assert (json.loads(said.out) if said.out else None) == answer
    assert said.code == 0


def test_a_report_that_does_not_arrive_disturbs_nobody(home: Path):
    said = hook(asked(CLAUDE, "Stop"), down(home), "claude-code", "--on-fault", "deny")

    assert said == Said(out="", err=f"{DOWN}\n", code=0)


def test_a_report_too_large_for_the_gate_goes_without_what_the_tool_gave_back(home: Path):
    body = asked(CLAUDE, "PostToolUse") | {"tool_response": {"stdout": "x" * 2_000_000}}

    with Peer({}) as peer:
        said = hook(body, environment(peer.url, home), "claude-code")

    assert said == Said(out="{}", err="", code=0)
    assert peer.asked[0].body == asked(CLAUDE, "PostToolUse")


def test_an_ask_too_large_for_the_gate_is_refused_with_the_reason(home: Path):
    body = BEFORE | {"tool_input": {"command": "x" * 1_100_000}}

    with Peer({}) as peer:
        said = hook(body, environment(peer.url, home), "claude-code")

    assert "larger than the 1 MiB that the gate takes" in said.out
    assert peer.asked == []


def test_no_proxy_is_used_on_the_way_to_this_machine(home: Path):
    with Peer(ALLOWED) as peer:
        environ = environment(peer.url, home, http_proxy="http://127.0.0.1:9")
        said = hook(asked(CLAUDE, "PermissionRequest"), environ, "claude-code")

    assert said.answer == ALLOWED


def test_a_proxy_is_used_on_the_way_to_another_machine(home: Path):
    with Peer(ALLOWED) as peer:
        proxy = peer.url.replace("//", "//ana:secret@")
        environ = environment("http://gate.example.org:8000", home, http_proxy=proxy)
        said = hook(asked(CLAUDE, "PermissionRequest"), environ, "claude-code")

    assert said.answer == ALLOWED
    assert peer.asked[0].path == "http://gate.example.org:8000/v1/hooks/claude-code?limit=595"
    assert peer.asked[0].headers["Proxy-Authorization"] == "Basic YW5hOnNlY3JldA=="


@pytest.mark.parametrize(
    "line",
    [
        "import sys; from bot.command import main; sys.exit(main())",
        "import sys; from ok2run.command import main; sys.exit(main())",
        "import sys; from ok2run.cli import main; sys.exit(main())",
    ],
)
def test_each_way_to_the_command_is_the_same(home: Path, line: str):
    environ = down(home) | {"PYTHONPATH": f"{CLIENT.parent.parent}{os.pathsep}{CLIENT}"}
    program = (sys.executable, "-c", line)

    said = hook(asked(CODEX, "PreToolUse"), environ, "hook", "codex", program=program)

    assert said.answer["hookSpecificOutput"]["permissionDecisionReason"] == DOWN
    assert said.code == 0


def test_it_loads_nothing_that_takes_long(home: Path):
    program = (sys.executable, "-X", "importtime", "-m", "ok2run.hook")

    said = hook(asked(CODEX, "PreToolUse"), down(home), "codex", program=program)

    loaded = {line.rpartition("|")[2].strip() for line in said.err.splitlines()}
    assert "socket" in loaded
    slow = {"argparse", "urllib.request", "http.client", "email", "ssl", "typing", "asyncio"}
    assert not slow & loaded


def test_help_names_the_agents(home: Path):
    said = hook(b"", down(home), "--help")

    assert said.code == 0
    assert "claude-code, codex, gemini, copilot or cursor" in said.out
