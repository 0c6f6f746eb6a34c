"""A hook's question to the gate: where it is, the way there, and whose answer it is.

Nothing is followed and nothing is taken for the gate's answer but what repeats the id that was
sent. A gate that starts again meanwhile is asked again; it knows the hook it was asked for.
"""

import json
import os
import re
import socket
import time
from collections.abc import Mapping

from ok2run import config
from ok2run.hook_http import LARGEST_HEAD, Headers, Unanswered, exchange, remaining

ID_HEADER = "Ok2run-Hook-Id"
CONNECT_LIMIT = 10.0  # seconds
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 1.0  # seconds between two attempts
SOON = 1.0  # seconds, in which an answer that is not held has come
RESTART = 20.0  # seconds in which a gate that has held the hook is expected back
MOST_LOSSES = 3  # times that a held hook is lost before that is no restart any more
START = "start it with ok2run serve, or set APPROVAL_GATE_URL to where it runs"
_URL = re.compile(
    r"(https?)://(\[[0-9A-Fa-f:.]+\]|[^\s/:@?#\[\]]+)(?::([0-9]{1,5}))?(/[^\s?#]*)?",
    re.IGNORECASE,
)

Json = dict[str, object]


class Gate:
    """Where the gate is, and the key for it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take them from the settings; raises Unanswered where they can't be used."""
        try:
            settings = config.environment(environ)
        except config.Misconfigured as error:
            raise Unanswered(str(error).rstrip(".")) from error
        found = _URL.fullmatch(config.gate_url(settings))
        if found is None:
            raise Unanswered("APPROVAL_GATE_URL is not an http or https address")
        self.key = config.api_key(settings)
        if not re.fullmatch(r"[!-~]+", self.key):
            raise Unanswered(
                "APPROVAL_API_KEY holds characters that no key has"
                if self.key
                else "APPROVAL_API_KEY is not set; set it to the key that the gate gave you"
            )
        scheme, host, port, path = found.groups()
        self.is_secure = scheme.lower() == "https"
        self.host = _ascii(host.strip("[]"))
        self.port = int(port) if port else (443 if self.is_secure else 80)
        if not 0 < self.port < 65536:
            raise Unanswered("APPROVAL_GATE_URL names no port that there is")
        self.path = path or ""
        is_usual = self.port == (443 if self.is_secure else 80)
        name = f"[{self.host}]" if ":" in self.host else self.host
        self.address = name if is_usual else f"{name}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, to which no proxy leads."""
        is_name = self.host == "localhost" or self.host.endswith(".localhost")
        is_number = re.fullmatch(r"127(\.[0-9]{1,3}){3}", self.host) is not None
        return is_name or is_number or self.host == "::1"


def ask(
    environ: Mapping[str, str], path: str, body: bytes, *, seconds: float, patience: float
) -> Json:
    """Return the gate's JSON; raises Unanswered within `seconds`, or a little later.

    An attempt that fails in a way that may pass is repeated for `patience` seconds.
    """
    gate = Gate(environ)
    ends = time.monotonic() + seconds
    trouble_since: float | None = None
    pause, left, losses = FIRST_PAUSE, patience, MOST_LOSSES
    while True:
        began = time.monotonic()
        try:
            return _attempt(gate, path, body, ends)
        except Unanswered as error:
            now = time.monotonic()
            if patience and losses and now - began > SOON:  # it was held: the gate starts again
                trouble_since, pause, left, losses = now, FIRST_PAUSE, RESTART, losses - 1
            if trouble_since is None:
                trouble_since = now
            over = now - trouble_since >= left or now + pause >= ends
            if over or not error.may_pass:
                raise
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _attempt(gate: Gate, path: str, body: bytes, ends: float) -> Json:
    id = os.urandom(16).hex()
    headers = {
        "Host": gate.address,
        "Authorization": f"Bearer {gate.key}",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": "ok2run-hook",
        "Connection": "close",
        ID_HEADER: id,
    }
    try:
        connection, prefix, more = _connected(gate, ends)
        with connection:
            lines = [f"POST {prefix}{gate.path}{path} HTTP/1.1"]
            lines += [f"{name}: {value}" for name, value in {**headers, **more}.items()]
            head = "\r\n".join([*lines, "", ""]).encode("ascii")
            status, fields, content = exchange(connection, head + body, ends)
    except TimeoutError as error:
        raise Unanswered(f"the gate does not answer (no answer in time); {START}") from error
    except OSError as error:
        raise _unreachable(error) from error
    return _checked(status, fields, content, id)


