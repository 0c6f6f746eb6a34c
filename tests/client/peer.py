"""A small HTTP server that answers what a test tells it to, over a real socket."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PENDING = {"approval_id": "appr_1", "status": "pending", "short_code": "kqmrz", "decision": None}
APPROVED = PENDING | {"status": "approved", "decision": {"code": "1", "by": "Ana", "note": None}}
DENIED = PENDING | {
    "status": "denied",
    "decision": {"code": "3", "by": "Ana", "note": "no\x1b[2J"},
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer to give; `cut` closes the connection after reading the request instead.

    A hook's answer repeats the id that the hook sent, unless `is_foreign`.
    """

    status: int = 200
    body: object = None
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    is_foreign: bool = False


class Peer:
    """Gives the answers in order, the last one again and again; keeps what it was asked."""

    def __init__(self, *answers: Answer | dict[str, Any], port: int = 0) -> None:
        self.answers = [
            answer if isinstance(answer, Answer) else Answer(body=answer) for answer in answers
        ]
        self.asked: list[Asked] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                peer.take(self)

            do_GET = do_POST = answer  # noqa: N815  # the names that http.server calls

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._handler = Handler
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Peer":
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        body = json.loads(handler.rfile.read(length)) if length else None
        self.asked.append(
            Asked(
                method=handler.command,
                path=handler.path,
                headers=dict(handler.headers.items()),
                body=body,
            )
        )
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.cut:
            return
        content = json.dumps(answer.body).encode() if answer.raw is None else answer.raw
        handler.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            handler.send_header(name, value)
        hook_id = handler.headers.get("Ok2run-Hook-Id")
        if hook_id is not None and not answer.is_foreign:
            handler.send_header("Ok2run-Hook-Id", hook_id)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


def free_port() -> int:
    """A port at which nothing listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.server_close()
    return server.server_port
