"""A sync that failed once succeeds the next time, although what it was for may be lost."""

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.core.audit import verify
from tests.daemon import Daemon, until
from tests.faults.kept import read_all
from tests.faults.test_sync import WHY_NOT
from tests.port import a_port

pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))

KEY = "agent-key-of-the-disk-tests-01"


@asynccontextmanager
async def failing_sync(daemon: Daemon, file: str) -> AsyncIterator[Path]:
    """Let the daemon's next sync of this file fail; gives the trace that it shows in."""
    trace = daemon.directory / "faults"
    strace = shutil.which("strace")
    assert strace is not None
    process = await asyncio.create_subprocess_exec(
        strace, "-f", "-qq", "-o", str(trace), "-p", str(daemon.pid), "-P", file,
        "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:error=EIO:when=1",
    )  # fmt: skip
    status = Path(f"/proc/{daemon.pid}/status")
    await until(lambda: "TracerPid:\t0\n" not in status.read_text(), wanted="strace")
    yield trace
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    await process.wait()


@pytest.mark.parametrize("file", ["ok2run.db-wal", "ok2run.db"])
async def test_after_a_failed_sync_it_starts_again_from_what_the_disk_has(
    tmp_path: Path, file: str
):
    told: dict[str, tuple[int, str]] = {}
    async with (
        Daemon(tmp_path, PORT=str(a_port()), APPROVAL_API_KEY=KEY) as daemon,
        aiohttp.ClientSession() as session,
    ):
        pid, url = daemon.pid, f"{daemon.url}/v1/approvals"

        async def ask(title: str) -> tuple[int, str]:
            body = {"session_id": "s", "action_type": "deploy", "title": title}
            headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": title}
            async with session.post(url, json=body, headers=headers) as answer:
                found = await answer.json()
                return answer.status, found.get("approval_id") or found["code"]

        async with failing_sync(daemon, str(daemon.database.with_name(file))) as trace:
            while "INJECTED" not in trace.read_text():
                title = f"ask {len(told)}"
                told[title] = await ask(title)
        await until(lambda: daemon.output.count("ok2run listens on") == 2, wanted="a new start")
        again = {title: await ask(title) for title in told}

        assert daemon.pid == pid
        assert await daemon.terminate() == 0
        kept = await read_all(daemon.database_url)

    unsure = [title for title, (status, _) in told.items() if status != 200]
    if file.endswith("-wal"):
        assert told[unsure.pop()] == (503, "outcome_unknown")
    assert unsure == []
    assert {status for status, _ in again.values()} == {200}
    assert [again[title] for title in told if told[title][0] == 200] == [
        answer for answer in told.values() if answer[0] == 200
    ]
    assert sorted(approval.action.title for approval in kept.approvals) == sorted(told)
    assert verify(kept.entries, end=kept.head) is None
