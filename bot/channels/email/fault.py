"""What an SMTP server refused or failed to do, as the gate's: for good, for now, or for all.

The words hold a server's number and kind of fault, never its text: that may quote a mail, an
address or a name for the login.
"""

import re
import ssl
from typing import Final

import aiosmtplib

from bot.gate.channel import ChannelError

# What a step may raise; everything else is a fault of this program.
SMTP_ERRORS: Final = (aiosmtplib.SMTPException, OSError, TimeoutError, ssl.SSLError)

_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_PERMANENT: Final = 500


def server_fault(what: str, error: BaseException) -> ChannelError:
    """Return a fault that every mail would meet, and that may pass."""
    return ChannelError(f"{what} ({cause(error)})", unreachable=True)


def login_fault(error: aiosmtplib.SMTPAuthenticationError) -> ChannelError:
    """Return that the name and password are not taken; somebody has to put that right."""
    return ChannelError(
        f"the mail server refuses EMAIL_USERNAME and EMAIL_PASSWORD ({cause(error)})",
        unreachable=True,
    )


def mail_fault(error: BaseException) -> ChannelError:
    """Return what became of one mail once the server had taken its sender."""
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        return _refused("the mail server refuses the address", error)
    if isinstance(error, aiosmtplib.SMTPDataError):
        return _refused("the mail server refuses the mail", error)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused("the mail server refuses", error)
    return ChannelError(f"the mail server broke off ({cause(error)})", unreachable=True)


def _refused(what: str, error: aiosmtplib.SMTPResponseException) -> ChannelError:
    is_permanent = error.code >= _PERMANENT
    is_server = error.code == aiosmtplib.SMTPStatus.domain_unavailable
    return ChannelError(f"{what} ({cause(error)})", permanent=is_permanent, unreachable=is_server)


def cause(error: BaseException) -> str:
    """Return in a word or two why a step failed."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        code = _ENHANCED.match(str(error.message))
        return f"{error.code} {code[0]}" if code else str(error.code)
    root = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(root, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(root, ssl.SSLError):
        return "TLS failed"
    if isinstance(error, TimeoutError | aiosmtplib.SMTPTimeoutError):
        return "it took too long"
    if isinstance(root, ConnectionRefusedError):
        return "connection refused"
    if isinstance(root, OSError) and root.strerror:
        return root.strerror.lower()
    return type(root).__name__
