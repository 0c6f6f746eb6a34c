import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels.email.build import email_channel
from bot.channels.email.channel import Manner
from bot.channels.email.transport import Patience, Secrecy, Server, Transport
from bot.locales.preferred import Usual
from tests.fakes.clock import FakeClock
from tests.fakes.smtp import Certificate, FakeSmtp, a_certificate
from tests.world import World

SENDER = "gate@example.org"
ANA = "ana@example.org"
PUBLIC_URL = "https://gate.example.org"
SOON = Patience(connect=5.0, command=5.0, mail=5.0)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine: what mails need of the store is tried on both in tests/store and tests/gate."""
    return sqlite_url


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    made: Path = tmp_path_factory.mktemp("certificate")
    return a_certificate(made)


@pytest.fixture
async def smtp(certificate: Certificate) -> AsyncIterator[FakeSmtp]:
    """A mail server that wants STARTTLS."""
    async with FakeSmtp(certificate=certificate) as fake:
        yield fake


@dataclass(kw_only=True)
class PostOffice:
    """A gate that mails, and the mail server at its side."""

    world: World
    smtp: FakeSmtp
    clock: FakeClock
    transport: Transport

    async def settle(self) -> None:
        """Let everything be delivered that can be now."""
        async with asyncio.timeout(20):
            await self.world.courier.flush()


OpenPostOffice = Callable[..., Awaitable[PostOffice]]


@pytest.fixture
def open_office(
    build: Any, clock: FakeClock, smtp: FakeSmtp, certificate: Certificate
) -> OpenPostOffice:
    async def make(
        *,
        peer: FakeSmtp = smtp,
        secrecy: Secrecy = Secrecy.STARTTLS,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        public_url: str | None = PUBLIC_URL,
        takes_replies: bool = False,
        language: str = "en",
        patience: Patience = SOON,
        default: str | None = ANA,
        **settings: Any,
    ) -> PostOffice:
        world: World = await build(email=True, email_default=default, **settings)
        channel, transport = email_channel(
            world.gate,
            Server(
                host="localhost",
                port=peer.port,
                secrecy=secrecy,
                sender=SENDER,
                username=login[0] if login else None,
                password=login[1] if login else None,
                patience=patience,
            ),
            Manner(
                sender=SENDER,
                sender_name="ok2run",
                public_url=public_url,
                takes_replies=takes_replies,
            ),
            Usual(language=language, timezone=ZoneInfo("UTC")),
            clock,
            tls=tls or certificate.for_client(),
        )
        world.channels["email"] = channel
        world.courier.nudge()
        world.afterwards.push_async_callback(transport.close)
        return PostOffice(world=world, smtp=peer, clock=clock, transport=transport)

    return make


@pytest.fixture
async def office(open_office: OpenPostOffice) -> PostOffice:
    """Ana's is the default address."""
    return await open_office()
