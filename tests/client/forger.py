"""A gate that approves everything and signs receipts, right ones or spoilt ones."""

import base64
import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from bot.signing import ReceiptSigner
from ok2run.canonical import canonical_json
from tests.client.peer import Asked, Peer

Json = dict[str, Any]
Spoil = Callable[[Json], Json]


def as_it_is(value: Json) -> Json:
    """Spoil nothing."""
    return value


class Forger(Peer):
    """Spoils the receipt before it is signed, or the whole answer after that."""

    def __init__(self, *, receipt: Spoil = as_it_is, answer: Spoil = as_it_is) -> None:
        super().__init__({})
        self._receipt = receipt
        self._spoil_answer = answer
        self._signer = ReceiptSigner(b"seed of a gate that is not true!")

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
        content = json.dumps(self._said(handler.path, body)).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def _said(self, path: str, body: Any) -> Json:
        if path.endswith("/receipts/key"):
            return {"key_id": self._signer.key_id, "public_key": _text(self._signer.public_key)}
        if path.endswith("/claim"):
            return self._claimed(body)
        decision = {"code": "1", "decision": "approved", "by": "Ana", "via": "telegram"}
        return {"approval_id": "appr_1", "status": "approved", "decision": decision}

    def _claimed(self, body: Json) -> Json:
        now = int(time.time() * 1000)  # noqa: TID251  # compared with the client's own clock
        receipt = self._receipt(
            {
                "type": "ok2run.receipt",
                "version": 1,
                "alg": "Ed25519",
                "id": "rcpt_1",
                "approval_id": "appr_1",
                "digest": body["digest"],
                "decision": "approved",
                "code": "1",
                "by": "Ana",
                "approver_id": None,
                "via": "telegram",
                "decided_at": now,
                "claimed_at": now,
                "not_after": now + 60_000,
                "nonce": body["nonce"],
                "asked_by": "key_1",
                "key_id": self._signer.key_id,
            }
        )
        signature = _text(self._signer.sign(canonical_json(receipt)))
        return self._spoil_answer(
            {"receipt": receipt, "signature": signature, "key_id": self._signer.key_id}
        )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
