"""The daemon mails by its settings, and stops in time whatever the mail server does."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.daemon import Daemon
from tests.fakes.smtp import Certificate, FakeSmtp, a_certificate
from tests.world import ORDINARY

KEY = "agent-key-for-tests-0001"
PASSWORD = "a-made-up-mail-password"


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return a_certificate(tmp_path)


def daemon(directory: Path, certificate: Certificate, peer: FakeSmtp) -> Daemon:
    password = directory / "password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return Daemon(
        directory,
        APPROVAL_API_KEY=KEY,
        PUBLIC_URL="https://gate.example.org",
        EMAIL_SMTP_HOST="localhost",
        EMAIL_SMTP_PORT=str(peer.port),
        EMAIL_FROM="The Gate <gate@example.org>",
        EMAIL_USERNAME="gate",
        EMAIL_PASSWORD_FILE=str(password),
        APPROVAL_EMAIL="ana@example.org",
        SSL_CERT_FILE=str(certificate.certificate),
    )


async def ask(url: str) -> str:
    headers = {"Authorization": f"Bearer {KEY}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{url}/v1/approvals", json=ORDINARY) as answer,
    ):
        assert answer.status == 200, await answer.text()
        id: str = (await answer.json())["approval_id"]
        return id


async def test_an_ask_is_mailed_and_nothing_secret_is_logged(tmp_path, certificate):
    async with (
        FakeSmtp(certificate=certificate, logins={"gate": PASSWORD}) as peer,
        daemon(tmp_path, certificate, peer) as running,
    ):
        id = await ask(running.url)

        (mail,) = await peer.wait_for(1)
        assert mail["From"] == "The Gate <gate@example.org>"
        assert mail["Subject"].endswith(f"[{id}]")
        token = mail.text.partition("https://gate.example.org/a/")[2].split()[0]
        assert await running.terminate() == 0
        said = running.output + running.errors
        kept = b"".join(
            path.read_bytes() for path in (tmp_path / "data").iterdir() if "key" not in path.name
        )
        for secret in (token, PASSWORD):
            assert secret not in said
            assert secret.encode() not in kept


async def test_it_stops_in_time_although_the_server_hangs(tmp_path, certificate):
    async with (
        FakeSmtp(certificate=certificate, logins={"gate": PASSWORD}) as peer,
        daemon(tmp_path, certificate, peer) as running,
    ):
        peer.takes.clear()
        await ask(running.url)
        async with asyncio.timeout(20):
            await peer.in_data.wait()

        async with asyncio.timeout(20):
            assert await running.terminate() == 0
        peer.takes.set()
