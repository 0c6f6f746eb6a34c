"""What is wrong between the settings of mail, and what is odd; each is a line for the operator."""

from typing import TYPE_CHECKING

from bot.variable import is_loopback

if TYPE_CHECKING:
    from bot.settings import Settings


def sender_fault(settings: "Settings") -> str | None:
    """Return the fault of a mail server without a sender."""
    if settings.email_smtp_host is None or settings.email_from is not None:
        return None
    return "EMAIL_FROM: EMAIL_SMTP_HOST needs it; name the address that mails come from."


def login_fault(settings: "Settings") -> str | None:
    """Return the fault of half a login."""
    is_off = settings.email_smtp_host is None
    if is_off or (settings.email_username is None) == (settings.email_password is None):
        return None
    missing = "EMAIL_PASSWORD" if settings.email_password is None else "EMAIL_USERNAME"
    return f"{missing}: the mail server wants a name and a password; set both, or neither."


def clear_text_fault(settings: "Settings") -> str | None:
    """Return the fault of a password that would be sent in clear beyond this machine."""
    host = settings.email_smtp_host
    is_clear = settings.email_tls == "none" and settings.email_password is not None
    if not is_clear or host is None or is_loopback(host):
        return None
    return (
        "EMAIL_TLS: none would send EMAIL_PASSWORD in clear; use starttls or implicit, or a mail "
        "server that wants no password."
    )


def mail_warnings(settings: "Settings") -> list[str]:
    """Return what of mail is set and does nothing, or is missing for it to be of use."""
    if settings.email_smtp_host is None:
        named = {
            "APPROVAL_EMAIL": settings.approval_email,
            "EMAIL_FROM": settings.email_from,
            "EMAIL_USERNAME": settings.email_username,
        }
        return [
            f"{name}: it is not used, because mail is off; set EMAIL_SMTP_HOST to turn it on."
            for name, value in named.items()
            if value is not None
        ]
    if settings.public_url is None:
        return [
            "PUBLIC_URL: without it mails hold no link to answer by; set the https address at "
            "which people reach this gate."
        ]
    return []
