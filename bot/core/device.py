"""Browsers that decide for a mail address, and the six-digit codes that enrol them.

A link in a mail is opened by programs as well as by people: scanners follow it, run its page and
send its forms. A browser is trusted once somebody typed there what no such program has.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

DEVICE_LIFE: Final = timedelta(days=30)
CODE_LIFE: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
BETWEEN_MAILS: Final = timedelta(hours=1)
MOST_MISSES: Final = 3

_DIGITS: Final = 6
_BETWEEN: Final = re.compile(r"[\s\-‐‑–—_.]+")
_CODE: Final = re.compile(r"[0-9]{6}", re.ASCII)
_FULL_WIDTH: Final = {ord("０") + digit: str(digit) for digit in range(10)}


class MailConfirm(StrEnum):
    """What deciding from a mail takes besides its link."""

    DEVICE = "device"
    NUMBER = "number"
    CLICK = "click"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser that was enrolled for the person who has an address in a channel.

    Once another `person` (by id) has the address, it decides no more. `name` is what it said of
    itself then, in a few words. `used_at` is when it last acted.
    """

    id: str
    channel: str
    address: str
    person: str
    name: str
    made_at: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCode:
    """A code that was made for an address: not itself, but what it follows from.

    `mailed_at` is when a code was last mailed to the address, be it this one or one before.
    """

    nonce: str
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None
    mailed_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether it may still be typed."""
        return self.used_at is None and now < self.expires_at and self.tries < MOST_TRIES

    def next_mail(self, now: datetime) -> datetime | None:
        """Return when a code may be mailed again, None where it may be now."""
        if self.mailed_at is None or now >= self.mailed_at + BETWEEN_MAILS:
            return None
        return self.mailed_at + BETWEEN_MAILS


def code_from(secret: bytes, *, address: str, nonce: str) -> str:
    """Return the six digits that follow from the gate's secret, an address and a nonce."""
    digest = hmac.digest(secret, f"{nonce}\0{address}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:16], 'big') % 10**_DIGITS:0{_DIGITS}d}"


def code_in(typed: str) -> str | None:
    """Return the six digits that somebody typed, None where they are none."""
    digits = _BETWEEN.sub("", typed).translate(_FULL_WIDTH)
    return digits if _CODE.fullmatch(digits) else None


def is_same_code(one: str, other: str) -> bool:
    """Tell whether two codes are the same, in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())
