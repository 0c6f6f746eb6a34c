"""A mail server over real SMTP: it keeps what it takes, and fails as it is told to."""

from tests.fakes.smtp.certificate import Certificate, a_certificate
from tests.fakes.smtp.server import Cut, FakeSmtp, Mail

__all__ = ["Certificate", "Cut", "FakeSmtp", "Mail", "a_certificate"]
