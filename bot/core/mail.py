"""A mail address as the gate keeps and compares it."""

import re
from typing import Final

# Of what RFC 5321 takes, what one address needs: no quotes, comments, routes and lists.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64


def is_mail_address(text: str) -> bool:
    """Tell whether a text is exactly one mail address, in ASCII."""
    local = text.partition("@")[0]
    return (
        len(text) <= _LONGEST
        and len(local) <= _LONGEST_LOCAL
        and _ADDRESS.fullmatch(text) is not None
        and "=?" not in local
    )


def mail_address(text: str) -> str:
    """Return an address as it is kept: in lower case, so that nobody has two that are one."""
    return text.lower()
