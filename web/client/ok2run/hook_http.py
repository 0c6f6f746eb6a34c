"""One HTTP request over a bare socket: what `http.client` does costs a hook 30 ms at start."""

import re
import socket
import time

LARGEST_HEAD, LARGEST_ANSWER = 64 * 1024, 2 * 1024 * 1024  # bytes

Headers = dict[str, str]


class Unanswered(Exception):
    """No answer of the gate; the message says why and what to do."""

    def __init__(self, sentence: str, *, may_pass: bool = False) -> None:
        super().__init__(sentence)
        self.may_pass = may_pass


def exchange(connection: socket.socket, request: bytes, ends: float) -> tuple[int, Headers, bytes]:
    """Send the request and return status, headers by lower-case name, and body."""
    connection.settimeout(remaining(ends))
    try:  # noqa: SIM105  # contextlib takes longer to load than it saves
        connection.sendall(request)
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before all was sent: the refusal may be there to be read
    pending = b""

    def more() -> bool:
        nonlocal pending
        connection.settimeout(remaining(ends))
        received = connection.recv(65536)
        pending += received
        return bool(received)

    status = 100
    fields: Headers = {}
    while 100 <= status < 200:
        while b"\r\n\r\n" not in pending:
            if len(pending) > LARGEST_HEAD:
                raise _no_http()
            if not more():
                raise _no_http() if pending else ConnectionResetError("it closed the connection")
        head, _, pending = pending.partition(b"\r\n\r\n")
        status, fields = _head(head)
    while not _is_whole(fields, pending):
        if len(pending) > LARGEST_ANSWER:
            raise _no_http()
        if not more():
            if "content-length" in fields or _is_chunked(fields):
                raise ConnectionResetError("it closed the connection amid its answer")
            break
    return status, fields, _body(fields, pending)


def _head(head: bytes) -> tuple[int, Headers]:
    lines = head.decode("latin-1").split("\r\n")
    found = re.fullmatch(r"HTTP/1\.[01] ([1-5][0-9][0-9])(?: .*)?", lines[0])
    if found is None:
        raise _no_http()
    pairs = (line.partition(":") for line in lines[1:])
    return int(found[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}


def _is_chunked(fields: Headers) -> bool:
    return fields.get("transfer-encoding", "").lower() == "chunked"


def _is_whole(fields: Headers, content: bytes) -> bool:
    if _is_chunked(fields):
        return _chunks(content) is not None
    length = fields.get("content-length", "")
    return length.isdigit() and len(content) >= int(length)


def _body(fields: Headers, content: bytes) -> bytes:
    if _is_chunked(fields):
        return _chunks(content) or b""
    length = fields.get("content-length", "")
    return content[: int(length)] if length.isdigit() else content


def _chunks(content: bytes) -> bytes | None:
    """Return what chunks hold, None while the last is still to come."""
    body = b""
    while True:
        size, sign, content = content.partition(b"\r\n")
        if not sign:
            return None
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}(;.*)?", size):
            raise _no_http()
        length = int(size.partition(b";")[0], 16)
        if length == 0:
            return body
        if len(content) < length + 2:
            return None
        body, content = body + content[:length], content[length + 2 :]


def _no_http() -> Unanswered:
    return Unanswered("what answers at APPROVAL_GATE_URL does not speak HTTP as the gate does")


def remaining(ends: float) -> float:
    """Return the seconds until then on the monotonic clock; never none, which would not block."""
    return max(0.05, ends - time.monotonic())
