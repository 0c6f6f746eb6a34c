"""Fires one hook as its agent would: the address called, or the command run in a shell."""

import http.client
import os
import re
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

PATIENCE = 20.0  # seconds; a canary is answered at once
_LONGEST = 1024 * 1024
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")


class Missed(Exception):
    """No answer came; the message says why."""

    def __init__(self, sentence: str, *, is_refused: bool = False) -> None:
        super().__init__(sentence)
        self.is_refused = is_refused


def headers_of(
    given: Mapping[str, object], allowed: Sequence[object], environ: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return the headers with their variables filled in, and the variables that had nothing."""
    missing: list[str] = []

    def value(found: "re.Match[str]") -> str:
        name = found[1] or found[2]
        text = environ.get(name, "") if name in allowed else ""
        if not text:
            missing.append(name)
        return text

    return {name: _VARIABLE.sub(value, str(text)) for name, text in given.items()}, missing


def call(url: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Call an address with a hook's JSON; return what it answered with 200. Raises Missed.

    Nothing is followed, and no proxy is asked: the key goes to this address alone.
    """
    address = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    path = f"{address.path}?{address.query}" if address.query else address.path
    fields = {**headers, "Content-Type": "application/json"}
    try:
        kind = kinds[address.scheme]
        connection = kind(address.hostname or "", address.port, timeout=PATIENCE)
        try:
            connection.request("POST", path, body, fields)
            answer = connection.getresponse()
            status: int = answer.status
            content: bytes = answer.read(_LONGEST)
        finally:
            connection.close()
    except KeyError:
        raise Missed("its address is no http or https address") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        is_refused = isinstance(error, ConnectionRefusedError)
        raise Missed(f"nothing answers ({_reason(error)})", is_refused=is_refused) from error
    if status != 200:
        raise Missed(_refusal(status))
    return content


def listens(url: str) -> bool:
    """Return whether anything takes a connection at an address."""
    address = urlsplit(url)
    try:
        port = address.port or (443 if address.scheme == "https" else 80)
        with socket.create_connection((address.hostname or "", port), timeout=PATIENCE):
            return True
    except (OSError, ValueError):
        return False


def run(command: str, body: bytes, environ: Mapping[str, str]) -> bytes:
    """Run a hook's command line in a shell; return what it printed. Raises Missed."""
    process = subprocess.Popen(  # noqa: S602  # as the agent runs what stands in its settings
        command,
        shell=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environ),
        start_new_session=True,
    )
    try:
        out, err = process.communicate(body, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Missed(f"it gave no answer within {PATIENCE:.0f} s") from None
    if process.returncode or not out.strip():
        said = err.decode("utf-8", "replace").strip().splitlines()
        words = said[0] if said else "it said nothing"
        raise Missed(f"exit code {process.returncode}: {words}")
    return out


def _refusal(status: int) -> str:
    if status in (401, 403):
        return f"the gate does not take the key (HTTP {status})"
    if status == 404:
        return "there is no such hook at this address (HTTP 404)"
    return f"it answered with HTTP {status}"


def _reason(error: object) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__
