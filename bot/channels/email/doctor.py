"""What the doctor asks of a mail server: to connect in secret, to log in; and a test mail."""

from collections.abc import Sequence
from datetime import datetime

from bot.channels.email.compose import Envelope, compose, message_id
from bot.channels.email.letter import Letter, Line
from bot.channels.email.transport import Secrecy, Server, Transport
from bot.gate.channel import ChannelError
from bot.locales.audience import Audience

GOOD, DOUBTFUL, WRONG = "✅", "⚠", "❌"
_HOW = {
    Secrecy.IMPLICIT: "TLS from the start",
    Secrecy.STARTTLS: "STARTTLS",
    Secrecy.NONE: "nothing kept secret (EMAIL_TLS=none)",
}


async def look_at_server(transport: Transport, server: Server) -> Sequence[tuple[str, str]]:
    """Return whether the mail server takes a connection as mails need it."""
    where = f"{server.host}:{server.port}"
    try:
        await transport.check()
    except ChannelError as error:
        return ((WRONG, f"Mail: {error.fault}, at {where}; check the EMAIL_… settings."),)
    login = f", logged in as {server.username}" if server.username is not None else ""
    mark = DOUBTFUL if server.secrecy is Secrecy.NONE else GOOD
    return ((mark, f"The mail server {where} answers, with {_HOW[server.secrecy]}{login}."),)


async def send_test_mail(
    transport: Transport, server: Server, to: str, *, now: datetime, reader: Audience
) -> tuple[str, str]:
    """Send a mail that asks nothing; return what became of it."""
    words = reader.gettext("This mail asks nothing. It shows that this gate's mails reach you.")
    letter = Letter(
        subject=reader.gettext("A test mail of ok2run"),
        headline="✉️ ok2run",
        title=reader.gettext("A test mail of ok2run"),
        parts=(Line(words=words), Line(words=reader.full(now))),
        reader=reader,
    )
    envelope = Envelope(
        sender_name="ok2run",
        sender=server.sender,
        to=to,
        message_id=message_id(f"test {to} {now.isoformat()}", server.sender),
    )
    try:
        await transport.send(compose(letter, envelope), to)
    except ChannelError as error:
        return WRONG, f"The test mail to {to} was not taken: {error.fault}."
    return GOOD, f"The mail server took a test mail to {to}; look whether it arrives."
