"""The mail server of the settings, for the daemon and the doctor."""

from bot.channels.email.transport import Secrecy, Server
from bot.settings import Settings


def mail_server(settings: Settings) -> Server | None:
    """Return the mail server and how it is spoken to; None where mail is off."""
    if settings.email_smtp_host is None or settings.email_from is None:
        return None
    password = settings.email_password
    return Server(
        host=settings.email_smtp_host,
        port=settings.email_smtp_port,
        secrecy=Secrecy(settings.email_tls),
        sender=settings.email_from.address,
        username=settings.email_username,
        password=None if password is None else password.get_secret_value(),
    )
