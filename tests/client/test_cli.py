"""The agent's commands: what they send, print and exit with."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ok2run.cli import main
from tests.client.peer import APPROVED, DENIED, PENDING, Answer, Peer, free_port

CLIENT = Path(__file__).parent.parent.parent / "web/client"


def answered(*texts: str) -> dict[str, Any]:
    decision = {"code": "4", "note": "A", "by": "Ana", "answers": list(texts)}
    return PENDING | {"status": "approved", "decision": decision}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("APPROVAL_", "AGENTGATE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("APPROVAL_API_KEY", "agent-key")


def run(peer: Peer, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setenv("APPROVAL_GATE_URL", peer.url)
    return main(arguments)


Case = tuple[pytest.MonkeyPatch, pytest.CaptureFixture[str]]


@pytest.fixture
def case(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Case:
    return monkeypatch, capsys


def test_a_request_waits_and_tells_who_approved(case: Case):
    monkeypatch, capsys = case

    with Peer(PENDING, APPROVED) as peer:
        code = run(peer, monkeypatch, "request", "deploy")

    out, err = capsys.readouterr()
    assert code == 0
    assert out == "approved by Ana, 0 s\n"
    assert err == "waiting for approval kqmrz · 1:00:00 left\n"


def test_a_request_sends_what_it_was_given_and_the_real_working_directory(
    case: Case, tmp_path: Path
):
    monkeypatch, _ = case
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path / "link")
    options = ["--title", "Deploy 1.4", "--preview", "make deploy", "--params", '{"env": "prod"}']
    options += ["--session", "s1", "--urgency", "high", "--expires", "600", "--agent", "claude"]
    options += ["--reason", "the release is due"]

    with Peer(APPROVED) as peer:
        run(peer, monkeypatch, "request", "deploy", *options)

    assert peer.asked[0].body == {
        "action_type": "deploy",
        "title": "Deploy 1.4",
        "preview": "make deploy",
        "params": {"env": "prod"},
        "session_id": "s1",
        "urgency": "high",
        "expires_in_sec": 600,
        "agent": "claude",
        "reason": "the release is due",
        "cwd": str((tmp_path / "real").resolve()),
        "can_show_number": True,
    }


def test_what_was_not_given_is_not_sent(case: Case):
    monkeypatch, _ = case
    monkeypatch.setenv("APPROVAL_SESSION_ID", "from-outside")

    with Peer(APPROVED) as peer:
        run(peer, monkeypatch, "request", "deploy")

    assert peer.asked[0].body == {
        "action_type": "deploy",
        "title": "deploy",
        "session_id": "from-outside",
        "cwd": str(Path.cwd().resolve()),
        "can_show_number": True,
    }


def test_the_number_to_pick_is_told_before_the_wait(case: Case):
    monkeypatch, capsys = case

    with Peer(PENDING | {"confirm_number": 47}, APPROVED) as peer:
        code = run(peer, monkeypatch, "request", "deploy")

    out, err = capsys.readouterr()
    assert code == 0
    assert out == "approved by Ana, 0 s\n"
    assert err.splitlines() == [
        "Your number: 47 – pick it on the card",
        "waiting for approval kqmrz · 1:00:00 left",
    ]


def test_a_question_has_no_number(case: Case):
    monkeypatch, _ = case

    with Peer(answered("A")) as peer:
        run(peer, monkeypatch, "ask", "Which?", "--option", "A")

    assert "can_show_number" not in peer.asked[0].body


def test_a_preview_is_read_from_stdin(case: Case):
    monkeypatch, _ = case
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("größe\n".encode())))

    with Peer(APPROVED) as peer:
        run(peer, monkeypatch, "request", "deploy", "--preview", "-")

    assert peer.asked[0].body["preview"] == "größe\n"


def test_a_preview_that_no_gate_takes_is_not_sent(case: Case):
    monkeypatch, capsys = case
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x" * 1024 * 1025)))

    with Peer(APPROVED) as peer:
        code = run(peer, monkeypatch, "request", "deploy", "--preview", "-")

    assert (code, peer.asked) == (2, [])
    assert "larger than 1 MiB" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("approval", "code", "words"),
    [
        (APPROVED, 0, "approved by Ana, 0 s"),
        (DENIED, 3, "denied by Ana, 0 s: no\\x1b[2J"),
        (PENDING | {"status": "expired"}, 4, "expired, 0 s"),
        (PENDING | {"status": "withdrawn"}, 4, "withdrawn, 0 s"),
        (PENDING | {"status": "something new"}, 1, "something new, 0 s"),
        (
            APPROVED | {"decision": {"rule": "read-only git"}},
            0,
            "approved by rule read-only git, 0 s",
        ),
        (APPROVED | {"decision": None}, 0, "approved, 0 s"),
    ],
)
def test_every_end_has_its_exit_code_and_its_words(
    approval: dict[str, Any], code: int, words: str, case: Case
):
    monkeypatch, capsys = case

    with Peer(approval) as peer:
        assert run(peer, monkeypatch, "request", "deploy") == code

    assert capsys.readouterr().out == f"{words}\n"


def test_an_approval_with_a_change_is_no_leave_to_run_what_was_asked(case: Case):
    monkeypatch, capsys = case
    changed = APPROVED | {"decision": {"code": "5", "by": "Ana", "override": "ls -la"}}

    with Peer(changed) as peer:
        code = run(peer, monkeypatch, "request", "Bash")

    assert code == 3
    assert capsys.readouterr().out == (
        "approved by Ana with a change, 0 s\nrun this instead: ls -la\n"
    )


def test_without_waiting_the_id_is_printed_and_nothing_is_approved(case: Case):
    monkeypatch, capsys = case

    with Peer(PENDING) as peer:
        code = run(peer, monkeypatch, "request", "deploy", "--wait", "0")

    assert code == 4
    assert capsys.readouterr().out == "appr_1 pending\n"
    assert len(peer.asked) == 1


def test_a_wait_that_nobody_ends_is_not_an_approval(case: Case):
    monkeypatch, capsys = case

    with Peer(PENDING) as peer:
        code = run(peer, monkeypatch, "request", "deploy", "--wait", "1")

    out, err = capsys.readouterr()
    assert code == 4
    assert out == "appr_1 pending\n"
    assert "nobody answered in time; appr_1 is still pending" in err


def test_json_is_the_gates_answer_and_nothing_else_on_stdout(case: Case):
    monkeypatch, capsys = case

    with Peer(PENDING, DENIED) as peer:
        code = run(peer, monkeypatch, "request", "deploy", "--json")

    out = capsys.readouterr().out
    assert code == 3
    assert json.loads(out) == DENIED
    assert out.isascii()


@pytest.mark.parametrize("command", [("list",), ("status", "a"), ("approve", "a")])
def test_a_gate_that_is_not_reached_exits_with_five(command: tuple[str, ...], case: Case):
    monkeypatch, capsys = case
    monkeypatch.setenv("APPROVAL_GATE_URL", f"http://127.0.0.1:{free_port()}")

    assert main(command) == 5
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ok2run: No gate answers at http://127.0.0.1:")


def test_a_request_that_no_gate_takes_exits_with_five(case: Case):
    monkeypatch, capsys = case

    with Peer(Answer(status=302, headers={"Location": "http://elsewhere"})) as peer:
        assert run(peer, monkeypatch, "request", "deploy") == 5

    assert "which is not followed" in capsys.readouterr().err


def test_a_request_survives_a_short_absence_of_the_gate(case: Case):
    monkeypatch, capsys = case

    with Peer(Answer(cut=True), PENDING, Answer(cut=True), APPROVED) as peer:
        assert run(peer, monkeypatch, "request", "deploy") == 0

    lines = capsys.readouterr().err.splitlines()
    assert [line.rpartition(". ")[2] for line in lines] == [
        "Trying again.",
        "waiting for approval kqmrz · 1:00:00 left",
        "Trying again.",
        "The gate answers again.",
    ]


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422])
def test_a_refusal_is_told_in_the_gates_words_with_controls_made_visible(status: int, case: Case):
    monkeypatch, capsys = case
    refusal = Answer(status=status, body={"detail": "Not\x1b]0;title\x07 so\u202e"})

    with Peer(refusal) as peer:
        assert run(peer, monkeypatch, "request", "deploy") == 1

    assert capsys.readouterr().err == "ok2run: Not\\x1b]0;title\\x07 so\\u202e\n"


def test_a_question_prints_the_answer_alone(case: Case):
    monkeypatch, capsys = case
    options = ["--option", "SQLite", "--option", "PostgreSQL", "--multiple"]

    with Peer(answered("SQLite", "Postgre\nSQL")) as peer:
        code = run(peer, monkeypatch, "ask", "Which database?", *options)

    out, err = capsys.readouterr()
    assert code == 0
    assert out == "SQLite\nPostgre\\nSQL\n"
    assert err == "answered by Ana, 0 s\n"
    body = peer.asked[0].body
    assert (body["title"], body["options"]) == ("Which database?", ["SQLite", "PostgreSQL"])
    assert body["multiple"] is True


@pytest.mark.parametrize(("approval", "code"), [(DENIED, 3), (PENDING | {"status": "expired"}, 4)])
def test_a_question_without_an_answer_prints_none(approval: dict[str, Any], code: int, case: Case):
    monkeypatch, capsys = case

    with Peer(approval) as peer:
        assert run(peer, monkeypatch, "ask", "Which?", "--option", "A") == code

    assert capsys.readouterr().out == ""


def test_a_status_shows_the_approval_and_exits_with_nought(case: Case):
    monkeypatch, capsys = case
    approval = DENIED | {"action_type": "deploy", "title": "Deploy\n1.4", "session_id": ""}

    with Peer(approval) as peer:
        code = run(peer, monkeypatch, "status", "appr_1")

    assert code == 0
    assert capsys.readouterr().out == (
        "appr_1: denied by Ana: no\\x1b[2J\n"
        "  short_code: kqmrz\n"
        "  action_type: deploy\n"
        "  title: Deploy\\n1.4\n"
    )


def test_a_status_shows_the_answers(case: Case):
    monkeypatch, capsys = case

    with Peer(answered("SQLite")) as peer:
        run(peer, monkeypatch, "status", "appr_1")

    assert "appr_1: answered by Ana\n" in capsys.readouterr().out


def test_a_list_has_a_line_for_each_approval(case: Case):
    monkeypatch, capsys = case
    approvals = [PENDING | {"action_type": "deploy", "title": "Deploy"}, DENIED, "odd"]

    with Peer({"approvals": approvals, "next_cursor": "c"}) as peer:
        code = run(peer, monkeypatch, "list", "--status", "pending", "--limit", "2")

    out, err = capsys.readouterr()
    assert code == 0
    assert out == "appr_1  kqmrz  pending  deploy  Deploy\nappr_1  kqmrz  denied\n"
    assert "raise --limit" in err
    assert peer.asked[0].path == "/v1/approvals?status=pending&limit=2"


@pytest.mark.parametrize(("name", "decision"), [("approve", "approved"), ("deny", "denied")])
def test_a_decision_is_sent_and_told(name: str, decision: str, case: Case):
    monkeypatch, capsys = case

    with Peer(PENDING | {"status": decision}) as peer:
        code = run(peer, monkeypatch, name, "appr_1", "--reason", "because")

    assert code == 0
    assert capsys.readouterr().out == f"appr_1 {decision}\n"
    assert peer.asked[0].body == {"decision": decision, "note": "because"}


@pytest.mark.parametrize(
    "command",
    [["status", "appr_1"], ["list"], ["approve", "appr_1"], ["deny", "appr_1"]],
)
def test_every_command_prints_json_on_demand(command: list[str], case: Case):
    monkeypatch, capsys = case
    answer = PENDING | {"approvals": []}

    with Peer(answer) as peer:
        assert run(peer, monkeypatch, *command, "--json") == 0

    assert json.loads(capsys.readouterr().out) == answer


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["request"],
        ["request", "a", "--params", "[1]"],
        ["request", "a", "--params", "{"],
        ["request", "a", "--params", '{"a": NaN}'],
        ["request", "a", "--wait", "-1"],
        ["request", "a", "--wait", "soon"],
        ["request", "a", "--expires", "0"],
        ["request", "a", "--expires", "9999999999"],
        ["request", "a", "--urgency", "very"],
        ["ask", "Which?"],
        ["list", "--limit", "0"],
        ["status"],
    ],
)
def test_a_wrong_use_exits_with_two(arguments: list[str], case: Case):
    _, capsys = case

    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: ok2run")


def test_a_missing_key_is_a_wrong_use(case: Case):
    monkeypatch, capsys = case
    monkeypatch.delenv("APPROVAL_API_KEY")

    assert main(["list"]) == 2
    assert "APPROVAL_API_KEY is not set" in capsys.readouterr().err


def test_help_exits_with_nought_and_names_every_command(case: Case):
    _, capsys = case

    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("request", "ask", "status", "list", "approve", "deny"))


def test_the_commands_are_quick_to_import_because_they_load_no_http():
    code = (
        "import sys, ok2run.cli; "
        "print(sorted({'ssl', 'http.client', 'urllib.request', 'asyncio'} & set(sys.modules)))"
    )

    result = subprocess.run(
        [sys.executable, "-S", "-c", code], env={"PYTHONPATH": str(CLIENT)}, capture_output=True
    )

    assert result.stdout == b"[]\n", result.stderr


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let a child be interrupted also where this process was started to ignore that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_wait_says_that_the_approval_is_still_pending():
    held = PENDING | {"approval_id": "appr_2"}

    with Peer(held) as peer:
        process = subprocess.Popen(
            [sys.executable, "-m", "ok2run.cli", "request", "deploy"],
            env={
                "PYTHONPATH": str(CLIENT),
                "APPROVAL_GATE_URL": peer.url,
                "APPROVAL_API_KEY": "k",
            },
            stderr=subprocess.PIPE,
        )
        with process:
            assert process.stderr is not None
            first = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()

    assert b"waiting for approval kqmrz" in first
    assert b"appr_2 is still pending; see: ok2run status appr_2" in rest
    assert process.returncode == 130


def test_a_reader_that_went_away_is_no_traceback():
    with Peer({"approvals": [PENDING] * 50}) as peer:
        process = subprocess.Popen(
            [sys.executable, "-m", "ok2run.cli", "list"],
            env={
                "PYTHONPATH": str(CLIENT),
                "APPROVAL_GATE_URL": peer.url,
                "APPROVAL_API_KEY": "k",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            told = process.stderr.read()

    assert told == b""
    assert process.returncode == 1
