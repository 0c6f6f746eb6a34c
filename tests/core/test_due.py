"""What a pending approval is due before its end, from the approval alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.due import (
    MOST_REMINDERS,
    awaiting,
    due_after,
    escalated,
    escalation_time,
    reminded,
    reminder_times,
    reminders_due,
)
from bot.core.routing import Escalation, Routing
from bot.core.ruling import Ruling
from tests.builders import NOW, an_approval

MINUTE = timedelta(minutes=1)


def ruled(**routing):
    return Ruling(rule="payments", routing=Routing(**routing))


def lasting(life, **routing):
    ruling = ruled(**routing) if routing else None
    return an_approval(created_at=NOW, expires_at=NOW + life, ruling=ruling)


def test_people_are_reminded_at_half_and_nine_tenths_of_its_life():
    assert reminder_times(lasting(60 * MINUTE)) == (NOW + 30 * MINUTE, NOW + 54 * MINUTE)


def test_a_rules_times_take_the_place_of_those_and_are_three_at_most():
    approval = lasting(60 * MINUTE, remind=tuple(n * MINUTE for n in (5, 15, 30, 45)))

    assert reminder_times(approval) == tuple(NOW + n * MINUTE for n in (5, 15, 30))


def test_what_lives_shortly_has_no_reminder():
    assert reminder_times(lasting(timedelta(seconds=119))) == ()
    assert reminder_times(lasting(timedelta(seconds=119), remind=(MINUTE,))) == ()
    assert len(reminder_times(lasting(2 * MINUTE))) == 2


times = st.lists(st.integers(1, 7 * 24 * 60), max_size=6, unique=True).map(sorted)


@given(minutes=st.integers(1, 7 * 24 * 60), remind=times, passed=st.integers(0, 8 * 24 * 60))
def test_each_reminder_comes_once_within_its_life_and_then_none(minutes, remind, passed):
    approval = lasting(minutes * MINUTE, remind=tuple(n * MINUTE for n in remind))
    now = NOW + passed * MINUTE
    found = reminder_times(approval)

    assert len(found) <= MOST_REMINDERS
    assert list(found) == sorted(found)
    assert all(approval.created_at < time < approval.expires_at for time in found)
    number = reminders_due(approval, now)
    assert number == sum(time <= now for time in found)
    if number:
        assert reminders_due(reminded(approval, number), now) == 0


@given(minutes=st.integers(2, 7 * 24 * 60), after=st.integers(1, 7 * 24 * 60), remind=times)
def test_what_is_due_next_moves_on_until_nothing_is(minutes, after, remind):
    approval = awaiting(
        lasting(
            minutes * MINUTE,
            remind=tuple(n * MINUTE for n in remind),
            escalate=Escalation(after=after * MINUTE, approvers=("ben",)),
        )
    )
    steps, before = 0, NOW
    while approval.due_at is not None:
        now = approval.due_at
        assert before <= now < approval.expires_at
        approval = reminded(approval, max(approval.reminded, reminders_due(approval, now)))
        at = escalation_time(approval)
        if at is not None and at <= now:
            approval = escalated(approval, people=("ben",), names=("Ben",), at=now)
        before, steps = now, steps + 1
    assert steps <= MOST_REMINDERS + 1
    assert due_after(approval) is None


def test_after_a_long_stop_one_reminder_stands_for_all_that_have_come():
    approval = lasting(60 * MINUTE)

    assert reminders_due(approval, NOW + 29 * MINUTE) == 0
    assert reminders_due(approval, NOW + 55 * MINUTE) == 2


def test_those_asked_later_may_decide_from_then_on_and_stand_on_the_card():
    escalation = Escalation(after=10 * MINUTE, approvers=("ben",))
    approval = lasting(60 * MINUTE, approvers=("ana",), escalate=escalation)

    after = escalated(approval, people=("telegram-1002",), names=("Ben",), at=NOW + 10 * MINUTE)

    assert escalation_time(approval) == NOW + 10 * MINUTE
    assert escalation_time(after) is None
    assert after.ruling.named == ("telegram-1002",)
    assert after.ruling.escalated == ("Ben",)
    assert after.revision == approval.revision + 1


def test_without_a_rule_nobody_further_is_asked():
    assert escalation_time(lasting(60 * MINUTE)) is None
    with pytest.raises(ValueError, match="only a rule"):
        escalated(lasting(60 * MINUTE), people=(), names=(), at=NOW)


def test_an_escalation_after_its_end_never_comes():
    escalation = Escalation(after=60 * MINUTE, approvers=("ben",))

    assert escalation_time(lasting(60 * MINUTE, escalate=escalation)) is None
