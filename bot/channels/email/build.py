"""The channel for mails put together, from plain values."""

import ssl

from bot.channels.email.channel import EmailChannel, Manner
from bot.channels.email.readers import Readers
from bot.channels.email.transport import Server, Transport
from bot.gate.ports import Clock
from bot.gate.service import Gate
from bot.locales.preferred import Usual


def email_channel(
    gate: Gate,
    server: Server,
    manner: Manner,
    usual: Usual,
    clock: Clock,
    *,
    tls: ssl.SSLContext | None = None,
) -> tuple[EmailChannel, Transport]:
    """Return the channel, and its connection to be closed at the end.

    `tls` is what checks the server's certificate in place of this machine's roots.
    """
    transport = Transport(server, clock, tls=tls)
    readers = Readers(gate.preferences, usual)
    channel = EmailChannel(transport, gate.mails, gate.mail_claims, gate.devices, readers, manner)
    return channel, transport