def _checked(status: int, fields: Headers, content: bytes, id: str) -> Json:
    """Return the answer if it is one, of the gate, to this very question."""
    if 300 <= status < 400:
        raise Unanswered(
            f"the gate's address leads elsewhere (HTTP {status}), which is not followed; "
            "set APPROVAL_GATE_URL to the gate's own address"
        )
    try:
        answer: object = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    if status != 200:
        raise _refused(status, answer)
    if not isinstance(answer, dict) or fields.get(ID_HEADER.lower()) != id:
        raise Unanswered(
            "what answers at APPROVAL_GATE_URL is not the gate; set it to the gate's own address"
        )
    return answer


def _refused(status: int, answer: object) -> Unanswered:
    if status == 401:
        return Unanswered("the gate does not know this key; set APPROVAL_API_KEY to one of its")
    detail = answer.get("detail") if isinstance(answer, dict) else None
    words = f": {detail[:200]}" if isinstance(detail, str) else ""
    return Unanswered(
        f"the gate refused (HTTP {status}){words.rstrip('.')}; see: ok2run doctor",
        may_pass=status in (502, 503),
    )


def _unreachable(error: OSError) -> Unanswered:
    if isinstance(error, socket.gaierror):
        return Unanswered(
            "the gate's name is not found; set APPROVAL_GATE_URL to where the gate runs"
        )
    reason = getattr(error, "verify_message", "") or error.strerror or str(error)
    if type(error).__module__ == "ssl":
        return Unanswered(
            f"no safe connection to the gate ({reason}); check its certificate, and whether "
            "APPROVAL_GATE_URL should begin with http or https"
        )
    return Unanswered(
        f"the gate does not answer ({reason.lower()}); {START}",
        may_pass=isinstance(error, ConnectionError),
    )


def _connected(gate: Gate, ends: float) -> tuple[socket.socket, str, Headers]:
    """Return a connection to the gate, and what a proxy between wants said besides."""
    through = None if gate.is_loopback else _proxy(gate, os.environ)
    # As bytes a name is not put through the idna codec, whose tables take long to load.
    place = (gate.host, gate.port) if through is None else through[:2]
    name = place[0].encode("ascii")
    connection = socket.create_connection(
        (name, place[1]),  # type: ignore[arg-type]  # the stubs do not know that bytes will do
        min(CONNECT_LIMIT, remaining(ends)),
    )
    headers: Headers = {}
    prefix = ""
    if through is not None and through[2]:
        headers["Proxy-Authorization"] = f"Basic {through[2]}"
    try:
        if through is not None and gate.is_secure:
            _tunnel(connection, gate, headers, ends)
            headers = {}
        elif through is not None:
            prefix = f"http://{gate.address}"
        if gate.is_secure:
            import ssl

            connection = ssl.create_default_context().wrap_socket(
                connection, server_hostname=gate.host
            )
    except BaseException:
        connection.close()
        raise
    return connection, prefix, headers


def _proxy(gate: Gate, environ: Mapping[str, str]) -> tuple[str, int, str] | None:
    """Return host, port and credentials of the proxy that the environment wants taken."""
    if not any(name.lower().endswith("_proxy") for name in environ):
        return None
    from base64 import b64encode
    from urllib.parse import unquote, urlsplit
    from urllib.request import getproxies_environment, proxy_bypass

    named = getproxies_environment().get("https" if gate.is_secure else "http")
    if not named or proxy_bypass(gate.host):
        return None
    try:
        found = urlsplit(named if "://" in named else f"http://{named}")
        host, port = _ascii(found.hostname or ""), found.port or 80
    except ValueError:
        host, port = "", 0
    if not host or found.scheme != "http":
        raise Unanswered("the proxy that the environment names is not an http proxy's address")
    credentials = ""
    if found.username is not None:
        words = f"{unquote(found.username)}:{unquote(found.password or '')}"
        credentials = b64encode(words.encode()).decode("ascii")
    return host, port, credentials


def _tunnel(connection: socket.socket, gate: Gate, headers: Headers, ends: float) -> None:
    name = f"[{gate.host}]" if ":" in gate.host else gate.host
    target = f"{name}:{gate.port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    lines += [f"{field}: {value}" for field, value in headers.items()]
    connection.settimeout(remaining(ends))
    connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    head = b""
    while not head.endswith(b"\r\n\r\n"):  # byte by byte: what follows is for TLS
        byte = connection.recv(1)
        if not byte or len(head) > LARGEST_HEAD:
            raise ConnectionResetError("the proxy closed the connection")
        head += byte
    if not re.match(rb"HTTP/1\.[01] 200\b", head):
        raise Unanswered("the proxy on the way to the gate refused the connection")


def _ascii(host: str) -> str:
    try:
        return host.encode("ascii" if host.isascii() else "idna").decode("ascii")
    except UnicodeError as error:
        raise Unanswered("APPROVAL_GATE_URL names no host that there can be") from error
