"""Fifteen faults of a hook, each with every agent's form of it: the canary's command never runs.

The last two are the agent's to decide, since no hook of ours is left to answer: the tests state
what it does, and that the guarded line stops it in a shell that is there. That a hook's program is
missing is for `ok2run doctor` to tell.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.client.hook_case import CLIENT, environment
from tests.client.peer import Answer, Peer
from tests.faults.hook_agent import BLOCKED, FORMS, RUNS, Form, use_tool

HOOK = f"{sys.executable} -P -m ok2run.hook"
LIMIT = 4  # seconds, as the agent's settings would say it
CLOSED = "http://127.0.0.1:9"
ROWS: dict[str, dict[str, str]] = {}


@pytest.fixture(scope="module", autouse=True)
def _table() -> Iterator[None]:
    yield
    names = [form.name for form in FORMS]
    print("\n| fault | " + " | ".join(names) + " |")
    for fault, row in ROWS.items():
        print(f"| {fault} | " + " | ".join(row.get(name, "") for name in names) + " |")


class Case:
    """One fault: every agent's form of the hook meets it at the same time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = HOOK
        self.after = ""
        self.environ = environment(CLOSED, folder)

    def meets(
        self,
        fault: str,
        *,
        guarded: bool = False,
        meanwhile: Callable[[int], None] = lambda pid: None,
    ) -> dict[str, str]:
        def one(form: Form) -> str:
            line = form.line(self.program, limit=LIMIT) + self.after
            if guarded:
                line = form.line(self.program, limit=LIMIT, guarded=True)
            canary = self.folder / form.name.replace(" ", "-")
            verdict = use_tool(form, line, self.environ, canary, meanwhile)
            assert canary.exists() == (verdict == RUNS)
            return verdict

        with ThreadPoolExecutor(len(FORMS)) as pool:
            found = dict(zip([form.name for form in FORMS], pool.map(one, FORMS), strict=True))
        ROWS[fault] = found
        return found

    def never_ran(self, fault: str) -> None:
        found = self.meets(fault)
        assert RUNS not in found.values(), found


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


@contextmanager
def listening(behave: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that does to each connection what the test wants, and its address."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                peer, _ = server.accept()
            except TimeoutError:
                continue
            threads.append(threading.Thread(target=alone, args=(peer,)))
            threads[-1].start()

    def alone(peer: socket.socket) -> None:
        with peer:
            try:
                behave(peer, over)
            except OSError:
                return

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        threads.append(threading.Thread(target=serve))
        threads[0].start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            for thread in threads:
                thread.join()


def silent(peer: socket.socket, over: threading.Event) -> None:
    over.wait()


def half(peer: socket.socket, over: threading.Event) -> None:
    peer.recv(65536)
    body = b'{"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "allow"'
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + body)


def dripping(peer: socket.socket, over: threading.Event) -> None:
    peer.recv(65536)
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        peer.sendall(b" ")


def test_1_the_daemon_is_down(case: Case):
    with Peer({}) as peer:
        pass  # it was there
    case.environ["APPROVAL_GATE_URL"] = peer.url

    case.never_ran("1 daemon down")


def test_2_the_port_is_closed(case: Case):
    case.never_ran("2 port closed")


def test_3_the_gate_takes_the_connection_and_is_silent(case: Case):
    with listening(silent) as url:
        case.environ["APPROVAL_GATE_URL"] = url
        case.never_ran("3 accepts, silent")


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("4 HTTP 500", Answer(status=500, body={"detail": "Oops."})),
        ("4 HTTP 500 with an allow", Answer(status=500, body={"permission": "allow"})),
        ("5 200 with junk", Answer(raw=b"<!doctype html><p>allow</p>")),
        ("5 200 with another JSON", Answer(body={"status": "approved"})),
        ("5 200 with null", Answer(body=None)),
    ],
)
def test_4_and_5_the_answer_is_none(case: Case, fault: str, answer: Answer):
    with Peer(answer) as peer:
        case.environ["APPROVAL_GATE_URL"] = peer.url
        case.never_ran(fault)


def test_6_the_answer_breaks_off(case: Case):
    with listening(half) as url:
        case.environ["APPROVAL_GATE_URL"] = url
        case.never_ran("6 half JSON")


def _answering(headers: dict[str, str]) -> Iterator[tuple[Form, Answer]]:
    for form in FORMS:
        yield form, Answer(body=dict(form.allows), is_foreign=True, headers=headers)


@pytest.mark.parametrize(
    ("fault", "headers"),
    [
        ("7 allow of something else that listens there", {}),
        # These answers carry no signed receipt; what binds them to the ask is its one-time id.
        ("8 allow for another request", {"Ok2run-Hook-Id": "0" * 32}),
    ],
)
def test_7_and_8_an_allow_that_is_no_answer_to_this_request(
    case: Case, fault: str, headers: dict[str, str]
):
    found = {}
    for form, answer in _answering(headers):
        with Peer(answer) as peer:
            case.environ["APPROVAL_GATE_URL"] = peer.url
            canary = case.folder / "canary"
            line = form.line(HOOK, limit=LIMIT)
            found[form.name] = use_tool(form, line, case.environ, canary)
            assert not canary.exists()
    ROWS[fault] = found

    assert RUNS not in found.values(), found


