"""A receipt checked before anything runs: signed by the gate, for this very payload, once.

It is the answer of `POST /v1/approvals/{id}/claim`, `{"receipt": {…}, "signature": base64,
"key_id"}`; the signature is Ed25519 over the receipt's canonical JSON.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ok2run.canonical import canonical_json
from ok2run.ed25519 import KEY_BYTES, verify

TYPE = "ok2run.receipt"
VERSION = 1
ALGORITHM = "Ed25519"
SKEW = 5.0  # seconds that this clock may be ahead; the nonce says that the receipt is new


class InvalidReceipt(Exception):
    """What was answered is no receipt for this; the message says why, and nothing may run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The gate's word that this digest was approved, claimed once with this nonce.

    `decided_at`, `claimed_at` and `not_after` are seconds since 1970, UTC. `code` is the
    decision's numeric code, `by` the name shown to people, `approver_id` the identity behind it
    (None for a rule or a standing approval), `asked_by` the id of the key that asked and claimed,
    `key_id` that of the key that signed.
    """

    id: str
    approval_id: str
    digest: str
    decision: str
    code: str
    by: str
    approver_id: str | None
    via: str
    decided_at: float
    claimed_at: float
    not_after: float
    nonce: str
    asked_by: str
    key_id: str


def check(
    answer: object,
    *,
    public_key: bytes | str,
    digest: str,
    nonce: str,
    now: float,
    approval_id: str | None = None,
) -> Receipt:
    """Return the receipt in a claim's answer where it allows this digest to be run now.

    `public_key` is 32 bytes, or their base64 as `GET /v1/receipts/key` tells; `now` is seconds
    since 1970. Raises InvalidReceipt in words, and nothing else.
    """
    receipt = signed_receipt(answer, public_key=public_key)
    if receipt.digest != digest:
        raise InvalidReceipt("The receipt is for something else than what would run.")
    if receipt.nonce != nonce:
        raise InvalidReceipt("The receipt was made for another claim.")
    if approval_id is not None and receipt.approval_id != approval_id:
        raise InvalidReceipt("The receipt is another approval's.")
    if now > receipt.not_after + SKEW:
        raise InvalidReceipt("The receipt is no longer valid; ask for approval again.")
    return receipt


def signed_receipt(answer: object, *, public_key: bytes | str) -> Receipt:
    """Return the receipt in a claim's answer where this key signed it, whenever that was.

    Raises InvalidReceipt.
    """
    key = _key(public_key)
    if not isinstance(answer, Mapping):
        raise InvalidReceipt("This is no receipt: a JSON object was expected.")
    document, key_id = answer.get("receipt"), answer.get("key_id")
    if not isinstance(document, Mapping):
        raise InvalidReceipt("This is no receipt: it holds none.")
    signature = _bytes(answer.get("signature"))
    try:
        signed = canonical_json(document)
    except ValueError as error:
        raise InvalidReceipt(f"The receipt can't be read: {error}.") from error
    if key_id != key_id_of(key):
        raise InvalidReceipt("The receipt was signed with another key than this gate's.")
    if signature is None or not verify(key, signed, signature):
        raise InvalidReceipt("The receipt's signature is not the gate's.")
    return _receipt(document, key_id_of(key))


def key_id_of(public_key: bytes) -> str:
    """Return the id of a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def _receipt(document: Mapping[object, object], key_id: str) -> Receipt:
    version = document.get("version")
    if document.get("type") != TYPE or isinstance(version, bool) or version != VERSION:
        raise InvalidReceipt("This is a receipt of another version; update ok2run.")
    if document.get("alg") != ALGORITHM or document.get("key_id") != key_id:
        raise InvalidReceipt("The receipt names another way or key of signing.")
    if document.get("decision") != "approved":
        raise InvalidReceipt("The receipt does not say that this was approved.")
    nobody = document.get("approver_id") is None
    return Receipt(
        id=_text(document, "id"),
        approval_id=_text(document, "approval_id"),
        digest=_text(document, "digest"),
        decision="approved",
        code=_text(document, "code"),
        by=_text(document, "by"),
        approver_id=None if nobody else _text(document, "approver_id"),
        via=_text(document, "via"),
        decided_at=_seconds(document, "decided_at"),
        claimed_at=_seconds(document, "claimed_at"),
        not_after=_seconds(document, "not_after"),
        nonce=_text(document, "nonce"),
        asked_by=_text(document, "asked_by"),
        key_id=key_id,
    )


def _text(document: Mapping[object, object], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise InvalidReceipt(f"The receipt has no {name}.")
    return value


def _seconds(document: Mapping[object, object], name: str) -> float:
    """Return an instant; on the wire it is in milliseconds."""
    value = document.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidReceipt(f"The receipt has no {name}.")
    return value / 1000


def _key(public_key: bytes | str) -> bytes:
    key = public_key if isinstance(public_key, bytes) else _bytes(public_key)
    if key is None or len(key) != KEY_BYTES:
        raise InvalidReceipt("The gate's public key is 32 bytes in base64; this is none.")
    return key


def _bytes(text: object) -> bytes | None:
    """Return the bytes of strict base64, or None; only their one usual form is taken."""
    if not isinstance(text, str):
        return None
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode("ascii") == text else None
