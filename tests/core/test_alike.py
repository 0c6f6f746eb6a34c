"""Which asks share a card, and how an approval leads others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alike import are_alike, check_shown, may_share
from bot.core.approval import State, decided, expired, leading, withdrawn
from bot.core.errors import CardOutdated, IllegalTransition
from bot.core.risk import Assessment, Level
from bot.core.routing import Confirm, Routing
from bot.core.ruling import Ruling
from tests.builders import NOW, a_decision, a_question, an_action, an_approval


def ruled(**routing):
    return Ruling(rule="r", routing=Routing(**routing))


def test_two_asks_for_the_same_are_alike_whenever_they_came():
    assert are_alike(an_approval(), an_approval(created_at=NOW + timedelta(minutes=3)))


@pytest.mark.parametrize(
    "different",
    [
        {"key_id": "b" * 12},
        {"session_id": "s2"},
        {"agent": "codex"},
        {"action": an_action(preview="git push")},
        {"action": an_action(reason="another")},
        {"action": an_action(context={"host": "laptop"})},
        {"risk": Assessment(level=Level.HIGH)},
        {"ruling": ruled()},
        {"digest": "0" * 64},
    ],
)
def test_what_differs_on_the_card_is_not_alike(different):
    assert not are_alike(an_approval(), an_approval(**different))
    assert not are_alike(an_approval(**different), an_approval())


@pytest.mark.parametrize(
    "alone",
    [
        {"session_id": ""},
        {"questions": (a_question("A", "B"),)},
        {"ruling": ruled(quorum=2)},
        {"ruling": ruled(deny_threshold=2)},
        {"ruling": ruled(confirm=Confirm.NUMBER)},
    ],
)
def test_some_kinds_share_no_card_even_with_their_like(alone):
    approval = an_approval(**alone)

    assert not may_share(approval)
    assert not are_alike(approval, replace(approval, id="appr_other"))


def test_a_rule_that_asks_one_person_twice_shares():
    assert may_share(an_approval(ruling=ruled(confirm=Confirm.TAP, approvers=("ana",))))


@pytest.mark.parametrize("shown", [1, 2, 9])
def test_as_many_as_were_shown_or_fewer_are_fine(shown):
    check_shown(an_approval(copies=1), shown=shown)


@pytest.mark.parametrize(
    ("copies", "words"), [(1, "shows both now"), (2, "shows all of them now")]
)
def test_more_than_were_shown_is_told(copies, words):
    with pytest.raises(CardOutdated, match=words):
        check_shown(an_approval(copies=copies), shown=0)


def test_a_copy_that_leads_is_no_copy_any_more():
    before = an_approval(copy_of="appr_first", revision=3)

    after = leading(before, copies=2)

    assert (after.copy_of, after.copies, after.revision) == (None, 2, 4)


def test_what_has_ended_leads_nothing():
    with pytest.raises(IllegalTransition):
        leading(decided(an_approval(), a_decision()), copies=1)


def test_an_end_says_for_how_many_it_was():
    leader = an_approval(copies=2)

    assert decided(leader, a_decision(), copies=2).copies == 2
    assert decided(leader, a_decision()).copies == 0
    assert expired(leader, at=NOW).copies == 0
    assert withdrawn(leader, at=NOW).copies == 0
    assert expired(leader, at=NOW).state is State.EXPIRED


@pytest.mark.parametrize("shares", [{"copies": -1}, {"copies": 1, "copy_of": "appr_first"}])
def test_a_copy_has_no_copies(shares):
    with pytest.raises(ValueError, match="copies"):
        an_approval(**shares)
