"""An agent claims what was approved, right before it runs it: one conditional save, signed."""

import asyncio
import base64
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.audit import Record, milliseconds
from bot.core.errors import ClaimedAlready, GateError, NotApproved
from bot.core.people import Key
from bot.core.receipt import (
    Claim,
    Receipt,
    receipt_for,
    refusal_of_time,
    refusal_to_claim,
)
from bot.gate.ports import Clock, Ids, Store
from bot.gate.report import own
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


class Signer(Protocol):
    """What signs receipts; the key stays in it."""

    def prepare(self) -> None:
        """Load what signing takes, which may take a moment the first time; in any thread."""

    @property
    def key_id(self) -> str:
        """The id of its public key."""

    @property
    def public_key(self) -> bytes:
        """The public key, 32 bytes."""

    def sign(self, content: bytes) -> bytes:
        """Return the Ed25519 signature, the same for the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What became of a claim: the receipt as it is kept, or why there is none."""

    approval: Approval
    claim: Claim | None = None
    refusal: GateError | None = None


class Receipts:
    """Claims, and the key that their receipts are verified with."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, signer: Signer) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._signer = signer
        self._is_prepared = False

    async def claim(self, key: Key, id: str, *, digest: str, nonce: str) -> Claimed:
        """Claim for this digest; return once it is durable. Raises NotFound, Busy."""
        signer = await self.signer()
        return await self._store.write(
            partial(
                claim,
                key=key,
                id=id,
                digest=digest,
                nonce=nonce,
                receipt_id=f"rcpt_{self._ids.other()}",
                signer=signer,
                now=self._clock.now(),
            )
        )

    async def signer(self) -> Signer:
        """Return what signs, ready to tell its public key."""
        if not self._is_prepared:
            await asyncio.to_thread(self._signer.prepare)
            self._is_prepared = True
        return self._signer


def claim(
    tx: Transaction,
    *,
    key: Key,
    id: str,
    digest: str,
    nonce: str,
    receipt_id: str,
    signer: Signer,
    now: datetime,
) -> Steps[Done[Claimed]]:
    """Claim an own approved action for this digest, once; raises NotFound.

    The same nonce gets the receipt of then again, also after its time.
    """
    approval = yield from own(tx, key=key, id=id)
    refusal = refusal_to_claim(approval, digest=digest)
    if refusal is not None:
        return _refused(approval, refusal, digest=digest, now=now)
    kept = yield from tx.approvals.claim_of(id)
    if kept is None:
        refusal = refusal_of_time(approval, now=now)
        if refusal is not None:
            return _refused(approval, refusal, digest=digest, now=now)
        receipt = receipt_for(approval, id=receipt_id, nonce=nonce, key_id=signer.key_id, now=now)
        made = _signed(receipt, signer)
        if (yield from tx.approvals.claim(id, made, at=now)):
            return Done(value=Claimed(approval=approval, claim=made), audit=(_record(receipt),))
        kept = yield from tx.approvals.claim_of(id)  # somebody was first
    if kept is None or kept.nonce != nonce:
        taken = ClaimedAlready("This was claimed already; an approval is good for one run.")
        return _refused(approval, taken, digest=digest, now=now)
    return Done(value=Claimed(approval=approval, claim=kept))


def _signed(receipt: Receipt, signer: Signer) -> Claim:
    content = receipt.content()
    return Claim(
        nonce=receipt.nonce,
        receipt=content.decode(),
        signature=base64.b64encode(signer.sign(content)).decode("ascii"),
        key_id=receipt.key_id,
    )


def _record(receipt: Receipt) -> Record:
    return Record(
        kind="approval.claimed",
        at=receipt.claimed_at,
        actor=f"key:{receipt.asked_by}",
        approval_id=receipt.approval_id,
        facts={
            "receipt": receipt.id,
            "digest": receipt.digest,
            "nonce": receipt.nonce,
            "not_after": milliseconds(receipt.not_after),
            "signed_by": receipt.key_id,
        },
    )


def _refused(
    approval: Approval, refusal: GateError, *, digest: str, now: datetime
) -> Done[Claimed]:
    """Return the refusal; the audit keeps it, but for what is only too early or never was."""
    value = Claimed(approval=approval, refusal=refusal)
    if isinstance(refusal, NotApproved):
        return Done(value=value)
    facts: dict[str, Json] = {"why": refusal.code, "digest": digest}
    record = Record(
        kind="claim.refused",
        at=now,
        actor=f"key:{approval.key_id}",
        approval_id=approval.id,
        facts=facts,
    )
    return Done(value=value, audit=(record,))
