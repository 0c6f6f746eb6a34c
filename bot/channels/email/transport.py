"""One SMTP server, spoken to over a connection that is secret or not used at all.

Every step has a limit, so nothing that a server does or leaves undone holds the gate for long. A
connection serves a burst of mails, and is closed after a few idle seconds.
"""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from enum import StrEnum
from typing import Final

import aiosmtplib
from aiosmtplib import SMTP

from bot.channels.email.fault import SMTP_ERRORS, login_fault, mail_fault, server_fault
from bot.gate.channel import ChannelError
from bot.gate.ports import Clock, Handle

log = logging.getLogger(__name__)

_IDLE: Final = timedelta(seconds=15)
_QUIT_SECONDS: Final = 2.0
# Every line is ASCII and short, whatever a server on the way takes.
WIRE: Final = SMTP_POLICY.clone(cte_type="7bit")


class Secrecy(StrEnum):
    """How a connection is kept from others' eyes; NONE is for a server on the same machine."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds a step may take: connecting with TLS and login, one command, a mail."""

    connect: float = 30.0
    command: float = 20.0
    mail: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The mail server and how this gate is known there."""

    host: str
    port: int
    secrecy: Secrecy
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    patience: Patience = Patience()


class Transport:
    """Hands mails over to the server, one after the other."""

    def __init__(self, server: Server, clock: Clock, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._clock = clock
        self._tls = tls
        self._turn = asyncio.Lock()
        self._connection: SMTP | None = None
        self._idle: Handle | None = None

    async def send(self, message: EmailMessage, to: str) -> None:
        """Have the server take the mail for this one address. Raises ChannelError."""
        content = await asyncio.to_thread(message.as_bytes, policy=WIRE)
        async with self._turn:
            self._keep_open()
            try:
                await self._deliver(content, to)
            except BaseException:
                self._drop()
                raise
            self._idle = self._clock.call_later(_IDLE, self._drop)

    async def check(self) -> None:
        """Connect as for a mail, and leave. Raises ChannelError."""
        async with self._turn:
            try:
                await self._connected()
            finally:
                self._drop()

    async def close(self) -> None:
        """Say goodbye, if the server listens."""
        connection, self._connection = self._connection, None
        self._keep_open()
        if connection is None:
            return
        try:
            async with asyncio.timeout(_QUIT_SECONDS):
                await connection.quit()
        except SMTP_ERRORS as error:
            log.debug("mail: no goodbye: %s", type(error).__name__)
        finally:
            connection.close()

    async def _deliver(self, content: bytes, to: str) -> None:
        if self._connection is not None:
            try:
                await self._begin(self._connection)
            except ChannelError:  # it was closed while idle; a new one tells what is wrong
                self._drop()
        if self._connection is None:
            await self._begin(await self._connected())
        await self._hand_over(content, to)

    async def _begin(self, connection: SMTP) -> None:
        try:
            async with asyncio.timeout(self._server.patience.command):
                await connection.mail(self._server.sender)
        except aiosmtplib.SMTPSenderRefused as error:
            raise server_fault("the mail server refuses EMAIL_FROM", error) from error
        except SMTP_ERRORS as error:
            raise server_fault("the mail server does not answer", error) from error

    async def _hand_over(self, content: bytes, to: str) -> None:
        connection = self._connection
        if connection is None:
            raise ChannelError("the mail server has hung up", unreachable=True)
        try:
            async with asyncio.timeout(self._server.patience.mail):
                await connection.rcpt(to, encoding="ascii")
                await connection.data(content)
        except SMTP_ERRORS as error:
            raise mail_fault(error) from error

    async def _connected(self) -> SMTP:
        """Return a connection that is open, secret where it has to be, and logged in."""
        server = self._server
        connection = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.patience.command,
            use_tls=server.secrecy is Secrecy.IMPLICIT,
            start_tls=False,  # done below, where its absence is a fault and never passed over
            local_hostname=server.sender.rpartition("@")[2],
            tls_context=await self._context(),
        )
        try:
            async with asyncio.timeout(server.patience.connect):
                await self._open(connection)
        except SMTP_ERRORS as error:
            connection.close()
            raise server_fault("the mail server was not reached", error) from error
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    async def _open(self, connection: SMTP) -> None:
        server = self._server
        await connection.connect()
        if server.secrecy is Secrecy.STARTTLS:
            await connection.ehlo()
            if not connection.supports_extension("starttls"):
                raise ChannelError(
                    "the mail server offers no STARTTLS, so nothing is sent to it",
                    unreachable=True,
                )
            await connection.starttls()
        if server.username is None or server.password is None:
            return
        try:
            await connection.login(server.username, server.password)
        except aiosmtplib.SMTPAuthenticationError as error:
            raise login_fault(error) from error
        except aiosmtplib.SMTPNotSupported as error:
            raise ChannelError(
                "the mail server takes no EMAIL_USERNAME and EMAIL_PASSWORD here",
                unreachable=True,
            ) from error

    async def _context(self) -> ssl.SSLContext | None:
        """Return what checks the server's certificate; reading the roots takes a moment."""
        if self._server.secrecy is Secrecy.NONE:
            return None
        if self._tls is None:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        return self._tls

    def _keep_open(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
