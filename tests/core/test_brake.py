"""What slows people and agents down where haste would decide."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.brake import Brake, check_haste, is_braked, is_persons_denial
from bot.core.card import asks_twice
from bot.core.decision import Via
from bot.core.errors import TooHasty
from tests.builders import a_choice, a_decision, a_question, an_approval

BRAKE = Brake(approvals=3, window=timedelta(seconds=60))


@given(approved=st.integers(min_value=0, max_value=100), most=st.integers(1, 50))
def test_so_many_approvals_leave_no_room_for_a_further_tap(approved, most):
    approval = an_approval()
    brake = Brake(approvals=most)

    if approved < most:
        check_haste(approval, brake, approved=approved)
    else:
        with pytest.raises(TooHasty, match=f"yes {approval.short_code}"):
            check_haste(approval, brake, approved=approved)


def test_the_refusal_says_how_many_and_in_what_time():
    approval = an_approval(short_code="kqmrz")

    with pytest.raises(TooHasty) as caught:
        check_haste(approval, Brake(approvals=3, window=timedelta(seconds=30)), approved=4)

    assert caught.value.sentence == (
        "You approved 4 in 30 seconds. Type the card's code to approve this one: yes kqmrz"
    )
    with pytest.raises(TooHasty, match="You approved 3 in a minute"):
        check_haste(approval, BRAKE, approved=3)


@pytest.mark.parametrize(
    ("approval", "choice", "identity", "counts"),
    [
        (an_approval(), a_choice(), "person:ana", True),
        (an_approval(), a_choice(approve=False), "person:ana", False),
        (an_approval(), a_choice(), "key:aaaa", False),
        (an_approval(questions=(a_question("A"),)), a_choice(), "person:ana", False),
    ],
)
def test_only_a_persons_approvals_of_actions_count(approval, choice, identity, counts):
    assert is_braked(approval, choice, identity) is counts


@pytest.mark.parametrize(
    ("decision", "is_one"),
    [
        (None, False),
        (a_decision(), False),
        (a_decision(approved=False), True),
        (a_decision(approved=False, approver_id="key:aaaa"), False),
        (a_decision(approved=False, approver_id=None, via=Via.EARLIER), False),
        (a_decision(approved=False, approver_id=None, via=Via.RULE), False),
    ],
)
def test_only_a_person_denies_what_is_denied_again(decision, is_one):
    assert is_persons_denial(decision) is is_one


def test_what_is_crowded_takes_a_second_tap_and_a_question_never_does():
    assert asks_twice(an_approval(crowded=True))
    assert not asks_twice(an_approval())
    assert not asks_twice(an_approval(crowded=True, questions=(a_question("A"),)))
