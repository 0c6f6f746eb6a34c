import asyncio
import re
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.daemon import Daemon, Launch, command, program, until
from tests.fakes.telegram import FakeTelegram
from tests.faults.journal import CLOCK
from tests.faults.strace import WORDS, Trace, read_trace

ANA = 1001
AGENT_KEY = "agent-key-of-the-sync-tests-01"
ADMIN_KEY = "admin-key-of-the-sync-tests-01"


def why_not_traced() -> str | None:
    """Return why the system calls of a process can't be seen here, or None."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "-e", "trace=write", "true"], capture_output=True)
    return "ptrace is not permitted here" if tried.returncode else None


WHY_NOT = why_not_traced()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))

Pair = tuple[re.Pattern[bytes], re.Pattern[bytes]]


def ended_by(who: str, id: str) -> re.Pattern[bytes]:
    """The audit's entry of a decision, as it stands in a page."""
    return re.compile(rb"approval\.approved" + f"{who}{id}".encode())


class Office:
    """A traced daemon, and what it was seen to acknowledge."""

    def __init__(self, daemon: Daemon, session: aiohttp.ClientSession) -> None:
        self.daemon = daemon
        self.session = session
        self.told: list[Pair] = []

    async def call(self, key: str, path: str, **body: object) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {key}"}
        url = self.daemon.url + path
        async with self.session.post(url, json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, str] = await answer.json()
            return found

    async def ask(self, title: str) -> str:
        answer = await self.call(
            AGENT_KEY, "/v1/approvals", session_id="s", action_type="deploy", title=title
        )
        id = answer["approval_id"]
        told = re.compile(rb'"approval_id": "' + id.encode())
        self.told.append((re.compile(rb"approval\.asked[^\0]*" + id.encode()), told))
        return id

    async def decide(self, id: str) -> None:
        answer = await self.call(ADMIN_KEY, f"/v1/approvals/{id}/decision", decision="approved")
        assert answer["status"] == "approved"
        told = rb'"status": "approved".*"approval_id": "' + id.encode()
        self.told.append((ended_by(r"key:[0-9a-f]{12}", id), re.compile(told, re.DOTALL)))


async def traced(
    directory: Path, launch: Launch, *, asks: int, taps: int
) -> tuple[Trace, list[Pair]]:
    """Let the daemon take asks, decisions by key and taps, one after the other."""
    log = directory / "trace"
    async with FakeTelegram(clock=CLOCK.now) as telegram, aiohttp.ClientSession() as session:
        ana = telegram.person(ANA, "Ana")
        bot = {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE": telegram.url,
            "ALLOWED_USER_IDS": str(ANA),
        }
        async with Daemon(
            directory,
            launch=launch,
            APPROVAL_API_KEY=AGENT_KEY,
            ADMIN_API_KEY=ADMIN_KEY,
            **(bot if taps else {}),
        ) as daemon:
            office = Office(daemon, session)
            for number in range(taps):
                id = await office.ask(f"tapped {number}")
                card = await ana.wait_for_card(f"tapped {number}", buttons=True, timeout=60)
                tap = await ana.tap("Approve", card=card)
                await telegram.delivered(20)
                await tap.wait(20)
                assert tap.update_id is not None
                committed = ended_by(f"person:telegram-{ANA}", id)
                offset = rf'"offset": {tap.update_id + 1}\b'.encode()
                office.told.append((committed, re.compile(offset)))
                office.told.append((committed, re.compile(tap.query_id.encode())))
            for number in range(asks):
                await office.decide(await office.ask(f"decided {number}"))
            assert await daemon.terminate() == 0
    await until(lambda: not _is_traced(log), wanted="the end of the trace")
    calls = await asyncio.to_thread(read_trace, log)
    return Trace.of(calls), office.told


def _is_traced(log: Path) -> bool:
    """Tell whether the tracer, which is no child of ours, still writes."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"strace") and str(log).encode() in words:
            return True
    return False


def unsynced(trace: Trace, told: list[Pair]) -> list[str]:
    found = [trace.unsynced(committed, said) for committed, said in told]
    return [words for words in found if words is not None]


async def test_what_is_acknowledged_was_synced_before(tmp_path: Path) -> None:
    launch = command("strace", *WORDS, str(tmp_path / "trace"))

    trace, told = await traced(tmp_path, launch, asks=100, taps=5)

    wrong = unsynced(trace, told)
    print(
        f"\n{len(told)} acknowledgements, {len(trace.commits)} transactions, "
        f"{len(trace.syncs)} syncs of the log, {len(wrong)} not in order"
    )
    assert len(told) == 215
    assert not wrong, "\n".join(wrong[:20])


async def test_the_check_notices_a_daemon_that_does_not_sync(tmp_path: Path) -> None:
    words = ("strace", *WORDS, str(tmp_path / "trace"))
    launch = program(*words, sys.executable, "-m", "tests.faults.unsynced")

    trace, told = await traced(tmp_path, launch, asks=20, taps=0)

    wrong = unsynced(trace, told)
    print(f"\n{len(told)} acknowledgements, {len(trace.syncs)} syncs, {len(wrong)} not in order")
    assert trace.commits
    assert len(wrong) > len(told) / 2
    assert all("not synced" in words for words in wrong)
