"""A gate's address and key: checked before anything is sent."""

import ipaddress
import re
from urllib.parse import urlsplit

from ok2run.errors import Misconfigured


def host_of(url: str) -> str:
    """Return the host of a gate's address. Raises Misconfigured."""
    try:
        address = urlsplit(url)
        host = (address.hostname or "").encode("idna").decode("ascii")
        usable = address.scheme in ("http", "https") and host and address.port != 0
    except ValueError:
        usable = False
    if not usable or address.query or address.fragment:
        raise Misconfigured("APPROVAL_GATE_URL is not an http or https address.")
    if address.username is not None:
        raise Misconfigured("APPROVAL_GATE_URL must not hold a name or password.")
    return host


def check_key(key: str) -> None:
    """Raise Misconfigured where no request can carry this key."""
    if not re.fullmatch(r"[!-~]+", key):
        raise Misconfigured(
            "APPROVAL_API_KEY is not set; set it to the key that the gate gave you, or "
            "keep it: ok2run config set APPROVAL_API_KEY"
            if not key
            else "APPROVAL_API_KEY holds characters that no key has."
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself, to which no proxy leads."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
