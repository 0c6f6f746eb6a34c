"""The receipt: the signed statement that this exact payload was approved, and claimed once.

An agent claims what was approved right before it runs it, by the digest of what it is about to run
and a nonce of its own. Whoever claims first has it; the same nonce gets the same receipt again, so
that a lost answer loses nothing. The signature is made elsewhere: here are the words it is over.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.action import Json, canonical_json, digest_of
from bot.core.approval import Approval, Kind, State
from bot.core.audit import milliseconds
from bot.core.decision import Decision
from bot.core.errors import ClaimTooLate, DigestDiffers, GateError, NotAnAction, NotApproved

TYPE: Final = "ok2run.receipt"
VERSION: Final = 1
ALGORITHM: Final = "Ed25519"
# How long a receipt is good for once it is claimed.
VALID_FOR: Final = timedelta(seconds=60)
# What is approved can be claimed until the ask's own deadline, and never for less than this.
LEAST_TIME_TO_CLAIM: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is signed. Instants are aware UTC; `asked_by` is the id of the key that asked."""

    id: str
    approval_id: str
    digest: str
    decision: Decision
    asked_by: str
    nonce: str
    claimed_at: datetime
    not_after: datetime
    key_id: str

    def document(self) -> dict[str, Json]:
        """Return it as a JSON object; instants are milliseconds since 1970."""
        decision = self.decision
        return {
            "type": TYPE,
            "version": VERSION,
            "alg": ALGORITHM,
            "key_id": self.key_id,
            "id": self.id,
            "approval_id": self.approval_id,
            "digest": self.digest,
            "decision": "approved",
            "code": decision.code.value,
            "by": decision.by,
            "approver_id": decision.approver_id,
            "via": decision.via.value,
            "decided_at": milliseconds(decision.at),
            "claimed_at": milliseconds(self.claimed_at),
            "not_after": milliseconds(self.not_after),
            "nonce": self.nonce,
            "asked_by": self.asked_by,
        }

    def content(self) -> bytes:
        """Return the bytes that are signed: the canonical JSON of the document."""
        return canonical_json(self.document())


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim as it is kept: the signed bytes, as text, and the signature in base64."""

    nonce: str
    receipt: str
    signature: str
    key_id: str


def key_id_of(public_key: bytes) -> str:
    """Return the id of a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def approved_digest(approval: Approval) -> str:
    """Return the digest of what may run: with the change, where the person made one."""
    decision = approval.decision
    if decision is None or decision.override is None:
        return approval.digest
    return digest_of(approval.action, override=decision.override)


def claimable_until(approval: Approval) -> datetime:
    """Return until when an approved action may be claimed."""
    at = approval.decision.at if approval.decision is not None else approval.created_at
    return max(approval.expires_at, at + LEAST_TIME_TO_CLAIM)


def refusal_to_claim(approval: Approval, *, digest: str) -> GateError | None:
    """Return why this payload may not be claimed by this approval, whenever it is; else None."""
    if approval.kind is not Kind.ACTION:
        return NotAnAction("A question has an answer and nothing to run; it takes no claim.")
    if approval.state is not State.APPROVED or approval.decision is None:
        return NotApproved(_NOT_APPROVED[approval.state], state=approval.state.value)
    is_whole = digest_of(approval.action) == approval.digest  # what is kept is what was asked
    if not is_whole or digest != approved_digest(approval):
        return DigestDiffers(
            "This is not what was approved: the digest differs. Run nothing, and ask again."
        )
    return None


def refusal_of_time(approval: Approval, *, now: datetime) -> GateError | None:
    """Return why it is too late for a first claim, or None."""
    if now <= claimable_until(approval):
        return None
    return ClaimTooLate("It was approved too long ago to be claimed now; ask again.")


_NOT_APPROVED: Final = {
    State.PENDING: "Nobody has approved this yet.",
    State.DENIED: "This was denied; there is nothing to claim.",
    State.EXPIRED: "This expired without an answer; there is nothing to claim.",
    State.WITHDRAWN: "This was withdrawn; there is nothing to claim.",
    State.APPROVED: "This carries no decision; there is nothing to claim.",
}


def receipt_for(approval: Approval, *, id: str, nonce: str, key_id: str, now: datetime) -> Receipt:
    """Return the receipt of an approved action claimed now."""
    assert approval.decision is not None, "what is approved was decided"  # noqa: S101
    return Receipt(
        id=id,
        approval_id=approval.id,
        digest=approved_digest(approval),
        decision=approval.decision,
        asked_by=approval.key_id,
        nonce=nonce,
        claimed_at=now,
        not_after=now + VALID_FOR,
        key_id=key_id,
    )
