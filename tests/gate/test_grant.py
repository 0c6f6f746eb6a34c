"""A grant that ends between being found and being used lets nothing pass."""

from dataclasses import replace

import pytest

from bot.core.approval import State
from bot.core.policy import Judgement, Verdict
from bot.core.question import Question
from bot.gate.asking import Fresh
from bot.gate.submit import Ask, submit
from bot.store.grants import GrantRows
from bot.store.transaction import Tables
from tests.builders import NOW, a_grant, an_action, an_approval

ASK = Ask(action=an_action())
UNRULED = Judgement(verdict=Verdict.ASK)
FRESH = Fresh(short_codes=("abcde",), cards=())


class Grants(GrantRows):
    """Finds these grants, of which each but the last one ends before it is used."""

    def __init__(self, *found, last_is_used):
        self.found = found
        self.used_up = set() if last_is_used else {found[-1].id}
        self.used_up |= {grant.id for grant in found[:-1]}

    def candidates(self, approval, now):
        yield from ()
        return self.found

    def used(self, id, at):
        yield from ()
        grant = next(grant for grant in self.found if grant.id == id)
        return None if id in self.used_up else replace(grant, uses=grant.uses + 1)


def run(steps):
    """Drive a unit of work; each statement answers with one row, and nothing like it waits."""
    rows = None
    while True:
        try:
            statement, _ = steps.send(rows)
        except StopIteration as end:
            return end.value
        rows = [(0, 1, 0, 0, 0)] if statement.name == "add" else [("id",)]


def asked(grants, **changes):
    approval = an_approval(short_code="", **changes)
    tx = replace(Tables(), grants=grants)
    return run(submit(tx, ask=ASK, approval=approval, judgement=UNRULED, targets=(), fresh=FRESH))


def test_one_that_ended_meanwhile_asks():
    done = asked(Grants(a_grant(), last_is_used=False))

    assert done.value.state is State.PENDING
    assert [record.kind for record in done.audit] == ["approval.asked"]


def test_the_next_one_that_covers_is_used_instead():
    first, second = a_grant(), a_grant(uses=4)

    done = asked(Grants(first, second, last_is_used=True))

    assert done.value.decision.grant_id == second.id
    assert done.audit[-1].actor == f"grant:{second.id}"
    assert done.audit[-1].facts["use"] == 5


@pytest.mark.parametrize("ended", [{"revoked_at": NOW}, {"expires_at": NOW}, {"uses_left": 0}])
def test_one_that_has_ended_is_not_used_even_where_it_was_found(ended):
    done = asked(Grants(a_grant(**ended), last_is_used=True))

    assert done.value.state is State.PENDING


def test_a_question_is_never_answered_by_a_grant():
    questions = (Question(text="Which?"),)

    done = asked(Grants(a_grant(), last_is_used=True), questions=questions)

    assert done.value.state is State.PENDING
