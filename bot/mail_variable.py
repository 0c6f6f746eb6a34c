"""What the variables of mail may be: text in, value out, ValueError with a sentence."""

import re
from dataclasses import dataclass

from pydantic import SecretStr

from bot.core.mail import is_mail_address, mail_address

_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_LONGEST_FALLBACK = 7 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who mails come from: an address and the name shown for it."""

    name: str
    address: str


def parse_sender(text: str) -> Sender:
    """Take an address, or a name and an address as `Gate <gate@example.org>`."""
    found = _NAMED.fullmatch(text)
    name, address = (found["name"], found["address"]) if found else ("ok2run", text)
    if not name.isprintable():
        raise ValueError(
            "the name before the address holds a character that no mail header takes."
        )
    return Sender(name=name.strip().strip('"').strip() or "ok2run", address=parse_address(address))


def parse_address(text: str) -> str:
    """Take one mail address, in lower case from now on."""
    if not is_mail_address(text):
        raise ValueError(
            "it is not one mail address in ASCII; write it as ana@example.org. A domain of other "
            "letters is written in its xn-- form."
        )
    return mail_address(text)


def parse_port(text: str) -> int:
    """Take the TCP port of a mail server."""
    if re.fullmatch(r"[0-9]{1,5}", text) and 1 <= int(text) <= 65535:
        return int(text)
    raise ValueError("it is not a port; give a number from 1 to 65535, usually 587 or 465.")


def parse_username(text: str) -> str:
    """Take the name under which the mail server knows this gate."""
    if not text.isprintable():
        raise ValueError("a name holds no control characters.")
    return text


def parse_password(text: str) -> SecretStr:
    """Take the password for the mail server."""
    if not text.isprintable():
        raise ValueError("a password holds no control characters.")
    return SecretStr(text)


def parse_fallback(text: str) -> int | None:
    """Take after how many seconds a card in Telegram is mailed as well; None is never."""
    if text.lower() in ("off", "never", "no"):
        return None
    if re.fullmatch(r"[0-9]{1,6}", text) and int(text) <= _LONGEST_FALLBACK:
        return int(text)
    raise ValueError("it is neither off nor a number of seconds; give one up to 604800.")
