"""The asker never decides; only named people and keys that may do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.decision import Via
from bot.core.errors import (
    AskerMayNotDecide,
    MayOnlyLook,
    NotAllowed,
    NotAnApprover,
    NotAskedHere,
)
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


def test_those_asked_later_decide_from_then_on_and_not_before():
    later = Escalation(after=timedelta(minutes=5), approvers=("admin",))
    routing = Routing(approvers=("ana",), escalate=later)
    before = Ruling(rule="p", named=("telegram-1001",), routing=routing)
    after = replace(before, named=("telegram-1001", "telegram-1002"), escalated_at=NOW)
    ben = Decider(name="Ben", via=Via.TELEGRAM, person="telegram-1002")
    admin = Decider(name="admin", via=Via.API, key=a_key("b", decides=True, name="admin"))

    for one in (ben, admin):
        assert type(refusal_to_decide(an_approval(ruling=before), one)) is NotAskedHere
        assert refusal_to_decide(an_approval(ruling=after), one) is None
    assert refusal_to_decide(an_approval(ruling=after), ANA) is None
