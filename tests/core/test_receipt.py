"""What may be claimed, by what, until when; and what a receipt says of it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.action import digest_of
from bot.core.approval import decided, expired, withdrawn
from bot.core.errors import ClaimTooLate, DigestDiffers, NotAnAction, NotApproved
from bot.core.receipt import (
    LEAST_TIME_TO_CLAIM,
    approved_digest,
    claimable_until,
    key_id_of,
    receipt_for,
    refusal_of_time,
    refusal_to_claim,
)
from tests.builders import NOW, a_decision, a_question, an_action, an_approval

APPROVED = decided(an_approval(), a_decision(at=NOW))
CHANGES = {
    "action_type": "bash",
    "title": "git push origin maim",
    "preview": "git push origin main ",
    "params": {"command": "git push origin main", "force": True},
    "cwd": None,
}


def test_what_was_approved_is_claimed_by_its_digest():
    assert refusal_to_claim(APPROVED, digest=APPROVED.digest) is None


@pytest.mark.parametrize("field", CHANGES)
def test_any_other_digest_is_refused(field):
    other = replace(APPROVED.action, **{field: CHANGES[field]})

    refusal = refusal_to_claim(APPROVED, digest=digest_of(other))

    assert isinstance(refusal, DigestDiffers)


def test_a_change_by_the_person_is_what_was_approved():
    changed = decided(an_approval(), a_decision(override="git push --dry-run"))
    digest = digest_of(changed.action, override="git push --dry-run")

    assert approved_digest(changed) == digest
    assert refusal_to_claim(changed, digest=digest) is None
    assert isinstance(refusal_to_claim(changed, digest=changed.digest), DigestDiffers)


def test_an_action_that_is_no_longer_the_one_asked_for_is_refused():
    damaged = replace(APPROVED, action=an_action(title="git push origin evil"))

    for digest in (damaged.digest, digest_of(damaged.action)):
        assert isinstance(refusal_to_claim(damaged, digest=digest), DigestDiffers)


@pytest.mark.parametrize(
    ("approval", "state"),
    [
        (an_approval(), "pending"),
        (decided(an_approval(), a_decision(approved=False)), "denied"),
        (expired(an_approval(), at=NOW), "expired"),
        (withdrawn(an_approval(), at=NOW), "withdrawn"),
        (replace(APPROVED, decision=None), "approved"),
    ],
)
def test_what_nobody_approved_is_refused_with_its_state(approval, state):
    refusal = refusal_to_claim(approval, digest=approval.digest)

    assert isinstance(refusal, NotApproved)
    assert refusal.state == state


def test_a_question_is_never_claimed():
    question = an_approval(questions=(a_question("A", "B"),))

    assert isinstance(refusal_to_claim(question, digest=question.digest), NotAnAction)


@pytest.mark.parametrize("life", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=7)])
def test_it_is_claimed_until_its_deadline_and_never_for_less_than_ten_minutes(life):
    asked = an_approval(expires_at=NOW + life)
    approved = decided(asked, a_decision(at=NOW + timedelta(seconds=30)))
    last = max(NOW + life, NOW + timedelta(seconds=30) + LEAST_TIME_TO_CLAIM)

    assert refusal_of_time(approved, now=last) is None
    refusal = refusal_of_time(approved, now=last + timedelta(milliseconds=1))
    assert isinstance(refusal, ClaimTooLate)


def test_what_nobody_decided_has_a_time_all_the_same():
    assert claimable_until(an_approval()) == NOW + timedelta(hours=1)


def test_a_receipt_says_what_was_approved_by_whom_for_whom_and_until_when():
    receipt = receipt_for(APPROVED, id="rcpt_1", nonce="n" * 16, key_id="k", now=NOW)

    decision, at = APPROVED.decision, int(NOW.timestamp() * 1000)
    assert json.loads(receipt.content()) == {
        "type": "ok2run.receipt",
        "version": 1,
        "alg": "Ed25519",
        "key_id": "k",
        "id": "rcpt_1",
        "approval_id": APPROVED.id,
        "digest": APPROVED.digest,
        "decision": "approved",
        "code": decision.code,
        "by": decision.by,
        "approver_id": decision.approver_id,
        "via": decision.via,
        "decided_at": at,
        "claimed_at": at,
        "not_after": at + 60_000,
        "nonce": "n" * 16,
        "asked_by": APPROVED.key_id,
    }


def test_a_key_is_named_by_the_hash_of_its_public_half():
    assert key_id_of(bytes(32)) == "66687aadf862bd77"
