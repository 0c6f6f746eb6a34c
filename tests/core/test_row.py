"""What a list of waiting asks offers for each row, and which rows one answer may be for."""

from dataclasses import replace

import pytest

from bot.core.action import Action
from bot.core.approval import Approval, State
from bot.core.risk import Assessment, Level, Reason
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
from tests.builders import a_question, an_action, an_approval

LOW = Assessment(level=Level.LOW)
FLOOR = Assessment(level=Level.LOW, reasons=(Reason(floor_class="x", text="X."),), floor=("x",))


def low(**changes: object) -> Approval:
    return an_approval(risk=LOW, **changes)


def ruled(**routing: object) -> Approval:
    return low(ruling=Ruling(rule="r", routing=Routing(**routing)))


def of_type(action_type: str, **changes: object) -> Approval:
    action: Action = an_action(action_type=action_type)
    return low(action=action, **changes)


def test_more_than_twenty_of_a_key_are_a_flood() -> None:
    assert not is_flood(MOST_PENDING)
    assert is_flood(MOST_PENDING + 1)


def test_low_risk_is_answered_in_the_list() -> None:
    assert may_answer_in_list(low())
    assert may_approve_in_list(low(), is_flooded=False)


def test_what_floods_is_denied_in_the_list_and_not_approved() -> None:
    assert may_answer_in_list(low())
    assert not may_approve_in_list(low(), is_flooded=True)


@pytest.mark.parametrize(
    "approval",
    [
        an_approval(),
        an_approval(risk=Assessment(level=Level.HIGH)),
        an_approval(risk=Assessment(level=Level.CRITICAL)),
        an_approval(risk=FLOOR),
        low(questions=(a_question("a"),)),
        ruled(confirm=Confirm.TAP),
        ruled(confirm=Confirm.NUMBER),
        ruled(quorum=2),
        ruled(require_reason=True),
        low(ruling=Ruling(rule="r", is_strict=True)),
        replace(low(), state=State.EXPIRED),
    ],
)
def test_everything_else_takes_its_card(approval: Approval) -> None:
    assert not may_answer_in_list(approval)
    assert not may_approve_in_list(approval, is_flooded=False)
    assert not are_one_batch([approval, low()])


def test_one_answer_is_for_one_key_and_one_type_only() -> None:
    rows = [
        of_type("Bash"),
        of_type("Read"),
        of_type("Bash"),
        of_type("Bash", key_id="b" * 12),
        of_type("Bash", agent="codex"),
        an_approval(),
        of_type("Bash"),
    ]

    assert batches(rows) == ((0, 2, 6),)
    assert are_one_batch([rows[0], rows[2]])
    assert not are_one_batch(rows[:2])
    assert not are_one_batch([rows[0], rows[3]])
    assert not are_one_batch(rows[:1])
