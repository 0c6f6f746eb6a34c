"""A letter as a mail: headers that nothing can be slipped into, plain text, HTML, a file.

Agents' words reach one header only, the subject: escaped for the eye before, so that no control
character is left in it, and without `=?`, which would begin an encoded word. Every address is
built from its parts, and there is one of each.
"""

import hashlib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.channels.email.letter import Letter, left_out, plain_text

_SUBJECT_LIMIT: Final = 400
_ID_DIGITS: Final = 32
_POLICY: Final = SMTP_POLICY.clone(cte_type="7bit")

_JINJA: Final = Environment(
    loader=PackageLoader("bot.channels.email"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom and to whom, and its place in a thread: `message_id` and what it follows."""

    sender_name: str
    sender: str
    to: str
    message_id: str
    follows: str | None = None


def message_id(name: str, sender: str) -> str:
    """Return the Message-ID of what has this name here, always the same."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:_ID_DIGITS]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def compose(letter: Letter, envelope: Envelope) -> EmailMessage:
    """Return the mail, whole."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = address_of(envelope.sender, header_text(envelope.sender_name))
    message["To"] = address_of(envelope.to)
    message["Subject"] = header_text(letter.subject)
    message["Message-ID"] = envelope.message_id
    if envelope.follows is not None:
        message["In-Reply-To"] = envelope.follows
        message["References"] = envelope.follows
    # No holiday notice answers it, and no list server takes it for a person's.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(plain_text(letter))
    message.add_alternative(html(letter), subtype="html")
    if letter.file is not None:
        message.add_attachment(letter.file.text, filename=letter.file.name)
    # Last: what is added above takes the headers of the content with it.
    message["Content-Language"] = letter.reader.language.replace("_", "-")
    return message


def html(letter: Letter) -> str:
    """Return the mail as a page of its own: nothing in it comes from elsewhere."""
    return _JINJA.get_template("mail.html").render(
        letter=letter,
        say=letter.say,
        language=letter.reader.language.replace("_", "-"),
        left_out=lambda excerpt: left_out(excerpt, letter.reader),
        kind=lambda part: type(part).__name__,
    )


def address_of(address: str, name: str = "") -> Address:
    """Return an address for a header."""
    local, _, domain = address.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)


def header_text(text: str) -> str:
    """Return a text as it may stand in a header: no control character and no encoded word."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    while "=?" in plain:
        plain = plain.replace("=?", "= ?")
    if len(plain) <= _SUBJECT_LIMIT:
        return plain
    half = _SUBJECT_LIMIT // 2  # the end holds the approval's id
    return f"{plain[:half]}…{plain[-half + 1 :]}"
