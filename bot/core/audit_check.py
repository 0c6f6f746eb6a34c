"""The audit log examined: an unbroken chain, and claims that go with what was approved.

Entries come in order, then the receipts that are kept, then the chain's end. What comes after the
first bad entry is not believed, so it is not looked at; of the receipts each fault is told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.core.audit import Break, Entry, Head, Record, head_after, verify
from bot.core.receipt import Claim

# Tells whether the key of this id signed the content; None where that key is not at hand.
IsSigned: TypeAlias = Callable[[bytes, str, str], bool | None]

_CLAIMED: Final = "approval.claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What the chain says of a claim, and in which entry."""

    seq: int
    facts: Mapping[str, object]
    actor: str


class AuditCheck:
    """One examination; `entries`, `claims`, `receipts` and `unverified` count what was looked at.

    `unverified` are receipts whose signing key was not at hand.
    """

    def __init__(self, is_signed: IsSigned) -> None:
        self._is_signed = is_signed
        self._digests: dict[str, object] = {}
        self._askers: dict[str, str] = {}
        self._approved: set[str] = set()
        self._claimed: dict[str, Claimed] = {}
        self._received: set[str] = set()
        self.head = Head()
        self.broken: Break | None = None
        self.faults: list[str] = []
        self.entries = 0
        self.receipts = 0
        self.unverified = 0

    @property
    def claims(self) -> int:
        """How many claims the chain tells of."""
        return len(self._claimed)

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing bad was found."""
        return self.broken is None and not self.faults

    def entry(self, entry: Entry | None) -> None:
        """Look at the next entry; None is one that can't be read."""
        if self.broken is not None:
            return
        if entry is None:
            self.broken = Break(seq=self.head.seq + 1, fault="it can't be read")
            return
        self.broken = verify([entry], start=self.head) or self._misplaced(entry)
        if self.broken is None:
            self.head = head_after(entry)
            self.entries += 1

    def _misplaced(self, entry: Entry) -> Break | None:
        """Remember what an entry says; return what can't be after those before it, if so."""
        record, id = entry.record, entry.record.approval_id
        if id is None:
            return None
        if record.kind == "approval.asked":
            self._digests[id] = record.facts.get("digest")
            self._askers[id] = record.actor
        elif record.kind == "approval.approved":
            self._approved.add(id)
            self._digests[id] = record.facts.get("digest", self._digests.get(id))
        elif record.kind == _CLAIMED:
            why = self._why_not(record, id)
            if why is not None:
                return Break(seq=entry.seq, fault=why)
            self._claimed[id] = Claimed(seq=entry.seq, facts=record.facts, actor=record.actor)
        return None

    def _why_not(self, record: Record, id: str) -> str | None:
        """Return why this claim should not have been let through, or None."""
        if id not in self._approved:
            return f"{id} was claimed, and not approved before"
        if id in self._claimed:
            return f"{id} was claimed before, in entry {self._claimed[id].seq}"
        if record.facts.get("digest") != self._digests.get(id):
            return f"{id} was claimed for something else than was approved"
        if record.actor != self._askers.get(id):
            return f"{id} was claimed by another key than the one that asked"
        return None

    def receipt(self, approval_id: str, claim: Claim | None, document: object) -> None:
        """Look at a kept receipt and its `document`; None is a claim that can't be read."""
        if self.broken is not None:
            return
        self.receipts += 1
        self._received.add(approval_id)
        faults = list(self._faults_of(approval_id, claim, document))
        self.faults += [f"the receipt of {approval_id} {fault}" for fault in faults[:1]]

    def _faults_of(self, id: str, claim: Claim | None, document: object) -> Iterator[str]:
        claimed = self._claimed.get(id)
        if claim is None or not isinstance(document, dict):
            yield "can't be read"
            return
        if claimed is None:
            yield "has no entry in the audit"
            return
        facts = claimed.facts
        said = {
            "id": facts.get("receipt"),
            "approval_id": id,
            "digest": facts.get("digest"),
            "nonce": facts.get("nonce"),
            "not_after": facts.get("not_after"),
            "key_id": facts.get("signed_by"),
        }
        is_told_apart = (claim.nonce, claim.key_id) != (said["nonce"], said["key_id"])
        if is_told_apart or any(document.get(name) != value for name, value in said.items()):
            yield f"says something else than entry {claimed.seq}"
        is_signed = self._is_signed(claim.receipt.encode(), claim.signature, claim.key_id)
        if is_signed is None:
            self.unverified += 1
        elif not is_signed:
            yield "has a signature that is not this gate's"

    def end(self, head: Head | None = None, *, has_receipts: bool = True) -> None:
        """Look whether the chain ended there, and whether a receipt is kept of each claim.

        None is where nothing tells the end; then what is missing there can't be seen.
        """
        if self.broken is not None:
            return
        self.broken = verify((), start=self.head, end=head)
        if has_receipts and self.broken is None:
            for id in sorted(self._claimed.keys() - self._received):
                self.faults.append(f"the receipt of {id} is gone")
