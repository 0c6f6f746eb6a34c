"""The asker never decides; only named people and keys that may do."""

from datetime import timedelta

import pytest

from bot.core.decision import Via
from bot.core.due import escalated
from bot.core.errors import AskerMayNotDecide, MayOnlyLook, NotAllowed, NotAnApprover
from bot.core.people import Approver, Decider, Right, Role, refusal_to_decide
from bot.core.routing import Escalation, Routing
from bot.core.ruling import Ruling
from tests.builders import ANA, NOW, a_key, an_approval


def test_a_named_person_may_decide():
    assert refusal_to_decide(an_approval(), ANA) is None


def test_a_stranger_may_not():
    stranger = Decider(name="telegram:666", via=Via.TELEGRAM)

    assert type(refusal_to_decide(an_approval(), stranger)) is NotAnApprover
    assert stranger.identity == "stranger:telegram:666"


def test_a_viewer_may_only_look():
    viewer = Decider(name="Ben", via=Via.TELEGRAM, person="telegram-1002", looks_only=True)

    assert type(refusal_to_decide(an_approval(), viewer)) is MayOnlyLook
    assert viewer.identity == "person:telegram-1002"
    assert [Approver(id="a", name="A", role=role).may_decide for role in Role] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("decides", [True, False])
def test_the_key_that_asked_may_not_whatever_its_scopes(decides):
    asking = Decider(name="agent", via=Via.API, key=a_key("a", decides=decides))

    assert type(refusal_to_decide(an_approval(), asking)) is AskerMayNotDecide


def test_another_key_may_where_it_has_the_scope():
    admin = Decider(name="admin", via=Via.API, key=a_key("b", decides=True))
    agent = Decider(name="agent", via=Via.API, key=a_key("b"))

    assert refusal_to_decide(an_approval(), admin) is None
    assert type(refusal_to_decide(an_approval(), agent)) is NotAllowed


def test_scopes_are_what_they_say_and_admin_is_all():
    agent, admin = a_key(), a_key("b", rights=frozenset({Right.ADMIN}))

    assert agent.may(Right.CREATE)
    assert not agent.may(Right.DECIDE)
    assert not agent.reads_everything
    assert all(admin.may(right) for right in Right)
    assert admin.reads_everything


def test_the_audit_names_deciders_by_identity():
    key = Decider(name="admin", via=Via.API, key=a_key("b"))

    assert ANA.identity == "person:telegram-1001"
    assert key.identity == "key:" + "b" * 12


def test_a_key_that_a_rule_escalates_to_decides_from_then_on():
    escalation = Escalation(after=timedelta(minutes=10), approvers=("deployer",))
    routing = Routing(approvers=("ana",), escalate=escalation)
    before = an_approval(ruling=Ruling(rule="r", named=("ana",), routing=routing))
    after = escalated(before, people=(), names=("deployer",), at=NOW)
    key = a_key("b", decides=True, name="deployer")
    decider = Decider(name="deployer", via=Via.API, key=key)
    stranger = Decider(name="Eve", via=Via.TELEGRAM, person="eve")

    assert refusal_to_decide(before, decider) is not None
    assert refusal_to_decide(after, decider) is None
    assert str(refusal_to_decide(before, stranger)) == "Only ana may decide this."
    assert str(refusal_to_decide(after, stranger)) == "Only ana, deployer may decide this."
