"""A list approves only what there is nothing more to see of, and never what floods."""

import pytest

from bot.core.approval import withdrawn
from bot.core.risk import Assessment, Level
from bot.core.routing import Confirm, Routing
from bot.core.row import (
    MOST_PENDING,
    are_one_batch,
    batches,
    is_flood,
    may_answer_in_list,
    may_approve_in_list,
)
from bot.core.ruling import Ruling
from tests.builders import NOW, a_question, an_action, an_approval

LOW = Assessment(level=Level.LOW)


def low(**changes):
    return an_approval(**{"risk": LOW, **changes})


def ruled(**routing):
    return low(ruling=Ruling(rule="p", routing=Routing(**routing)))


def test_a_low_risk_action_is_answered_from_its_row():
    assert may_answer_in_list(low())
    assert may_answer_in_list(ruled(channels=("telegram",)))


@pytest.mark.parametrize(
    "approval",
    [
        low(risk=Assessment(level=Level.NORMAL)),
        low(risk=Assessment(level=Level.HIGH)),
        low(risk=Assessment(level=Level.LOW, floor=("publishes",))),
        low(questions=(a_question("Which?"),)),
        withdrawn(low(), at=NOW),
        ruled(quorum=2),
        ruled(deny_threshold=2),
        ruled(require_reason=True),
        ruled(confirm=Confirm.TAP),
    ],
)
def test_what_takes_more_than_a_look_at_one_line_opens_its_card(approval):
    assert not may_answer_in_list(approval)
    assert not may_approve_in_list(approval, is_flooded=False)
    assert batches([approval, approval]) == ()
    assert not are_one_batch([approval, approval])


def test_what_floods_is_approved_one_by_one():
    assert not is_flood(MOST_PENDING)
    assert is_flood(MOST_PENDING + 1)
    assert may_approve_in_list(low(), is_flooded=False)
    assert not may_approve_in_list(low(), is_flooded=True)


def test_one_answer_is_for_rows_of_one_key_one_agent_and_one_type():
    deploy = an_action(action_type="deploy")
    rows = [
        low(),
        low(key_id="b" * 12),
        low(agent="codex"),
        low(action=deploy),
        low(),
        low(risk=Assessment(level=Level.HIGH)),
        low(action=deploy),
        low(),
    ]

    assert batches(rows) == ((0, 4, 7), (3, 6))
    assert are_one_batch([rows[0], rows[4], rows[7]])
    assert not any(are_one_batch([rows[0], rows[at]]) for at in (1, 2, 3, 5))


def test_one_row_is_no_batch():
    assert batches([low()]) == ()
    assert not are_one_batch([low()])
    assert not are_one_batch([])
