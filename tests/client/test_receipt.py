"""A receipt checked by who is about to run: everything in it counts, and nothing else passes."""

import base64
import copy
import json
from random import Random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.core.approval import decided
from bot.core.receipt import key_id_of as key_id_of_the_gate
from bot.core.receipt import receipt_for
from ok2run.canonical import canonical_json
from ok2run.receipt import SKEW, InvalidReceipt, check, key_id_of
from tests.builders import NOW, a_decision, an_approval

KEY = Ed25519PrivateKey.from_private_bytes(b"the seed of the receipts' tests!")
PUBLIC = KEY.public_key().public_bytes_raw()
NONCE = "nonce-of-the-tests-0001"
APPROVAL = decided(an_approval(), a_decision(by="Ana ☂", approver_id="person:1"))
DOCUMENT = receipt_for(
    APPROVAL, id="rcpt_1", nonce=NONCE, key_id=key_id_of(PUBLIC), now=NOW
).document()
CLAIMED = NOW.timestamp()


def answered(key=KEY, **changes):
    """What a gate with this key answers; None leaves a field out."""
    receipt = {name: v for name, v in (DOCUMENT | changes).items() if v is not ...}
    return {
        "receipt": receipt,
        "signature": base64.b64encode(key.sign(canonical_json(receipt))).decode(),
        "key_id": key_id_of(key.public_key().public_bytes_raw()),
    }


def checked(answer, **wanted):
    default = {
        "public_key": PUBLIC,
        "digest": APPROVAL.digest,
        "nonce": NONCE,
        "now": CLAIMED,
        "approval_id": APPROVAL.id,
    }
    return check(answer, **{**default, **wanted})


def test_what_the_gate_signs_is_read_whole():
    receipt = checked(answered(), public_key=base64.b64encode(PUBLIC).decode())

    assert (receipt.id, receipt.approval_id) == ("rcpt_1", APPROVAL.id)
    assert (receipt.digest, receipt.nonce) == (APPROVAL.digest, NONCE)
    assert (receipt.decision, receipt.code, receipt.via) == ("approved", "1", "telegram")
    assert (receipt.by, receipt.approver_id) == ("Ana ☂", "person:1")
    assert receipt.asked_by == APPROVAL.key_id
    assert receipt.decided_at == APPROVAL.decision.at.timestamp()
    assert (receipt.claimed_at, receipt.not_after) == (CLAIMED, CLAIMED + 60)
    assert receipt.key_id == key_id_of(PUBLIC) == key_id_of_the_gate(PUBLIC)
    assert checked(answered(approver_id=None)).approver_id is None


def test_it_is_good_until_its_end_and_a_clock_s_small_error():
    assert checked(answered(), now=CLAIMED + 60 + SKEW)
    with pytest.raises(InvalidReceipt, match="no longer valid"):
        checked(answered(), now=CLAIMED + 60 + SKEW + 0.001)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"digest": "0" * 64}, "something else"),
        ({"nonce": "another-nonce-000"}, "another claim"),
        ({"approval_id": "appr_2"}, "another approval"),
        ({"public_key": bytes(32)}, "another key"),
        ({"public_key": b"short"}, "32 bytes"),
        ({"public_key": "not base64"}, "32 bytes"),
    ],
)
def test_a_receipt_for_anything_else_is_refused(wanted, why):
    with pytest.raises(InvalidReceipt, match=why):
        checked(answered(), **wanted)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": 2}, "another version"),
        ({"version": True}, "another version"),
        ({"type": "ok2run.checkpoint"}, "another version"),
        ({"alg": "none"}, "another way"),
        ({"key_id": "0" * 16}, "another way or key"),
        ({"decision": "denied"}, "was approved"),
        ({"by": ...}, "no by"),
        ({"approver_id": 7}, "no approver_id"),
        ({"not_after": ...}, "no not_after"),
        ({"not_after": "never"}, "no not_after"),
        ({"not_after": True}, "no not_after"),
        ({"claimed_at": 1.5}, "no claimed_at"),
    ],
)
def test_a_signed_statement_of_another_kind_is_refused(changes, why):
    with pytest.raises(InvalidReceipt, match=why):
        checked(answered(**changes))


def test_another_gate_s_signature_is_refused():
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))

    with pytest.raises(InvalidReceipt, match="another key"):
        checked(answered(other))
    with pytest.raises(InvalidReceipt, match="not the gate's"):
        checked(answered(other) | {"key_id": key_id_of(PUBLIC)})


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"receipt": "text"},
        {"receipt": {}, "signature": "", "key_id": key_id_of(PUBLIC)},
        answered() | {"signature": None},
        answered() | {"signature": answered()["signature"] + "\n"},
        answered() | {"signature": "é"},
        answered() | {"key_id": None},
        answered() | {"receipt": {"n": 2**60}},
        answered() | {"receipt": {"t": "\ud800"}},
        answered() | {"receipt": {1: 2}},
    ],
)
def test_what_is_no_receipt_is_refused_in_words(answer):
    with pytest.raises(InvalidReceipt):
        checked(answer)


def test_of_a_thousand_receipts_with_one_bit_changed_none_passes():
    random = Random(20_261_121)
    whole = answered()
    signed, signature = canonical_json(whole["receipt"]), base64.b64decode(whole["signature"])
    passed = []
    for _ in range(1000):
        content = bytearray(signature + signed)
        place = random.randrange(len(content) * 8)
        content[place // 8] ^= 1 << place % 8
        changed = copy.copy(whole)
        changed["signature"] = base64.b64encode(content[:64]).decode()
        passed += [place] if _passes_library(content) else []
        try:
            changed["receipt"] = json.loads(content[64:])
        except ValueError:
            continue  # it is not even JSON: nobody takes it for a receipt
        passed += [place] if _passes(changed) else []
    assert passed == []


def _passes(answer):
    try:
        checked(answer)
    except InvalidReceipt:
        return False
    return True


def _passes_library(content):
    try:
        KEY.public_key().verify(bytes(content[:64]), bytes(content[64:]))
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("field", DOCUMENT)
def test_every_field_is_signed(field):
    answer = answered()
    answer["receipt"] = DOCUMENT | {field: "other"}

    with pytest.raises(InvalidReceipt, match="not the gate's"):
        checked(answer)
