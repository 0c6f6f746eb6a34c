"""`ok2run run`: asks, claims, runs exactly that; its exit codes, its signals, its silence."""

import asyncio
import os
import pty
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.client.conftest import Decide, pending_id
from tests.client.peer import APPROVED, PENDING, Answer, Peer, free_port
from tests.world import AGENT_KEY, World

CLIENT = Path(__file__).parent.parent.parent / "web/client"
# A shell's background jobs ignore interrupts, and hand that on to what they start.
START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from ok2run.cli import main; sys.exit(main(sys.argv[1:]))"
)
Process = asyncio.subprocess.Process


def environment(url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(CLIENT),
        "APPROVAL_GATE_URL": url,
        "APPROVAL_API_KEY": AGENT_KEY,
    }


@asynccontextmanager
async def running(
    url: str, *words: str, cwd: Path | None = None, **more: str
) -> AsyncIterator[Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        START,
        "run",
        *words,
        env={**environment(url), **more},
        cwd=cwd,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def ended(process: Process, given: bytes = b"") -> tuple[int | None, str, list[str]]:
    out, err = await process.communicate(given)
    return process.returncode, out.decode(), err.decode().splitlines()


async def whole(url: str, *words: str, cwd: Path | None = None) -> tuple[int | None, str, str]:
    async with running(url, *words, cwd=cwd) as process:
        code, out, lines = await ended(process)
        return code, out, lines[-1] if lines else ""


async def test_an_approved_command_runs_word_for_word_with_its_own_input_and_output(
    url: str, real: World, decide: Decide, tmp_path: Path
):
    words = [sys.executable, "-c", "import sys; print(sys.argv[1:], input())", "a b", "$HOME", "*"]
    async with running(url, "--title", "Count", "--", *words, cwd=tmp_path) as process:
        id = await pending_id(real)
        await decide()
        code, out, lines = await ended(process, b"typed\n")

    assert (code, out) == (0, "['a b', '$HOME', '*'] typed\n")
    assert lines[0].startswith("waiting for approval ")
    assert lines[1].startswith("approved by ")
    assert len(lines) == 2
    read = await real.read(id)
    assert (read["title"], read["action_type"]) == ("Count", "Bash")
    assert read["outcome"]["exit_code"] == 0


async def test_the_exit_code_is_the_commands_own(url: str, real: World, decide: Decide):
    async with running(url, "--", "sh", "-c", "exit 37") as process:
        id = await pending_id(real)
        await decide()
        code, out, _ = await ended(process)

    assert (code, out) == (37, "")
    assert (await real.read(id))["outcome"]["exit_code"] == 37


async def test_a_command_that_a_signal_ended_says_so_as_a_shell_does(url: str, decide: Decide):
    (code, _, _), _ = await asyncio.gather(whole(url, "--", "sh", "-c", "kill -KILL $$"), decide())

    assert code == 137


async def test_a_denied_command_does_not_run(url: str, decide: Decide, tmp_path: Path):
    result = whole(url, "--", "touch", "ran", cwd=tmp_path)

    (code, out, line), _ = await asyncio.gather(result, decide("denied", note="wrong branch"))

    assert (code, out) == (126, "")
    assert line.startswith("ok2run: not run: denied by ")
    assert line.endswith(": wrong branch")
    assert not (tmp_path / "ran").exists()


async def test_what_the_person_put_in_its_place_runs_as_they_wrote_it(
    url: str, real: World, decide: Decide, tmp_path: Path
):
    async with running(url, "--", "touch", "ran", cwd=tmp_path) as process:
        id = await pending_id(real)
        await decide("approved", override="echo 'a  b' | tr a c && exit 3")
        code, out, lines = await ended(process)

    assert (code, out) == (3, "c  b\n")
    assert lines[-1] == "running instead: echo 'a  b' | tr a c && exit 3"
    assert not (tmp_path / "ran").exists()
    assert (await real.read(id))["outcome"]["exit_code"] == 3


async def test_nobody_answering_in_time_runs_nothing_and_takes_the_ask_back(
    url: str, real: World, tmp_path: Path
):
    code, out, line = await whole(url, "--wait", "1", "--", "touch", "ran", cwd=tmp_path)

    listed = await (await real.call("GET", "/v1/approvals")).json()
    assert (code, out) == (126, "")
    assert line == "ok2run: not run: nobody answered in time"
    assert listed["approvals"][0]["status"] == "withdrawn"
    assert not (tmp_path / "ran").exists()


async def test_an_ask_that_runs_out_runs_nothing(url: str, tmp_path: Path):
    code, _, line = await whole(url, "--expires", "1", "--", "touch", "ran", cwd=tmp_path)

    assert code == 126
    assert line.startswith("ok2run: not run: expired")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_while_it_waits_takes_the_ask_back(
    url: str, real: World, number: signal.Signals, tmp_path: Path
):
    async with running(url, "--", "touch", "ran", cwd=tmp_path) as process:
        id = await pending_id(real)
        assert process.stderr is not None
        assert b"waiting for approval" in await process.stderr.readline()
        process.send_signal(number)
        code, _, lines = await ended(process)

    assert code == 128 + number
    assert lines == [f"{id} was withdrawn: interrupted"]
    assert (await real.read(id))["status"] == "withdrawn"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
async def test_a_signal_while_it_runs_reaches_the_command(
    url: str, real: World, decide: Decide, number: signal.Signals
):
    script = (
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(41))\n"
        "print('ready', flush=True)\n"
        "while True: time.sleep(1)"
    )
    async with running(url, "--", sys.executable, "-c", script) as process:
        id = await pending_id(real)
        await decide()
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        code, _, _ = await ended(process)

    assert code == 41
    assert (await real.read(id))["outcome"]["exit_code"] == 41


