"""The audit log: a hash chain in which no entry can be changed, left out or put in unnoticed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.core.action import Json, canonical_json

GENESIS = "0" * 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is to be remembered, before it has its place in the chain."""

    kind: str
    at: datetime
    actor: str
    approval_id: str | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One link: the record, its sequence number from 1 on, and the hashes (64 hex digits)."""

    seq: int
    record: Record
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain so far."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where a chain stops being true, and in what way."""

    seq: int
    fault: str


def milliseconds(at: datetime) -> int:
    """Return an aware instant as whole milliseconds since 1970, UTC."""
    elapsed = at - _EPOCH
    return elapsed.days * 86_400_000 + elapsed.seconds * 1000 + elapsed.microseconds // 1000


def hash_of(record: Record, *, seq: int, previous: str) -> str:
    """Return SHA-256 over the canonical JSON of the record, its number and the hash before it."""
    linked = {
        "seq": seq,
        "at": milliseconds(record.at),
        "kind": record.kind,
        "actor": record.actor,
        "approval_id": record.approval_id,
        "facts": dict(record.facts),
        "previous": previous,
    }
    return hashlib.sha256(canonical_json(linked)).hexdigest()


def append(head: Head, record: Record) -> Entry:
    """Return the entry that links this record to the end of the chain."""
    seq = head.seq + 1
    return Entry(
        seq=seq,
        record=record,
        previous=head.hash,
        hash=hash_of(record, seq=seq, previous=head.hash),
    )


def head_after(entry: Entry) -> Head:
    """Return the chain's end once this entry is in it."""
    return Head(seq=entry.seq, hash=entry.hash)


def verify(
    entries: Iterable[Entry], *, start: Head | None = None, end: Head | None = None
) -> Break | None:
    """Return the first place where the entries are no unbroken chain from `start` to `end`."""
    head = start or Head()
    for entry in entries:
        if entry.seq != head.seq + 1:
            return Break(seq=head.seq + 1, fault=f"entry {head.seq + 1} is missing")
        if entry.previous != head.hash:
            return Break(seq=entry.seq, fault="it does not follow the entry before it")
        if entry.hash != hash_of(entry.record, seq=entry.seq, previous=entry.previous):
            return Break(seq=entry.seq, fault="its content was changed")
        head = head_after(entry)
    if end is not None and head != end:
        return Break(seq=head.seq + 1, fault="entries at the end are missing")
    return None
