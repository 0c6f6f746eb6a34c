"""The server itself: aiosmtpd on a loopback port, in the test's own loop."""

import asyncio
import email.policy
import warnings
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.fakes.smtp.certificate import Certificate

_PATIENCE = 10.0


class Cut(StrEnum):
    """Where the server hangs up: in a mail's data, before or after it has kept it."""

    BEFORE_KEPT = "before kept"
    AFTER_KEPT = "after kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it was taken: its envelope, its bytes, and whether it came in secret."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    was_secret: bool
    login: str | None
    connection: int

    @property
    def parsed(self) -> EmailMessage:
        """The mail as a program reads it."""
        found = message_from_bytes(self.content, policy=email.policy.default)
        return cast(EmailMessage, found)

    @property
    def text(self) -> str:
        return _part(self.parsed, "plain")

    @property
    def html(self) -> str:
        return _part(self.parsed, "html")

    def __getitem__(self, name: str) -> str:
        return str(self.parsed[name])


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


class _Protocol(SMTP):
    """A connection that counts itself, and greets only when it may."""

    def __init__(self, fake: "FakeSmtp", number: int, **settings: Any) -> None:
        super().__init__(_Handler(fake, number), loop=asyncio.get_running_loop(), **settings)
        self._fake = fake

    async def _handle_client(self) -> None:
        try:
            await self._fake.greets.wait()
            await super()._handle_client()
        except asyncio.CancelledError:
            raise
        except ConnectionError:
            pass

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._fake.transports.append(transport)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._fake.in_clear += b"" if self._tls_protocol else data
        super().data_received(data)


class _Handler:
    """What the server does with each command."""

    def __init__(self, fake: "FakeSmtp", number: int) -> None:
        self._fake = fake
        self._number = number

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if refusal := self._fake.next_refusal("MAIL"):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self._fake.tried.append(address)
        if address in self._fake.unknown:
            return "550 5.1.1 No such person here <secret words of the server>"
        if refusal := self._fake.next_refusal("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str | None:
        fake = self._fake
        fake.in_data.set()
        await fake.takes.wait()
        if refusal := fake.next_refusal("DATA"):
            return refusal
        cut = fake.cuts.popleft() if fake.cuts else None
        if cut is not Cut.BEFORE_KEPT:
            fake.keep(
                Mail(
                    sender=envelope.mail_from,
                    recipients=tuple(envelope.rcpt_tos),
                    content=envelope.content,
                    was_secret=session.ssl is not None or fake.implicit,
                    login=session.auth_data.decode() if session.authenticated else None,
                    connection=self._number,
                )
            )
        if cut is not None:
            server.transport.abort()
            await asyncio.Event().wait()
        return "250 2.0.0 Taken"


@dataclass(kw_only=True)
class FakeSmtp:
    """A mail server that a test starts, breaks and reads.

    `refusals` are answers in place of what would be taken, by command; `unknown` addresses are
    refused always. While `greets` is not set it says nothing to whoever connects; while `takes` is
    not set it answers no mail's data.
    """

    certificate: Certificate | None = None
    implicit: bool = False
    offers_tls: bool = True
    logins: dict[str, str] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    refusals: dict[str, deque[str]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    cuts: deque[Cut] = field(default_factory=deque)
    connections: int = 0
    wrong_logins: int = 0
    in_clear: bytes = b""
    port: int = 0
    greets: asyncio.Event = field(default_factory=asyncio.Event)
    takes: asyncio.Event = field(default_factory=asyncio.Event)
    in_data: asyncio.Event = field(default_factory=asyncio.Event)
    transports: list[asyncio.BaseTransport] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self.greets.set()
        self.takes.set()
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, at the same port as before."""
        tls = self.certificate.for_server() if self.certificate is not None else None
        self._server = await asyncio.get_running_loop().create_server(
            self._connection(None if self.implicit or not self.offers_tls else tls),
            "127.0.0.1",
            self.port,
            ssl=tls if self.implicit else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up everywhere, and listen no more."""
        assert self._server is not None
        self._server.close()
        for transport in self.transports:
            cast(asyncio.Transport, transport).abort()
        self.transports.clear()
        await asyncio.sleep(0)

    def refuse(self, command: str, *answers: str) -> None:
        """Answer the next times that this command comes with these."""
        self.refusals.setdefault(command, deque()).extend(answers)

    def next_refusal(self, command: str) -> str | None:
        waiting = self.refusals.get(command)
        return waiting.popleft() if waiting else None

    def keep(self, mail: Mail) -> None:
        self.mails.append(mail)
        self._changed.set()

    async def wait_for(self, count: int) -> list[Mail]:
        """Return the mails once there are so many."""
        async with asyncio.timeout(_PATIENCE):
            while len(self.mails) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.mails

    def _connection(self, tls: Any) -> Callable[[], asyncio.Protocol]:
        def made() -> asyncio.Protocol:
            self.connections += 1
            is_open = self.implicit or not self.offers_tls
            with warnings.catch_warnings():
                # It warns of the very servers that a client has to beware of.
                warnings.simplefilter("ignore", UserWarning)
                return _Protocol(
                    self,
                    self.connections,
                    hostname="mail.example.org",
                    ident="fake",
                    tls_context=tls,
                    require_starttls=tls is not None,
                    authenticator=self._authenticate if self.logins else None,
                    auth_required=bool(self.logins),
                    auth_require_tls=not is_open,
                    enable_SMTPUTF8=False,
                )

        return made

    def _authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        is_right = self.logins.get(data.login.decode()) == data.password.decode()
        self.wrong_logins += not is_right
        return AuthResult(success=is_right, handled=is_right, auth_data=data.login)
