"""Grants reach exactly as far as their words."""

from dataclasses import replace

import pytest

from bot.core.decision import Code, Scope
from bot.core.grant import covers, grant_from, scopes_offered
from bot.core.risk import Assessment, Level
from tests.builders import NOW, a_grant, a_question, an_action, an_approval


def test_a_grant_covers_what_it_was_made_from():
    for scope in (Scope.SESSION, Scope.ALWAYS):
        made = grant_from(an_approval(), scope=scope, id="rule_1", made_by="Ana", made_at=NOW)

        assert covers(made, an_approval(id="appr_2"))
        assert made.code == (Code.SESSION if scope is Scope.SESSION else Code.ALWAYS)


@pytest.mark.parametrize(
    "other",
    [
        {"key_id": "b" * 12},
        {"action": an_action(action_type="Write")},
        {"action": an_action(cwd="/srv/other")},
        {"action": an_action(cwd=None)},
        {"action": an_action(cwd="")},
        {"questions": (a_question("a"),)},
        {"risk": Assessment(level=Level.NORMAL, floor=("deletes",))},
    ],
)
def test_a_grant_covers_nothing_beside(other):
    assert not covers(a_grant(), an_approval(**other))


def test_an_absent_directory_is_a_value_of_its_own():
    nowhere = an_approval(action=an_action(cwd=None))

    assert covers(a_grant(cwd=None), nowhere)
    assert not covers(a_grant(cwd=None), an_approval())


def test_a_session_grant_covers_its_session_only():
    grant = a_grant(scope=Scope.SESSION, session_id="s1")

    assert covers(grant, an_approval())
    assert not covers(grant, an_approval(session_id="s2"))
    assert not covers(replace(grant, session_id=""), an_approval(session_id=""))


def test_a_revoked_grant_covers_nothing():
    assert not covers(a_grant(revoked_at=NOW), an_approval())


def test_standing_scopes_are_offered_where_they_can_hold():
    floor = Assessment(level=Level.HIGH, floor=("deletes",))

    assert scopes_offered(an_approval()) == (Scope.SESSION, Scope.ALWAYS)
    assert scopes_offered(an_approval(session_id="")) == (Scope.ALWAYS,)
    assert scopes_offered(an_approval(risk=floor)) == ()
    assert scopes_offered(an_approval(questions=(a_question("a"),))) == ()