@pytest.mark.skipif(shutil.which("setsid") is None, reason="setsid is not installed")
async def test_a_key_press_reaches_the_command_once(url: str, real: World, decide: Decide):
    script = (
        "import os, signal, sys\n"
        "got = []\n"
        "def note(*_): got.append(1); os.write(1, b'got %d\\n' % len(got))\n"
        "signal.signal(signal.SIGINT, note)\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "sys.exit(40 + len(got))"
    )
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *("setsid", "--ctty", "--wait", sys.executable, "-c", START, "run", "--"),
        *(sys.executable, "-c", script),
        env=environment(url),
        stdin=slave,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(slave)
    try:
        await pending_id(real)
        await decide()
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        os.write(master, b"\x03")
        assert await process.stdout.readline() == b"got 1\n"
        os.write(master, b"end\n")
        code = await process.wait()
    finally:
        os.close(master)

    assert code == 41


async def test_a_folder_that_moved_while_it_was_asked_runs_nothing(
    url: str, real: World, decide: Decide, tmp_path: Path
):
    (tmp_path / "here").mkdir()
    async with running(url, "--", "touch", "ran", cwd=tmp_path / "here") as process:
        id = await pending_id(real)
        (tmp_path / "here").rename(tmp_path / "there")
        await decide()
        code, _, lines = await ended(process)

    assert code == 126
    assert "Not approved to run" in lines[-1]
    assert not (tmp_path / "there" / "ran").exists()
    told = (await real.read(id))["outcome"]["summary"]
    assert told == "not run: its folder or its program changed meanwhile"


async def test_another_program_of_the_name_does_not_run(
    url: str, real: World, decide: Decide, tmp_path: Path
):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    program = second / "publish"
    program.write_text("#!/bin/sh\necho asked for\n")
    program.chmod(0o755)
    path = os.pathsep.join([str(first), str(second), os.environ["PATH"]])
    async with running(url, "--", "publish", PATH=path) as process:
        id = await pending_id(real)
        shutil.copy(program, first / "publish")
        await decide()
        code, out, lines = await ended(process)

    assert (code, out) == (126, "")
    assert "Not approved to run" in lines[-1]
    told = (await real.read(id))["outcome"]["summary"]
    assert told == "not run: its folder or its program changed meanwhile"


async def test_a_command_that_is_not_there_is_not_asked_for(tmp_path: Path):
    (tmp_path / "plain").write_text("no program")
    with Peer(APPROVED) as peer:
        missing = await whole(peer.url, "--", "no-such-command-here")
        plain = await whole(peer.url, "--", "./plain", cwd=tmp_path)

    assert missing[0] == 127
    assert missing[2] == "ok2run: no-such-command-here: command not found; nobody was asked"
    assert plain[0] == 126
    assert peer.asked == []


async def test_a_gate_that_is_not_reached_runs_nothing(tmp_path: Path):
    result = await whole(f"http://127.0.0.1:{free_port()}", "--", "touch", "ran", cwd=tmp_path)

    assert result[0] == 126
    assert result[2].startswith("ok2run: No gate answers at")
    assert not (tmp_path / "ran").exists()


KEY = {"key_id": "0" * 16, "alg": "Ed25519", "public_key": "A" * 43 + "="}
RECEIPT = {"receipt": {}, "signature": "A" * 86 + "==", "key_id": "0" * 16}


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(status=401, body={"detail": "Invalid API key"})],
        [Answer(status=422, body={"detail": "No."})],
        [Answer(body={"hello": "world"})],
        [PENDING, Answer(status=404, body={"detail": "approval not found"})],
        [PENDING, APPROVED | {"approval_id": "appr_2"}],
        [PENDING, APPROVED | {"decision": None}],
        [PENDING, APPROVED | {"decision": {"code": "3"}}],
        [PENDING, APPROVED | {"decision": {"code": "1", "decision": "denied"}}],
        [PENDING, APPROVED | {"status": "granted"}],
        [APPROVED, Answer(status=404, body={"detail": "Not Found"})],
        [APPROVED, KEY, Answer(status=409, body={"detail": "Claimed already."})],
        [APPROVED, KEY, RECEIPT],
        [APPROVED, KEY, RECEIPT | {"key_id": "1" * 16}, KEY],
        [APPROVED, KEY | {"public_key": "none"}, RECEIPT],
    ],
)
async def test_nothing_unclear_runs_the_command(answers: list[Answer], tmp_path: Path):
    with Peer(*answers) as peer:
        code, out, line = await whole(peer.url, "--", "touch", "ran", cwd=tmp_path)

    assert (code, out) == (126, "")
    assert line.startswith("ok2run: ")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "words",
    [[], ["--"], ["git", "push"], ["--wait", "soon", "--", "true"], ["--nonsense", "--", "true"]],
)
async def test_a_wrong_use_exits_with_two_and_asks_nobody(words: list[str]):
    with Peer(APPROVED) as peer:
        code, out, _ = await whole(peer.url, *words)

    assert (code, out) == (2, "")
    assert peer.asked == []


async def test_a_command_that_nobody_could_read_is_not_asked_for():
    with Peer(APPROVED) as peer:
        code, _, line = await whole(peer.url, "--", "echo", os.fsdecode(b"\xff"))

    assert code == 2
    assert "not UTF-8" in line
    assert peer.asked == []
