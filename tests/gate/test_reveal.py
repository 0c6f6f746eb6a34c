"""Who sees hidden values is kept in the same transaction, and only an approver does."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.core.approval import withdrawn
from bot.core.decision import Via
from bot.core.people import Decider
from bot.gate.reveal import reveal
from tests.builders import ANA, NOW, a_key, an_approval


def run(found, decider):
    """Drive the use case with what the store would find."""

    def get(id):
        yield ("get", {"id": id})
        return found

    steps = reveal(
        SimpleNamespace(approvals=SimpleNamespace(get=get)),
        approval_id="appr_1",
        decider=decider,
        now=NOW,
    )
    assert next(steps) == ("get", {"id": "appr_1"})
    with pytest.raises(StopIteration) as end:
        steps.send([])
    return end.value.value


def test_an_approvers_look_is_in_the_audit():
    approval = an_approval()

    done = run(approval, ANA)

    (record,) = done.audit
    assert (done.value.approval, done.value.refusal) == (approval, None)
    assert (record.kind, record.at, record.approval_id) == ("approval.revealed", NOW, approval.id)
    assert record.actor == ANA.identity
    assert record.facts == {"by": ANA.name, "via": ANA.via, "digest": approval.digest}


@pytest.mark.parametrize(
    ("decider", "why"),
    [
        (Decider(name="Eve", via=Via.WEB), "not_an_approver"),
        (Decider(name="agent", via=Via.API, key=a_key()), "asker_may_not_decide"),
        (replace(ANA, person=None), "not_an_approver"),
    ],
)
def test_nobody_else_sees_them_and_the_attempt_is_kept(decider, why):
    done = run(an_approval(), decider)

    (record,) = done.audit
    assert done.value.refusal.code == why
    assert (record.kind, record.facts["why"]) == ("reveal.refused", why)


def test_what_has_ended_reveals_nothing():
    done = run(withdrawn(an_approval(), at=NOW), ANA)

    assert (done.value.refusal, done.audit) == (None, ())


def test_what_is_not_there_reveals_nothing():
    done = run(None, ANA)

    assert (done.value.approval, done.value.refusal.code, done.audit) == (None, "not_found", ())
