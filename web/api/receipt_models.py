"""What `/v1` takes and gives where an agent claims what it is about to run."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from web.api.grant_models import Text


class ClaimBody(BaseModel):
    """The digest of what is about to run, and a nonce of the caller's own, new for each run.

    The same nonce gets the same receipt again.
    """

    digest: Text = Field(pattern=r"^[0-9a-f]{64}$")
    nonce: Text = Field(min_length=16, max_length=128, pattern=r"^[!-~]+$")


class ReceiptView(BaseModel):
    """What is signed, as canonical JSON (RFC 8785); instants in milliseconds since 1970, UTC.

    `asked_by` is the id of the key that asked, `key_id` that of the key that signed. Nothing is to
    be run after `not_after`.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    type: Literal["ok2run.receipt"]
    version: Literal[1]
    alg: Literal["Ed25519"]
    key_id: str
    id: str
    approval_id: str
    digest: str
    decision: Literal["approved"]
    code: str
    by: str
    approver_id: str | None
    via: str
    decided_at: int
    claimed_at: int
    not_after: int
    nonce: str
    asked_by: str


class ClaimAnswer(BaseModel):
    """The receipt, and the base64 of the Ed25519 signature over its canonical JSON."""

    receipt: ReceiptView
    signature: str
    key_id: str


class ReceiptKeyView(BaseModel):
    """What receipts are verified with: the base64 of 32 bytes."""

    key_id: str
    alg: Literal["Ed25519"]
    public_key: str