def test_the_same_allow_runs_where_it_answers_this_request(case: Case):
    for form in FORMS:
        with Peer(dict(form.allows)) as peer:
            case.environ["APPROVAL_GATE_URL"] = peer.url
            canary = case.folder / form.name.replace(" ", "-")
            assert use_tool(form, form.line(HOOK, limit=30), case.environ, canary) == RUNS
            assert canary.exists()


def test_9_the_answer_drips_beyond_the_deadline(case: Case):
    with listening(dripping) as url:
        case.environ["APPROVAL_GATE_URL"] = url
        case.never_ran("9 hangs beyond the deadline")


def test_10_the_gates_name_is_not_found(case: Case):
    case.environ["APPROVAL_GATE_URL"] = "https://gate.invalid"

    case.never_ran("10 DNS fails")


def test_11_the_connection_is_not_safe(case: Case):
    with Peer({}) as peer:
        case.environ["APPROVAL_GATE_URL"] = peer.url.replace("http:", "https:")
        case.never_ran("11 TLS fails")


def test_12_the_disk_is_full(case: Case):
    case.environ["TMPDIR"] = "/dev/full"
    case.never_ran("12 no temporary folder")

    case.after = " >/dev/full"

    case.never_ran("12 stdout to a full disk")


@pytest.mark.parametrize("module", ["hook_wire", "hook_http", "hook_answer", "config", "hook"])
def test_13_a_module_of_the_hook_cannot_be_imported(case: Case, module: str):
    package = case.folder / "ok2run"
    package.mkdir()
    for path in (CLIENT / "ok2run").glob("*.py"):
        (package / path.name).write_bytes(path.read_bytes())
    (package / f"{module}.py").write_text("raise ImportError('broken')\n")
    case.program = f"{sys.executable} -P -m ok2run.command hook"
    case.environ["PYTHONPATH"] = str(case.folder)

    case.never_ran(f"13 import error in {module}")


def test_13_the_standard_library_is_broken(case: Case):
    (case.folder / "json.py").write_text("raise ImportError('broken')\n")
    case.environ["PYTHONPATH"] = f"{case.folder}{os.pathsep}{CLIENT}"

    case.never_ran("13 import error in json")


def _kill_hook(shell: int) -> None:
    """Kill the hook as the system does when memory is short; the shell goes on."""
    for _ in range(2000):
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        if children:
            os.kill(int(children[0]), signal.SIGKILL)
            return
        threading.Event().wait(0.005)
    raise AssertionError("no hook was started")


OWN_RULE = {  # what each agent does with a hook that is gone without an answer
    "claude-code PreToolUse": RUNS,
    "codex PreToolUse": RUNS,
    "copilot preToolUse": BLOCKED,
    "copilot permissionRequest": RUNS,
    "cursor beforeShellExecution": RUNS,
}


def test_14_the_hook_is_killed(case: Case):
    with listening(silent) as url:
        case.environ["APPROVAL_GATE_URL"] = url
        case.after = "; exit $?"  # so that the shell does not become the hook
        plain = case.meets("14 SIGKILL", meanwhile=_kill_hook)
        for canary in case.folder.iterdir():
            if canary.is_file():
                canary.unlink()
        guarded = case.meets("14 SIGKILL, guarded line", guarded=True, meanwhile=_kill_hook)

    assert {name: plain[name] for name in OWN_RULE} == OWN_RULE
    assert RUNS not in guarded.values(), guarded


def test_15_the_interpreter_is_missing(case: Case):
    case.program = "/no/such/python -m ok2run.hook"
    plain = case.meets("15 missing interpreter")
    for canary in case.folder.iterdir():
        canary.unlink()

    guarded = case.meets("15 missing interpreter, guarded line", guarded=True)

    assert {name: plain[name] for name in OWN_RULE} == OWN_RULE
    assert RUNS not in guarded.values(), guarded


@pytest.mark.full
@pytest.mark.parametrize("round_number", range(5))
def test_the_faults_that_need_no_setting_up_again_and_again(tmp_path: Path, round_number: int):
    for number, check in enumerate(
        (
            test_1_the_daemon_is_down,
            test_2_the_port_is_closed,
            test_3_the_gate_takes_the_connection_and_is_silent,
            test_6_the_answer_breaks_off,
            test_9_the_answer_drips_beyond_the_deadline,
            test_10_the_gates_name_is_not_found,
            test_11_the_connection_is_not_safe,
            test_12_the_disk_is_full,
            test_13_the_standard_library_is_broken,
        )
    ):
        (tmp_path / str(number)).mkdir()
        check(Case(tmp_path / str(number)))
