"""The log examined: what a sound one is, and each thing that makes it unsound."""

import json
from datetime import timedelta

import pytest

from bot.core.audit import Break, Head, Record, append, head_after
from bot.core.audit_check import AuditCheck
from bot.core.receipt import Claim
from tests.builders import NOW

ID, KEY = "appr_1", "key:aaa"
ASKED = ("approval.asked", KEY, ID, {"digest": "d"})
APPROVED = ("approval.approved", "person:1", ID, {"digest": "d"})
BY_RULE = ("approval.approved", "rule:reads", ID, {})
FACTS = {"receipt": "r", "digest": "d", "nonce": "n", "not_after": 1, "signed_by": "k"}
CLAIMED = ("approval.claimed", KEY, ID, FACTS)
REPORTED = ("approval.reported", KEY, ID, {"exit_code": 0})
PLAIN = ("gate.started", "gate", None, {})
DOCUMENT = {
    "id": "r",
    "approval_id": ID,
    "digest": "d",
    "nonce": "n",
    "not_after": 1,
    "key_id": "k",
}


def claim(**changes):
    default = {"nonce": "n", "receipt": json.dumps(DOCUMENT), "signature": "good", "key_id": "k"}
    return Claim(**default | changes)


def is_signed(content, signature, key_id):
    return None if signature == "foreign" else signature == "good"


def linked(*said):
    head, entries = Head(), []
    for number, (kind, actor, id, facts) in enumerate(said):
        at = NOW + timedelta(seconds=number)
        record = Record(kind=kind, at=at, actor=actor, approval_id=id, facts=facts)
        entries.append(append(head, record))
        head = head_after(entries[-1])
    return entries


def checked(*said, receipts=None, end=None, **more):
    check = AuditCheck(is_signed)
    receipts = [(ID, claim(), DOCUMENT)] if receipts is None else receipts
    entries = linked(*said)
    for entry in entries:
        check.entry(entry)
    for receipt in receipts:
        check.receipt(*receipt)
    check.end(head_after(entries[-1]) if end is None else end, **more)
    return check


@pytest.mark.parametrize("approved", [APPROVED, BY_RULE])
def test_what_was_approved_and_claimed_once_with_its_receipt_is_sound(approved):
    check = checked(PLAIN, ASKED, approved, CLAIMED, REPORTED)

    assert check.is_sound
    assert (check.entries, check.claims, check.receipts, check.unverified) == (5, 1, 1, 0)


@pytest.mark.parametrize(
    ("said", "seq", "fault"),
    [
        ((ASKED, CLAIMED), 2, "not approved before"),
        ((ASKED, CLAIMED, APPROVED), 2, "not approved before"),
        ((ASKED, APPROVED, CLAIMED, CLAIMED), 4, "claimed before, in entry 3"),
        ((ASKED, APPROVED, (*CLAIMED[:3], {**FACTS, "digest": "e"})), 3, "something else"),
        ((ASKED, (*APPROVED[:3], {"digest": "e"}), CLAIMED), 3, "something else"),
        ((ASKED, APPROVED, ("approval.claimed", "key:bbb", ID, FACTS)), 3, "another key"),
    ],
)
def test_a_claim_that_should_not_have_been_let_through_is_named(said, seq, fault):
    check = checked(*said)

    assert check.broken.seq == seq
    assert fault in check.broken.fault
    assert not check.is_sound


def test_what_comes_after_the_first_bad_entry_is_not_looked_at():
    check = AuditCheck(is_signed)
    entries = linked(ASKED, APPROVED, CLAIMED)
    check.entry(entries[0])
    check.entry(None)
    check.entry(entries[2])
    check.receipt(ID, None, None)
    check.end(Head(seq=9))

    assert check.broken == Break(seq=2, fault="it can't be read")
    assert (check.entries, check.receipts, check.faults) == (1, 0, [])


def test_an_end_that_was_cut_off_is_named():
    check = checked(ASKED, end=Head(seq=2, hash="f" * 64), receipts=())

    assert check.broken == Break(seq=2, fault="entries at the end are missing")


@pytest.mark.parametrize(
    ("receipt", "fault"),
    [
        ((ID, None, None), "can't be read"),
        ((ID, claim(), [DOCUMENT]), "can't be read"),
        (("appr_2", claim(), DOCUMENT), "has no entry"),
        ((ID, claim(), DOCUMENT | {"not_after": 2}), "something else than entry 3"),
        ((ID, claim(nonce="m"), DOCUMENT), "something else than entry 3"),
        ((ID, claim(key_id="l"), DOCUMENT), "something else than entry 3"),
        ((ID, claim(signature="bad"), DOCUMENT), "signature"),
    ],
)
def test_a_receipt_that_is_not_the_one_given_is_told(receipt, fault):
    check = checked(ASKED, APPROVED, CLAIMED, receipts=[receipt])

    assert fault in check.faults[0]
    assert not check.is_sound


def test_a_receipt_that_is_gone_is_told_where_receipts_are_kept():
    assert "is gone" in checked(ASKED, APPROVED, CLAIMED, receipts=()).faults[0]
    assert checked(ASKED, APPROVED, CLAIMED, receipts=(), has_receipts=False).is_sound


def test_a_receipt_of_a_key_that_is_not_at_hand_is_counted():
    receipts = [(ID, claim(signature="foreign"), DOCUMENT)]
    check = checked(ASKED, APPROVED, CLAIMED, receipts=receipts)

    assert check.is_sound
    assert check.unverified == 1
