"""A newcomer's first hour: a terminal, the README's own lines, a phone, and no file touched."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.channels.telegram.conftest import a_port
from tests.daemon import ROOT
from tests.test_readme import README
from tests.tmux import TMUX, Tmux

pytestmark = pytest.mark.skipif(TMUX is None, reason="no tmux on this machine")

SETUP, SERVE, DOCTOR = (f".venv/bin/ok2run {word}" for word in ("setup", "serve", "doctor"))
ASKED = {
    "session_id": "demo",
    "action_type": "deploy",
    "title": "Deploy 1.4",
    "preview": "make deploy",
}


class Pocket:
    """Telegram as a process of its own, with a phone in it that does what it is told."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, token: str) -> None:
        self._process = process
        self.url = url
        self.token = token

    async def does(self, line: str) -> str:
        """Let the person do this; return what they see then."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n".encode())
        seen = ""
        while not seen.endswith("\n\n"):
            seen += (await self._process.stdout.readline()).decode()
        assert not seen.startswith("no: "), seen
        return seen.strip()


@asynccontextmanager
async def pocket() -> AsyncIterator[Pocket]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.fakes.telegram", "--person", "1001"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        url, token = (await process.stdout.readline()).decode().split()
        yield Pocket(process, url, token)
    finally:
        process.kill()
        await process.wait()


def install(directory: Path) -> None:
    """Put the command where the README's own line puts it."""
    command = directory / ".venv" / "bin" / "ok2run"
    command.parent.mkdir(parents=True)
    program = "import sys; from bot.command import main; sys.exit(main(sys.argv[1:]))"
    command.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{program}' \"$@\"\n")
    command.chmod(0o755)


@pytest.fixture
async def phone() -> AsyncIterator[Pocket]:
    async with pocket() as found:
        yield found


@pytest.fixture
async def shell(phone: Pocket, tmp_path: Path) -> AsyncIterator[Tmux]:
    install(tmp_path)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "web" / "client"))),
        "LANG": "C.UTF-8",
        "TELEGRAM_API_BASE": phone.url,
        "PORT": str(a_port()),
    }
    async with Tmux(tmp_path, environment) as found:
        yield found


async def set_up(shell: Tmux, phone: Pocket) -> None:
    await shell.types(SETUP)
    await shell.sees(r"^Bot token:")
    await shell.types(phone.token)
    code = (await shell.sees(r"t\.me/\w+\?start=(\S+)"))[1]
    await phone.does(f"1001 writes /start {code}")
    assert "[ ✅ Approve ]" in await phone.does("1001 sees This is a test")
    assert (await phone.does("1001 taps Approve")).startswith("answered: Approved.")
    await shell.sees(r"^Next, start the gate:  ok2run serve$")


async def test_from_the_first_question_to_an_agents_answer(
    shell: Tmux, phone: Pocket, tmp_path: Path
):
    assert all(f"    {line}\n" in README for line in (SETUP, SERVE, DOCTOR))
    await set_up(shell, phone)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    await shell.types("unset TELEGRAM_API_BASE")

    await shell.types(SERVE)
    url = (await shell.sees(r"^ok2run listens on (\S+)$"))[1]
    key = (await shell.sees(r"^Agent key, shown only now: +(\S+)$"))[1]

    async with ClientSession(headers={"Authorization": f"Bearer {key}"}) as agent:
        asking = asyncio.ensure_future(  # noqa: TID251 - the agent waits while the person taps
            agent.post(f"{url}/v1/approvals?wait=60", json=ASKED)
        )
        assert "make deploy" in await phone.does("1001 sees Deploy 1.4")
        assert await phone.does("1001 taps ✅ Approve") == "answered: Approved. agent goes on."
        async with await asking as answer:
            told = await answer.json()
    assert (told["status"], told["decision"]["by"]) == ("approved", "Person 1001")
    assert "Approved by Person 1001" in await phone.does("1001 sees Approved by")

    await shell.interrupts()
    await shell.sees(r"^\$ $")


async def test_the_doctor_says_what_is_well_and_what_is_not(shell: Tmux, phone: Pocket):
    await set_up(shell, phone)

    await shell.types(f"{DOCTOR}; echo ended with $?")
    well = (await shell.sees(r"(?s)✅ The settings can be read\..*^ended with (\d)$"))[0]
    await phone.does("revoke")
    await shell.types(f"{DOCTOR}; echo ended with $?")
    broken = (await shell.sees(r"(?s)✅ The settings can be read\..*^ended with (\d)$"))[0]

    assert "✅ The bot is @ok2run_fake_bot." in well
    assert "✅ People who may decide in Telegram: 1." in well
    assert well.endswith("ended with 0")
    assert "❌ Telegram does not know TELEGRAM_BOT_TOKEN: it is mistyped, or was revoked" in broken
    assert broken.endswith("ended with 1")
    assert phone.token not in well + broken
